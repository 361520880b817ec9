"""A client for authorities that speak RFC 3161 over HTTP.

A client is immutable, shared by threads, and never pickled: it may hold a password.

Spec: RFC 3161 §3.4, EN 319 422 §4
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import unquote

from esign.ades.ports import AsyncTransport, Transport
from esign.crypto.algorithms import DigestAlgorithm
from esign.errors import NetworkError, TSAUnreachableError, UsageError
from esign.limits import Budget
from esign.tsa.exchange import Account, Exchange, basic_authorization


class TimestampClient:
    """Asks one authority; implements the ``TimestampAuthority`` port.

    Args:
        url: where the authority listens.
        username: for HTTP basic authentication, with ``password``.
        password: never shown, logged or pickled.
        headers: further HTTP headers, for example an API key.
        policy: dotted OID of the policy to ask for; the token must have it.
        transport: sends the requests.
    """

    __slots__ = ("_account", "_transport")

    def __init__(
        self,
        url: str,
        *,
        username: str | None = None,
        password: str | None = None,
        headers: Mapping[str, str] | None = None,
        policy: str | None = None,
        transport: Transport | None = None,
    ) -> None:
        self._account = _account(url, (username, password), headers or {}, policy)
        self._transport = transport

    @property
    def name(self) -> str:
        """The URL, without credentials and query."""
        return self._account.name

    def awaited(self, transport: AsyncTransport) -> AsyncTimestampClient:
        """Return an awaited client of the same account."""
        return AsyncTimestampClient(self._account, transport)

    def timestamp(self, imprint: bytes, algorithm: DigestAlgorithm, budget: Budget) -> bytes:
        """Return the encoded token over ``imprint``, checked against the request.

        Raises:
            TSARejectedError: the authority refused.
            TSAUnreachableError: it did not answer, or not in its protocol.
            TSATokenRefusedError: its token belongs to another request.
        """
        if self._transport is None:
            raise UsageError(
                "The time-stamping client for {name} has no transport.", name=self.name
            )
        exchange = Exchange(self._account, imprint, algorithm)
        try:
            answer = self._transport.send(exchange.request, budget)
        except NetworkError as error:
            raise _unreachable(self.name, error) from error
        return exchange.token(answer, budget)

    def __repr__(self) -> str:
        return f"TimestampClient({self.name!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a time-stamping client may hold a password and is not pickled")


class AsyncTimestampClient:
    """The same, awaited; made by :meth:`TimestampClient.awaited`."""

    __slots__ = ("_account", "_transport")

    def __init__(self, account: Account, transport: AsyncTransport) -> None:
        self._account = account
        self._transport = transport

    @property
    def name(self) -> str:
        """The URL, without credentials and query."""
        return self._account.name

    async def timestamp(self, imprint: bytes, algorithm: DigestAlgorithm, budget: Budget) -> bytes:
        """Return the encoded token; raises as :meth:`TimestampClient.timestamp`."""
        exchange = Exchange(self._account, imprint, algorithm)
        try:
            answer = await self._transport.send(exchange.request, budget)
        except NetworkError as error:
            raise _unreachable(self.name, error) from error
        return exchange.token(answer, budget)

    def __repr__(self) -> str:
        return f"AsyncTimestampClient({self.name!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a time-stamping client may hold a password and is not pickled")


def _account(
    url: str,
    credentials: tuple[str | None, str | None],
    headers: Mapping[str, str],
    policy: str | None,
) -> Account:
    plain, in_url = _without_credentials(url)
    username, password = credentials if credentials != (None, None) else in_url
    sent = dict(headers)
    if username is not None:
        if any(name.lower() == "authorization" for name in sent):
            raise UsageError("Give a user name or an Authorization header, not both.")
        sent["Authorization"] = basic_authorization(username, password or "")
    elif password is not None:
        raise UsageError("A password for a time-stamping authority needs a user name.")
    return Account(url=plain, name=plain.partition("?")[0], headers=sent, policy=policy)


def _without_credentials(url: str) -> tuple[str, tuple[str | None, str | None]]:
    """Take ``user:password@`` out of a URL, so that nothing that shows it shows them."""
    scheme, slashes, rest = url.strip().partition("://")
    end = min((place for mark in "/?#" if (place := rest.find(mark)) >= 0), default=len(rest))
    user, at, host = rest[:end].rpartition("@")
    plain = f"{scheme}{slashes}{host}{rest[end:]}"
    if not at:
        return plain, (None, None)
    username, _, password = user.partition(":")
    return plain, (unquote(username), unquote(password))


def _unreachable(name: str, error: NetworkError) -> TSAUnreachableError:
    return TSAUnreachableError(
        "The time-stamping authority {url} gave no answer: {reason}",
        url=name,
        reason=error.message,
    )
