"""From a list, or a list of lists with its pivots, to a snapshot of checked lists.

1. The first list is fetched and its signature judged against the signers the caller names.
2. When those are no longer its signers, the pivots it names lead from them to the current
   ones: each pivot was signed by somebody the one before it announces.
3. Every list it points to is fetched and judged against the signers announced for it.
4. What failed is kept as a failure: a snapshot with one is not complete, and says so.

Spec: TS 119 615 §4.1, §4.2; TS 119 612 §5.3.7, §5.3.13
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from esign.errors import EsignError, InputError, NetworkError, TrustedListError
from esign.limits import Budget, Limits
from esign.pki.certificate import Certificate
from esign.trustlists.cache import read_cache, write_cache
from esign.trustlists.checking import require_signed, require_usable
from esign.trustlists.kept import CheckedList, checked
from esign.trustlists.model import Pointer, TrustedList
from esign.trustlists.reading import read_list
from esign.trustlists.snapshot import ListFailure, TrustListSnapshot
from esign.trustlists.sources import ListSource

MAX_LISTS = 100
"""Lists one list may point to; the EU's points to 43."""
MAX_PIVOTS = 20
"""Pivots between two publications; the EU's list of lists has had 5."""
LIST_LIMITS = Limits(downloads=300, downloaded_octets=512 * 1024 * 1024)
"""A hundred lists with their companions and some pivots; the EU's lists have 35 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstList:
    """Where to begin, and whom the caller trusts for it."""

    location: str
    signers: tuple[Certificate, ...]
    """From the scheme's official publication, checked by people."""
    territory: str | None = None
    publication: str = ""
    """Address of that publication; when the list names another, the signers are out of date."""


def load(
    first: FirstList,
    *,
    source: ListSource,
    at: datetime,
    cache: Path | None = None,
    territories: Sequence[str] | None = None,
    budget: Budget | None = None,
) -> TrustListSnapshot:
    """Return the checked lists at ``at`` (aware, UTC), with everything that failed.

    Args:
        first: a national list, or a list of lists.
        source: fetches octets; see :mod:`esign.trustlists.sources`.
        at: the moment of use: expired lists are refused.
        cache: file of lists checked earlier; read, and replaced when something changed.
        territories: take only these of a list of lists.
        budget: bounds of the whole call.

    Raises:
        TrustedListError: the first list cannot be relied on.
        NetworkError: it cannot be fetched and none is kept.
    """
    work = _Work(
        source=source,
        at=at,
        kept={each.location: each for each in (read_cache(cache) if cache else ())},
        budget=budget or Budget(LIST_LIMITS),
    )
    root = work.take_first(first)
    found: list[CheckedList] = [root]
    failures: list[ListFailure] = []
    if root.is_list_of_lists:
        for pointer in _wanted(root.content, territories):
            try:
                found.append(work.take(pointer))
            except (InputError, NetworkError) as error:
                failures.append(
                    ListFailure(
                        location=pointer.location,
                        territory=pointer.territory,
                        message=error.message,
                    )
                )
    snapshot = TrustListSnapshot(lists=tuple(found), failures=tuple(failures), at=at)
    if cache is not None and work.changed:
        write_cache(cache, _to_keep(work.kept, found))
    return snapshot


def _to_keep(
    kept: Mapping[str, CheckedList], found: Sequence[CheckedList]
) -> tuple[CheckedList, ...]:
    """Return what is found and what is kept of lists that failed today: their numbers count."""
    return tuple({**kept, **{each.location: each for each in found}}.values())


def _wanted(root: TrustedList, territories: Sequence[str] | None) -> list[Pointer]:
    wanted = [
        each
        for each in root.pointers
        if each.is_xml
        and not each.is_list_of_lists
        and (territories is None or each.territory in territories)
    ]
    if len(wanted) > MAX_LISTS:
        raise TrustedListError(
            "The list of {territory} points to {count} lists; the limit is {bound}.",
            territory=root.territory,
            count=len(wanted),
            bound=MAX_LISTS,
        )
    return wanted


@dataclass(slots=True, kw_only=True)
class _Work:
    """One call of :func:`load`."""

    source: ListSource
    at: datetime
    kept: dict[str, CheckedList]
    budget: Budget
    changed: bool = field(default=False)

    def take_first(self, first: FirstList) -> CheckedList:
        """Return the list to begin with, checked against the caller's signers or its pivots."""
        kept = self.kept.get(first.location)
        octets = self._octets(first.location)
        if octets is None and kept is not None:
            require_usable(kept.content, at=self.at, territory=first.territory)
            self._require_signer(kept, self._signers_of(first, kept.content, kept.signer))
            return kept
        assert octets is not None
        listed = read_list(octets, self.budget)
        if listed.is_list_of_lists:
            signers = self._signers_through_pivots(first, listed, octets)
        else:
            signers = first.signers
        return self._check(listed, octets, first.location, signers, first.territory)

    def take(self, pointer: Pointer) -> CheckedList:
        """Return the list pointed to, fetched or kept, its signature judged."""
        octets = self._octets(pointer.location)
        if octets is None:
            kept = self.kept[pointer.location]
            require_usable(kept.content, at=self.at, territory=pointer.territory)
            self._require_signer(kept, pointer.signers)
            return kept
        listed = read_list(octets, self.budget)
        return self._check(listed, octets, pointer.location, pointer.signers, pointer.territory)

    def _octets(self, location: str) -> bytes | None:
        """Return fresh octets, or None when what is kept is to be used.

        A kept list that is still current stands in for a server that does not answer.
        """
        kept = self.kept.get(location)
        try:
            return self.source.fetch(location, kept.digest if kept else None, self.budget)
        except NetworkError:
            if kept is None or not kept.is_current_at(self.at):
                raise
            return None

    def _check(
        self,
        listed: TrustedList,
        octets: bytes,
        location: str,
        signers: Sequence[Certificate],
        territory: str | None,
    ) -> CheckedList:
        kept = self.kept.get(location)
        signer = require_signed(listed, octets, signers, budget=self.budget)
        require_usable(
            listed,
            at=self.at,
            territory=territory,
            known_sequence=kept.sequence if kept else None,
        )
        self.changed = True
        return checked(listed, location=location, signer=signer.fingerprint)

    def _require_signer(self, kept: CheckedList, signers: Sequence[Certificate]) -> None:
        """Raise unless the certificate that signed a kept list is still announced."""
        if kept.signer not in {each.fingerprint for each in signers}:
            raise TrustedListError(
                "The kept trusted list of {territory} was signed by somebody who is no longer "
                "announced as its signer. Fetch it again.",
                territory=kept.territory,
            )

    def _signers_of(
        self, first: FirstList, listed: TrustedList, signer: str
    ) -> Sequence[Certificate]:
        if signer in {each.fingerprint for each in first.signers} or not pivots_of(
            listed, first.publication
        ):
            return first.signers
        return self._walk(first, listed)

    def _signers_through_pivots(
        self, first: FirstList, listed: TrustedList, octets: bytes
    ) -> Sequence[Certificate]:
        """Return who may sign the list: the caller's signers, or whom pivots lead to."""
        pivots = pivots_of(listed, first.publication)
        if not pivots:
            return first.signers
        try:
            require_signed(listed, octets, first.signers, budget=self.budget)
        except TrustedListError:
            return self._walk(first, listed)
        return first.signers

    def _walk(self, first: FirstList, listed: TrustedList) -> Sequence[Certificate]:
        """Return the signers that the newest pivot announces, each pivot checked by the last."""
        signers: Sequence[Certificate] = first.signers
        sequence = 0
        for location in reversed(pivots_of(listed, first.publication)):
            pivot = self._pivot(location, signers)
            if not pivot.is_list_of_lists or pivot.sequence < sequence:
                raise _broken_chain(location, None)
            sequence = pivot.sequence
            signers = _announced(pivot)
        return signers

    def _pivot(self, location: str, signers: Sequence[Certificate]) -> TrustedList:
        """Return a pivot, signed by one of ``signers``; pivots never change, so one is kept."""
        kept = self.kept.get(location)
        if kept is not None and kept.signer in {each.fingerprint for each in signers}:
            return kept.content
        octets = self.source.fetch(location, None, self.budget)
        assert octets is not None
        pivot = read_list(octets, self.budget)
        try:
            signer = require_signed(pivot, octets, signers, budget=self.budget)
        except TrustedListError as error:
            raise _broken_chain(location, error) from error
        self.kept[location] = checked(pivot, location=location, signer=signer.fingerprint)
        self.changed = True
        return pivot


def pivots_of(listed: TrustedList, publication: str = "") -> tuple[str, ...]:
    """Return the pivots a list of lists names, newest first.

    They stand before the publication that the caller's signers are from.

    Raises:
        TrustedListError: that publication is no longer named, so the signers are out of date.
    """
    uris = listed.scheme_uris
    if publication:
        if publication not in uris:
            raise TrustedListError(
                "The list of lists of {territory} no longer refers to {publication}. Its signers "
                "were published anew: get them from the new publication, and check them.",
                territory=listed.territory,
                publication=publication,
            )
        uris = uris[: uris.index(publication)]
    pivots = tuple(uri for uri in uris if _names_pivot(uri))
    if len(pivots) > MAX_PIVOTS:
        raise TrustedListError(
            "The list of lists of {territory} names {count} pivots; the limit is {bound}.",
            territory=listed.territory,
            count=len(pivots),
            bound=MAX_PIVOTS,
        )
    return pivots


def _names_pivot(uri: str) -> bool:
    name = uri.rpartition("/")[2].lower()
    return "pivot" in name and name.endswith(".xml")


def _announced(pivot: TrustedList) -> tuple[Certificate, ...]:
    """Return the signers that a list of lists announces for itself."""
    return tuple(
        signer
        for pointer in pivot.pointers
        if pointer.is_list_of_lists and pointer.is_xml and pointer.territory == pivot.territory
        for signer in pointer.signers
    )


def _broken_chain(location: str, cause: EsignError | None) -> TrustedListError:
    return TrustedListError(
        "The pivots do not lead from the given signers to the current ones: {location} breaks "
        "the chain. {cause}",
        location=location,
        cause="" if cause is None else str(cause),
    )
