"""Signature acceptance validation: rules on properties, then on algorithms.

A signature without a signed reference to its certificate is not AdES; the default policy
does not pass it. Algorithms that ended carry their end date, so that a time-stamp from
before it can clear them.

Spec: EN 319 102-1 §5.2.8
"""

from __future__ import annotations

from datetime import datetime

from esign.ades.signature import AdESSignature, Finding, SigningCertificateClaim
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.path_problems import written
from esign.terms import Severity, SubIndication
from esign.validation.checks import Block, Check, failed, warned
from esign.validation.context import ValidationContext
from esign.validation.cryptographic_constraints import (
    ALGORITHMS,
    algorithms_end,
    digest_end,
    weak_digest,
    weak_signature,
)

PROPERTIES = Check(
    "signed-properties", Block.SIGNATURE_ACCEPTANCE_VALIDATION, "EN 319 102-1 §5.2.8.4.1"
)
REFERENCE_PRESENT = Check(
    "signing-certificate-reference-present",
    Block.SIGNATURE_ACCEPTANCE_VALIDATION,
    "EN 319 102-1 §5.2.8.4.1",
)
REFERENCE_DIGEST = Check(
    "signing-certificate-reference-digest",
    Block.SIGNATURE_ACCEPTANCE_VALIDATION,
    "EN 319 102-1 §5.2.8.4.2",
)
SIGNING_TIME = Check(
    "signing-time", Block.SIGNATURE_ACCEPTANCE_VALIDATION, "EN 319 102-1 §5.2.8.4.1"
)


def accept_signature(
    signature: AdESSignature,
    certificate: Certificate,
    context: ValidationContext,
    *,
    is_counter_signature: bool = False,
) -> list[Check]:
    """Return the acceptance checks of a signature or counter-signature."""
    checks = check_properties(signature, context)
    checks.append(
        _check_signing_time(signature, certificate, context, required=not is_counter_signature)
    )
    checks += check_algorithms(signature, certificate, context)
    return checks


def check_properties(signature: AdESSignature, context: ValidationContext) -> list[Check]:
    """Return the checks on structure findings and on the signing-certificate reference."""
    findings = signature.structure_findings()
    found = findings and [
        _of_finding(finding)
        for finding in findings
        if finding.severity in (Severity.CONSTRAINT, Severity.LEVEL)
    ]
    return [*(found or _FITTING), *_check_reference(signature, context)]


_FITTING = (PROPERTIES,)


def check_algorithms(
    signature: AdESSignature, certificate: Certificate, context: ValidationContext
) -> list[Check]:
    """Return the checks on signature algorithm, key and digests; one that passed if all did."""
    suite, at = context.policy.suite, context.at
    key, algorithm, digests = (
        certificate.public_key,
        signature.algorithm,
        signature.digest_algorithms,
    )
    if at < algorithms_end(suite, algorithm, key, digests):
        return [ALGORITHMS]
    found = [weak_signature(algorithm, certificate, key, suite, at)]
    found += [weak_digest(digest, suite, at, algorithm=algorithm) for digest in digests]
    return [check for check in found if check is not None]


def check_time_within_validity(passed: Check, time: datetime, certificate: Certificate) -> Check:
    """Return ``passed``, or that ``time`` lies outside the certificate's validity."""
    if certificate.not_before <= time <= certificate.not_after:
        return passed
    message = Message(
        "The time {time} stated in it lies outside the validity of its certificate, which is "
        "{not_before} to {not_after}.",
        time=written(time),
        not_before=written(certificate.not_before),
        not_after=written(certificate.not_after),
    )
    remedy = Message("The clock that was used was wrong, or the time is a false claim.")
    return failed(
        passed, SubIndication.SIG_CONSTRAINTS_FAILURE, message, remedy, certificate=certificate
    )


def _of_finding(finding: Finding) -> Check:
    check = PROPERTIES._replace(name=finding.code, clause=finding.clause)
    if finding.severity is Severity.LEVEL:
        return warned(check, finding.message)
    remedy = Message("Ask the signer to sign again with software that follows the standard.")
    return failed(check, SubIndication.SIG_CONSTRAINTS_FAILURE, finding.message, remedy)


def _check_reference(signature: AdESSignature, context: ValidationContext) -> tuple[Check, ...]:
    claim = signature.signer
    if claim.references or claim.present:
        return REFERENCE_PRESENT, _check_reference_digest(claim, context)
    message = Message(
        "The signature does not cover a reference to its certificate, so it is not an advanced "
        "electronic signature (AdES): the certificate could be exchanged for another."
    )
    remedy = Message(
        "Ask the signer to sign with software that makes CAdES, XAdES or PAdES signatures."
    )
    if context.policy.unsafe_without_signing_certificate_reference:
        return (warned(REFERENCE_PRESENT, message, remedy),)
    return (failed(REFERENCE_PRESENT, SubIndication.SIG_CONSTRAINTS_FAILURE, message, remedy),)


def _check_reference_digest(claim: SigningCertificateClaim, context: ValidationContext) -> Check:
    for reference in claim.references[:1]:
        digest = reference.digest_algorithm
        if digest is None or context.at < digest_end(context.policy.suite, digest):
            continue
        message = Message(
            "The reference to the signing certificate uses the weak digest {digest}.",
            digest=digest.name,
        )
        if not context.policy.strict_reference_digest:
            return warned(REFERENCE_DIGEST, message)
        remedy = Message("Ask for a signature made with current algorithms.")
        return failed(REFERENCE_DIGEST, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, message, remedy)
    return REFERENCE_DIGEST


def _check_signing_time(
    signature: AdESSignature,
    certificate: Certificate,
    context: ValidationContext,
    *,
    required: bool,
) -> Check:
    time = signature.signed_properties.signing_time
    if time is None:
        if not (required and context.policy.require_signing_time):
            return SIGNING_TIME
        message = Message("The signature does not say when it was made.")
        remedy = Message(
            "Ask the signer to sign with software that makes CAdES, XAdES or PAdES signatures."
        )
        return failed(SIGNING_TIME, SubIndication.SIG_CONSTRAINTS_FAILURE, message, remedy)
    if context.policy.signing_time_within_validity:
        check = check_time_within_validity(SIGNING_TIME, time, certificate)
        if check.stops:
            return check
    if time > context.at + context.policy.clock_skew:
        message = Message("The claimed signing time {time} lies in the future.", time=written(time))
        return warned(SIGNING_TIME, message)
    return SIGNING_TIME
