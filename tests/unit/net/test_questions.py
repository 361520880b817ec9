"""What is asked, without a network."""

from __future__ import annotations

from base64 import b64decode
from urllib.parse import unquote

import pytest
from cryptography.x509 import OCSPNonce, ocsp

from esign.ades.evidence import Want, WantKind
from esign.ades.ports import HTTPAnswer
from esign.asn1.writer import octet_string
from esign.errors import AnswerUnusableError, EsignError, NetworkError, SourceError
from esign.net.questions import Attempts, OCSPManner, Question, may_retry
from esign.terms import CertificateRole
from tests.support.chains import extension, make, make_ocsp
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


CA = make("Manner CA")
ASKED_ABOUT = make("Asked about", CA, ca=False)
ASKED = Want(
    kind=WantKind.OCSP,
    certificate=ASKED_ABOUT.ours,
    issuer=CA.ours,
    role=CertificateRole.SIGNER,
    urls=("http://ocsp.example/",),
)


def _manner_of(question: Question) -> str:
    body = question.request.body or b64decode(unquote(question.request.url.rpartition("/")[2]))
    nonce = ocsp.load_der_ocsp_request(body).extensions
    return f"{question.request.method}{'+nonce' if len(nonce) else ''}"


def _manners(manner: OCSPManner, error: EsignError) -> list[str]:
    attempts = Attempts(ASKED, manner)
    tried = []
    for question in attempts:
        tried.append(_manner_of(question))
        attempts.failed(question.url, error.message, may_retry=may_retry(error))
    return tried


def test_responder_is_asked_in_simpler_manners() -> None:
    """Where a responder answers with an error: without a nonce, then by GET (RFC 5019)."""
    error = AnswerUnusableError("It refused.")
    assert _manners(OCSPManner(), error) == ["POST+nonce", "POST", "GET"]
    assert _manners(OCSPManner(get_first=True), error) == ["GET", "POST+nonce", "POST"]


def test_required_nonce_allows_no_simpler_manner() -> None:
    """Where the policy requires the nonce nothing is asked without one."""
    error = AnswerUnusableError("It refused.")
    assert _manners(OCSPManner(require_nonce=True), error) == ["POST+nonce"]


def test_unreachable_responder_is_asked_once() -> None:
    """A server that cannot be reached is not asked again in another manner."""
    assert _manners(OCSPManner(), NetworkError("Nobody there.")) == ["POST+nonce"]


def test_replayed_nonce_ends_the_asking() -> None:
    """An answer with another nonce is refused, and the responder is not given another try."""
    question = next(iter(Attempts(ASKED)))
    nonce = extension("1.3.6.1.5.5.7.48.1.2", octet_string(b"n" * 32))
    replayed = make_ocsp(ASKED_ABOUT, CA, extensions=nonce)
    with pytest.raises(SourceError, match="another nonce") as caught:
        question.evidence(HTTPAnswer(status=200, headers={}, body=replayed.der))
    assert not may_retry(caught.value)


def test_absent_nonce_is_refused_only_when_required() -> None:
    """An answer without any nonce counts, unless the policy requires it."""
    response = make_ocsp(ASKED_ABOUT, CA)
    answer = HTTPAnswer(status=200, headers={}, body=response.der)
    assert next(iter(Attempts(ASKED))).evidence(answer).ocsp_responses == (response,)
    strict = next(iter(Attempts(ASKED, OCSPManner(require_nonce=True))))
    with pytest.raises(SourceError, match="policy requires one"):
        strict.evidence(answer)
