"""Requests to OCSP responders, and the check that an answer belongs to one.

Spec: RFC 6960 §4.1, RFC 8954, RFC 9654
"""

from __future__ import annotations

from hmac import compare_digest

from esign.asn1.writer import explicit, integer, null, octet_string, sequence
from esign.asn1.writer import oid as encode_oid
from esign.crypto.algorithms import DigestAlgorithm
from esign.errors import MalformedCertificateError, UsageError
from esign.pki.certificate import Certificate
from esign.pki.ocsp import NONCE, OCSPResponse, key_hash

NONCE_OCTETS = 32
"""What RFC 9654 asks clients to send; responders must accept 1 to 128."""


def ocsp_request(
    certificate: Certificate,
    issuer: Certificate,
    nonce: bytes | None,
    digest: DigestAlgorithm,
) -> bytes:
    """Return the DER of an unsigned OCSPRequest about one certificate.

    Args:
        certificate: the one asked about.
        issuer: the one that issued it.
        nonce: 1 to 128 random octets from the caller, or None for none.
        digest: for the CertID; SHA-1 is what every responder understands, and the digest
            only finds the certificate, it protects nothing.

    Raises:
        UsageError: the nonce has a length that RFC 9654 forbids.
        MalformedCertificateError: the issuer's key cannot be read.
    """
    if nonce is not None and not 1 <= len(nonce) <= 128:
        raise UsageError(
            "An OCSP nonce has 1 to 128 octets, and this one {length}.", length=len(nonce)
        )
    issuer_key = key_hash(issuer.public_key.spki, digest)
    if issuer_key is None:
        raise MalformedCertificateError(
            "The key of “{issuer}” cannot be read, so nobody can be asked about what it issued.",
            issuer=str(issuer.subject),
        )
    cert_id = sequence(
        sequence(encode_oid(digest.oid), null()),
        octet_string(digest.digest(certificate.issuer.der)),
        octet_string(issuer_key),
        integer(certificate.serial_number),
    )
    request_list = sequence(sequence(cert_id))
    if nonce is None:
        return sequence(sequence(request_list))
    extension = sequence(encode_oid(NONCE), octet_string(octet_string(nonce)))
    return sequence(sequence(request_list, explicit(2, sequence(extension))))


def check_nonce(response: OCSPResponse, nonce: bytes) -> bool | None:
    """Return whether the response repeats the nonce; None when it has none.

    A wrong nonce means a replay and must refuse the answer. None is common, because many
    responders sign in advance; then only the times show that the answer is fresh.

    Spec: RFC 6960 §4.4.1
    """
    answered = response.nonce
    return None if answered is None else compare_digest(answered, nonce)
