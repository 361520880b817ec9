"""The account of one revision: every object it adds or alters must be explained.

Rules explain objects; what stays unexplained, or reaches into signed content, is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from esign.messages import Message
from esign.pades.file import View
from esign.pades.graph import Reach
from esign.pades.objects import Ref, Stream, Value, as_dictionary, references_in, same
from esign.pades.pages import page_showing
from esign.pades.xref import EntryKind

NAMED = 5
"""Refused changes named one by one; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A later signature shown on a page."""

    name: str
    page: int
    share: float
    """Of the page's area it may paint over, from 0 to 1."""


@dataclass(slots=True)
class Changes:
    """What a later revision did that the allow-list does not know, and what it signed."""

    refused: list[Message] = field(default_factory=list)
    """The first of them; the rest is only counted."""
    unnamed: int = 0
    fields: list[str] = field(default_factory=list)
    """Names of signature fields filled, time-stamps excepted."""
    appearances: list[Appearance] = field(default_factory=list)
    """Visible signatures put onto pages: allowed, and worth telling."""


class Ledger:
    """Two views, one revision apart, and what has been accounted for."""

    def __init__(self, old: View, new: View, signed: frozenset[int]) -> None:
        self.old = old
        self.new = new
        self.signed = signed
        self.changes = Changes()
        self.added: set[int] = set()
        self.altered: set[int] = set()
        self.explained: set[int] = set()
        self._followed: set[int] = set()
        self.containers: set[int] = set()
        """Altered objects in a role of signing; content must not reach them otherwise."""

    def classify(self) -> None:
        """Sort the objects this revision speaks of into added and altered ones."""
        numbers = {n for section in self.new.revision.sections for n in section.numbers()}
        for number in sorted(numbers):  # with 0, which is always free but for an attacker
            before, after = self.old.locate(number), self.new.locate(number)
            if before == after:
                continue
            if after is None or (before is not None and after.generation != before.generation):
                # What refers to the former generation finds nothing any more (§7.3.10).
                self.refuse("Object {number} was deleted.", number=number)
            elif before is None:
                self.added.add(number)
            elif not self._unchanged(number):
                self.altered.add(number)

    def structure_objects(self) -> None:
        """Cross-reference and object streams carry the revision itself."""
        for number in sorted(self.altered):
            if stream_type(self.old, number) == "ObjStm":
                # Whatever lies packed in it would change without an entry of its own.
                self.refuse("The object stream {number} was replaced.", number=number)
        for number in self.added | self.altered:
            place = self.new.locate(number)
            if place is not None and place.kind is EntryKind.PACKED:
                self.explain(place.place)
            elif stream_type(self.new, number) == "XRef" and (
                number in self.added or stream_type(self.old, number) == "XRef"
            ):
                self.explain(number)

    def container(self, value: Value) -> None:
        """Account for a dictionary or array that signing may alter."""
        if isinstance(value, Ref) and value.number in self.added | self.altered:
            if not isinstance(self.new.resolve(value), dict | list):
                self.refuse("Object {number} is not what its place needs.", number=value.number)
            self.explained.add(value.number)
            self.containers.add(value.number)

    def explain(self, number: int) -> None:
        """Account for an object of this revision that stands in a place of its own."""
        self.explained.add(number)
        if number in self.altered:
            self.containers.add(number)

    def closure(self, value: Value) -> None:
        """Account for the *new* objects a value leads to; altered ones stay unexplained."""
        pending = [reference.number for _, reference in references_in(value)]
        while pending:
            number = pending.pop()
            if number in self.added and number not in self._followed:
                self._followed.add(number)
                self.explained.add(number)
                inner = self.new.numbered(number)
                pending.extend(reference.number for _, reference in references_in(inner))

    def conclude(self, reach: Reach) -> None:
        """Refuse what no rule accounted for, and what reaches into signed content."""
        for number in sorted(self.altered - self.explained):
            self._refuse_alteration(number)
        unexplained = self.added - self.explained
        for number in sorted(unexplained & self._reachable() if unexplained else ()):
            self.refuse("Object {number} was added for no further signature.", number=number)
        for number in unexplained:
            if as_dictionary(self.new.numbered(number)).get("Type") in ("Catalog", "Pages", "Page"):
                self.refuse("A page or catalogue (object {number}) was added.", number=number)
        for number in sorted(self.added & reach.missing):
            self.refuse("Object {number}, missing when signed, was supplied later.", number=number)
        for number in sorted(self.containers & self.altered & reach.objects):
            self.refuse("Object {number}, part of the content, was changed.", number=number)
        for number in sorted(reach.unreadable):
            self.refuse("Object {number}, part of the content, cannot be read.", number=number)

    def refuse(self, template: str, **values: object) -> None:
        """Keep one change that the allow-list does not know."""
        if len(self.changes.refused) < NAMED:
            self.changes.refused.append(Message(template, **values))
        else:
            self.changes.unnamed += 1

    def _unchanged(self, number: int) -> bool:
        one, other = self.old.numbered(number), self.new.numbered(number)
        if isinstance(one, Stream) and isinstance(other, Stream):
            return same(one.dictionary, other.dictionary) and self.old.stream_data(
                one
            ) == self.new.stream_data(other)
        return same(one, other)

    def _reachable(self) -> set[int]:
        """Return every object number the new view reaches from its trailer."""
        seen: set[int] = set()
        trailer = self.new.trailer
        pending = [r.number for _, r in references_in([trailer.get("Root"), trailer.get("Info")])]
        while pending:
            number = pending.pop()
            if number not in seen:
                self.new.file.budget.spend("pdf_objects")
                seen.add(number)
                inner = references_in(self.new.numbered(number))
                pending.extend(reference.number for _, reference in inner)
        return seen

    def _refuse_alteration(self, number: int) -> None:
        if len(self.changes.refused) >= NAMED:
            self.changes.unnamed += 1
            return
        old = as_dictionary(self.old.numbered(number))
        page = page_showing(self.old, number)
        if page is not None:
            self.refuse("The content of page {page} was changed.", page=page)
            return
        info = self.old.trailer.get("Info")
        if (isinstance(info, Ref) and info.number == number) or old.get("Type") == "Metadata":
            self.refuse("The document's metadata (object {number}) were changed.", number=number)
        elif "FT" in old or old.get("Type") == "Annot":
            self.refuse("A form field or annotation (object {number}) was changed.", number=number)
        else:
            self.refuse("Object {number} was changed.", number=number)


def stream_type(view: View, number: int) -> Value:
    """Return /Type of a stream object; None for everything else."""
    value = view.numbered(number)
    return value.dictionary.get("Type") if isinstance(value, Stream) else None
