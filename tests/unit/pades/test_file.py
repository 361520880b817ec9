"""Revisions are found without guessing, and each view shows its own time."""

from __future__ import annotations

import pytest

from esign.document import Document
from esign.errors import EncryptedPDFError, LimitExceededError, MalformedPDFError
from esign.limits import Budget, Limits
from esign.pades.file import PDFFile
from esign.pades.objects import Ref, Stream
from tests.support.pdf_making import (
    OBJECTS,
    document,
    is_sound,
    only,
    opened,
    signed,
    stream,
    updated,
)

NEW_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"


@pytest.mark.parametrize("first", [False, True], ids=["table", "stream"])
@pytest.mark.parametrize("second", [False, True], ids=["table", "stream"])
def test_each_view_shows_the_document_of_its_time(first: bool, second: bool) -> None:
    """An object replaced later keeps its old face in the earlier view."""
    file = opened(updated(document(xref_stream=first), {5: NEW_FONT}, xref_stream=second))
    assert len(file.revisions) == 2
    fonts = [file.view(index).dictionary(Ref(5, 0)).get("BaseFont") for index in range(2)]
    assert fonts == ["Helvetica", "Courier"]


def test_a_freed_object_is_null() -> None:
    """What a later revision frees is there before and null afterwards."""
    file = opened(updated(document(), {5: None}))
    assert file.view(0).resolve(Ref(5, 0)) is not None
    assert file.last.resolve(Ref(5, 0)) is None


def test_a_revision_ends_behind_its_eof() -> None:
    """The end is told with and without the white space that follows."""
    octets = document()
    (revision,) = opened(octets + b"\r\n\n").revisions
    assert revision.end == len(octets) - 1
    assert revision.blank_end == len(octets) + 3


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"%PDF-1.7\n",
        document()[:-8],
        b" " + document(),
        document().replace(b"startxref\n", b"startxref\n9"),
        updated(document(), {5: NEW_FONT}).replace(b"%%EOF", b"%%EOX", 1),
        document().replace(b"/Root 1", b"/Root 1 0 R /Prev -5 /X 1"),
    ],
)
def test_a_structure_that_must_be_guessed_is_refused(octets: bytes) -> None:
    """No end, no table, another beginning: readers would each find something else."""
    with pytest.raises(MalformedPDFError):
        opened(octets)


def test_a_circle_of_sections_is_refused() -> None:
    """A /Prev that leads back ends at once."""
    octets = updated(document(), {5: NEW_FONT})
    place = int(octets.split(b"startxref\n")[-1].split()[0])
    previous = int(octets.split(b"startxref\n")[1].split()[0])
    with pytest.raises(MalformedPDFError, match="circle"):
        opened(octets.replace(b"/Prev %d" % previous, b"/Prev %d" % place))


def test_revisions_are_limited() -> None:
    """More revisions than the budget allows end in a limit error."""
    octets = updated(updated(document(), {5: NEW_FONT}), {5: NEW_FONT})
    with pytest.raises(LimitExceededError):
        PDFFile(Document.of(octets), Budget(Limits(pdf_revisions=2)))


def test_an_encrypted_document_is_refused_by_name() -> None:
    """The error says that a password would be needed."""
    octets = updated(
        document(), {7: b"<< /Filter /Standard >>"}, trailer=b"/Root 1 0 R /Encrypt 7 0 R"
    )
    with pytest.raises(EncryptedPDFError, match="password"):
        opened(octets)


def test_an_object_elsewhere_than_listed_is_refused() -> None:
    """The number at the offset must be the number asked for."""
    file = opened(document().replace(b"\n5 0 obj", b"\n8 0 obj"))
    with pytest.raises(MalformedPDFError, match="object 8 is there"):
        file.last.resolve(Ref(5, 0))


def test_an_object_beyond_the_size_is_refused() -> None:
    """Some readers ignore such objects, others do not."""
    file = opened(document().replace(b"/Size 7", b"/Size 5"))
    with pytest.raises(MalformedPDFError, match="beyond the size"):
        file.last.resolve(Ref(5, 0))


def test_an_object_behind_its_revision_is_refused() -> None:
    """A signed table may not point to what is appended later."""
    octets = document()
    place = b"%010d 00000 n" % octets.index(b"5 0 obj")
    octets = octets.replace(place, b"%010d 00000 n" % len(octets))
    file = opened(updated(octets, {5: NEW_FONT}))
    assert file.last.resolve(Ref(5, 0)) is not None
    with pytest.raises(MalformedPDFError, match="behind the end"):
        file.view(0).resolve(Ref(5, 0))


def _packed(data: bytes, count: int, first: int) -> bytes:
    entries = b"/Type /ObjStm /N %d /First %d" % (count, first)
    octets = updated(document(), {7: stream(data, entries), 8: b"null"}, xref_stream=True)
    place = octets.rindex(b"8 0 obj")
    row = b"\x01" + place.to_bytes(4) + b"\0\0"
    return octets.replace(row, b"\x02" + (7).to_bytes(4) + b"\0\0")


def test_packed_objects_are_unpacked() -> None:
    """An object in an object stream is found under its number."""
    assert opened(_packed(b"8 0 <</A 1>>", 1, 4)).last.resolve(Ref(8, 0)) == {"A": 1}
    assert opened(_packed(b"8 0 <</A 1>>", 1, 4)).last.resolve(Ref(8, 1)) is None


@pytest.mark.parametrize(
    ("data", "count", "first"),
    [
        (b"9 0 <</A 1>>", 1, 4),
        (b"8 0 <</A 1>>", 0, 4),
        (b"8 x <</A 1>>", 1, 4),
        (b"8 99 <<>>", 1, 5),
    ],
)
def test_a_damaged_object_stream_is_refused(data: bytes, count: int, first: int) -> None:
    """Another number, no objects, a damaged header or place are refused."""
    with pytest.raises(MalformedPDFError):
        opened(_packed(data, count, first)).last.resolve(Ref(8, 0))


def test_an_object_stream_within_itself_is_refused() -> None:
    """A container whose own length lies in it cannot be opened, and does not recurse."""
    octets = _packed(b"8 0 12", 1, 4).replace(
        b"/Length 6 /Type /ObjStm", b"/Length 8 0 R/Type/ObjStm"
    )
    with pytest.raises(MalformedPDFError):
        opened(octets).last.resolve(Ref(8, 0))


def test_a_stream_must_be_as_long_as_it_says() -> None:
    """The data are returned when ``endstream`` follows them, and refused otherwise."""
    view = opened(document()).last
    value = view.resolve(Ref(4, 0))
    assert isinstance(value, Stream)
    assert view.stream_data(value).startswith(b"BT")
    value.dictionary["Length"] = 5
    with pytest.raises(MalformedPDFError):
        view.stream_data(value)


def test_references_in_a_circle_are_refused() -> None:
    """Two objects that are each other's value have none."""
    file = opened(document({7: b"8 0 R", 8: b"7 0 R"}))
    with pytest.raises(MalformedPDFError, match="circle"):
        file.last.resolve(Ref(7, 0))


def test_many_revisions_are_indexed_with_the_same_result() -> None:
    """Beyond a handful of sections an index answers; each view still shows its own time."""
    octets = document()
    for index in range(12):
        octets = updated(octets, {5: b"<< /Index %d >>" % index, 20 + index: b"<< >>"})
    file = opened(updated(octets, {21: None}))
    assert len(file.revisions) == 14
    shown = [file.view(index).dictionary(Ref(5, 0)).get("Index") for index in range(14)]
    assert shown == [None, *range(12), 11]
    assert file.view(1).numbered(22) is None
    assert file.view(12).numbered(21) == {}
    assert file.last.numbered(21) is None
    assert file.last.numbered(3) is not None


def _linearised() -> bytes:
    """Return a file whose first-page section stands before the main one and leads to it."""
    objects = {number: b"%d 0 obj\n%s\nendobj\n" % (number, OBJECTS[number]) for number in OBJECTS}
    row = b"%010d 00000 n \n"
    head = b"%PDF-1.7\n"
    places, first = {}, b""
    for number in (3, 4, 5):
        places[number] = 200 + 400 + len(first)
        first += objects[number]
    rest = b""
    start_of_rest = 600 + len(first)
    for number in (1, 2, 6):
        places[number] = start_of_rest + len(rest)
        rest += objects[number]
    main = start_of_rest + len(rest)
    lead = b"xref\n3 3\n" + b"".join(row % places[n] for n in (3, 4, 5))
    lead += b"trailer\n<< /Size 7 /Root 1 0 R /Prev %d >>\nstartxref\n0\n%%%%EOF\n" % main
    tail = b"xref\n0 3\n0000000000 65535 f \n" + row % places[1] + row % places[2]
    tail += b"6 1\n" + row % places[6] + b"trailer\n<< /Size 7 >>\nstartxref\n200\n%%EOF\n"
    return head.ljust(200) + lead.ljust(400) + first + rest + tail


def test_a_linearised_file_is_one_revision() -> None:
    """Its two sections belong together, and an update makes a second revision."""
    octets = _linearised()
    file = opened(octets)
    assert len(file.revisions) == 1
    assert file.revisions[0].end == len(octets) - 1
    assert [file.last.numbered(number) is not None for number in range(7)] == [False] + [True] * 6
    later = opened(updated(octets, {5: NEW_FONT}))
    assert [len(revision.sections) for revision in later.revisions] == [2, 1]
    assert later.view(0).dictionary(Ref(5, 0))["BaseFont"] == "Helvetica"


def test_a_linearised_file_can_be_signed() -> None:
    """And the signature holds."""
    assert is_sound(only(signed(_linearised())))


def test_a_section_inside_an_earlier_revision_is_refused() -> None:
    """A later section must lie behind the end of the revision before it."""
    octets = updated(document(), {5: NEW_FONT})
    first, second = (int(part.split()[0]) for part in octets.split(b"startxref\n")[1:])
    assert first < second
    swapped = octets.replace(b"/Prev %d" % first, b"/Prev 0 /X1")
    with pytest.raises(MalformedPDFError):
        opened(swapped)


@pytest.mark.parametrize("kind", [b"/Type /XRef", b"/Type /ObjStm /N 1"])
def test_a_container_of_another_kind_is_refused(kind: bytes) -> None:
    """An object stream must be one, and say how many objects it holds and where."""
    octets = _packed(b"8 0 <</A 1>>", 1, 4)
    body = b"/Type /ObjStm /N 1 /First 4"
    assert octets.count(body) == 1
    with pytest.raises(MalformedPDFError):
        opened(octets.replace(body, kind.ljust(len(body)))).last.resolve(Ref(8, 0))


def test_a_container_that_is_not_there_is_refused() -> None:
    """An entry may not name an object stream that has no place."""
    octets = _packed(b"8 0 <</A 1>>", 1, 4)
    row = b"\x02" + (7).to_bytes(4) + b"\0\0"
    missing = b"\x02" + (9).to_bytes(4) + b"\0\0"
    with pytest.raises(MalformedPDFError):
        opened(octets.replace(row, missing)).last.resolve(Ref(8, 0))


def test_a_document_without_a_catalogue_is_refused() -> None:
    """/Root must lead to a dictionary."""
    with pytest.raises(MalformedPDFError, match="catalogue"):
        _ = opened(document({1: b"[]"})).last.catalog
