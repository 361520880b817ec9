"""The time-stamping client that most people want: it brings its own transport."""

from __future__ import annotations

from collections.abc import Mapping

import anyio

from esign.ades.ports import AsyncTransport, HTTPAnswer, HTTPRequest, Transport
from esign.limits import Budget
from esign.net.transport import HTTPTransport
from esign.tsa.client import AsyncTimestampClient
from esign.tsa.client import TimestampClient as ClientWithoutTransport


class TimestampClient(ClientWithoutTransport):
    """Asks one time-stamping authority over HTTP.

    Example::

        tsa = TimestampClient("https://tsa.example/", username="me", password=secret)
        esign.sign("contract.pdf", signer=signer, level="T", tsa=tsa, trust=trust)
    """

    __slots__ = ("_own",)

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
        self._own = transport

    def awaited(self, transport: AsyncTransport) -> AsyncTimestampClient:
        """Return an awaited client; a transport given at the start is kept.

        Its rules and certificates were chosen for this authority. A transport that knows
        no awaiting is asked in a thread.
        """
        own = self._own
        if own is None:
            return super().awaited(transport)
        twin = own.awaited() if isinstance(own, HTTPTransport) else _InThread(own)
        return super().awaited(twin)


class _InThread:
    """An awaited transport over one that blocks; cancelling leaves it to finish by itself."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def send(self, request: HTTPRequest, budget: Budget) -> HTTPAnswer:
        return await anyio.to_thread.run_sync(
            self._transport.send, request, budget, abandon_on_cancel=True
        )
