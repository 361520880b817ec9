"""A time-stamping authority over HTTP.

It listens on loopback unless told otherwise: in front of the world stands a proxy that
speaks TLS and knows its customers.

Spec: RFC 3161 §3.4, EN 319 422 §8 (transport)
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Self

from esign.ades.ports import Signer
from esign.service.listener import Endpoint, Listener
from esign.tsa.issuing import TokenIssuer
from esign.tsa.serials import SerialFile

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the machine's time; keeping it right is the operator's duty."""
    return datetime.now(UTC)


def serve(  # noqa: PLR0913 - each is an option of the authority
    signer: Signer,
    *,
    policy: str,
    serials: Path,
    host: str = "127.0.0.1",
    port: int = 3161,
    accuracy: float | None = None,
    ordering: bool = False,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Answer time-stamp requests until SIGTERM or SIGINT; then finish what is under way.

    Args:
        signer: the authority's key, certificate and chain.
        policy: dotted OID, in every token.
        serials: file that keeps the serial numbers.
        host: address to listen on.
        port: 0 takes a free one.
        accuracy: seconds, stated in every token.
        ordering: promise strictly increasing times.
        announce: called with the URL when requests are accepted.

    Raises:
        UsageError: the certificate, policy or address cannot be used.
        OutputError: the serial number file cannot be used.
    """
    issuer = TokenIssuer(
        signer, policy=policy, serials=SerialFile(serials), accuracy=accuracy, ordering=ordering
    )
    listener = _listener(issuer, host, port, system_clock)
    with _stopped_by_signals(listener):
        if announce is not None:
            announce(listener.url)
        try:
            listener.serve_forever(poll_interval=0.2)
        finally:
            listener.server_close()


class TSAServer:
    """An authority in a thread of this process, for demonstrations and tests.

    Example::

        with TSAServer(signer, policy="1.2.3", serials=folder / "serials") as tsa:
            client = TimestampClient(tsa.url)
    """

    def __init__(  # noqa: PLR0913 - each is an option of the authority
        self,
        signer: Signer,
        *,
        policy: str,
        serials: Path,
        host: str = "127.0.0.1",
        port: int = 0,
        accuracy: float | None = None,
        ordering: bool = False,
        clock: Clock = system_clock,
    ) -> None:
        self._issuer = TokenIssuer(
            signer, policy=policy, serials=SerialFile(serials), accuracy=accuracy, ordering=ordering
        )
        self._listener = _listener(self._issuer, host, port, clock)
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(0.05,), name="esign-tsa", daemon=True
        )

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._listener.url

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()


def _listener(issuer: TokenIssuer, host: str, port: int, clock: Clock) -> Listener:
    endpoint = Endpoint(
        request_type="application/timestamp-query",
        response_type="application/timestamp-reply",
        answer=lambda request: issuer.answer(request, clock()),
    )
    return Listener(host, port, endpoint)


@contextmanager
def _stopped_by_signals(listener: Listener) -> Iterator[None]:
    """Let SIGTERM and SIGINT end the service in good order, where this thread may say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        # shutdown() waits for the loop that this very thread runs.
        threading.Thread(target=listener.shutdown, name="esign-stop", daemon=True).start()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
