"""A checked list: its head at hand, its services read when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from esign.asn1.lazy import lazy
from esign.trustlists.model import TrustedList


@dataclass(frozen=True, kw_only=True)
class CheckedList:
    """A list whose signature an announced signer made; only checking makes one."""

    location: str
    territory: str
    sequence: int
    digest: str
    """Hex SHA-256 over the list's octets."""
    issued: datetime
    next_update: datetime | None
    signer: str
    """Hex SHA-256 of the certificate that signed it."""
    is_list_of_lists: bool
    read: Callable[[], TrustedList] = field(repr=False, compare=False)

    @lazy
    def content(self) -> TrustedList:
        """All that the list says."""
        return self.read()

    @property
    def label(self) -> str:
        """What reports call it."""
        return f"{self.territory}, sequence number {self.sequence}"

    def is_current_at(self, at: datetime) -> bool:
        """True when the list has not expired at ``at``; a closed list never does."""
        return self.next_update is None or at <= self.next_update


def checked(listed: TrustedList, *, location: str, signer: str) -> CheckedList:
    """Return a list just checked, as one."""
    return CheckedList(
        location=location,
        territory=listed.territory,
        sequence=listed.sequence,
        digest=listed.digest,
        issued=listed.issued,
        next_update=listed.next_update,
        signer=signer,
        is_list_of_lists=listed.is_list_of_lists,
        read=lambda: listed,
    )
