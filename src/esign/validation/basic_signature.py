"""The validation process for basic signatures, shared by signatures and time-stamp tokens.

1. Format checking. 2. Identification of the signing certificate. 3. Validation context
initialisation. 4. X.509 certificate validation, whose failure is held. 5. Cryptographic
verification, whose failure outranks the held one. 6. Signature acceptance validation.
7. A content time-stamp can prove that the signature was made after revocation, expiry or
the end of an algorithm.

The checks come back in the order in which they decide: 1, 2, 3, 5, 4, 6.

Spec: EN 319 102-1 §5.3.4
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from esign.ades.signature import AdESSignature, Finding
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.path_problems import written
from esign.terms import CertificateRole, Purpose, SubIndication
from esign.validation.checks import Check, failed
from esign.validation.context import ValidationContext
from esign.validation.context_initialization import initialize_context
from esign.validation.cryptographic_verification import verify_cryptographically
from esign.validation.format_checking import check_format
from esign.validation.signature_acceptance import accept_signature
from esign.validation.signing_certificate import (
    identify_signing_certificate,
    value_holds_under_hint,
)
from esign.validation.x509_result import X509Result
from esign.validation.x509_validation import validate_certificate

_ROLE, _PURPOSE = CertificateRole.SIGNER, Purpose.SIGNER


class BasicResult(NamedTuple):
    """What the basic process found."""

    checks: list[Check]
    certificate: Certificate | None
    x509: X509Result | None
    signature_intact: bool


def validate_basic_signature(
    signature: AdESSignature,
    context: ValidationContext,
    *,
    document_findings: Sequence[Finding] = (),
    repeated: bool = False,
    is_counter_signature: bool = False,
    made_after: datetime | None = None,
) -> BasicResult:
    """Return the checks of §5.3 on one signature or counter-signature.

    Args:
        signature: the facts.
        context: material, trust, policy, time.
        document_findings: what is wrong with the document as a whole.
        repeated: the same signature occurs twice in the document.
        is_counter_signature: it need not state a signing time.
        made_after: the latest time of a content time-stamp that passed.
    """
    checks = check_format(signature, document_findings, repeated=repeated)
    certificate, identified = identify_signing_certificate(signature, context)
    checks += identified
    checks += initialize_context(signature, context.policy)
    cryptographic, intact = verify_cryptographically(signature, certificate)
    checks += cryptographic
    if certificate is None:
        intact = value_holds_under_hint(signature, context)
        return BasicResult(checks, None, None, signature_intact=intact)
    x509 = validate_certificate(certificate, _ROLE, _PURPOSE, context)
    checks += x509.checks
    checks += accept_signature(
        signature, certificate, context, is_counter_signature=is_counter_signature
    )
    if made_after is not None:
        checks = [_proven_later(check, certificate, made_after) for check in checks]
    return BasicResult(checks, certificate, x509, intact)


_OUT_OF_BOUNDS = frozenset(
    {SubIndication.OUT_OF_BOUNDS_NO_POE, SubIndication.OUT_OF_BOUNDS_NOT_REVOKED}
)


def _proven_later(check: Check, certificate: Certificate, made_after: datetime) -> Check:
    """Turn what is merely unproven into a failure where the content time-stamp proves it.

    Spec: EN 319 102-1 §5.3.4 4) and 6)
    """
    late = check.before is not None and made_after >= check.before
    if check.sub_indication is SubIndication.REVOKED_NO_POE and late:
        return _definite(check, SubIndication.REVOKED, made_after)
    if check.sub_indication in _OUT_OF_BOUNDS and made_after > certificate.not_after:
        return _definite(check, SubIndication.EXPIRED, made_after)
    if check.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE and late:
        return _definite(check, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, made_after)
    return check


def _definite(check: Check, sub_indication: SubIndication, made_after: datetime) -> Check:
    message = Message(
        "{message} A time-stamp over the content proves that the signature was made after "
        "{made_after}.",
        message=check.message,
        made_after=written(made_after),
    )
    return failed(
        check,
        sub_indication,
        message,
        Message("Ask for a new signature."),
        certificate=check.certificate,
        role=check.role,
    )
