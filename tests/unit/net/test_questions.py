"""What is asked, without a network."""

from __future__ import annotations

import pytest
from cryptography.x509 import OCSPNonce, ocsp

from esign.ades.evidence import Want, WantKind
from esign.ades.ports import HTTPAnswer
from esign.errors import SourceError
from esign.net.questions import Attempts
from esign.terms import CertificateRole
from tests.support.pki import PKI


def _want(kind: WantKind, *urls: str, with_issuer: bool = True) -> Want:
    pki = PKI()
    return Want(
        kind=kind,
        certificate=pki.certificate("citizen"),
        issuer=pki.certificate("issuing") if with_issuer else None,
        role=CertificateRole.SIGNER,
        urls=urls,
    )


def test_an_ocsp_request_is_what_another_library_reads() -> None:
    """Serial number, issuer and nonce arrive at an independent reader."""
    want = _want(WantKind.OCSP, "http://ocsp.example/")
    (question,) = Attempts(want)
    request = question.request
    assert (request.method, request.from_document) == ("POST", True)
    assert request.headers["Content-Type"] == "application/ocsp-request"
    read = ocsp.load_der_ocsp_request(request.body)
    assert read.serial_number == want.certificate.serial_number
    assert len(read.extensions.get_extension_for_class(OCSPNonce).value.nonce) == 32


@pytest.mark.parametrize("kind", [WantKind.ISSUER, WantKind.CRL])
def test_other_wants_are_plain_downloads(kind: WantKind) -> None:
    """A GET of a URL that is not trusted."""
    (question,) = Attempts(_want(kind, "http://ca.example/x"))
    request = question.request
    assert (request.method, request.body, request.from_document) == ("GET", b"", True)


def test_urls_are_asked_once_and_in_order() -> None:
    """Repeated URLs are not repeated."""
    urls = ("http://b.example/", "http://a.example/", "http://b.example/")
    assert [q.url for q in Attempts(_want(WantKind.CRL, *urls))] == [
        "http://b.example/",
        "http://a.example/",
    ]


@pytest.mark.parametrize(
    ("want", "cause"),
    [
        (_want(WantKind.CRL), "no place to ask"),
        (_want(WantKind.OCSP, "http://a.example/", with_issuer=False), "issuer's certificate"),
    ],
)
def test_what_cannot_be_asked_is_a_failure(want: Want, cause: str) -> None:
    """No URL, or no issuer for OCSP, is told as the cause."""
    attempts = Attempts(want)
    assert list(attempts) == []
    ((_, message),) = attempts.failure().failures[0].causes
    assert cause in str(message)


@pytest.mark.parametrize(("status", "body"), [(404, b"x"), (204, b""), (200, b"")])
def test_only_a_full_answer_counts(status: int, body: bytes) -> None:
    """An error page, or nothing, is no evidence."""
    (question,) = Attempts(_want(WantKind.CRL, "http://a.example/"))
    with pytest.raises(SourceError):
        question.evidence(HTTPAnswer(status=status, headers={}, body=body))
