"""Cross-reference sections of every kind are read, and contradictions refused."""

from __future__ import annotations

import pytest

from esign.document import Document
from esign.errors import LimitExceededError, MalformedPDFError
from esign.limits import Budget, Limits
from esign.pades.octets import Octets
from esign.pades.xref import Entry, EntryKind, Section, read_section
from tests.support.pdf_making import stream

ROW = b"0000000017 00000 n \n"
FREE = b"0000000000 65535 f \n"


def _read(octets: bytes, offset: int = 1) -> Section:
    return read_section(Octets(Document.of(b"%" + octets)), offset, Budget())


def test_a_table_is_read() -> None:
    """Entries are found by number, free ones as free, others not at all."""
    section = _read(b"xref\n0 2\n" + FREE + ROW + b"7 1\n" + ROW + b"trailer<</Size 8>>")
    assert section.lookup(1) == Entry(EntryKind.PLAIN, 17, 0)
    assert section.lookup(7) == Entry(EntryKind.PLAIN, 17, 0)
    assert section.lookup(2) is None
    entry = section.lookup(0)
    assert entry is not None
    assert entry.kind is EntryKind.FREE
    assert list(section.numbers()) == [0, 1, 7]


@pytest.mark.parametrize(
    "octets",
    [
        b"xref\n1 1\n" + ROW[:-1] + b"trailer<<>>",
        b"xref\n1 2\n" + ROW + b"trailer<<>>",
        b"xref\n1 1\n" + ROW + b"trailer[]",
        b"xref\n1 1\n" + ROW + b"1 1\n" + ROW + b"trailer<<>>",
        b"xref\n1 2\n" + ROW + ROW + b"2 1\n" + ROW + b"trailer<<>>",
        b"1 0 obj<</Type/ObjStm>>endobj",
        b"nothing",
    ],
)
def test_a_broken_section_is_refused(octets: bytes) -> None:
    """Short rows, missing rows and objects listed twice are refused."""
    with pytest.raises(MalformedPDFError):
        _read(octets)


def test_a_row_that_is_none_is_refused_when_asked_for() -> None:
    """A damaged row does not harm its neighbours."""
    section = _read(b"xref\n1 2\n" + ROW + b"garbage of 20 octets" + b"trailer<<>>")
    assert section.lookup(1) is not None
    with pytest.raises(MalformedPDFError):
        section.lookup(2)


def test_a_place_outside_the_file_is_refused() -> None:
    """Zero and places behind the end are no sections."""
    for offset in (0, 10_000):
        with pytest.raises(MalformedPDFError):
            _read(b"xref", offset)


def _stream(data: bytes, entries: bytes) -> bytes:
    return b"9 0 obj\n" + stream(data, b"/Type/XRef " + entries) + b"\nendobj\n"


def test_a_stream_is_read() -> None:
    """Plain, packed and free entries, and the default type, come out of a stream."""
    data = b"\x01\x00\x11\x00" + b"\x02\x00\x05\x03" + b"\x00\x00\x00\x00"
    section = _read(_stream(data, b"/Size 10/W[1 2 1]/Index[4 2 9 1]"))
    assert section.lookup(4) == Entry(EntryKind.PLAIN, 17, 0)
    assert section.lookup(5) == Entry(EntryKind.PACKED, 5, 3)
    assert section.lookup(9) == Entry(EntryKind.FREE, 0, 0)
    untyped = _read(_stream(b"\x11", b"/Size 1/W[0 1 0]"))
    assert untyped.lookup(0) == Entry(EntryKind.PLAIN, 17, 0)


@pytest.mark.parametrize(
    "entries",
    [
        b"/Size 10/W[1 2]/Index[4 1]",
        b"/Size 10/W[1 2 9]/Index[4 1]",
        b"/Size 10/W[1 2 1]/Index[4 2]",
        b"/Size 10/W[0 0 0]/Index[4 2]",
        b"/Size 10/W[1 2 1]/Index[4]",
    ],
)
def test_a_stream_that_does_not_say_how_to_read_it_is_refused(entries: bytes) -> None:
    """Widths and index must fit the data."""
    with pytest.raises(MalformedPDFError):
        _read(_stream(b"\x01\x00\x11\x00", entries))


def _hybrid(row: bytes) -> bytes:
    packed = _stream(b"\x01\x00\x11\x00", b"/Size 10/W[1 2 1]/Index[4 1]")
    table = b"xref\n4 1\n" + row + b"trailer<</XRefStm 1>>"
    return packed + table


def test_a_hybrid_file_shows_what_its_table_hides() -> None:
    """An object that the table calls free is found through the stream."""
    octets = _hybrid(b"0000000000 00000 f \n")
    section = _read(octets, 1 + octets.index(b"xref\n"))
    assert section.lookup(4) == Entry(EntryKind.PLAIN, 17, 0)


def test_a_hybrid_file_that_contradicts_itself_is_refused() -> None:
    """Old and new readers must not find the object in two places."""
    octets = _hybrid(b"0000000099 00000 n \n")
    with pytest.raises(MalformedPDFError):
        _read(octets, 1 + octets.index(b"xref\n"))


def test_a_hybrid_file_that_continues_in_two_ways_is_refused() -> None:
    """The stream's own /Prev, where it has one, must be the table's."""
    octets = _hybrid(b"0000000000 00000 f \n").replace(b"/Size 10", b"/Size 10/Prev 7")
    with pytest.raises(MalformedPDFError):
        _read(octets, 1 + octets.index(b"xref\n"))
    same = octets.replace(b"/XRefStm 1", b"/Prev 7/XRefStm 1")
    assert _read(same, 1 + same.index(b"xref\n")).hybrid is not None


def test_the_number_of_entries_is_limited() -> None:
    """A section with more entries than the budget allows ends in a limit error."""
    octets = Octets(Document.of(b"%xref\n0 5000\n" + FREE * 5000 + b"trailer<<>>"))
    read_section(octets, 1, Budget())
    with pytest.raises(LimitExceededError):
        read_section(octets, 1, Budget(Limits(pdf_objects=10)))
