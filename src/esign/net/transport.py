"""The transport: one request, one answer, within time, size, redirects and addresses.

Every request has its own connection. That costs a handshake, and buys that a transport
has no state: it is shared by threads, survives a fork, and an address checked for one
caller is never reused for another.

Where proxy variables name a proxy, literal private addresses are still refused here; what
a *name* leads to is then for the proxy to decide, and errors say so.

Spec: RFC 9110, RFC 9112
"""

from __future__ import annotations

import logging
import os
import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any

import anyio
import certifi
import httpcore

from esign.ades.ports import HTTPAnswer, HTTPRequest
from esign.errors import DeadlineExceededError, NetworkError
from esign.limits import Budget
from esign.messages import Message
from esign.net.addresses import IPAddress
from esign.net.connections import (
    CONNECT_SECONDS,
    AsyncPinnedBackend,
    PinnedBackend,
    resolve,
    resolve_async,
)
from esign.net.journey import TIMEOUT, Hop, Journey, Rules

_LOG = logging.getLogger("esign.net")


class HTTPTransport:
    """Sends requests and waits for the answers; implements the ``Transport`` port.

    Args:
        allow_hosts: hosts, addresses and CIDR ranges that documents may lead to although
            they are not public (see :class:`~esign.net.addresses.AllowList`).
        timeout: seconds for one request, redirects included; a budget's deadline may
            make it less.
        ssl_context: for https; by default the certificates of ``SSL_CERT_FILE`` or
            ``SSL_CERT_DIR`` when set, else certifi's.
        environ: where the proxy variables are read from, by default ``os.environ``.
    """

    def __init__(
        self,
        allow_hosts: Iterable[str] = (),
        *,
        timeout: float = TIMEOUT,
        ssl_context: ssl.SSLContext | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._rules = Rules(allow_hosts, timeout, environ)
        self._tls = _TLS(ssl_context)

    def send(self, request: HTTPRequest, budget: Budget) -> HTTPAnswer:
        """Return the answer, whatever its status.

        Raises:
            TransportRefusedError: the address may not be contacted.
            NetworkError: no complete answer within the bounds.
            DeadlineExceededError: the budget's deadline passed.
        """
        journey = Journey(request, self._rules, budget)
        while True:
            answer = self._exchange(journey)
            if not journey.advance(answer):
                return answer

    def awaited(self) -> AsyncHTTPTransport:
        """Return the awaited twin: same rules, same certificates."""
        return AsyncHTTPTransport(like=self)

    @property
    def settings(self) -> tuple[Rules, _TLS]:
        """What a twin needs."""
        return self._rules, self._tls

    def _exchange(self, journey: Journey) -> HTTPAnswer:
        hop = journey.hop
        backend = PinnedBackend(self._resolve(journey), journey.seconds_left)
        options = _options(hop, self._tls)
        try:
            with (
                httpcore.ConnectionPool(network_backend=backend, **options) as pool,
                pool.stream(**_request(hop)) as response,
            ):
                body = _Body(journey, response)
                for chunk in response.iter_stream():
                    body.take(chunk)
                return body.answer()
        except httpcore.TimeoutException as error:
            raise _late(journey) from error
        except _TROUBLE as error:
            raise journey.failed(_reason(error)) from error

    def _resolve(self, journey: Journey) -> tuple[IPAddress, ...]:
        host, port, known = _where(journey.hop)
        if known is None:
            try:
                known = resolve(host, port, journey.seconds_left())
            except TimeoutError as error:
                raise journey.too_slow() from error
        return _checked(journey, known)

    def __repr__(self) -> str:
        return f"HTTPTransport({self._rules.allow!r}, timeout={self._rules.timeout:g})"


class AsyncHTTPTransport:
    """The same, awaited, on any event loop anyio knows; cancelling closes the connection.

    ``like`` takes over everything from a transport that is not awaited.
    """

    def __init__(
        self,
        allow_hosts: Iterable[str] = (),
        *,
        timeout: float = TIMEOUT,
        ssl_context: ssl.SSLContext | None = None,
        environ: Mapping[str, str] | None = None,
        like: HTTPTransport | None = None,
    ) -> None:
        if like is not None:
            self._rules, self._tls = like.settings
        else:
            self._rules = Rules(allow_hosts, timeout, environ)
            self._tls = _TLS(ssl_context)

    async def send(self, request: HTTPRequest, budget: Budget) -> HTTPAnswer:
        """Return the answer, whatever its status; raises as :meth:`HTTPTransport.send`."""
        journey = Journey(request, self._rules, budget)
        while True:
            try:
                with anyio.fail_after(journey.seconds_left()):
                    answer = await self._exchange(journey)
            except TimeoutError as error:
                raise journey.too_slow() from error
            if not journey.advance(answer):
                return answer

    async def _exchange(self, journey: Journey) -> HTTPAnswer:
        hop = journey.hop
        host, port, known = _where(hop)
        if known is None:
            known = await resolve_async(host, port)
        backend = AsyncPinnedBackend(_checked(journey, known))
        options = _options(hop, self._tls)
        try:
            async with (
                httpcore.AsyncConnectionPool(network_backend=backend, **options) as pool,
                pool.stream(**_request(hop)) as response,
            ):
                body = _Body(journey, response)
                async for chunk in response.aiter_stream():
                    body.take(chunk)
                return body.answer()
        except httpcore.TimeoutException as error:
            raise _late(journey) from error
        except _TROUBLE as error:
            raise journey.failed(_reason(error)) from error

    def __repr__(self) -> str:
        return f"AsyncHTTPTransport({self._rules.allow!r}, timeout={self._rules.timeout:g})"


_TROUBLE = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    OSError,
)


class _Body:
    """Collects one answer within the size allowed."""

    def __init__(self, journey: Journey, response: httpcore.Response) -> None:
        self._journey = journey
        self._status = response.status
        self._headers = _lower(response.headers)
        self._chunks: list[bytes] = []
        self._size = 0
        if self._headers.get("content-encoding", "identity").lower() != "identity":
            raise journey.failed(Message("it answered compressed, which was not asked for"))
        announced = self._headers.get("content-length", "")
        if announced.isdigit():
            self._require_within(int(announced))

    def take(self, chunk: bytes) -> None:
        self._size += len(chunk)
        self._require_within(self._size)
        self._journey.received(len(chunk))
        self._chunks.append(chunk)

    def answer(self) -> HTTPAnswer:
        return HTTPAnswer(status=self._status, headers=self._headers, body=b"".join(self._chunks))

    def _require_within(self, size: int) -> None:
        if size > self._journey.limit:
            raise self._journey.failed(
                Message("its answer is larger than {bound} octets", bound=self._journey.limit)
            )


class _TLS:
    """The TLS context of one transport, made when https is first met."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        self._lock = threading.Lock()

    def context(self, hop: Hop) -> ssl.SSLContext | None:
        """Return the context if this hop needs one."""
        schemes = {hop.address.scheme, hop.proxy.scheme if hop.proxy else "http"}
        if "https" not in schemes:
            return None
        with self._lock:
            if self._context is None:
                self._context = _default_context()
            return self._context


def _default_context() -> ssl.SSLContext:
    if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
        return ssl.create_default_context()
    return ssl.create_default_context(cafile=certifi.where())


def _options(hop: Hop, tls: _TLS) -> dict[str, Any]:
    """Return how to open the one connection of a hop."""
    context = tls.context(hop)
    options: dict[str, Any] = {"ssl_context": context, "max_connections": 1}
    if hop.proxy is not None:
        proxy = hop.proxy
        options["proxy"] = httpcore.Proxy(
            httpcore.URL(scheme=proxy.scheme, host=proxy.host, port=proxy.port, target="/"),
            auth=proxy.credentials,
            ssl_context=context if proxy.scheme == "https" else None,
        )
        _LOG.info("%s is asked through the proxy %s, which checks addresses", hop.address, proxy)
    return options


def _request(hop: Hop) -> dict[str, Any]:
    address = hop.address
    return {
        "method": hop.method,
        "url": httpcore.URL(
            scheme=address.scheme, host=address.host, port=address.port, target=address.target
        ),
        "headers": [(n.encode("ascii"), v.encode("latin-1")) for n, v in hop.headers.items()],
        "content": hop.body or None,
    }


def _where(hop: Hop) -> tuple[str, int, tuple[IPAddress, ...] | None]:
    """Return whom to connect to, with the address where the host is one already."""
    place = hop.proxy or hop.address
    try:
        return place.host, place.port, (ip_address(place.host),)
    except ValueError:
        return place.host, place.port, None


def _checked(journey: Journey, found: tuple[IPAddress, ...]) -> tuple[IPAddress, ...]:
    proxy = journey.hop.proxy
    if not found:
        name = journey.hop.address.host if proxy is None else proxy.host
        raise journey.failed(Message("the host name {name} is unknown", name=name))
    return found if proxy is not None else journey.permitted(found)


def _late(journey: Journey) -> NetworkError | DeadlineExceededError:
    if time.monotonic() < journey.due:
        return journey.failed(
            Message("no connection within {seconds:g} seconds", seconds=CONNECT_SECONDS)
        )
    return journey.too_slow()


def _reason(error: BaseException) -> Message:
    """Return what went wrong in words; the libraries' own texts name no URL or header."""
    if isinstance(error, httpcore.ProxyError):
        return Message("the proxy refused")
    cause = error.__cause__ or error.__context__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Message("its TLS certificate is not accepted ({why})", why=cause.verify_message)
    if isinstance(cause, ssl.SSLError):
        return Message("TLS failed ({why})", why=cause.reason or "?")
    if isinstance(cause, OSError) and cause.strerror:
        return Message("the system says “{why}”", why=cause.strerror)
    if isinstance(error, httpcore.ConnectError):
        return Message("no connection")
    if isinstance(error, httpcore.ProtocolError):
        # The library may quote the peer here, at any length.
        return Message("its answer breaks HTTP or broke off ({why})", why=str(error)[:120])
    return Message("the connection broke off")


def _lower(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    return joined
