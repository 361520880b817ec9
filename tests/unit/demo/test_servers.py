"""The demonstration's servers answer as the certificates promise."""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from esign.demo.pki import DemoPKI
from esign.demo.servers import RevocationServer

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def server():
    """A running server with its PKI."""
    with RevocationServer(lambda: NOW) as running:
        running.serve(DemoPKI.make(running.url, NOW))
        yield running


def _status(server, name: str) -> ocsp.OCSPResponse:
    pki = server._pki
    request = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(getattr(pki, name).certificate, pki.issuing.certificate, hashes.SHA1())
        .build()
        .public_bytes(serialization.Encoding.DER)
    )
    with urllib.request.urlopen(f"{server.url}/ocsp", data=request) as answer:
        return ocsp.load_der_ocsp_response(answer.read())


def test_ocsp_says_good_and_then_revoked(server) -> None:
    """Only the one that was revoked changes; a stranger is not answered about."""
    assert _status(server, "agency").certificate_status is ocsp.OCSPCertStatus.GOOD
    server.revoked[server._pki.agency.certificate.serial_number] = NOW
    assert _status(server, "agency").certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert _status(server, "citizen").certificate_status is ocsp.OCSPCertStatus.GOOD
    assert _status(server, "root").response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


def test_lists_and_issuers_are_handed_out(server) -> None:
    """What the pointers in the certificates name is there, and only that."""
    for path, load in (
        ("root.crl", x509.load_der_x509_crl),
        ("issuing.crl", x509.load_der_x509_crl),
        ("root.cer", x509.load_der_x509_certificate),
    ):
        with urllib.request.urlopen(f"{server.url}/{path}") as answer:
            assert load(answer.read()).issuer
    assert set(server.lists()) == {"root.crl", "issuing.crl"}
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{server.url}/other")


def test_junk_is_answered_as_malformed(server) -> None:
    """Neither an address that is no base64 nor junk in a request stops the server."""
    for path, data in (("ocsp/!!!", None), ("ocsp/AAAA", None), ("ocsp", b"junk")):
        with urllib.request.urlopen(f"{server.url}/{path}", data=data) as answer:
            response = ocsp.load_der_ocsp_response(answer.read())
        assert response.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
