"""The time-stamping client that most people want: it brings its own transport."""

from __future__ import annotations

from collections.abc import Mapping

from esign.ades.ports import Transport
from esign.net.transport import HTTPTransport
from esign.tsa.client import TimestampClient as ClientWithoutTransport


class TimestampClient(ClientWithoutTransport):
    """Asks one time-stamping authority over HTTP.

    Example::

        tsa = TimestampClient("https://tsa.example/", username="me", password=secret)
        esign.sign("contract.pdf", signer=signer, level="T", tsa=tsa, trust=trust)
    """

    __slots__ = ()

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
        super().__init__(
            url,
            username=username,
            password=password,
            headers=headers,
            policy=policy,
            transport=transport or HTTPTransport(),
        )
