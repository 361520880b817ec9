"""Connections that go exactly where they were checked to go, and end in time.

A name is resolved once; the addresses found are checked and connected to as literals, so
a second answer of the name server changes nothing (DNS rebinding). Every wait of a
connection is bounded by what is left of its request's time, so a peer that sends one
octet at a time cannot stretch it.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

import anyio
import httpcore

from esign.net.addresses import IPAddress

CONNECT_SECONDS = 10.0
"""For one of several addresses; a SYN that is not answered by then is not answered."""

SocketOptions = (
    Iterable[tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]]
    | None
)
Clock = Callable[[], float]


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the given addresses, whatever host it is asked for."""

    def __init__(self, addresses: tuple[IPAddress, ...], seconds_left: Clock) -> None:
        self._addresses = addresses
        self._seconds_left = seconds_left
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.NetworkStream:
        """Return a stream to the first address that accepts the connection."""
        failure: httpcore.NetworkError | httpcore.TimeoutException | None = None
        for address in self._addresses:
            seconds = min(CONNECT_SECONDS, self._seconds_left())
            try:
                stream = self._backend.connect_tcp(str(address), port, seconds)
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                failure = error
            else:
                return _BoundedStream(stream, self._seconds_left)
        raise failure or httpcore.ConnectError("no address")


class _BoundedStream(httpcore.NetworkStream):
    """A stream whose every wait ends when the request's time does."""

    def __init__(self, stream: httpcore.NetworkStream, seconds_left: Clock) -> None:
        self._stream = stream
        self._seconds_left = seconds_left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._seconds_left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In pieces, so that each send is bounded by what is left then.
        for start in range(0, len(buffer), 65_536):
            self._stream.write(buffer[start : start + 65_536], self._seconds_left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._seconds_left())
        return _BoundedStream(stream, self._seconds_left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class AsyncPinnedBackend(httpcore.AsyncNetworkBackend):
    """The same, awaited; the request's time is bounded from outside by cancelling."""

    def __init__(self, addresses: tuple[IPAddress, ...]) -> None:
        self._addresses = addresses
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a stream to the first address that accepts the connection."""
        failure: httpcore.NetworkError | httpcore.TimeoutException | None = None
        for address in self._addresses:
            try:
                return await self._backend.connect_tcp(str(address), port, CONNECT_SECONDS)
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                failure = error
        raise failure or httpcore.ConnectError("no address")


def resolve(host: str, port: int, seconds: float) -> tuple[IPAddress, ...]:
    """Return the addresses of ``host``; none when the name is unknown.

    The system's resolver takes no time limit, so it runs in a thread that is left behind
    when the time is over.

    Raises:
        TimeoutError: the resolver did not answer in time.
    """
    found: list[tuple[IPAddress, ...]] = []

    def ask() -> None:
        found.append(_lookup(host, port))

    asking = threading.Thread(target=ask, name="esign-resolve", daemon=True)
    asking.start()
    asking.join(seconds)
    if asking.is_alive():
        raise TimeoutError
    return found[0] if found else ()


async def resolve_async(host: str, port: int) -> tuple[IPAddress, ...]:
    """Return the addresses of ``host``; none when the name is unknown."""
    try:
        answers = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return _addresses(str(answer[4][0]) for answer in answers)


def _lookup(host: str, port: int) -> tuple[IPAddress, ...]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return _addresses(str(answer[4][0]) for answer in answers)


def _addresses(texts: Iterable[str]) -> tuple[IPAddress, ...]:
    # A scope (fe80::1%eth0) stays: it is part of where the address leads.
    return tuple(dict.fromkeys(ip_address(text) for text in texts))
