"""One request's way through redirects and proxies, decided without any I/O.

A :class:`Journey` says what to send next and whether its target must be checked; the two
transports only carry that out. Whatever the operator did not name himself is checked:
URLs from documents, and every redirect that leaves the origin he configured.

Spec: RFC 9110 §15.4 (redirects), §11.6 (credentials)
"""

from __future__ import annotations

import base64
import os
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from esign.ades.ports import HTTPAnswer, HTTPRequest
from esign.errors import (
    DeadlineExceededError,
    NetworkError,
    TransportRefusedError,
    UsageError,
)
from esign.limits import Budget
from esign.messages import Message
from esign.net.addresses import AllowList, IPAddress, number_in_disguise, refusal
from esign.net.proxies import ProxyServer, ProxySettings
from esign.net.urls import WebAddress, join_url, read_url
from esign.version import __version__

TIMEOUT = 30.0
"""Seconds for one request with all its redirects; slow public responders need about 10."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection"})
# What a redirect may carry to another origin; anything else may be a secret.
_HARMLESS = frozenset({"accept", "accept-encoding", "content-type", "user-agent"})


class Rules:
    """What holds for every request of one transport."""

    __slots__ = ("allow", "proxies", "timeout")

    def __init__(
        self, allow_hosts: Iterable[str], timeout: float, environ: Mapping[str, str] | None
    ) -> None:
        if not timeout > 0:
            raise UsageError(
                "A timeout is a positive number of seconds, not {given}.", given=timeout
            )
        self.allow = AllowList(allow_hosts)
        self.proxies = ProxySettings(os.environ if environ is None else environ)
        self.timeout = timeout


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One request to one server."""

    address: WebAddress
    method: str
    body: bytes
    headers: Mapping[str, str] = field(repr=False)
    untrusted: bool
    """Somebody other than the operator chose this address."""
    proxy: ProxyServer | None


class Journey:
    """The hops of one request. ``hop`` is to be sent; ``advance`` takes its answer."""

    __slots__ = ("_budget", "_home", "_rules", "_tried", "due", "hop", "limit")

    def __init__(self, request: HTTPRequest, rules: Rules, budget: Budget) -> None:
        self._rules = rules
        self._budget = budget
        self._tried: list[str] = []
        budget.check_deadline()
        self.due = time.monotonic() + rules.timeout
        if budget.deadline is not None:
            self.due = min(self.due, budget.deadline)
        self.limit = budget.limits.download_octets
        address = read_url(request.url)
        self._home = None if request.from_document else address.origin
        headers = _headers(request, address)
        self._leave_for(address, request.method, request.body, headers)

    def advance(self, answer: HTTPAnswer) -> bool:
        """Return False when ``answer`` is final; otherwise ``hop`` is the next request."""
        location = answer.headers.get("location")
        if answer.status not in _REDIRECTS or not location:
            return False
        bound = self._budget.limits.redirects
        if len(self._tried) > bound:
            raise NetworkError(
                "{url} redirects too often; {bound} redirects are followed. Tried: {tried}.",
                url=self._tried[0],
                bound=bound,
                tried=self.tried,
            )
        self._leave_for(*self._redirected(answer.status, location))
        return True

    @property
    def tried(self) -> str:
        """The addresses contacted so far, in order."""
        return " -> ".join(self._tried)

    def seconds_left(self) -> float:
        """Return the seconds left for this request.

        Raises:
            DeadlineExceededError: the call's time is over.
            NetworkError: this request's time is over.
        """
        seconds = self.due - time.monotonic()
        if seconds <= 0:
            raise self.too_slow()
        return seconds

    def received(self, octets: int) -> None:
        """Count what arrived, and see whether there is time for more.

        Raises:
            LimitExceededError: all answers of the call together are too large.
            DeadlineExceededError: the call's time is over.
            NetworkError: this request's time is over.
        """
        self._budget.spend("downloaded_octets", octets)
        self.seconds_left()

    def too_slow(self) -> NetworkError | DeadlineExceededError:
        """Return the error for a request whose time is over."""
        remaining = self._budget.remaining_seconds()
        if remaining is not None and remaining <= 0:
            return DeadlineExceededError(
                "The time allowed for this call ended while waiting for {url}.",
                url=str(self.hop.address),
            )
        return NetworkError(
            "{url} did not answer completely within {seconds:g} seconds{via}.",
            url=str(self.hop.address),
            seconds=self._rules.timeout,
            **self._circumstances(),
        )

    def failed(self, reason: Message) -> NetworkError:
        """Return the error for a request that went wrong."""
        return NetworkError(
            "{url} could not be used: {reason}{via}.",
            url=str(self.hop.address),
            reason=reason,
            **self._circumstances(),
        )

    def permitted(self, addresses: Iterable[IPAddress]) -> tuple[IPAddress, ...]:
        """Return the addresses that may be contacted for the present hop.

        One forbidden address forbids the name: a name that is partly private is a trick.

        Raises:
            TransportRefusedError: an address is forbidden.
        """
        found = tuple(addresses)
        hop = self.hop
        if not hop.untrusted or self._rules.allow.permits_host(hop.address.host, hop.address.port):
            return found
        for address in found:
            self._require_public(address)
        return found

    def _leave_for(
        self, address: WebAddress, method: str, body: bytes, headers: Mapping[str, str]
    ) -> None:
        self._budget.spend("downloads")
        self._tried.append(str(address))
        self.hop = Hop(
            address=address,
            method=method,
            body=body,
            headers=headers,
            untrusted=address.origin != self._home,
            proxy=self._rules.proxies.proxy_for(address),
        )
        self._check_literal()

    def _check_literal(self) -> None:
        """Refuse literal addresses before anything is sent, behind a proxy too."""
        address = self.hop.address
        literal = address.literal or number_in_disguise(address.host)
        if literal is not None:
            self.permitted((literal,))

    def _require_public(self, address: IPAddress) -> None:
        target = self.hop.address
        kind = refusal(address)
        if kind is None or self._rules.allow.permits_address(address, target.port):
            return
        raise TransportRefusedError(
            "{url} is not contacted: {address} is a {kind} address, and the URL was not chosen "
            "by you. Allow {host} if it is yours.",
            url=str(target),
            address=str(address),
            kind=Message(kind),
            host=target.host,
        )

    def _redirected(
        self, status: int, location: str
    ) -> tuple[WebAddress, str, bytes, Mapping[str, str]]:
        hop = self.hop
        address = join_url(hop.address, location)
        if self._home is not None and (hop.address.scheme, address.scheme) == ("https", "http"):
            raise TransportRefusedError(
                "{url} redirects to {target}, which is not encrypted; that is not followed.",
                url=str(hop.address),
                target=str(address),
            )
        headers = hop.headers
        if address.origin != hop.address.origin:
            headers = {k: v for k, v in headers.items() if k.lower() in _HARMLESS}
        headers = {**headers, "Host": address.authority}
        # A POST stays a POST (a query sent as GET would lose its body), except for 303.
        if status == 303 and hop.method != "HEAD":
            return address, "GET", b"", _without_body(headers)
        return address, hop.method, hop.body, headers

    def _circumstances(self) -> dict[str, object]:
        """What helps to find the cause: the redirects so far, and the proxy in between."""
        proxy = None if self.hop.proxy is None else str(self.hop.proxy)
        tried = self.tried
        via = Message("")
        if len(self._tried) > 1:
            via = Message(" (redirected: {tried})", tried=tried)
        if proxy is not None:
            via = Message(
                "{via} (through the proxy {proxy}, which decides what may be reached)",
                via=via,
                proxy=proxy,
            )
        return {"via": via, "tried": tried, "proxy": proxy}


def _headers(request: HTTPRequest, address: WebAddress) -> dict[str, str]:
    headers = {
        "Host": address.authority,
        "User-Agent": f"esign/{__version__}",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    if address.credentials is not None and not request.from_document:
        pair = ":".join(address.credentials).encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode('ascii')}"
    if request.body or request.method == "POST":
        headers["Content-Length"] = str(len(request.body))
    known = {name.lower(): name for name in headers}
    for name, value in request.headers.items():
        _require_header(name, value)
        headers.pop(known.get(name.lower(), ""), None)
        headers[name] = value
    return headers


def _require_header(name: str, value: str) -> None:
    # The value is not repeated: it may be a key.
    if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
        raise UsageError("The HTTP header {name!r} cannot be sent as given.", name=name)
    if name.lower() in _OURS:
        raise UsageError("The HTTP header {name!r} is set by the transport itself.", name=name)


def _without_body(headers: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in headers.items() if not k.lower().startswith("content-")}
