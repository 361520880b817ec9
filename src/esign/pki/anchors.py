"""A trust anchor: one certificate somebody decided to believe, for what, from where, until when.

Spec: RFC 5280 §6.1.1 (d), RFC 5914
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.terms import Purpose

ALL_PURPOSES = frozenset(Purpose)
NAME_CONSTRAINTS = "2.5.29.30"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """One entry of a trusted list that vouches for an anchor; paths never look at it.

    Spec: TS 119 612 §5.5
    """

    territory: str
    sequence: int
    digest: str
    """Hex SHA-256 over the octets of the list."""
    provider: str
    service: str
    type: str
    """Service type URI."""
    status: str
    """Service status URI."""
    starts: datetime
    ends: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustAnchor:
    """One certificate the caller trusts, for what, from where and until when."""

    certificate: Certificate
    purposes: frozenset[Purpose] = ALL_PURPOSES
    source: str = "given by the caller"
    """File, or other origin, for reports."""
    not_before: datetime | None = None
    """When the trust began, if it is dated; aware, UTC."""
    not_after: datetime | None = None
    """When the trust ended (the anchor's sunset), if it is dated; aware, UTC."""
    services: tuple[ServiceFacts, ...] = ()
    """The entries of trusted lists behind it, if it came from one."""

    def is_trusted_at(self, at: datetime) -> bool:
        """Return whether the trust itself holds at ``at``; the certificate's dates do not count."""
        return (self.not_before is None or self.not_before <= at) and (
            self.not_after is None or at <= self.not_after
        )

    def is_usable_at(self, at: datetime) -> bool:
        """Return whether trust and certificate both hold at ``at``.

        Paths end at an anchor whatever its certificate's dates say (RFC 5280 §6.1.1 (d)); a
        service whose anchors are all past them will find nobody who still issues below.
        """
        return self.is_trusted_at(at) and self.certificate.is_valid_at(at)

    @property
    def has_name_constraints(self) -> bool:
        """Whether its certificate limits the names below it, which paths honour (RFC 5937)."""
        return self.certificate.extension(NAME_CONSTRAINTS) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorSet:
    """Anchors as one source gave them, with what it says of itself."""

    anchors: tuple[TrustAnchor, ...]
    valid_until: datetime | None = None
    """When the source itself asks to be read again, as a trusted list does."""
    incomplete: tuple[Message, ...] = ()
    """What belongs to it and could not be had."""

    @property
    def hash(self) -> str:
        """Hex SHA-256 over the sorted facts of all anchors; where they came from does not count."""
        lines = sorted(_facts(anchor) for anchor in self.anchors)
        if self.valid_until is not None:
            lines.append(f"until {self.valid_until.isoformat()}\n")
        return sha256("".join(lines).encode()).hexdigest()


def _facts(anchor: TrustAnchor) -> str:
    services = "".join(
        f" {each.digest} {each.type} {each.status} {each.starts.isoformat()}"
        for each in anchor.services
    )
    purposes = ",".join(sorted(anchor.purposes))
    return f"{anchor.certificate.fingerprint} {purposes} {period(anchor)}{services}\n"


def united(anchors: Iterable[TrustAnchor]) -> tuple[TrustAnchor, ...]:
    """Return each certificate once per period of trust; purposes and entries add up."""
    found: dict[tuple[str, datetime | None, datetime | None], TrustAnchor] = {}
    for anchor in anchors:
        key = (anchor.certificate.id, anchor.not_before, anchor.not_after)
        known = found.get(key)
        if known is not None and _adds(anchor, known):
            anchor = TrustAnchor(
                certificate=anchor.certificate,
                purposes=known.purposes | anchor.purposes,
                source=_sources(known.source, anchor.source),
                not_before=anchor.not_before,
                not_after=anchor.not_after,
                services=tuple(dict.fromkeys(known.services + anchor.services)),
            )
        elif known is not None:
            continue
        found[key] = anchor
    return tuple(found.values())


def _adds(anchor: TrustAnchor, known: TrustAnchor) -> bool:
    return not (anchor.purposes <= known.purposes and set(anchor.services) <= set(known.services))


def _sources(one: str, other: str) -> str:
    return one if one == other else f"{one}, {other}"


def period(anchor: TrustAnchor) -> str:
    """Return the window of trust as one line."""
    ends = (anchor.not_before, anchor.not_after)
    return " ".join("-" if end is None else end.isoformat() for end in ends)
