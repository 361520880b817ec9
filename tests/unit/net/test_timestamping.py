"""The time-stamping client with a transport of its own."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import anyio
import pytest

from esign.ades.ports import HTTPAnswer, HTTPRequest
from esign.crypto.algorithms import digest_by_name
from esign.errors import TSAUnreachableError
from esign.limits import Budget
from esign.net.timestamping import TimestampClient
from esign.net.transport import AsyncHTTPTransport, HTTPTransport
from esign.tsa.issuing import TokenIssuer
from esign.tsa.serials import SerialFile
from esign.tsa.token import parse_token
from tests.support.authority import NOW, POLICY, make_authority
from tests.support.faulty_server import Answer, FaultyServer

SHA256 = digest_by_name("SHA256")
DIGEST = hashlib.sha256(b"data").digest()


def test_a_url_is_all_that_is_needed(tmp_path: Path) -> None:
    """The client brings its transport."""
    serials = SerialFile(tmp_path / "serials")
    issuer = TokenIssuer(make_authority(), policy=POLICY, serials=serials)
    with FaultyServer(lambda request: Answer(issuer.answer(request.body, NOW))) as server:
        token = TimestampClient(server.url).timestamp(DIGEST, SHA256, Budget())
    assert parse_token(token).imprint == DIGEST


def test_another_transport_may_be_given() -> None:
    """A transport with a shorter timeout is the one used."""
    with FaultyServer(Answer(delay=9)) as server:
        client = TimestampClient(server.url, transport=HTTPTransport(timeout=0.2, environ={}))
        with pytest.raises(TSAUnreachableError, match=r"0\.2 seconds"):
            client.timestamp(DIGEST, SHA256, Budget())


def test_the_awaited_client_takes_the_callers_transport(tmp_path: Path) -> None:
    """Without a transport of its own the client uses the one it is given."""
    serials = SerialFile(tmp_path / "serials")
    issuer = TokenIssuer(make_authority(), policy=POLICY, serials=serials)
    with FaultyServer(lambda request: Answer(issuer.answer(request.body, NOW))) as server:
        client = TimestampClient(server.url).awaited(AsyncHTTPTransport(environ={}))
        token = anyio.run(client.timestamp, DIGEST, SHA256, Budget())
    assert parse_token(token).imprint == DIGEST


def test_the_awaited_client_keeps_its_own_transport() -> None:
    """What was chosen for this authority, here a timeout, holds awaiting too."""
    with FaultyServer(Answer(delay=9)) as server:
        own = HTTPTransport(timeout=0.2, environ={})
        client = TimestampClient(server.url, transport=own).awaited(AsyncHTTPTransport(environ={}))
        with pytest.raises(TSAUnreachableError, match=r"0\.2 seconds"):
            anyio.run(client.timestamp, DIGEST, SHA256, Budget())


class _Recorded:
    """A transport of the caller's own."""

    def __init__(self, issuer: TokenIssuer) -> None:
        self._issuer = issuer
        self.threads: list[str] = []

    def send(self, request: HTTPRequest, budget: Budget) -> HTTPAnswer:
        """Answer without a network."""
        self.threads.append(threading.current_thread().name)
        return HTTPAnswer(status=200, headers={}, body=self._issuer.answer(request.body, NOW))


def test_a_transport_that_blocks_is_asked_in_a_thread(tmp_path: Path) -> None:
    """Any transport serves an awaited client, without stopping the event loop."""
    serials = SerialFile(tmp_path / "serials")
    own = _Recorded(TokenIssuer(make_authority(), policy=POLICY, serials=serials))
    client = TimestampClient("http://tsa.example/", transport=own)
    awaited = client.awaited(AsyncHTTPTransport(environ={}))
    token = anyio.run(awaited.timestamp, DIGEST, SHA256, Budget())
    assert parse_token(token).imprint == DIGEST
    assert own.threads != [threading.main_thread().name]
