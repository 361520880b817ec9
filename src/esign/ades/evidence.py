"""Evidence: everything a judgement may look at beside the signature itself.

Evidence is judged, never trusted: an anchor, a clock or a proof of existence never comes
from here. What could not be fetched is recorded, so that the report can name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse
from esign.terms import CertificateRole


class WantKind(StrEnum):
    """What a judgement would like to have."""

    ISSUER = "ISSUER"
    OCSP = "OCSP"
    CRL = "CRL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One thing to be fetched, as plain data; drivers answer it (see ``Collection``)."""

    kind: WantKind
    certificate: Certificate
    """The certificate the answer is about."""
    issuer: Certificate | None
    """Its issuer, needed for an OCSP request; None while an issuer is wanted."""
    role: CertificateRole
    urls: tuple[str, ...]
    """Tried in this order; they came from the certificate and are not to be trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailure:
    """A want that could not be answered, with each URL's cause."""

    want: Want
    causes: tuple[tuple[str, Message], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulted:
    """One want that was put to a source, for the report: who was to be asked about what."""

    want: Want
    objects: tuple[str, ...] = ()
    """The ``id`` of each object that came; empty when nothing did."""
    from_cache: bool = False
    """Answered by the cache; nobody was contacted for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Certificates and revocation data, each object once, in the order found."""

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[CRL, ...] = ()
    ocsp_responses: tuple[OCSPResponse, ...] = ()
    failures: tuple[FetchFailure, ...] = ()
    collected_at: datetime | None = None
    """When online sources were asked; None when nothing was. It proves nothing."""
    consulted: tuple[Consulted, ...] = ()
    """What was wanted, in the order in which it was asked."""

    @property
    def object_ids(self) -> tuple[str, ...]:
        """The ``id`` of every object."""
        return (
            *(each.id for each in self.certificates),
            *(each.id for each in self.crls),
            *(each.id for each in self.ocsp_responses),
        )

    def merged(self, other: Evidence) -> Evidence:
        """Return both, without repetition."""
        return Evidence(
            certificates=tuple(dict.fromkeys(self.certificates + other.certificates)),
            crls=tuple(dict.fromkeys(self.crls + other.crls)),
            ocsp_responses=tuple(dict.fromkeys(self.ocsp_responses + other.ocsp_responses)),
            failures=self.failures + other.failures,
            collected_at=other.collected_at or self.collected_at,
            consulted=self.consulted + other.consulted,
        )
