"""Fetching evidence from a certification authority run by another library."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator

import anyio
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509 import ocsp

from esign.ades.evidence import Evidence, Want, WantKind
from esign.errors import DeadlineExceededError
from esign.limits import Budget, Limits
from esign.net.sources import AsyncOnlineSource, OnlineSource
from esign.net.transport import AsyncHTTPTransport, HTTPTransport
from esign.pki.certificate import Certificate
from esign.pki.ocsp import CertificateStatus
from esign.terms import CertificateRole
from tests.support.faulty_server import Answer, FaultyServer
from tests.support.responders import Responders

Fetch = Callable[..., Evidence]


@pytest.fixture(scope="module")
def authority() -> Iterator[Responders]:
    """A certification authority on loopback."""
    with Responders() as running:
        yield running


@pytest.fixture(scope="module")
def citizen(authority: Responders) -> Certificate:
    """A certificate whose pointers lead to that authority."""
    return Certificate.from_der(authority.issue("citizen").der)


@pytest.fixture(scope="module")
def issuer(authority: Responders) -> Certificate:
    """The certificate that issued it."""
    return Certificate.from_der(authority.authority("issuing").der)


@pytest.fixture(params=["sync", "async"])
def fetch(request: pytest.FixtureRequest) -> Fetch:
    """Answer a want with either kind of source."""

    def fetched(
        want: Want,
        *,
        allow: tuple[str, ...] = ("127.0.0.1",),
        budget: Budget | None = None,
        timeout: float = 5,
    ) -> Evidence:
        given = budget or Budget()
        if request.param == "sync":
            transport = HTTPTransport(allow, timeout=timeout, environ={})
            return OnlineSource(transport).fetch(want, given)
        awaited = AsyncOnlineSource(AsyncHTTPTransport(allow, timeout=timeout, environ={}))
        return anyio.run(awaited.fetch, want, given)

    return fetched


def _want(kind: WantKind, certificate: Certificate, issuer: Certificate | None, *urls: str) -> Want:
    return Want(
        kind=kind, certificate=certificate, issuer=issuer, role=CertificateRole.SIGNER, urls=urls
    )


def _causes(evidence: Evidence) -> str:
    (failure,) = evidence.failures
    assert evidence == Evidence(failures=evidence.failures)
    return " | ".join(f"{url} {cause}" for url, cause in failure.causes)


def test_an_issuer_is_fetched(fetch: Fetch, citizen: Certificate, issuer: Certificate) -> None:
    """The certificate named by AIA comes back."""
    want = _want(WantKind.ISSUER, citizen, None, *citizen.issuer_urls)
    assert fetch(want).certificates == (issuer,)


@pytest.mark.parametrize("encoding", ["PEM", "PKCS#7", "PKCS#7 in PEM"])
def test_issuers_come_in_several_forms(
    fetch: Fetch, authority: Responders, citizen: Certificate, issuer: Certificate, encoding: str
) -> None:
    """PEM and certificate bags are read like DER; the issuer stands first."""
    both = [authority.authority("root").certificate, authority.authority("issuing").certificate]
    body = {
        "PEM": b"".join(each.public_bytes(Encoding.PEM) for each in both),
        "PKCS#7": pkcs7.serialize_certificates(both, Encoding.DER),
        "PKCS#7 in PEM": pkcs7.serialize_certificates(both, Encoding.PEM),
    }[encoding]
    with FaultyServer(Answer(body)) as server:
        found = fetch(_want(WantKind.ISSUER, citizen, None, server.url)).certificates
    assert found[0] == issuer
    assert len(found) == 2


def test_a_status_is_asked_by_post_with_a_nonce(
    fetch: Fetch, authority: Responders, citizen: Certificate, issuer: Certificate
) -> None:
    """The responder's answer about this certificate comes back, with our nonce in it."""
    (response,) = fetch(_want(WantKind.OCSP, citizen, issuer, *citizen.ocsp_urls)).ocsp_responses
    (single,) = response.about(citizen, issuer)
    assert single.status is CertificateStatus.GOOD
    assert response.nonce is not None
    assert len(response.nonce) == 32
    assert authority.requests[-1] == "POST /ocsp"


def test_a_list_is_fetched(fetch: Fetch, citizen: Certificate) -> None:
    """The CRL named by the certificate comes back."""
    (crl,) = fetch(_want(WantKind.CRL, citizen, None, *citizen.crl_urls)).crls
    assert crl.issuer == citizen.issuer


def test_a_list_in_pem_is_read(fetch: Fetch, authority: Responders, citizen: Certificate) -> None:
    """Some authorities publish their CRL in PEM."""
    text = base64.encodebytes(authority.crl("issuing"))
    pem = b"-----BEGIN X509 CRL-----\n" + text + b"-----END X509 CRL-----\n"
    with FaultyServer(Answer(pem)) as server:
        assert len(fetch(_want(WantKind.CRL, citizen, None, server.url)).crls) == 1


def test_the_next_url_is_tried(fetch: Fetch, citizen: Certificate) -> None:
    """URLs are tried in order until one answers; the earlier failures are then no news."""
    with FaultyServer(Answer(status=500)) as broken:
        urls = ("ldap://ca.example/x", broken.url, *citizen.crl_urls, "http://unused.invalid/")
        evidence = fetch(_want(WantKind.CRL, citizen, None, *urls))
    assert len(evidence.crls) == 1
    assert evidence.failures == ()


def test_each_urls_cause_is_kept(fetch: Fetch, citizen: Certificate) -> None:
    """When nothing answers, the failure names every URL with its own reason."""
    with FaultyServer(Answer(status=404)) as missing, FaultyServer(Answer(b"x")) as garbage:
        urls = ("ldap://u:secret@ca.example/x", missing.url, garbage.url)
        text = _causes(fetch(_want(WantKind.CRL, citizen, None, *urls)))
    for piece in ("ldap://ca.example/x", "directories", missing.url, "404", garbage.url):
        assert piece in text
    assert "secret" not in text


def test_private_addresses_are_not_asked(fetch: Fetch, citizen: Certificate) -> None:
    """Without the operator's word a certificate leads to no private address."""
    with FaultyServer(Answer(b"x")) as server:
        want = _want(WantKind.CRL, citizen, None, server.url)
        text = _causes(fetch(want, allow=()))
        assert server.requests == []
    assert "loopback" in text


def test_redirects_to_private_addresses_are_not_followed(
    fetch: Fetch, citizen: Certificate
) -> None:
    """A public-looking URL cannot lead inside by a redirect."""
    with FaultyServer(Answer(b"x")) as inside:
        redirect = Answer(status=302, headers={"Location": inside.url})
        with FaultyServer(redirect) as server:
            want = _want(WantKind.CRL, citizen, None, server.url)
            text = _causes(fetch(want, allow=(f"127.0.0.1:{server.port}",)))
        assert inside.requests == []
    assert "loopback" in text


def test_answers_about_something_else_do_not_count(
    fetch: Fetch, authority: Responders, citizen: Certificate, issuer: Certificate
) -> None:
    """Readable is not enough: it must be about what was asked for."""
    root = authority.authority("root").der
    other = Certificate.from_der(authority.issue("citizen", name="other").der)
    (theirs,) = fetch(_want(WantKind.OCSP, other, issuer, *other.ocsp_urls)).ocsp_responses
    for kind, body, reason in (
        (WantKind.ISSUER, root, "belongs to the issuer"),
        (WantKind.CRL, authority.crl("root"), "another issuer"),
        (WantKind.OCSP, theirs.der, "another certificate"),
    ):
        with FaultyServer(Answer(body)) as server:
            assert reason in _causes(fetch(_want(kind, citizen, issuer, server.url)))


def test_a_replayed_response_does_not_count(
    fetch: Fetch, citizen: Certificate, issuer: Certificate
) -> None:
    """A response with the nonce of an earlier question is an old one."""
    want = _want(WantKind.OCSP, citizen, issuer, *citizen.ocsp_urls)
    (old,) = fetch(want).ocsp_responses
    with FaultyServer(Answer(old.der)) as server:
        text = _causes(fetch(_want(WantKind.OCSP, citizen, issuer, server.url)))
    assert "nonce" in text


def test_a_response_without_nonce_counts(
    fetch: Fetch, authority: Responders, citizen: Certificate, issuer: Certificate
) -> None:
    """Responders that sign in advance repeat no nonce; the times will tell."""
    certificate = next(
        issued.certificate
        for issued in authority._issued.values()
        if issued.certificate.serial_number == citizen.serial_number
    )
    built = authority.authority("issuing").certificate
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, built, hashes.SHA256()).build()
    with FaultyServer(Answer(authority.answer(request.public_bytes(Encoding.DER)))) as server:
        (response,) = fetch(_want(WantKind.OCSP, citizen, issuer, server.url)).ocsp_responses
    assert response.nonce is None


@pytest.mark.parametrize(
    ("status", "reason"),
    [(1, "read the request"), (2, "internal"), (3, "later"), (5, "signed"), (6, "not answer for"),
     (9, "status 9")],
)  # fmt: skip
def test_refusals_of_a_responder_are_kept(
    fetch: Fetch, citizen: Certificate, issuer: Certificate, status: int, reason: str
) -> None:
    """The responder's own status is the cause."""
    with FaultyServer(Answer(bytes((0x30, 3, 0x0A, 1, status)))) as server:
        assert reason in _causes(fetch(_want(WantKind.OCSP, citizen, issuer, server.url)))


@pytest.mark.parametrize("kind", list(WantKind))
@pytest.mark.parametrize(
    "answer",
    [
        Answer(b""),
        Answer(b"<html>"),
        Answer(b"\x30\x82\xff\xff"),
        Answer(b"\x30" * 5000),
        Answer(b"x" * 500, cut_after=100),
        Answer(endless=True),
        Answer(delay=9),
    ],
)
def test_no_bad_answer_stops_a_verification(
    fetch: Fetch, citizen: Certificate, issuer: Certificate, kind: WantKind, answer: Answer
) -> None:
    """Empty, garbage, cut, endless or silent: a recorded failure, in time."""
    budget = Budget(Limits(download_octets=100_000))
    with FaultyServer(answer) as server:
        start = time.monotonic()
        text = _causes(fetch(_want(kind, citizen, issuer, server.url), budget=budget, timeout=0.3))
    assert server.url in text
    assert time.monotonic() - start < 2


def test_too_many_downloads_are_a_recorded_failure(fetch: Fetch, citizen: Certificate) -> None:
    """A budget that is used up stops the asking, not the verification."""
    want = _want(WantKind.CRL, citizen, None, *citizen.crl_urls)
    assert "downloads" in _causes(fetch(want, budget=Budget(Limits(downloads=0))))


def test_the_deadline_is_not_swallowed(fetch: Fetch, citizen: Certificate) -> None:
    """When the caller's time is over the call ends."""
    with FaultyServer(Answer(delay=9)) as server, pytest.raises(DeadlineExceededError):
        fetch(_want(WantKind.CRL, citizen, None, server.url), budget=Budget.within(0.2))


def test_cancelling_is_not_swallowed(citizen: Certificate) -> None:
    """A cancelled task stops at once."""

    async def cancelled() -> bool:
        source = AsyncOnlineSource(AsyncHTTPTransport(["127.0.0.1"], environ={}))
        with FaultyServer(Answer(delay=9)) as server, anyio.move_on_after(0.2) as scope:
            await source.fetch(_want(WantKind.CRL, citizen, None, server.url), Budget())
        return scope.cancelled_caught

    assert anyio.run(cancelled)
