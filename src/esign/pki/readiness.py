"""Can these anchors be relied on? What a set of anchors says for and against itself.

A service asks before it serves, and every report repeats what stands against the set it was
judged by: losing the anchors is loud.

Spec: RFC 5280 §6.1.1 (d), TS 119 612 §5.3.15
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from esign.errors import TrustNotReadyError, UsageError
from esign.messages import Message, in_a_row
from esign.pki.anchors import AnchorSet
from esign.pki.snapshots import write_snapshot
from esign.pki.trust_files import purposes_of
from esign.terms import Purpose


class Readiness:
    """The part of a trust store that knows how much of it there is, and until when."""

    _content: AnchorSet

    def snapshot(self) -> bytes:
        """Return the store as a file that :meth:`load` reads, with everything each anchor has."""
        return write_snapshot(self._content)

    @property
    def valid_until(self) -> datetime | None:
        """When the sources ask to be read again, as trusted lists do; None: never."""
        return self._content.valid_until

    @property
    def incomplete(self) -> tuple[Message, ...]:
        """What belongs to the store and could not be had."""
        return self._content.incomplete

    def problems(
        self, at: datetime, *, purposes: Iterable[Purpose | str] = (Purpose.SIGNER,)
    ) -> tuple[Message, ...]:
        """Return why nobody should rely on this store at ``at`` (aware); empty when ready."""
        lacks = (self._lack(purpose, at) for purpose in sorted(purposes_of(purposes)))
        return (*self.shortcomings(at), *(each for each in lacks if each is not None))

    def shortcomings(self, at: datetime) -> tuple[Message, ...]:
        """Return what the store says against itself at ``at``: it is stale, or not whole.

        Every report judged against it carries these sentences.
        """
        found = list(self.incomplete)
        if self.valid_until is not None and at > self.valid_until:
            found.append(
                Message(
                    "The trust snapshot was valid until {until}; refresh it.",
                    until=self.valid_until.isoformat(),
                )
            )
        return tuple(found)

    def _lack(self, purpose: Purpose, at: datetime) -> Message | None:
        given = tuple(a for a in self._content.anchors if purpose in a.purposes)
        if not given:
            return Message("There is no trust anchor for the purpose {purpose}.", purpose=purpose)
        if not any(anchor.is_usable_at(at) for anchor in given):
            return Message(
                "None of the {count} trust anchors for the purpose {purpose} is valid at {at}.",
                count=len(given),
                purpose=purpose,
                at=at.isoformat(),
            )
        return None

    def require_ready(
        self, at: datetime, *, purposes: Iterable[Purpose | str] = (Purpose.SIGNER,)
    ) -> None:
        """Return only when the store can be relied on: a service asks before it serves.

        Args:
            at: the moment to be ready for, aware.
            purposes: those that need at least one anchor that is valid then.

        Raises:
            TrustNotReadyError: there is no anchor, all are past their time, the store asks
                to be refreshed, or a part of it is missing.
        """
        if at.tzinfo is None:
            raise UsageError("The moment to be ready for needs a time zone.")
        problems = self.problems(at, purposes=purposes)
        if problems:
            raise TrustNotReadyError(
                "The trust anchors cannot be relied on. {problems}",
                problems=in_a_row(problems),
            )
