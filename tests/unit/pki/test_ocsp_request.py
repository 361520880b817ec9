"""Requests to OCSP responders.

Spec: RFC 6960 §4.1, RFC 9654
"""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from esign.asn1.writer import octet_string
from esign.crypto.algorithms import digest_by_name
from esign.errors import MalformedCertificateError, UsageError
from esign.pki.certificate import Certificate
from esign.pki.ocsp import NONCE
from esign.pki.ocsp_request import check_nonce, ocsp_request
from tests.support.chains import extension, make, make_ocsp

ROOT = make("Root")
ANNA = make("Anna", ROOT, ca=False)


@pytest.mark.parametrize("name", ["SHA1", "SHA256"])
def test_request_is_read_by_an_independent_library(name: str) -> None:
    """Another library reads from our request the certificate we meant, and the nonce."""
    digest = digest_by_name(name)
    request = ocsp.load_der_ocsp_request(ocsp_request(ANNA.ours, ROOT.ours, b"n" * 32, digest))
    assert request.serial_number == ANNA.x509.serial_number
    assert request.hash_algorithm.name.upper() == name
    assert request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"n" * 32
    theirs = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(ANNA.x509, ROOT.x509, request.hash_algorithm)
        .build()
    )
    assert request.issuer_key_hash == theirs.issuer_key_hash
    assert request.issuer_name_hash == theirs.issuer_name_hash


def test_request_without_nonce_has_no_extension() -> None:
    """No nonce, no extensions: such a request can be cached and sent by GET."""
    request = ocsp_request(ANNA.ours, ROOT.ours, None, digest_by_name("SHA1"))
    assert len(ocsp.load_der_ocsp_request(request).extensions) == 0


@pytest.mark.parametrize("nonce", [b"", b"n" * 129])
def test_nonce_has_a_lawful_length(nonce: bytes) -> None:
    """Nonces of no or more than 128 octets are refused before they are sent."""
    with pytest.raises(UsageError):
        ocsp_request(ANNA.ours, ROOT.ours, nonce, digest_by_name("SHA1"))


def test_nonce_is_compared() -> None:
    """The same nonce matches, another does not, and none cannot be told."""
    answer = make_ocsp(ANNA, ROOT, extensions=extension(NONCE, octet_string(b"n" * 32)))
    assert check_nonce(answer, b"n" * 32) is True
    assert check_nonce(answer, b"x" * 32) is False
    assert check_nonce(make_ocsp(ANNA, ROOT), b"n" * 32) is None


def test_issuer_without_a_readable_key_cannot_be_asked_about() -> None:
    """A request about an issuer whose key is broken is refused with its name."""
    bits = ROOT.ours.public_key.spki[-35:]
    broken = Certificate.from_der(ROOT.ours.der.replace(bits, b"\x05" + bits[1:]))
    with pytest.raises(MalformedCertificateError, match="CN=Root"):
        ocsp_request(ANNA.ours, broken, None, digest_by_name("SHA1"))
