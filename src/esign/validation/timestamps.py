"""The validation process for time-stamps: the basic process on the token, and its imprint.

A time is proven only by a token that passes all of it: the covered octets match the
imprint, the token's own signature holds, its certificate is a time-stamping authority's
with a path to an anchor given for time-stamping, not revoked, and its algorithms still are
acceptable at the moment judged for.

Spec: EN 319 102-1 §5.4, RFC 3161 §2.3, §2.4.2
"""

from __future__ import annotations

from collections.abc import Iterator

from esign.ades.signature import EmbeddedTimestamp, Reference, TimestampToken
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.path_problems import written
from esign.terms import CertificateRole, Purpose, SubIndication, TimestampKind
from esign.validation.checks import Block, Check, failed, first_stop, verdict_of, warned
from esign.validation.context import ValidationContext
from esign.validation.cryptographic_constraints import weak_digest
from esign.validation.cryptographic_verification import verify_cryptographically
from esign.validation.format_checking import FORM, check_format
from esign.validation.report import TimestampReport
from esign.validation.signature_acceptance import (
    check_algorithms,
    check_properties,
    check_time_within_validity,
)
from esign.validation.signing_certificate import (
    identify_signing_certificate,
    value_holds_under_hint,
)
from esign.validation.suspension import judged_at
from esign.validation.x509_validation import validate_certificate

IMPRINT = Check("message-imprint", Block.CRYPTOGRAPHIC_VERIFICATION, "EN 319 102-1 §5.4.4")
GENERATION_TIME = Check(
    "generation-time", Block.SIGNATURE_ACCEPTANCE_VALIDATION, "EN 319 102-1 §5.4.4"
)
AUTHORITY_NAME = Check(
    "time-stamping-authority-name", Block.SIGNATURE_ACCEPTANCE_VALIDATION, "RFC 3161 §2.4.2"
)


def validate_embedded_timestamp(
    timestamp: EmbeddedTimestamp, context: ValidationContext
) -> TimestampReport:
    """Return what a time-stamp in a signature or document is worth."""
    if timestamp.token is None:
        return _unreadable(timestamp)
    return validate_token(
        timestamp.token,
        timestamp.imprint,
        context,
        kind=timestamp.kind,
        name=timestamp.name,
        covered=timestamp.covered,
    )


def validate_token(
    token: TimestampToken,
    imprint: Reference | None,
    context: ValidationContext,
    *,
    kind: TimestampKind,
    name: str = "",
    covered: tuple[str, ...] = (),
) -> TimestampReport:
    """Return what a token is worth; ``imprint`` None judges it without what it covers."""
    checks = check_format(token)
    certificate, identified = identify_signing_certificate(token, context)
    checks += identified
    if imprint is not None:
        checks.append(_check_imprint(imprint))
    cryptographic, intact = verify_cryptographically(token, certificate)
    checks += cryptographic
    x509 = None
    if certificate is None:
        intact = value_holds_under_hint(token, context)
    else:
        x509 = validate_certificate(certificate, CertificateRole.TSA, Purpose.TSA, context)
        # A token made while its authority was suspended proves nothing.
        checks += (judged_at(check, token.generation_time) for check in x509.checks)
        checks += _accept_token(token, certificate, context)
    return TimestampReport(
        id=token.id,
        kind=kind,
        name=name,
        verdict=verdict_of(first_stop(checks)),
        imprint=imprint,
        signature_intact=intact,
        time=token.generation_time,
        accuracy_seconds=token.accuracy_seconds,
        policy=token.policy,
        serial_number=token.serial_number,
        algorithm=token.algorithm.name if token.algorithm else token.algorithm_name,
        certificate=certificate,
        chain=x509.chain if x509 is not None else (),
        revocation=x509.revocation if x509 is not None else (),
        covered=covered,
        checks=tuple(checks),
    )


def _unreadable(timestamp: EmbeddedTimestamp) -> TimestampReport:
    message = timestamp.problem or Message("The time-stamp is no readable RFC 3161 token.")
    check = failed(FORM, SubIndication.FORMAT_FAILURE, message, _ANOTHER)
    return TimestampReport(
        id="",
        kind=timestamp.kind,
        name=timestamp.name,
        verdict=verdict_of(check),
        imprint=timestamp.imprint,
        signature_intact=False,
        time=None,
        covered=timestamp.covered,
        checks=(check,),
    )


_COMPLETE = Message("Supply the complete document with everything that was time-stamped.")
_ANOTHER = Message("Add a new time-stamp while the signing certificate is valid.")


def _check_imprint(imprint: Reference) -> Check:
    if imprint.intact and imprint.found:
        return IMPRINT
    if not imprint.found:
        message = imprint.problem or Message("What the time-stamp covers was not found.")
        return failed(IMPRINT, SubIndication.SIGNED_DATA_NOT_FOUND, message, _COMPLETE)
    if imprint.digest_algorithm is None:
        message = Message("The digest algorithm of the time-stamp is not known here.")
        sub_indication = SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
        return failed(IMPRINT, sub_indication, message, _ANOTHER)
    message = Message("The time-stamp was made over something else: its message imprint differs.")
    return failed(IMPRINT, SubIndication.HASH_FAILURE, message, _ANOTHER)


def _accept_token(
    token: TimestampToken, certificate: Certificate, context: ValidationContext
) -> Iterator[Check]:
    yield from check_properties(token, context)
    yield _check_generation_time(token, certificate, context)
    yield _check_authority_name(token, certificate)
    yield from check_algorithms(token, certificate, context)
    if token.imprint_algorithm is not None:
        weak = weak_digest(token.imprint_algorithm, context.policy.suite, context.at)
        if weak is not None:
            yield weak


def _check_generation_time(
    token: TimestampToken, certificate: Certificate, context: ValidationContext
) -> Check:
    time = token.generation_time
    if time <= context.at + context.policy.clock_skew:
        return check_time_within_validity(GENERATION_TIME, time, certificate)
    message = Message(
        "The time-stamp's time {time} lies after {at}, the time judged for.",
        time=written(time),
        at=written(context.at),
    )
    remedy = Message("Judge for a later time, or check the clocks.")
    return failed(GENERATION_TIME, SubIndication.SIG_CONSTRAINTS_FAILURE, message, remedy)


_DIRECTORY_NAME = 0xA4


def _check_authority_name(token: TimestampToken, certificate: Certificate) -> Check:
    """RFC 3161 §2.4.2: the name shall be one of the certificate's; only a hint, so a warning."""
    name = token.tsa_name
    if name is None or name[0] != _DIRECTORY_NAME or name.endswith(certificate.subject.der):
        return AUTHORITY_NAME
    message = Message("The time-stamp names another authority than its certificate.")
    return warned(AUTHORITY_NAME, message)
