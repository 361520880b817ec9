"""Sources that fetch what a judgement would like to have: issuers, OCSP answers, CRLs.

One want never stops a verification: what went wrong with each URL is kept as a failure
that the report can name. Only the caller's deadline and cancelling end the asking.

Spec: EN 319 102-1 §5.2.5, §5.2.6 (the evidence those blocks look at)
"""

from __future__ import annotations

from esign.ades.evidence import Evidence, Want
from esign.ades.ports import AsyncTransport, Transport
from esign.errors import DeadlineExceededError, EsignError
from esign.limits import Budget
from esign.net.questions import Attempts, OCSPManner, may_retry


class OnlineSource:
    """Answers wants over the network; implements the ``EvidenceSource`` port.

    Args:
        transport: carries the requests.
        manner: how OCSP responders are asked.
    """

    __slots__ = ("_manner", "_transport")

    def __init__(self, transport: Transport, manner: OCSPManner | None = None) -> None:
        self._transport = transport
        self._manner = manner or OCSPManner()

    def fetch(self, want: Want, budget: Budget) -> Evidence:
        """Return what the first URL with a usable answer gave, or the failure.

        Raises:
            DeadlineExceededError: the time for the whole call is over.
        """
        attempts = Attempts(want, self._manner)
        for question in attempts:
            try:
                answer = self._transport.send(question.request, budget)
                return question.evidence(answer)
            except DeadlineExceededError:
                raise
            except EsignError as error:
                attempts.failed(question.url, error.message, may_retry=may_retry(error))
        return attempts.failure()

    def __repr__(self) -> str:
        return f"OnlineSource({self._transport!r})"


class AsyncOnlineSource:
    """The same, awaited."""

    __slots__ = ("_manner", "_transport")

    def __init__(self, transport: AsyncTransport, manner: OCSPManner | None = None) -> None:
        self._transport = transport
        self._manner = manner or OCSPManner()

    async def fetch(self, want: Want, budget: Budget) -> Evidence:
        """Return what the first URL with a usable answer gave, or the failure.

        Raises:
            DeadlineExceededError: the time for the whole call is over.
        """
        attempts = Attempts(want, self._manner)
        for question in attempts:
            try:
                answer = await self._transport.send(question.request, budget)
                return question.evidence(answer)
            except DeadlineExceededError:
                raise
            except EsignError as error:
                attempts.failed(question.url, error.message, may_retry=may_retry(error))
        return attempts.failure()

    def __repr__(self) -> str:
        return f"AsyncOnlineSource({self._transport!r})"
