"""The client: accounts, secrets, several authorities, and every way in which one fails."""

from __future__ import annotations

import hashlib
import logging
import pickle
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from esign.crypto.algorithms import digest_by_name
from esign.errors import (
    DeadlineExceededError,
    TimestampingError,
    TSARejectedError,
    TSATokenRefusedError,
    TSAUnreachableError,
    UsageError,
)
from esign.limits import Budget, Limits
from esign.net.transport import AsyncHTTPTransport, HTTPTransport
from esign.tsa.client import TimestampClient
from esign.tsa.issuing import TokenIssuer
from esign.tsa.messages import read_request, request_octets
from esign.tsa.serials import SerialFile
from esign.tsa.token import parse_token
from tests.support.authority import NOW, POLICY, make_authority
from tests.support.faulty_server import Answer, FaultyServer, Request

SHA256 = digest_by_name("SHA256")
DIGEST = hashlib.sha256(b"data").digest()
Ask = Callable[..., bytes]


@pytest.fixture
def issuer(tmp_path: Path) -> TokenIssuer:
    """An authority without a network."""
    serials = SerialFile(tmp_path / "serials")
    return TokenIssuer(make_authority(), policy=POLICY, serials=serials)


@pytest.fixture
def server(issuer: TokenIssuer) -> Iterator[FaultyServer]:
    """The authority behind a server that can be told to misbehave."""
    with FaultyServer(lambda request: Answer(issuer.answer(request.body, NOW))) as running:
        yield running


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Ask an authority for a token, with either kind of client."""

    def asked(
        url: str, *, timeout: float = 5, budget: Budget | None = None, **account: str
    ) -> bytes:
        client = TimestampClient(
            url,
            transport=HTTPTransport(timeout=timeout, environ={}),
            **account,  # type: ignore[arg-type]
        )
        given = budget or Budget()
        if request.param == "sync":
            return client.timestamp(DIGEST, SHA256, given)
        awaited = client.awaited(AsyncHTTPTransport(timeout=timeout, environ={}))
        return anyio.run(awaited.timestamp, DIGEST, SHA256, given)

    return asked


def test_a_token_is_had(ask: Ask, server: FaultyServer) -> None:
    """Over HTTP, with the registered content types."""
    token = parse_token(ask(server.url))
    assert token.imprint == DIGEST
    headers = server.requests[0].headers
    assert headers["content-type"] == "application/timestamp-query"
    assert headers["accept"] == "application/timestamp-reply"


def test_the_account_is_told(ask: Ask, server: FaultyServer) -> None:
    """User, password and headers reach the authority."""
    ask(server.url, username="me", password="secret", headers={"X-Api-Key": "key"}, policy=POLICY)
    seen = server.requests[0]
    assert seen.headers["authorization"] == "Basic bWU6c2VjcmV0"
    assert seen.headers["x-api-key"] == "key"
    assert read_request(seen.body).policy == POLICY


def test_an_account_in_the_url_is_told_too(ask: Ask, server: FaultyServer) -> None:
    """user:password@ in the URL works, and is nowhere shown."""
    url = server.url.replace("://", "://me:secret@")
    ask(url)
    assert server.requests[0].headers["authorization"] == "Basic bWU6c2VjcmV0"
    client = TimestampClient(url + "?key=secret")
    assert "secret" not in client.name + repr(client)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(delay=10), "did not answer"),
        (Answer(b"x" * 5000, drip=0.01), "did not answer"),
        (Answer(b"x" * 5000, cut_after=300), "gave no answer"),
        (Answer(b"x" * 5000, reset_after=300), "gave no answer"),
        (Answer(cut_after=0), "gave no answer"),
        (Answer(endless=True), "larger than"),
        (Answer(raw=b"\x30\x82\xff\xff garbage\r\n\r\n"), "gave no answer"),
        (Answer(b"<html>maintenance</html>"), "not with a time-stamp response"),
        (Answer(b""), "not with a time-stamp response"),
        (Answer(b"no", status=500), "HTTP status 500"),
        (Answer(b"no", status=401), "user name"),
        (Answer(status=302, headers={"Location": "/"}), "redirects too often"),
        (Answer(status=302, headers={"Location": "http://127.0.0.1:1/"}), "loopback"),
        (Answer(status=307, headers={"Location": "http://169.254.169.254/"}), "link-local"),
        (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "only http"),
    ],
)
def test_authorities_that_fail_are_told_apart(
    ask: Ask, server: FaultyServer, answer: Answer, reason: str
) -> None:
    """Slow, cut, endless, garbage, errors and redirects: one error class, each its reason."""
    server.answer = answer
    budget = Budget(Limits(download_octets=200_000))
    start = time.monotonic()
    with pytest.raises(TSAUnreachableError, match=reason):
        ask(server.url, timeout=1.2, budget=budget)
    assert time.monotonic() - start < 5


def test_a_token_cut_short_is_refused(ask: Ask, server: FaultyServer, issuer: TokenIssuer) -> None:
    """An answer whose end is missing, with a Content-Length to match, is no response."""
    server.answer = lambda request: Answer(issuer.answer(request.body, NOW)[:-10])
    with pytest.raises(TSAUnreachableError, match="not with a time-stamp response"):
        ask(server.url)


def _over_other_data(issuer: TokenIssuer, request: Request) -> bytes:
    nonce = read_request(request.body).nonce
    other = request_octets(hashlib.sha256(b"other").digest(), SHA256, nonce=nonce)
    return issuer.answer(other, NOW)


def _with_other_nonce(issuer: TokenIssuer, _: Request) -> bytes:
    return issuer.answer(request_octets(DIGEST, SHA256, nonce=1), NOW)


def _without_nonce(issuer: TokenIssuer, _: Request) -> bytes:
    return issuer.answer(request_octets(DIGEST, SHA256), NOW)


@pytest.mark.parametrize("lie", [_over_other_data, _with_other_nonce, _without_nonce])
def test_a_lying_authority_is_refused(
    ask: Ask,
    server: FaultyServer,
    issuer: TokenIssuer,
    lie: Callable[[TokenIssuer, Request], bytes],
) -> None:
    """Genuine tokens for another question are not ours."""
    server.answer = lambda request: Answer(lie(issuer, request))
    with pytest.raises(TSATokenRefusedError):
        ask(server.url)


def test_a_replayed_token_is_refused(ask: Ask, server: FaultyServer, issuer: TokenIssuer) -> None:
    """The answer to an earlier question over the same data is noticed."""
    first = issuer.answer(request_octets(DIGEST, SHA256, nonce=12345), NOW - timedelta(days=1))
    server.answer = Answer(first)
    with pytest.raises(TSATokenRefusedError, match="old answer"):
        ask(server.url)


def test_a_refusal_names_authority_and_reason(ask: Ask, server: FaultyServer) -> None:
    """Status and failure code are the authority's own."""
    with pytest.raises(TSARejectedError, match="unacceptedPolicy") as caught:
        ask(server.url, policy="1.2.3")
    assert caught.value.values["url"] == server.url


def test_the_deadline_is_not_the_authoritys_fault(ask: Ask, server: FaultyServer) -> None:
    """When the call's time is over that is what is said."""
    server.answer = Answer(delay=10)
    with pytest.raises(DeadlineExceededError):
        ask(server.url, budget=Budget.within(0.3))


def test_errors_and_logs_hold_no_secrets(
    ask: Ask, server: FaultyServer, caplog: pytest.LogCaptureFixture
) -> None:
    """However it fails, the password stays with the client."""
    caplog.set_level(logging.DEBUG, "esign")
    url = server.url + "?key=hidden"
    shown = ""
    for answer in (Answer(cut_after=0), Answer(status=401), Answer(b"x"), Answer(delay=9)):
        server.answer = answer
        with pytest.raises(TimestampingError) as caught:
            ask(url, timeout=0.3, username="me", password="hidden", headers={"X-Key": "hidden"})
        error: BaseException | None = caught.value
        while error is not None:
            shown += str(error) + repr(error) + repr(getattr(error, "values", ""))
            error = error.__cause__
    assert "hidden" not in shown + caplog.text


def test_clients_are_not_pickled() -> None:
    """A password does not travel in a pickle."""
    client = TimestampClient("http://tsa.example/", username="me", password="hidden")
    with pytest.raises(TypeError):
        pickle.dumps(client)
    with pytest.raises(TypeError):
        pickle.dumps(client.awaited(AsyncHTTPTransport(environ={})))
    assert "hidden" not in repr(client) + repr(client.awaited(AsyncHTTPTransport(environ={})))


def test_senseless_accounts_are_refused() -> None:
    """Two ways to authenticate, or half of one, are the caller's mistake."""
    with pytest.raises(UsageError):
        TimestampClient("http://tsa.example/", username="a", headers={"authorization": "b"})
    with pytest.raises(UsageError):
        TimestampClient("http://tsa.example/", password="b")


def test_a_client_without_transport_says_so() -> None:
    """Nothing is sent by accident."""
    with pytest.raises(UsageError, match="no transport"):
        TimestampClient("http://tsa.example/").timestamp(DIGEST, SHA256, Budget())
