"""The snapshot: the lists that were checked, what failed, and the trust they give.

Losing anchors is loud: a snapshot that is incomplete, expired or without any anchor gives no
trust store unless the caller says that this is accepted, and :meth:`TrustListSnapshot.problems`
is what a readiness check asks.

Spec: TS 119 615 §4.3
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from esign.asn1.lazy import lazy
from esign.errors import TrustedListError
from esign.messages import Message, in_a_row
from esign.pki.certificate import Certificate
from esign.pki.trust import TrustAnchor, TrustStore
from esign.trustlists.anchors import anchors_of
from esign.trustlists.kept import CheckedList
from esign.trustlists.model import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFailure:
    """A list that could not be fetched, read, or relied on."""

    location: str
    territory: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedService:
    """A service and the list it stands in."""

    list: CheckedList
    service: Service


@dataclass(frozen=True, kw_only=True)
class TrustListSnapshot:
    """Checked lists at one moment; immutable, may be shared."""

    lists: tuple[CheckedList, ...]
    failures: tuple[ListFailure, ...] = ()
    at: datetime
    """When the lists were found current; aware, UTC."""

    @lazy
    def anchors(self) -> tuple[TrustAnchor, ...]:
        """Every anchor of every list, each with its window and the entries behind it."""
        return tuple(
            anchor
            for each in self.lists
            for anchor in anchors_of(each.content, f"trusted list {each.label}")
        )

    @lazy
    def hash(self) -> str:
        """Hex SHA-256 over the digests of all lists, in order of their addresses."""
        lines = sorted(f"{each.location} {each.digest}\n" for each in self.lists)
        return sha256("".join(lines).encode()).hexdigest()

    def trust_store(self, *, unsafe_incomplete: bool = False) -> TrustStore:
        """Return the anchors as a store.

        Args:
            unsafe_incomplete: take what there is although lists failed; whoever stands in a
                missing list is then not recognised. Without any anchor it raises all the same.

        Raises:
            TrustedListError: the snapshot is not ready; the sentence says why.
        """
        problems = self.problems(self.at)
        if problems and not (unsafe_incomplete and self.anchors):
            raise TrustedListError(
                "The trusted lists are not ready for use: {problems}",
                problems=in_a_row(problems),
            )
        ends = [each.next_update for each in self.lists if each.next_update is not None]
        return TrustStore(self.anchors, valid_until=min(ends, default=None), incomplete=problems)

    def problems(self, at: datetime) -> tuple[Message, ...]:
        """Return why the snapshot is not to be used at ``at``; nothing when it is ready."""
        found = [
            Message(
                "The list of {territory} is missing ({location}): {cause}",
                territory=each.territory,
                location=each.location,
                cause=each.message,
            )
            for each in self.failures
        ]
        found += [
            Message(
                "The list {label} expired on {next_update}.",
                label=each.label,
                next_update=each.next_update,
            )
            for each in self.lists
            if not each.is_current_at(at)
        ]
        if not self.anchors:
            found.append(Message("The lists give not one trust anchor."))
        return tuple(found)

    @property
    def defects(self) -> tuple[Message, ...]:
        """Where lists leave their form; services left out for it are named here."""
        return tuple(
            Message("In the list {label}: {defect}", label=each.label, defect=defect)
            for each in self.lists
            for defect in each.content.defects
        )

    def services_of(self, certificate: Certificate) -> tuple[ListedService, ...]:
        """Return every service that this certificate stands for."""
        return self._services.get(certificate.fingerprint, ())

    @lazy
    def _services(self) -> Mapping[str, tuple[ListedService, ...]]:
        found: dict[str, tuple[ListedService, ...]] = {}
        for each in self.lists:
            for service in each.content.services:
                entry = ListedService(list=each, service=service)
                for certificate in service.certificates:
                    key = certificate.fingerprint
                    found[key] = (*found.get(key, ()), entry)
        return found
