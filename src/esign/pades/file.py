"""A PDF as its revisions, and what each revision shows.

A revision is what one save wrote: objects, a cross-reference section, ``%%EOF``. A *view*
is the document as it stood at the end of one revision; later octets do not exist for it.
A signature is read from the view it signed, never from the last one.

Spec: ISO 32000-1 §7.5.5, §7.5.6, Annex F (linearised files)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from esign.asn1.lazy import lazy
from esign.document import Document
from esign.errors import EncryptedPDFError, MalformedPDFError
from esign.limits import Budget
from esign.messages import Message
from esign.pades.digests import RangeDigests
from esign.pades.filters import decode
from esign.pades.objects import Dictionary, Ref, Stream, Value, as_dictionary
from esign.pades.octets import Octets
from esign.pades.parser import Parser
from esign.pades.xref import Entry, EntryKind, Section, read_section

TAIL = 2048
"""How far before the end ``startxref`` is looked for; the standard says 1024 for EOF."""
CHAIN = 64
"""References to references followed before giving up; real documents have none."""

SEARCHED = 8
"""Sections searched one by one; beyond that an index is made."""

_ENDING = re.compile(
    rb"(?:[\x00\t\n\x0c\r ]++|%(?!%EOF)[^\r\n]*+)*+"
    rb"startxref[\x00\t\n\x0c\r ]++(\d{1,15})[\x00\t\n\x0c\r ]++%%EOF"
)
_BLANKS = b"\x00\t\n\x0c\r "


Field = tuple[Value, str, Value, Dictionary]
"""Where a field stands, its name, its type, and what it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What one save wrote."""

    index: int
    sections: tuple[Section, ...]
    """Newest first; two in a linearised file's first revision, otherwise one."""
    end: int
    """Position behind ``%%EOF``."""
    blank_end: int
    """Position behind the white space that follows it."""

    @property
    def trailer(self) -> Dictionary:
        """The trailer dictionary a reader of this revision starts from."""
        return self.sections[0].trailer


class PDFFile:
    """A PDF that is read, one revision beside the other."""

    def __init__(self, document: Document, budget: Budget) -> None:
        """Read the chain of cross-reference sections.

        Raises:
            MalformedPDFError: it cannot be followed without guessing.
            EncryptedPDFError: the document needs a password.
        """
        budget.require_within("pdf_octets", document.size)
        self.octets = Octets(document)
        if self.octets.read(0, 5) != b"%PDF-":
            raise _malformed(0, "it does not begin with %PDF-, so its offsets are ambiguous")
        self.budget = budget
        self.digests = RangeDigests(document)
        self._objects: dict[int, tuple[int, int, Value, int]] = {}
        self._containers: dict[int, list[tuple[int, Value]]] = {}
        self._opening: set[int] = set()
        self._entries: dict[int, list[tuple[int, Entry]]] | None = None
        self._views: dict[int, View] = {}
        self.areas: dict[int, tuple[int, tuple[float, float, float, float]]] | None = None
        """Number and area of each page, kept by :mod:`esign.pades.pages` once found."""
        self.revisions = _read_revisions(self.octets, budget)
        if any("Encrypt" in revision.trailer for revision in self.revisions):
            raise EncryptedPDFError(
                "This PDF is encrypted. Reading encrypted PDFs is not possible yet; remove the "
                "password with the program that set it, or ask for an unencrypted copy."
            )

    @property
    def last(self) -> View:
        """The document as it stands now."""
        return self.view(len(self.revisions) - 1)

    def view(self, index: int) -> View:
        """Return the document as it stood at the end of revision ``index``."""
        if index not in self._views:
            sections = [s for r in reversed(self.revisions[: index + 1]) for s in r.sections]
            self._views[index] = View(self, self.revisions[index], tuple(sections))
        return self._views[index]

    def entry_as_of(self, number: int, index: int) -> Entry | None:
        """Return the newest entry for an object number up to revision ``index``.

        Searching each section would cost a file of many revisions its square.
        """
        if self._entries is None:
            self._entries = _indexed(self.revisions)
        history = self._entries.get(number, [])
        place = bisect_right(history, index, key=lambda pair: pair[0])
        if place:
            return history[place - 1][1]
        found = (section.lookup(number) for section in self.revisions[0].sections)
        return next((entry for entry in found if entry is not None), None)

    def object_at(self, offset: int, number: int, generation: int) -> Value:
        """Return the object that stands at ``offset``, which must be the one expected."""
        known = self._objects.get(offset)
        if known is None:
            self.budget.spend("pdf_objects")
            known = self.octets.parse(offset, _object_with_end)
            self._objects[offset] = known
            self.require_enclosed(offset, known[3])
        if known[:2] != (number, generation):
            raise MalformedPDFError(
                "The PDF's cross-reference says object {number} is at octet {offset}, "
                "but object {found} is there.",
                number=number,
                offset=offset,
                found=known[0],
            )
        return known[2]

    def boundary(self, offset: int) -> int:
        """Return the end of the revision in whose octets ``offset`` lies."""
        ends = [revision.end for revision in self.revisions]
        index = bisect_right(ends, offset)
        return ends[index] if index < len(ends) else self.octets.size

    def require_enclosed(self, start: int, end: int) -> None:
        """Refuse what goes on in octets that came after the revision it begins in.

        A signature would cover its beginning alone, whatever the rest becomes.
        """
        if end > self.boundary(start):
            raise MalformedPDFError(
                "What begins at octet {start} of the PDF goes on behind the end of its revision.",
                start=start,
            )

    def spans_at(self, offset: int) -> dict[str, tuple[int, int]]:
        """Return where in the file each value of the dictionary object at ``offset`` lies."""
        spans: dict[str, tuple[int, int]] = {}

        def step(parser: Parser) -> None:
            parser.spans = spans
            spans.clear()
            parser.indirect_object()

        self.octets.parse(offset, step)
        return spans

    def container(self, view: View, number: int) -> list[tuple[int, Value]]:
        """Return the objects of an object stream, with their numbers.

        Spec: ISO 32000-1 §7.5.7
        """
        place = view.locate(number)
        if place is None or place.kind is not EntryKind.PLAIN or place.place >= view.revision.end:
            raise MalformedPDFError(
                "The PDF's object stream {number} is not where it should be.", number=number
            )
        if place.place not in self._containers:
            if place.place in self._opening:
                raise MalformedPDFError("An object stream of the PDF lies within itself.")
            self._opening.add(place.place)
            stream = self.object_at(place.place, number, place.extra)
            if not isinstance(stream, Stream) or stream.dictionary.get("Type") != "ObjStm":
                raise MalformedPDFError(
                    "The PDF's object {number} should be an object stream.", number=number
                )
            self._containers[place.place] = self._unpack(stream, view)
        return self._containers[place.place]

    def _unpack(self, stream: Stream, view: View) -> list[tuple[int, Value]]:
        dictionary = stream.dictionary
        count, first = dictionary.get("N"), dictionary.get("First")
        if type(count) is not int or type(first) is not int:
            raise MalformedPDFError("An object stream of the PDF does not say what it holds.")
        self.budget.spend("pdf_objects", max(0, count))
        data = decode(
            view.stream_data(stream), dictionary.get("Filter"), dictionary.get("DecodeParms")
        )
        self.octets.account(len(data))
        header = Parser(data[:first])
        places = [(header.value(), header.value()) for _ in range(count)]
        objects = []
        for number, offset in places:
            if type(number) is not int or type(offset) is not int:
                raise MalformedPDFError("An object stream of the PDF has a damaged header.")
            parser = Parser(data, first + offset)
            objects.append((number, parser.value()))
            self.octets.account(parser.position - first - offset)
        return objects


class View:
    """The document as it stood at the end of one revision."""

    def __init__(self, file: PDFFile, revision: Revision, sections: tuple[Section, ...]) -> None:
        self.file = file
        self.revision = revision
        self._sections = sections
        self._places: dict[int, Entry | None] = {}
        self.fields: tuple[Field, ...] | None = None
        """All fields of the form, kept by :mod:`esign.pades.fields` once found."""
        sizes = (section.trailer.get("Size") for section in sections)
        self.size = max((size for size in sizes if isinstance(size, int)), default=0)

    @property
    def trailer(self) -> Dictionary:
        """The trailer dictionary of this view."""
        return self.revision.trailer

    @lazy
    def catalog(self) -> Dictionary:
        """The document catalogue."""
        catalog = self.resolve(self.trailer.get("Root"))
        if not isinstance(catalog, dict):
            raise MalformedPDFError("The PDF has no document catalogue.")
        return catalog

    def locate(self, number: int) -> Entry | None:
        """Return where this view finds an object; None when there is none."""
        if number not in self._places:
            found = self._entry(number)
            if found is not None and found.kind is EntryKind.FREE:
                found = None
            if found is not None and number >= self.size:
                raise MalformedPDFError(
                    "Object {number} lies beyond the size the PDF's trailer gives; "
                    "readers differ in whether it exists.",
                    number=number,
                )
            self._places[number] = found
        return self._places[number]

    def _entry(self, number: int) -> Entry | None:
        if len(self._sections) > SEARCHED:
            return self.file.entry_as_of(number, self.revision.index)
        for section in self._sections:
            found = section.lookup(number)
            if found is not None:
                return found
        return None

    def resolve(self, value: Value) -> Value:
        """Return the value itself, references followed; what is not there is null.

        Spec: ISO 32000-1 §7.3.10
        """
        for _ in range(CHAIN):
            if not isinstance(value, Ref):
                return value
            value = self._object(value)
        raise MalformedPDFError("The PDF refers in a circle from object to object.")

    def numbered(self, number: int | None) -> Value:
        """Return the object with a number, whatever its generation; null without one."""
        place = None if number is None else self.locate(number)
        if number is None or place is None:
            return None
        return self.resolve(Ref(number, place.extra if place.kind is EntryKind.PLAIN else 0))

    def stream_data(self, stream: Stream) -> bytes:
        """Return a stream's data as they lie in the file, filters not undone."""
        start, end = self.stream_range(stream)
        return self.file.octets.read(start, end)

    def stream_range(self, stream: Stream) -> tuple[int, int]:
        """Return where a stream's data lie; ``endstream`` must follow them.

        Spec: ISO 32000-1 §7.3.8.2
        """
        length = self.resolve(stream.dictionary.get("Length"))
        if type(length) is not int or length < 0:
            raise MalformedPDFError("A stream of the PDF does not say how long it is.")
        end = stream.start + length
        self.file.require_enclosed(stream.start, end)
        following = self.file.octets.read(end, end + 16).lstrip(_BLANKS)
        if not following.startswith(b"endstream"):
            raise MalformedPDFError(
                "The PDF's stream at octet {start} is not as long as it says.", start=stream.start
            )
        return stream.start, end

    def require_closed(self, stream: Stream) -> None:
        """Refuse a stream that no reader can end within its revision.

        Readers differ in whether they believe /Length or look for ``endstream``; whichever
        they do, they must not run into octets that are written later.
        """
        length = self.resolve(stream.dictionary.get("Length"))
        end = stream.start + length if type(length) is int and length >= 0 else -1
        boundary = self.file.boundary(stream.start)
        following = self.file.octets.read(end, min(end + TAIL, boundary)) if end >= 0 else b""
        if b"endstream" not in following:
            raise MalformedPDFError(
                "The PDF's stream at octet {start} is not as long as it says.", start=stream.start
            )

    def dictionary(self, value: Value) -> Dictionary:
        """Return the dictionary a value leads to, or an empty one."""
        return as_dictionary(self.resolve(value))

    def list(self, value: Value) -> list[Value]:
        """Return the array a value leads to, or an empty one."""
        resolved = self.resolve(value)
        return resolved if isinstance(resolved, list) else []

    def _object(self, reference: Ref) -> Value:
        place = self.locate(reference.number)
        if place is None:
            return None
        if place.kind is EntryKind.PACKED:
            if reference.generation:
                return None
            return self._packed(reference.number, place)
        if place.extra != reference.generation:
            return None
        if place.place >= self.revision.end:
            raise MalformedPDFError(
                "Object {number} of the PDF is said to lie behind the end of its revision.",
                number=reference.number,
            )
        return self.file.object_at(place.place, reference.number, reference.generation)

    def _packed(self, number: int, place: Entry) -> Value:
        objects = self.file.container(self, place.place)
        if place.extra >= len(objects) or objects[place.extra][0] != number:
            raise MalformedPDFError(
                "The PDF's object stream {container} does not hold object {number}.",
                container=place.place,
                number=number,
            )
        return objects[place.extra][1]


def _object_with_end(parser: Parser) -> tuple[int, int, Value, int]:
    number, generation, value = parser.indirect_object()
    return number, generation, value, parser.base + parser.position


def _indexed(revisions: tuple[Revision, ...]) -> dict[int, list[tuple[int, Entry]]]:
    """Return for each object number what the later revisions say of it, in their order."""
    entries: dict[int, list[tuple[int, Entry]]] = {}
    for revision in revisions[1:]:
        (section,) = revision.sections  # only the first revision can have two
        for number in section.numbers():
            entry = section.lookup(number)
            if entry is not None:
                entries.setdefault(number, []).append((revision.index, entry))
    return entries


def _read_revisions(octets: Octets, budget: Budget) -> tuple[Revision, ...]:
    """Follow /Prev from the end of the file; return the revisions, oldest first."""
    start = octets.find_last(b"startxref", octets.size - TAIL, octets.size)
    ending = _ENDING.match(octets.read(start, octets.size)) if start >= 0 else None
    if ending is None:
        raise MalformedPDFError("The PDF does not end with a cross-reference and %%EOF.")
    sections = _read_chain(octets, int(ending[1]), budget)
    groups: list[tuple[Section, ...]] = [(section,) for section in reversed(sections)]
    if len(groups) > 1 and groups[0][0].offset > groups[1][0].offset:
        groups[:2] = [(*groups[1], *groups[0])]  # linearised: the first page's section leads
    revisions: list[Revision] = []
    for index, group in enumerate(groups):
        revision = _revision(octets, index, group)
        if revisions and group[0].offset < revisions[-1].end:
            raise _malformed(group[0].offset, "a later cross-reference lies in an earlier revision")
        revisions.append(revision)
    return tuple(revisions)


def _read_chain(octets: Octets, offset: int, budget: Budget) -> list[Section]:
    sections: list[Section] = []
    seen: set[int] = set()
    position: Value = offset
    while position is not None:
        if type(position) is not int:
            raise _malformed(offset, "a trailer names no place of the one before")
        if position in seen:
            raise _malformed(position, "the cross-references form a circle")
        budget.spend("pdf_revisions")
        seen.add(position)
        sections.append(read_section(octets, position, budget))
        position = sections[-1].trailer.get("Prev")
    return sections


def _revision(octets: Octets, index: int, sections: tuple[Section, ...]) -> Revision:
    last = max(sections, key=lambda section: section.offset)
    following = octets.read(last.end, last.end + TAIL)
    ending = _ENDING.match(following)
    if ending is None or int(ending[1]) != sections[0].offset:
        raise _malformed(last.end, "a revision does not end with startxref and %%EOF")
    end = last.end + ending.end()
    halves = [section.hybrid for section in sections if section.hybrid is not None]
    if any(section.end > end for section in (*sections, *halves)):
        raise _malformed(end, "a cross-reference goes on behind the end of its revision")
    rest = following[ending.end() :]
    blank = len(rest) - len(rest.lstrip(_BLANKS))
    return Revision(index=index, sections=sections, end=end, blank_end=end + blank)


def _malformed(position: int, what: str) -> MalformedPDFError:
    return MalformedPDFError(
        "The PDF cannot be read at octet {position}: {what}.",
        position=position,
        what=Message(what),
    )
