"""URLs as certificates and people write them, turned into what can be requested.

Certificates in the field hold spaces, parentheses, upper-case schemes and non-ASCII
letters; those are mended. What cannot be fetched over HTTP is refused with the reason.
User names and passwords in a URL never reach a text: an address shows itself without
them, and without its query.

Spec: RFC 3986 §3, §6; RFC 5280 §4.2.1.13, §4.2.2.1
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urljoin, urlsplit

from esign.errors import TransportRefusedError
from esign.messages import Message

DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_URL = 8_192
"""Characters; servers refuse longer request lines, and no real URL comes near it."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_USER = re.compile(r"//[^/?#]*@")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# What may stand in path and query as it is (RFC 3986 §3.3, §3.4), and escapes already made.
_AS_IS = "%/:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAddress:
    """One normalised http or https address."""

    scheme: str
    host: str
    """Lower case, ASCII, no brackets and no trailing dot."""
    port: int
    target: str
    """Path and query, escaped."""
    credentials: tuple[str, str] | None = field(default=None, repr=False)
    """User name and password given in the URL; never shown."""

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port."""
        return (self.scheme, self.host, self.port)

    @property
    def url(self) -> str:
        """The whole URL, without credentials."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def literal(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        """The host as an address, when it is one and not a name."""
        return _literal(self.host)

    def __str__(self) -> str:
        path, question, _ = self.target.partition("?")
        return f"{self.scheme}://{self.authority}{path}{'?...' if question else ''}"


def read_url(url: str) -> WebAddress:
    """Return the address a URL means.

    Raises:
        TransportRefusedError: another scheme, no host, or no URL at all.
    """
    text = url.strip()
    if len(text) > MAX_URL or _CONTROL.search(text):
        raise _refused(text, Message("it is too long or holds control characters"))
    scheme = _read_scheme(text)
    try:
        parts = urlsplit(text.replace("\\", "%5C"))
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise _refused(text, Message("host or port cannot be read")) from error
    if port == 0:
        raise _refused(text, Message("port 0 cannot be contacted"))
    user = None
    if parts.username is not None:
        user = (unquote(parts.username), unquote(parts.password or ""))
    return WebAddress(
        scheme=scheme,
        host=_read_host(host or "", text),
        port=DEFAULT_PORTS[scheme] if port is None else port,
        target=_read_target(parts.path, parts.query),
        credentials=user,
    )


def join_url(base: WebAddress, location: str) -> WebAddress:
    """Return where a redirect from ``base`` leads.

    Raises:
        TransportRefusedError: not to an http or https address.
    """
    text = location.strip()
    try:
        joined = urljoin(base.url, text)
    except ValueError as error:
        raise _refused(text, Message("host or port cannot be read")) from error
    return read_url(joined)


def shown_url(url: str) -> str:
    """Return a URL fit for reports: as it was written, without user name and password."""
    return _USER.sub("//", _CONTROL.sub("?", url[:MAX_URL]))


def _read_scheme(text: str) -> str:
    match = _SCHEME.match(text)
    scheme = match[1].lower() if match else ""
    if scheme in ("ldap", "ldaps"):
        raise _refused(
            text, Message("directories (ldap) are not asked; an http or https URL is needed")
        )
    if scheme not in DEFAULT_PORTS:
        raise _refused(text, Message("only http and https are fetched"))
    return scheme


def _read_host(host: str, text: str) -> str:
    host = host.rstrip(".").lower()
    if _literal(host) is not None:
        return host
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise _refused(text, Message("the host name cannot be written in ASCII")) from error
    if not _HOST.fullmatch(ascii_host) or len(ascii_host) > 253:
        raise _refused(text, Message("it names no valid host"))
    return ascii_host


def _read_target(path: str, query: str) -> str:
    escaped = _escape(path, _AS_IS) or "/"
    if not escaped.startswith("/"):
        escaped = f"/{escaped}"
    return f"{escaped}?{_escape(query, _AS_IS + '?')}" if query else escaped


def _escape(text: str, as_is: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", text), safe=as_is)


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _refused(text: str, reason: Message) -> TransportRefusedError:
    shown = shown_url(text).partition("?")[0][:200]
    return TransportRefusedError(
        "{url} is not fetched: {reason}.", url=shown or "(empty)", reason=reason
    )
