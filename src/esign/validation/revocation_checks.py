"""Is one certificate revoked, and how do we know? One certificate of a path at a time.

Data that cannot be believed is no data: a responder or CRL issuer is judged like any other
certificate, with revocation data of its own unless it is exempt.

Spec: EN 319 102-1 §5.2.6.4, §5.2.5, RFC 5280 §6.3, RFC 6960 §4.2.2.2
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse
from esign.pki.path_problems import written
from esign.pki.paths import ValidatedPath
from esign.pki.problems import describe
from esign.pki.revocation import (
    RevocationState,
    RevocationStatus,
    exemption,
    revocation_status,
)
from esign.pki.trust import TrustAnchor
from esign.terms import CertificateRole, Purpose, SubIndication
from esign.validation.checks import Block, Check, failed, noted
from esign.validation.context import ValidationContext
from esign.validation.cryptographic_constraints import signature_end
from esign.validation.report import CertificateStatus
from esign.validation.revocation_freshness import fresh_until, is_fresh
from esign.validation.suspension import suspension_notes
from esign.validation.x509_result import Missing, MissingKind, RevocationResult

REVOCATION = Check("revocation", Block.X509_CERTIFICATE_VALIDATION, "EN 319 102-1 §5.2.6.4")
FRESHNESS = Check(
    "revocation-freshness", Block.X509_CERTIFICATE_VALIDATION, "EN 319 102-1 §5.2.5.4"
)
REVOCATION_ALGORITHMS = Check(
    "revocation-algorithms", Block.X509_CERTIFICATE_VALIDATION, "EN 319 102-1 §5.2.6.4"
)


class _Subject(NamedTuple):
    """The certificate in question, with its place in the judgement."""

    certificate: Certificate
    issuer: Certificate
    role: CertificateRole
    purpose: Purpose
    anchor: TrustAnchor
    pending: tuple[Certificate, ...]
    """Certificates whose status hangs on this one: none may vouch for itself."""

    @property
    def is_end_entity(self) -> bool:
        return self.role is not CertificateRole.CA

    @property
    def words(self) -> Message:
        return describe(self.certificate, self.role)

    def failed(
        self,
        passed: Check,
        sub_indication: SubIndication,
        message: Message,
        remedy: Message,
        before: datetime | None = None,
    ) -> Check:
        return failed(
            passed,
            sub_indication,
            message,
            remedy,
            certificate=self.certificate,
            role=self.role,
            before=before,
        )

    def missing(self) -> tuple[Missing, ...]:
        return (Missing(MissingKind.REVOCATION, self.certificate, self.issuer, self.role),)


def check_revocation(
    path: ValidatedPath,
    position: int,
    role: CertificateRole,
    purpose: Purpose,
    context: ValidationContext,
    *,
    pending: tuple[Certificate, ...] = (),
) -> RevocationResult:
    """Return what is known of the revocation of one certificate of a path, and if it is enough.

    Args:
        path: where the certificate stands, so that its issuer and its anchor are known.
        position: 0 is the leaf, whose part is ``role``; the others are authorities.
        role: the leaf's part.
        purpose: which anchors count.
        context: material, trust, policy, time.
        pending: certificates whose own status hangs on this one.
    """
    certificate, anchor = path.certificates[position], path.anchor
    if certificate == anchor.certificate:
        return NOT_ASKED
    if position > 0:
        role = CertificateRole.CA
    asked = context.policy.asks_revocation(role)
    if not asked and not context.pool.has_revocation_data:
        return NOT_ASKED
    subject = _Subject(certificate, path.chain[position + 1], role, purpose, anchor, pending)
    reason = exemption(certificate) if _may_be_exempt(subject) else None
    if reason is not None and not context.pool.has_revocation_data:
        return _exempt(certificate, reason)
    result = _judge(subject, context)
    if asked and reason is None:
        return result
    # Nothing is asked, but what was found of a revocation is not closed one's eyes to.
    kept = tuple(check for check in result.checks if _tells_revocation(check))
    if reason is not None and not kept:
        return _exempt(certificate, reason)
    stopped = any(check.stops for check in kept)
    return RevocationResult(kept, result.status, (), not stopped)


def asks_nothing(path: ValidatedPath, role: CertificateRole, context: ValidationContext) -> bool:
    """True when :func:`check_revocation` has :data:`NOT_ASKED` for all certificates of a path."""
    if context.pool.has_revocation_data:
        return False
    asks = context.policy.asks_revocation
    return not asks(role) and (len(path.certificates) == 1 or not asks(CertificateRole.CA))


def _exempt(certificate: Certificate, reason: Message) -> RevocationResult:
    state = CertificateStatus(certificate=certificate, state="exempt")
    return RevocationResult((noted(REVOCATION, reason),), state)


NOT_ASKED = RevocationResult()
"""What an anchor gets, and a certificate of which nobody asks anything where nothing is known."""


def _may_be_exempt(subject: _Subject) -> bool:
    """id-pkix-ocsp-nocheck frees responders only (RFC 6960 §4.2.2.2.1)."""
    if subject.role in (CertificateRole.OCSP_RESPONDER, CertificateRole.CRL_ISSUER):
        return True
    return subject.certificate.extension(_OCSP_NOCHECK) is None


_OCSP_NOCHECK = "1.3.6.1.5.5.7.48.1.5"


def _tells_revocation(check: Check) -> bool:
    if check.sub_indication in (SubIndication.REVOKED_NO_POE, SubIndication.REVOKED_CA_NO_POE):
        return True
    if check.during is not None:
        return True
    return check.name == REVOCATION.name and check.sub_indication is SubIndication.TRY_LATER


def _judge(subject: _Subject, context: ValidationContext) -> RevocationResult:
    status, trouble = _believable_status(subject, context)
    facts = _facts(status)
    if trouble:
        return RevocationResult(trouble.checks, facts, trouble.missing, known_not_revoked=False)
    if status.state is RevocationState.UNKNOWN:
        unknown = (_unknown(subject, status, context),)
        missing = (*subject.missing(), *_responders(subject, context))
        return RevocationResult(unknown, facts, missing, known_not_revoked=False)
    if status.state is not RevocationState.GOOD:
        revoked = (_revoked(subject, status), *_suspended(subject, status))
        return RevocationResult(revoked, facts, (), known_not_revoked=False)
    checks = tuple(_good(subject, status, context))
    missing = () if is_fresh(status, context.policy, context.at) else subject.missing()
    return RevocationResult(checks, facts, missing)


# Which data is believed.


def _believable_status(
    subject: _Subject, context: ValidationContext
) -> tuple[RevocationStatus, RevocationResult | None]:
    """Return the best status; where the newest "good" is of no use, the other kind may be.

    A statement of revocation is never passed over, whatever is wrong with who made it.
    """
    status = _ask(subject, context, context.pool.crls, context.pool.ocsp_responses)
    trouble = _trouble_with_authority(subject, status, context)
    if status.state is not RevocationState.GOOD or _is_sound(status, trouble, context):
        return status, trouble
    by_ocsp = isinstance(status.source, OCSPResponse)
    other = _ask(
        subject,
        context,
        context.pool.crls if by_ocsp else (),
        () if by_ocsp else context.pool.ocsp_responses,
    )
    if other.state is RevocationState.GOOD:
        other = replace(other, suspensions=status.suspensions)
        doubt = _trouble_with_authority(subject, other, context)
        if _is_sound(other, doubt, context):
            return other, None
    return status, trouble


def _is_sound(
    status: RevocationStatus, trouble: RevocationResult | None, context: ValidationContext
) -> bool:
    if trouble is not None or status.responder_validity is not None:
        return False
    return is_fresh(status, context.policy, context.at)


def _ask(
    subject: _Subject,
    context: ValidationContext,
    crls: tuple[CRL, ...],
    responses: tuple[OCSPResponse, ...],
) -> RevocationStatus:
    return revocation_status(
        subject.certificate,
        subject.issuer,
        evidence_crls=crls,
        evidence_ocsp=responses,
        candidates=context.pool.certificates,
        trust=context.trust,
        purpose=subject.purpose,
        at=context.at,
        budget=context.budget,
        anchor=subject.anchor,
    )


def _trouble_with_authority(
    subject: _Subject, status: RevocationStatus, context: ValidationContext
) -> RevocationResult | None:
    """Return why the signer of the data cannot be believed, or None.

    Where the issuer itself signed, its own status is judged as part of the path.
    """
    found = status.responder_path
    if found is None or found.path is None:
        return None
    by_ocsp = isinstance(status.source, OCSPResponse)
    role = CertificateRole.OCSP_RESPONDER if by_ocsp else CertificateRole.CRL_ISSUER
    path = found.path
    for position, certificate in enumerate(path.certificates):
        if certificate in (subject.issuer, path.anchor.certificate):
            return None
        if certificate == subject.certificate or certificate in subject.pending:
            return _circular(subject, certificate, role)
        pending = (*subject.pending, subject.certificate)
        result = check_revocation(path, position, role, subject.purpose, context, pending=pending)
        if any(check.stops for check in result.checks):
            return _unbelieved(subject, certificate, role, result)
    return None


def _circular(subject: _Subject, authority: Certificate, role: CertificateRole) -> RevocationResult:
    message = Message(
        "{certificate}: the revocation data was signed by {authority}, whose own status hangs "
        "on this very certificate.",
        certificate=subject.words,
        authority=describe(authority, role),
    )
    check = subject.failed(
        REVOCATION, SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE, message, _INDEPENDENT
    )
    return RevocationResult((check,), None, subject.missing(), known_not_revoked=False)


_INDEPENDENT = Message("Supply revocation data that the issuer itself signed.")


def _unbelieved(
    subject: _Subject,
    authority: Certificate,
    role: CertificateRole,
    result: RevocationResult,
) -> RevocationResult:
    cause = next(check for check in result.checks if check.stops)
    message = Message(
        "{certificate}: its revocation data cannot be believed, because of who signed it. {cause}",
        certificate=subject.words,
        authority=describe(authority, role),
        cause=cause.message,
    )
    check = subject.failed(
        REVOCATION,
        SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
        message,
        cause.remedy or _INDEPENDENT,
    )
    return RevocationResult(
        (check,), None, (*result.missing, *subject.missing()), known_not_revoked=False
    )


def _responders(subject: _Subject, context: ValidationContext) -> Iterator[Missing]:
    """Yield responders that answered and whose own status may be all that is missing."""
    for response in context.pool.ocsp_responses:
        if not response.about(subject.certificate, subject.issuer):
            continue
        for responder in response.certificates:
            if response.names_responder(responder) and exemption(responder) is None:
                role = CertificateRole.OCSP_RESPONDER
                yield Missing(MissingKind.REVOCATION, responder, subject.issuer, role)


# What the data says.


def _good(
    subject: _Subject, status: RevocationStatus, context: ValidationContext
) -> Iterator[Check]:
    yield REVOCATION
    if is_fresh(status, context.policy, context.at):
        yield FRESHNESS
    else:
        yield _stale(subject, status, context)
    yield from _suspended(subject, status)
    yield from _check_authority_validity(subject, status)
    yield _check_algorithms(subject, status, context)


def _suspended(subject: _Subject, status: RevocationStatus) -> Iterator[Check]:
    return suspension_notes(REVOCATION, status, subject.words, subject.role)


def _stale(subject: _Subject, status: RevocationStatus, context: ValidationContext) -> Check:
    until = fresh_until(status, context.policy)
    message = Message(
        "{certificate}: its revocation data of {this_update} is not recent enough for {at}.",
        certificate=subject.words,
        this_update=_written(status.this_update),
        at=written(context.at),
    )
    remedy = Message("Fetch newer revocation data (verify online), or try again later.")
    return subject.failed(FRESHNESS, SubIndication.TRY_LATER, message, remedy, until)


def _check_authority_validity(subject: _Subject, status: RevocationStatus) -> Iterator[Check]:
    """§5.2.6.4: whoever signed the data must be valid now, or have been proven valid then."""
    late = status.responder_validity
    if late is None:
        return
    message = Message(
        "{certificate}: nothing proves that its revocation data existed while the certificate "
        "that signed it was valid. {cause}",
        certificate=subject.words,
        cause=late.message,
    )
    remedy = Message("Fetch newer revocation data (verify online).")
    yield subject.failed(REVOCATION, SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE, message, remedy)


def _check_algorithms(
    subject: _Subject, status: RevocationStatus, context: ValidationContext
) -> Check:
    """Data signed with a weak algorithm can be forged today, whatever date it carries."""
    algorithm = None if status.source is None else status.source.signature_algorithm
    key = (status.responder or subject.issuer).public_key
    suite = context.policy.suite
    if context.at < signature_end(suite, algorithm, key):
        return REVOCATION_ALGORITHMS
    message = Message(
        "{certificate}: its revocation data was signed with an algorithm or key that {suite} "
        "does not accept.",
        certificate=subject.words,
        suite=str(suite),
    )
    return subject.failed(
        REVOCATION_ALGORITHMS,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
        message,
        Message("Fetch revocation data signed with current algorithms."),
    )


def _revoked(subject: _Subject, status: RevocationStatus) -> Check:
    if status.state is RevocationState.ON_HOLD:
        message = Message(
            "{certificate} is suspended since {since}.",
            certificate=subject.words,
            since=_written(status.revoked_at),
        )
        remedy = Message("Try again when the suspension has been lifted or has become final.")
        return subject.failed(
            REVOCATION, SubIndication.TRY_LATER, message, remedy, status.revoked_at
        )
    message = Message(
        "{certificate} was revoked at {revoked_at} ({reason}).",
        certificate=subject.words,
        revoked_at=_written(status.revoked_at),
        reason=str(status.reason or "unspecified"),
    )
    remedy = Message(
        "Only a time-stamp from before the revocation would show that the signature was made "
        "in time. Otherwise ask for a new signature."
    )
    sub_indication = (
        SubIndication.REVOKED_NO_POE if subject.is_end_entity else SubIndication.REVOKED_CA_NO_POE
    )
    return subject.failed(REVOCATION, sub_indication, message, remedy, status.revoked_at)


def _unknown(subject: _Subject, status: RevocationStatus, context: ValidationContext) -> Check:
    message = Message(
        "{certificate}: it is not known whether it was revoked.", certificate=subject.words
    )
    details = [problem.message for problem in status.problems[:3]]
    details += list(_attempts(subject.certificate, context))
    for detail in details:
        message = Message("{message} {detail}", message=message, detail=detail)
    remedy = Message(
        "Verify online, allow the addresses named, or supply a CRL or OCSP response as evidence."
    )
    return subject.failed(
        REVOCATION, SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE, message, remedy
    )


def _attempts(certificate: Certificate, context: ValidationContext) -> Iterator[Message]:
    for failure in context.pool.failures:
        if failure.want.certificate == certificate:
            for url, cause in failure.causes:
                named = url in cause.values.values()
                yield cause if named else Message("Tried {url}: {cause}", url=url, cause=cause)


def _facts(status: RevocationStatus) -> CertificateStatus:
    source = status.source
    return CertificateStatus(
        certificate=status.certificate,
        state=status.state.value.lower().replace("_", " "),
        source_id=None if source is None else source.id,
        source_kind=None if source is None else _KINDS[isinstance(source, OCSPResponse)],
        this_update=status.this_update,
        next_update=status.next_update,
        revoked_at=status.revoked_at,
    )


def _written(moment: datetime | None) -> str:
    return "-" if moment is None else written(moment)


_KINDS = {True: "OCSP", False: "CRL"}
