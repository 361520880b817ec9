"""The proxy variables of the environment: http_proxy, https_proxy, all_proxy, no_proxy.

Loopback targets never go through a proxy: it would reach its own loopback, not ours.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from esign.errors import UsageError
from esign.net.urls import DEFAULT_PORTS, WebAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyServer:
    """A proxy the operator configured; its credentials are never shown."""

    scheme: str
    host: str
    port: int
    credentials: tuple[str, str] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class ProxySettings:
    """What an environment says about proxies, read once."""

    __slots__ = ("_bypass", "_proxies")

    def __init__(self, environ: Mapping[str, str]) -> None:
        everything = _variable(environ, "all_proxy")
        self._proxies = {
            scheme: _variable(environ, f"{scheme}_proxy") or everything for scheme in DEFAULT_PORTS
        }
        self._bypass = _variable(environ, "no_proxy").lower().replace(",", " ").split()

    def proxy_for(self, address: WebAddress) -> ProxyServer | None:
        """Return the proxy through which ``address`` is reached, None for directly.

        Raises:
            UsageError: the variable names a proxy of a kind that cannot be used.
        """
        text = self._proxies[address.scheme]
        if not text or _is_loopback(address) or self._is_bypassed(address):
            return None
        return _read_proxy(text, f"{address.scheme}_proxy")

    def _is_bypassed(self, address: WebAddress) -> bool:
        return any(_matches(entry, address) for entry in self._bypass)


def _variable(environ: Mapping[str, str], name: str) -> str:
    # In a CGI process HTTP_PROXY is a request header of the client (CVE-2016-5388).
    if name == "http_proxy" and "REQUEST_METHOD" in environ:
        return environ.get(name, "")
    return environ.get(name) or environ.get(name.upper(), "")


def _read_proxy(text: str, variable: str) -> ProxyServer:
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        scheme, host, port, parts = "", None, None, None
    if scheme not in DEFAULT_PORTS or not host or parts is None:
        raise UsageError(
            "The proxy in {variable} cannot be used: an http:// or https:// proxy is needed.",
            variable=variable,
        )
    user = parts.username
    return ProxyServer(
        scheme=scheme,
        host=host,
        port=port or DEFAULT_PORTS[scheme],
        credentials=None if user is None else (unquote(user), unquote(parts.password or "")),
    )


def _is_loopback(address: WebAddress) -> bool:
    literal = address.literal
    if literal is not None:
        return literal.is_loopback
    return address.host == "localhost" or address.host.endswith(".localhost")


def _matches(entry: str, address: WebAddress) -> bool:
    if entry == "*":
        return True
    host, colon, port = entry.rpartition(":")
    if colon and port.isdigit() and (":" not in host or host.startswith("[")):
        if int(port) != address.port:
            return False
        entry = host
    entry = entry.strip("[]")
    literal = address.literal
    if literal is not None:
        try:
            return literal in ipaddress.ip_network(entry, strict=False)
        except ValueError:
            return False
    domain = entry.removeprefix("*").lstrip(".")
    return bool(domain) and (address.host == domain or address.host.endswith(f".{domain}"))
