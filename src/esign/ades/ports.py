"""The ports: what the core asks of the outside world. Only drivers call them.

``keys`` implements :class:`Signer`, ``net`` implements :class:`Transport` and the sources,
``tsa.client`` implements :class:`TimestampAuthority` over a Transport.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from esign.ades.evidence import Evidence, Want
from esign.crypto.algorithms import DigestAlgorithm, SignatureAlgorithm
from esign.limits import Budget
from esign.pki.certificate import Certificate


class Signer(Protocol):
    """A private key somewhere, with its certificate. May be shared by threads."""

    @property
    def certificate(self) -> Certificate: ...
    @property
    def chain(self) -> tuple[Certificate, ...]:
        """Further certificates to embed, issuer first; may be empty."""

    @property
    def algorithms(self) -> tuple[SignatureAlgorithm, ...]:
        """What this key can do, preferred first."""

    def sign(self, octets: bytes, algorithm: SignatureAlgorithm) -> bytes:
        """Return the raw signature value over ``octets`` (ECDSA and DSA as DER).

        Raises:
            KeyAccessError: the key is gone, locked, or refuses.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class HTTPRequest:
    """One request, as plain data."""

    url: str
    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Not shown: they may hold a password."""
    from_document: bool = False
    """The URL came from a document or certificate: private targets are refused unless
    allow-listed. False only for addresses the operator configured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HTTPAnswer:
    """One answer, complete."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class Transport(Protocol):
    """Sends requests within the budget (time, size, redirects, addresses)."""

    def send(self, request: HTTPRequest, budget: Budget) -> HTTPAnswer:
        """Return the answer, whatever its status.

        Raises:
            TransportRefusedError: the address may not be contacted.
            NetworkError: no complete answer within the budget.
        """


class AsyncTransport(Protocol):
    """The same, awaited; cancelling the task closes the connection."""

    async def send(self, request: HTTPRequest, budget: Budget) -> HTTPAnswer: ...


class TimestampAuthority(Protocol):
    """Somebody who time-stamps a digest."""

    @property
    def name(self) -> str:
        """For errors and reports; usually the URL, without credentials."""

    def timestamp(self, imprint: bytes, algorithm: DigestAlgorithm, budget: Budget) -> bytes:
        """Return the encoded token over ``imprint``, checked against the request.

        Raises:
            TimestampingError: refused, unreachable or not in the protocol.
        """


class AsyncTimestampAuthority(Protocol):
    """The same, awaited."""

    @property
    def name(self) -> str: ...
    async def timestamp(
        self, imprint: bytes, algorithm: DigestAlgorithm, budget: Budget
    ) -> bytes: ...


class EvidenceSource(Protocol):
    """Answers one want with what was found, or with a recorded failure; never raises for one."""

    def fetch(self, want: Want, budget: Budget) -> Evidence: ...


class AsyncEvidenceSource(Protocol):
    """The same, awaited."""

    async def fetch(self, want: Want, budget: Budget) -> Evidence: ...
