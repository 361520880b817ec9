"""Identification of the signing certificate.

A signed reference decides: the certificate whose digest it holds is the signer's, and no
other. Without one, the signer identifier or KeyInfo is followed, and the acceptance block
judges the missing reference.

Spec: EN 319 102-1 §5.2.3, RFC 5035 §5
"""

from __future__ import annotations

from collections.abc import Iterator

from esign.ades.signature import (
    AdESSignature,
    SigningCertificateClaim,
    SigningCertificateReference,
)
from esign.crypto.algorithms import DigestAlgorithm
from esign.errors import MalformedError, UnsupportedAlgorithmError
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.names import Name
from esign.terms import SubIndication
from esign.validation.checks import Block, Check, failed, warned
from esign.validation.context import ValidationContext

IDENTIFIED = Check(
    "signing-certificate",
    Block.IDENTIFICATION_OF_THE_SIGNING_CERTIFICATE,
    "EN 319 102-1 §5.2.3.4",
)
REFERENCE = Check(
    "signing-certificate-reference",
    Block.IDENTIFICATION_OF_THE_SIGNING_CERTIFICATE,
    "EN 319 102-1 §5.2.3.4",
)

Identified = tuple[Certificate | None, tuple[Check, ...]]

_SUPPLY = Message("Supply the signer's certificate as evidence.")
_SIGN_AGAIN = Message("Ask the signer to sign again with software that follows the standard.")
_DO_NOT_RELY = Message(
    "The certificate may have been exchanged. If the right one is missing, supply it as "
    "evidence; otherwise do not rely on this signature."
)


def identify_signing_certificate(
    signature: AdESSignature, context: ValidationContext
) -> Identified:
    """Return the signing certificate, or None, and the checks that led there."""
    claim = signature.signer
    if claim.references:
        return _by_reference(claim, claim.references[0], context)
    if claim.present:
        return None, (
            _not_found(
                REFERENCE,
                Message("The signing-certificate reference of the signature cannot be read."),
                _SIGN_AGAIN,
            ),
        )
    return _without_reference(signature, claim, context)


def value_holds_under_hint(signature: AdESSignature, context: ValidationContext) -> bool:
    """Return whether the value verifies under a certificate that the signature points to.

    For reports on signatures whose signer is not identified: it says that the value is
    sound, and nothing about who made it.
    """
    for certificate in _hinted(signature.signer, context):
        context.budget.spend("public_key_operations")
        if signature.value_verifies(certificate.public_key):
            return True
    return False


def _by_reference(
    claim: SigningCertificateClaim,
    reference: SigningCertificateReference,
    context: ValidationContext,
) -> Identified:
    algorithm = reference.digest_algorithm
    try:
        found = None if algorithm is None else _referenced(claim, algorithm, reference, context)
    except UnsupportedAlgorithmError:
        algorithm = None
    if algorithm is None:
        message = Message(
            "The signing-certificate reference uses a digest algorithm that is not known here."
        )
        return None, (_not_found(REFERENCE, message, _SIGN_AGAIN),)
    if found is not None:
        return _identified_by(found, claim, reference)
    named = next((c for c in _candidates(claim, context) if _is_named(c, claim)), None)
    if named is None:
        message = Message("The signer's certificate is neither in the signature nor supplied.")
        return None, (_not_found(IDENTIFIED, message, _SUPPLY),)
    message = Message(
        "The signature covers a reference to another certificate than the one it names, "
        "“{subject}”.",
        subject=str(named.subject),
    )
    return None, (_not_found(REFERENCE, message, _DO_NOT_RELY),)


def _referenced(
    claim: SigningCertificateClaim,
    algorithm: DigestAlgorithm,
    reference: SigningCertificateReference,
    context: ValidationContext,
) -> Certificate | None:
    """Return the certificate whose digest the reference holds, or None."""
    for certificate in claim.candidates[:_TRIED_FIRST]:
        if certificate.digest(algorithm) == reference.digest:
            return certificate
    return context.certificate_by_digest(algorithm, reference.digest)


_TRIED_FIRST = 3
"""Where a form points to the right certificate, nothing else needs to be digested."""


def _identified_by(
    certificate: Certificate,
    claim: SigningCertificateClaim,
    reference: SigningCertificateReference,
) -> Identified:
    """RFC 5035 §5: identifier and reference must speak of the same certificate."""
    if _has_identifier(claim) and not _is_named(certificate, claim):
        message = Message(
            "The signer identifier names another certificate than the signed reference, which "
            "is of “{subject}”.",
            subject=str(certificate.subject),
        )
        return None, (_not_found(REFERENCE, message, _DO_NOT_RELY),)
    if not all(_is_of(certificate, each) for each in claim.repeated):
        message = Message(
            "The signature covers references to two different certificates; one is “{subject}”.",
            subject=str(certificate.subject),
        )
        return None, (_not_found(REFERENCE, message, _DO_NOT_RELY),)
    if _contradicts(certificate, reference):
        # Issuer and serial number are only a hint beside the digest (§5.2.3.4 step 3).
        message = Message(
            "Issuer and serial number in the signing-certificate reference differ from the "
            "certificate's, although its digest matches."
        )
        return certificate, (IDENTIFIED, warned(REFERENCE, message))
    return certificate, _BOTH


def _is_of(certificate: Certificate, reference: SigningCertificateReference) -> bool:
    digest = reference.digest_algorithm
    try:
        return digest is not None and certificate.digest(digest) == reference.digest
    except UnsupportedAlgorithmError:
        return False


_BOTH = (IDENTIFIED, REFERENCE)
_ONE = (IDENTIFIED,)


def _without_reference(
    signature: AdESSignature, claim: SigningCertificateClaim, context: ValidationContext
) -> Identified:
    """Follow the unsigned hints; of several, the one whose key made the value.

    Where nothing points anywhere, the certificate whose key made the value is the signer's.
    """
    hinted = list(_hinted(claim, context))
    unnamed = not hinted and not _has_identifier(claim)
    for certificate in context.pool.certificates if unnamed else hinted:
        context.budget.spend("public_key_operations")
        if signature.value_verifies(certificate.public_key):
            return certificate, _ONE
    if hinted:
        return hinted[0], _ONE
    message = Message("The signer's certificate is neither in the signature nor supplied.")
    return None, (_not_found(IDENTIFIED, message, _SUPPLY),)


def _hinted(claim: SigningCertificateClaim, context: ValidationContext) -> Iterator[Certificate]:
    if _has_identifier(claim):
        return (c for c in _candidates(claim, context) if _is_named(c, claim))
    return iter(claim.candidates)


def _candidates(
    claim: SigningCertificateClaim, context: ValidationContext
) -> Iterator[Certificate]:
    """What the format points to, then everything known, anchors last: each is only tried."""
    yield from claim.candidates
    yield from context.pool.certificates
    for anchor in context.trust.anchors:
        yield anchor.certificate


def _has_identifier(claim: SigningCertificateClaim) -> bool:
    return claim.serial_number is not None or claim.subject_key_identifier is not None


def _is_named(certificate: Certificate, claim: SigningCertificateClaim) -> bool:
    if claim.subject_key_identifier is not None:
        return certificate.subject_key_identifier == claim.subject_key_identifier
    if claim.serial_number is None:
        return certificate in claim.candidates
    if claim.serial_number != certificate.serial_number:
        return False
    return claim.issuer_name is None or _same_name(claim.issuer_name, certificate)


def _same_name(issuer_name: bytes, certificate: Certificate) -> bool:
    """Compare octets first: equal names are nearly always equal octet for octet."""
    if issuer_name == certificate.issuer_der:
        return True
    try:
        return Name.from_der(issuer_name) == certificate.issuer
    except MalformedError:
        return False  # What cannot be read names nobody.


def _contradicts(certificate: Certificate, reference: SigningCertificateReference) -> bool:
    if reference.serial_number not in (None, certificate.serial_number):
        return True
    name = reference.issuer_name
    return name is not None and not _same_name(name, certificate)


def _not_found(passed: Check, message: Message, remedy: Message) -> Check:
    return failed(passed, SubIndication.NO_SIGNING_CERTIFICATE_FOUND, message, remedy)
