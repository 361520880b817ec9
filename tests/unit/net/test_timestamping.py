"""The time-stamping client with a transport of its own."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from esign.crypto.algorithms import digest_by_name
from esign.errors import TSAUnreachableError
from esign.limits import Budget
from esign.net.timestamping import TimestampClient
from esign.net.transport import HTTPTransport
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
