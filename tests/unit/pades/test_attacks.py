"""Attacks on a signed PDF that no rule of the allow-list names by itself."""

from __future__ import annotations

import re

import pytest

from esign.errors import CreationError, MalformedPDFError
from esign.limits import Budget
from esign.pades import file, signing, xref
from esign.pades.octets import Octets
from esign.pades.xref import Section, read_section
from tests.support.pdf_making import (
    OBJECTS,
    codes,
    document,
    is_sound,
    only,
    parsed,
    signed,
    signed_with,
    stream,
    updated,
)

SIGNED = signed()
NEXT = 20


def _body(octets: bytes, number: int) -> bytes:
    start = octets.rindex(b"\n%d 0 obj\n" % number) + len(b"\n%d 0 obj\n" % number)
    return octets[start : octets.index(b"\nendobj", start)]


def _with_generation(octets: bytes, number: int) -> bytes:
    """Return an update that writes an object again, word for word, under generation 1."""
    changed = updated(octets, {number: _body(octets, number)})
    start = len(octets)
    header = b"%d 0 obj" % number
    head, tail = changed[:start], changed[start:]
    tail = tail.replace(header, b"%d 1 obj" % number, 1)
    return head + tail.replace(b"%010d 00000 n" % start, b"%010d 00001 n" % start, 1)


def test_the_same_object_written_again_changes_nothing() -> None:
    """The sibling of the next."""
    assert is_sound(only(updated(SIGNED, {4: _body(SIGNED, 4)})))


def test_an_object_of_another_generation_hides_the_one_referred_to() -> None:
    """A page that refers to ``4 0 R`` is blank once only ``4 1 obj`` exists (§7.3.10)."""
    attacked = only(_with_generation(SIGNED, 4))
    assert "changed-after-signing" in codes(attacked)
    assert not is_sound(attacked)


@pytest.mark.parametrize(("kind", "sound"), [(1, True), (3, False), (255, False)])
def test_an_entry_of_unknown_kind_is_no_object(kind: int, sound: bool) -> None:
    """Such an entry stands for null (table 18): it hides the object of earlier revisions."""
    changed = updated(SIGNED, {4: _body(SIGNED, 4)}, xref_stream=True)
    entry = b"\x01" + len(SIGNED).to_bytes(4) + b"\0\0"
    assert changed.count(entry) == 1
    attacked = only(changed.replace(entry, bytes((kind,)) + entry[1:]))
    assert is_sound(attacked) is sound


def test_object_zero_is_not_overlooked() -> None:
    """Some readers follow ``0 0 R``; what it shows may not change either."""
    page = OBJECTS[3].replace(b"4 0 R", b"0 0 R")
    original = document({3: page, 0: OBJECTS[4]})
    original = original.replace(b"0 1\n0000000000 65535 f \n", b"")
    before = signed(original)
    attacked = updated(before, {0: stream(b"BT /F1 12 Tf 72 760 Td (I refuse.) Tj ET")})
    attacked = attacked[: len(before)] + attacked[len(before) :].replace(
        b"0 1\n0000000000 65535 f \n", b""
    )
    assert not is_sound(only(attacked))


def _straddling(filler: bytes) -> bytes:
    """Return a signed document whose page contents claim to go on behind its end."""
    probe = signed(document({4: b"<< /Length 9999 >>\nstream\n%s\nendstream" % filler}))
    start = probe.index(b"stream\n" + filler) + len(b"stream\n")
    length = len(probe) - start + 600
    assert 1000 <= length <= 9999
    return signed(document({4: b"<< /Length %d >>\nstream\n%s\nendstream" % (length, filler)}))


def test_content_that_goes_on_behind_its_revision_is_told() -> None:
    """A stream whose length reaches behind the signed end shows what is appended later."""
    before = _straddling(b"BT /F1 12 Tf 72 760 Td (I apply.) Tj ET")
    start = before.index(b"stream\nBT") + len(b"stream\n")
    match = re.search(rb"/Length (\d{4}) >>\nstream\nBT", before)
    assert match is not None
    end = start + int(match[1])
    more = b"\n%" + b"." * 100 + b"\nBT /F1 30 Tf 72 600 Td (I refuse.) Tj ET\n"
    appended = more + b" " * (end - len(before) - len(more)) + b"\nendstream\nendobj\n"
    attacked = updated(before + appended, {NEXT: b"<< >>"})
    signature = only(attacked)
    assert not is_sound(signature)


@pytest.mark.parametrize("closed", [True, False])
def test_an_object_that_goes_on_behind_its_revision_is_told(closed: bool) -> None:
    """A string that is still open where the signed octets end can be given any ending."""
    place = b"5 0 obj\n" + OBJECTS[5] + b"\nendobj\n"
    last = place if closed else place.replace(b"/BaseFont /Helvetica >>", b"/BaseFont (Helv")
    last = last.ljust(len(place))
    before = signed(document({5: OBJECTS[5]}).replace(place, last))
    tail = b"" if closed else b"etica) >>\nendobj\n"
    attacked = only(updated(before + tail, {NEXT: b"<< >>"}))
    assert is_sound(attacked) is closed


def _signed_leniently(octets: bytes) -> bytes:
    """Return a signature by somebody whose reader passes over a broken /XRefStm."""

    def lenient(source: Octets, offset: int, budget: Budget) -> Section:
        try:
            return read_section(source, offset, budget)
        except MalformedPDFError:
            return source.parse(offset, lambda parser: xref._read_table(parser, offset))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file, "read_section", lenient)
        return signed(octets)


@pytest.mark.parametrize("hybrid", [True, False])
def test_a_hybrid_half_that_is_supplied_later_is_told(hybrid: bool) -> None:
    """A trailer names a cross-reference stream behind the signed end, filled in afterwards."""
    place = 20000
    original = document()
    row = re.search(rb"4 1\n(\d{10}) 00000 n \n", original)
    assert row is not None
    entry = b"\1" + int(row[1]).to_bytes(4) + b"\0\0"
    named = b"/XRefStm %d " % place if hybrid else b"/XRefNot %d " % place
    hidden = original.replace(row[0], b"9 1\n0000000000 00001 f \n")
    before = _signed_leniently(hidden.replace(b"trailer\n<< ", b"trailer\n<< " + named))
    supplied = b"30 0 obj\n" + stream(
        entry, b"/Type /XRef /W [1 4 2] /Index [4 1] /Size 31 /Root 1 0 R"
    )
    between = b"%" + b" " * (place - len(before) - 2) + b"\n" + supplied + b"\nendobj\n"
    attacked = updated(before + between, {NEXT: b"<< >>"})
    if hybrid:
        with pytest.raises(MalformedPDFError, match="behind the end of its revision"):
            parsed(attacked)
    else:
        assert is_sound(only(attacked)), "the page was and stays blank"


@pytest.mark.parametrize(
    ("permission", "sound"), [(b"1", False), (b"9 0 R", False), (b"2", True), (b"10 0 R", True)]
)
def test_a_certification_says_by_reference_what_it_allows(permission: bytes, sound: bool) -> None:
    """``/P`` may be an indirect object like any other value."""
    entries = (
        b"[<< /Type /SigRef /TransformMethod /DocMDP /TransformParams "
        b"<< /Type /TransformParams /V /1.2 /P %s >> >>]" % permission
    )
    octets = signed_with(document({9: b"1", 10: b"2"}), Reference=entries)
    if not sound:
        with pytest.raises(CreationError):
            signed(octets, unique="fedcba9876543210")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing, "_require_allowed", lambda *_: None)
        again = signed(octets, unique="fedcba9876543210")
    assert is_sound(parsed(again).signatures[0]) is sound
