"""Connections that go to the addresses they were given."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import anyio
import httpcore
import pytest

from esign.net.connections import AsyncPinnedBackend, PinnedBackend, resolve, resolve_async
from tests.support.faulty_server import Answer, FaultyServer

LOOPBACK = ip_address("127.0.0.1")
NOWHERE = ip_address("127.0.0.2")


def test_the_address_given_is_used_whatever_the_name() -> None:
    """A backend never asks a name server again."""
    with FaultyServer(Answer()) as server:
        backend = PinnedBackend((LOOPBACK,), lambda: 5)
        stream = backend.connect_tcp("elsewhere.invalid", server.port)
        assert stream.get_extra_info("server_addr")[:2] == ("127.0.0.1", server.port)
        stream.close()


def test_the_next_address_is_tried() -> None:
    """When the first address does not answer the second may."""
    with FaultyServer(Answer()) as server:
        PinnedBackend((NOWHERE, LOOPBACK), lambda: 5).connect_tcp("x", server.port).close()


def test_the_next_address_is_tried_awaiting() -> None:
    """The same, awaited."""

    async def connect(port: int) -> None:
        stream = await AsyncPinnedBackend((NOWHERE, LOOPBACK)).connect_tcp("x", port)
        await stream.aclose()

    with FaultyServer(Answer()) as server:
        anyio.run(connect, server.port)


@pytest.mark.parametrize("addresses", [(), (NOWHERE,)])
def test_without_an_answer_there_is_no_connection(addresses: tuple[object, ...]) -> None:
    """No address, or none that listens, is a connection error."""
    with FaultyServer(Answer()) as server, pytest.raises(httpcore.ConnectError):
        PinnedBackend(addresses, lambda: 5).connect_tcp("x", server.port)  # type: ignore[arg-type]


def test_names_are_resolved_to_addresses() -> None:
    """The resolver's answers come back as addresses, each once."""
    assert LOOPBACK in resolve("127.0.0.1", 80, 5)
    assert anyio.run(resolve_async, "127.0.0.1", 80) == (LOOPBACK,)


def test_unknown_names_have_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that does not exist resolves to nothing, and raises nothing."""

    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert resolve("nowhere.example", 80, 5) == ()
    assert anyio.run(resolve_async, "nowhere.example", 80) == ()
