"""Cross-reference sections: classic tables, streams, and both at once (hybrid files).

Entries are looked up where they lie; nothing is unpacked that is not asked for. What two
readers could read differently is refused: overlapping subsections, entries of another
length than 20, a hybrid file whose two halves disagree.

Spec: ISO 32000-1 §7.5.4, §7.5.8
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from esign.errors import MalformedPDFError
from esign.limits import Budget
from esign.messages import Message
from esign.pades.filters import decode
from esign.pades.objects import Dictionary, Stream, Value, as_list
from esign.pades.octets import Octets
from esign.pades.parser import Parser

ENTRIES_PER_OBJECT = 4
"""Entries that are only listed count as a fraction of an object that is read."""
SLACK = 4096
"""Octets a cross-reference stream may be longer than its entries need."""


class EntryKind(IntEnum):
    """The type field of a cross-reference stream entry (ISO 32000-1 table 18)."""

    FREE = 0
    PLAIN = 1
    PACKED = 2


class Entry(NamedTuple):
    """Where one object lies: ``(offset, generation)`` or ``(container, index)``."""

    kind: EntryKind
    place: int
    extra: int

    @property
    def generation(self) -> int:
        """The generation references must name; what is packed has none but 0 (§7.5.7)."""
        return self.extra if self.kind is EntryKind.PLAIN else 0


class _Run(NamedTuple):
    first: int
    length: int
    octets: bytes
    widths: tuple[int, int, int] | None
    """Field widths in a stream; None in a classic table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One cross-reference section with its trailer dictionary."""

    offset: int
    end: int
    """Position behind the trailer dictionary or the stream object."""
    trailer: Dictionary
    runs: tuple[_Run, ...]
    """In the order of their numbers, without overlap."""
    hybrid: Section | None = None

    def lookup(self, number: int) -> Entry | None:
        """Return this section's own entry for an object number.

        A hybrid file's table lists as free what only its stream knows (§7.5.8.4).
        """
        entry = self._own(number)
        if self.hybrid is not None and (entry is None or entry.kind is EntryKind.FREE):
            return self.hybrid.lookup(number) or entry
        return entry

    def numbers(self) -> Iterator[int]:
        """Yield the object numbers this section speaks of, some perhaps twice."""
        for run in self.runs:
            yield from range(run.first, run.first + run.length)
        if self.hybrid is not None:
            yield from self.hybrid.numbers()

    def highest_place(self) -> int:
        """Return the largest offset any entry points to."""
        own = (self.lookup(number) for number in self.numbers())
        return max((e.place for e in own if e is not None and e.kind is EntryKind.PLAIN), default=0)

    def _own(self, number: int) -> Entry | None:
        place = bisect_right(self.runs, number, key=_first) - 1
        if place < 0:
            return None
        run = self.runs[place]
        index = number - run.first
        if index >= run.length:
            return None
        return _table_entry(run, index) if run.widths is None else _entry(run, index)


def _first(run: _Run) -> int:
    return run.first


def read_section(octets: Octets, offset: int, budget: Budget) -> Section:
    """Return the cross-reference section that begins at ``offset``.

    Raises:
        MalformedPDFError: there is none, or it contradicts itself.
    """
    if not 0 < offset < octets.size:
        raise _malformed(offset, "the cross-reference lies outside the file")
    # Some writers name the line end before the section; nothing else may stand between.
    if not octets.read(offset, offset + 16).lstrip(_BLANKS).startswith(b"xref"):
        return _read_stream(octets, offset, budget)
    section = octets.parse(offset, lambda parser: _read_table(parser, offset))
    count = sum(run.length for run in section.runs)
    budget.spend("pdf_objects", count // ENTRIES_PER_OBJECT)
    stream = section.trailer.get("XRefStm")
    if stream is None:
        return section
    if type(stream) is not int or not 0 < stream < octets.size:
        raise _malformed(offset, "a hybrid file names no cross-reference stream")
    hybrid = _read_stream(octets, stream, budget)
    if hybrid.trailer.get("Prev", section.trailer.get("Prev")) != section.trailer.get("Prev"):
        raise _malformed(offset, "a hybrid file's two cross-references continue differently")
    _require_agreement(section, hybrid)
    return Section(
        offset=offset,
        end=section.end,
        trailer=section.trailer,
        runs=section.runs,
        hybrid=hybrid,
    )


_BLANKS = b"\x00\t\n\x0c\r "
_RUN = re.compile(rb"[\x00\t\n\x0c\r ]*+(\d{1,10}) (\d{1,10})[ ]*+(?:\r\n|\n|\r)")
_TRAILER = re.compile(rb"[\x00\t\n\x0c\r ]*+trailer")
_TABLE_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)")


def _read_table(parser: Parser, offset: int) -> Section:
    octets = parser.octets
    parser.keyword()
    runs = []
    while (run := _RUN.match(octets, parser.position)) is not None:
        count = int(run[2])
        start, end = run.end(), run.end() + 20 * count
        if end > len(octets):
            raise _malformed(offset, "the cross-reference table is cut off")
        runs.append(_Run(int(run[1]), count, octets[start:end], None))
        parser.position = end
    trailer = _TRAILER.match(octets, parser.position)
    if trailer is None:
        raise _malformed(offset, "the cross-reference table has entries of a wrong length")
    parser.position = trailer.end()
    dictionary = parser.value()
    if not isinstance(dictionary, dict):
        raise _malformed(offset, "the trailer is no dictionary")
    end = parser.base + parser.position
    return Section(offset=offset, end=end, trailer=dictionary, runs=_ordered(offset, runs))


def _table_entry(run: _Run, index: int) -> Entry:
    match = _TABLE_ENTRY.fullmatch(run.octets, 20 * index, 20 * index + 20)
    if match is None:
        raise MalformedPDFError(
            "The PDF's cross-reference entry of object {number} cannot be read.",
            number=run.first + index,
        )
    kind = EntryKind.PLAIN if match[3] == b"n" else EntryKind.FREE
    return Entry(kind, int(match[1]), int(match[2]))


def _read_stream(octets: Octets, offset: int, budget: Budget) -> Section:
    def step(parser: Parser) -> tuple[Value, int]:
        value = parser.indirect_object()[2]
        return value, parser.base + parser.position

    stream, _ = octets.parse(offset, step)
    if not isinstance(stream, Stream) or stream.dictionary.get("Type") != "XRef":
        raise _malformed(offset, "there is no cross-reference where one should be")
    dictionary = stream.dictionary
    length = dictionary.get("Length")
    if type(length) is not int or length < 0:  # an indirect length could not be looked up yet
        raise _malformed(offset, "the cross-reference stream has no length")
    shape, index = _shape(offset, dictionary)
    count = sum(index[1::2])
    budget.spend("pdf_objects", count // ENTRIES_PER_OBJECT)
    data = decode(
        octets.read(stream.start, stream.start + length),
        dictionary.get("Filter"),
        dictionary.get("DecodeParms"),
        bound=count * (sum(shape) + 1) + SLACK,
    )
    octets.account(len(data))
    runs = _stream_runs(offset, shape, index, data)
    end = octets.parse(stream.start + length, _stream_end)
    return Section(offset=offset, end=end, trailer=dictionary, runs=runs)


def _stream_end(parser: Parser) -> int:
    if parser.keyword() != b"endstream" or parser.keyword() != b"endobj":
        raise _malformed(parser.base + parser.position, "a stream is longer than it says")
    return parser.base + parser.position


def _shape(offset: int, dictionary: Dictionary) -> tuple[tuple[int, int, int], list[int]]:
    """Return the field widths and the pairs of first number and count."""
    widths, size = dictionary.get("W"), dictionary.get("Size")
    index = dictionary.get("Index", [0, size])
    fields = [w for w in as_list(widths) if type(w) is int and 0 <= w <= 8]
    pairs = [number for number in as_list(index) if type(number) is int and number >= 0]
    if len(fields) != 3 or fields != widths or not sum(fields) or len(pairs) % 2 or pairs != index:
        raise _malformed(offset, "the cross-reference stream does not say how to read it")
    return (fields[0], fields[1], fields[2]), pairs


def _stream_runs(
    offset: int, shape: tuple[int, int, int], index: list[int], data: bytes
) -> tuple[_Run, ...]:
    runs, position, width = [], 0, sum(shape)
    for first, count in zip(index[::2], index[1::2], strict=True):
        end = position + width * count
        if end > len(data):
            raise _malformed(offset, "the cross-reference stream is too short")
        runs.append(_Run(first, count, data[position:end], shape))
        position = end
    return _ordered(offset, runs)


def _entry(run: _Run, index: int) -> Entry:
    assert run.widths is not None
    one, two, three = run.widths
    start = index * (one + two + three)
    octets = run.octets
    kind = int.from_bytes(octets[start : start + one]) if one else 1
    place = int.from_bytes(octets[start + one : start + one + two])
    extra = int.from_bytes(octets[start + one + two : start + one + two + three])
    if kind > 2:  # "any other value shall be interpreted as a reference to the null object":
        kind = EntryKind.FREE  # so nothing is there, whatever an earlier revision says
    return Entry(EntryKind(kind), place, extra)


def _ordered(offset: int, runs: list[_Run]) -> tuple[_Run, ...]:
    """Return the runs in order; one object listed twice is refused: readers take either."""
    ordered = tuple(sorted(runs, key=_first))
    behind = 0
    for run in ordered:
        if run.first < behind:
            raise _malformed(offset, "the cross-reference lists an object twice")
        behind = run.first + run.length
    return ordered


def _require_agreement(table: Section, stream: Section) -> None:
    """Refuse a hybrid file in which old and new readers would find different objects.

    Spec: ISO 32000-1 §7.5.8.4
    """
    for number in stream.numbers():
        entry = table.lookup(number)
        in_use = entry is not None and entry.kind is not EntryKind.FREE
        if in_use and entry != stream.lookup(number):
            raise _malformed(table.offset, "a hybrid file's two cross-references disagree")


def _malformed(position: int, what: str) -> MalformedPDFError:
    return MalformedPDFError(
        "The PDF cannot be read at octet {position}: {what}.",
        position=position,
        what=Message(what),
    )
