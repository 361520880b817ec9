"""Later signature fields are taken apart: name, entries, value, widget, appearance."""

from __future__ import annotations

import re

import pytest

from esign.terms import Severity
from tests.support.pdf_making import (
    codes,
    document,
    is_sound,
    only,
    parsed,
    signed,
    stream,
    updated,
)

SIGNED = signed(page=1)
FIELD = int(re.findall(rb"/Fields \[(\d+) 0 R\]", SIGNED)[-1])
CATALOG = SIGNED[SIGNED.rindex(b"\n1 0 obj\n") + 9 :].partition(b"\nendobj")[0]
PAGE = SIGNED[SIGNED.rindex(b"\n3 0 obj\n") + 9 :].partition(b"\nendobj")[0]
OWN = (
    SIGNED[SIGNED.rindex(b"\n%d 0 obj\n" % FIELD) :]
    .partition(b"obj\n")[2]
    .partition(b"\nendobj")[0]
)


def _added(field: bytes, *, shown: bool = True, **objects: bytes) -> bool:
    """Add a field as object 30; return whether the first signature stays sound."""
    reference = b"[%d 0 R 30 0 R]" % FIELD
    changes = {1: CATALOG.replace(b"[%d 0 R]" % FIELD, reference), 30: field}
    if shown:
        changes[3] = PAGE.replace(b"[%d 0 R]" % FIELD, reference)
    numbered = {int(key[1:]): body for key, body in objects.items()}
    return is_sound(parsed(updated(SIGNED, {**changes, **numbered})).signatures[0])


EMPTY = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Later) /Rect [0 0 0 0] /F 132 >>"


@pytest.mark.parametrize("shown", [False, True])
def test_an_empty_field_may_be_added(shown: bool) -> None:
    """For somebody else to sign; on a page or not."""
    assert _added(EMPTY, shown=shown)


@pytest.mark.parametrize(
    "field",
    [
        EMPTY.replace(b"/FT /Sig", b"/FT /Tx"),
        EMPTY.replace(b"(Later)", b"(Signature1)"),
        EMPTY.replace(b"/T (Later)", b""),
        EMPTY.replace(b"/F 132", b"/A << /S /JavaScript /JS (x) >>"),
        EMPTY.replace(b"/F 132", b"/AA << >>"),
        EMPTY.replace(b"/F 132", b"/Parent 30 0 R"),
        EMPTY.replace(b"/F 132", b"/AP << /N 31 0 R >>"),
        EMPTY.replace(b"/F 132", b"/F (text)"),
        EMPTY.replace(b"/F 132", b"/V 31 0 R"),
        EMPTY.replace(b"/F 132", b"/V << /Type /Sig >>"),
    ],
)
def test_any_other_field_is_refused(field: bytes) -> None:
    """Another type, a taken name, actions, a picture without a signature."""
    assert not _added(field, o31=stream(b"0 0 500 500 re f", b"/Type /XObject /Subtype /Form"))


def test_a_page_may_show_only_the_new_widgets() -> None:
    """An annotation beside them is refused."""
    reference = b"[%d 0 R 30 0 R]" % FIELD
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [0 0 500 500] >>"
    changes = {3: PAGE.replace(b"[%d 0 R]" % FIELD, reference), 30: note}
    assert not is_sound(only(updated(SIGNED, changes)))


@pytest.mark.parametrize(
    "change",
    [
        (b"/Rect [36.0 36.0", b"/Rect [36.0 300.0"),
        (b"/F 132", b"/F 2"),
        (b"/AP <</N", b"/AP <</D"),
        (b"(Signature1)", b"(Signature9)"),
    ],
)
def test_a_signed_field_is_not_touched_any_more(change: tuple[bytes, bytes]) -> None:
    """Moving, hiding, repainting or renaming a signed field is a change."""
    assert change[0] in OWN
    assert not is_sound(only(updated(SIGNED, {FIELD: OWN.replace(*change)})))
    assert is_sound(only(updated(SIGNED, {FIELD: OWN})))


def test_the_appearance_of_a_signed_field_is_not_touched_any_more() -> None:
    """Its stream is an object of its own."""
    number = int(re.findall(rb"/AP <</N (\d+) 0 R", OWN)[0])
    picture = stream(b"0 0 500 500 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 1 1]")
    assert not is_sound(only(updated(SIGNED, {number: picture})))


def test_a_removed_field_is_told() -> None:
    """A signature that a later revision hides is found in the one before."""
    octets = updated(SIGNED, {1: CATALOG.replace(b"[%d 0 R]" % FIELD, b"[]")})
    assert codes(only(octets)) >= {"signature-replaced", "changed-after-signing"}


def test_a_removed_form_is_told() -> None:
    """Also when the whole form is gone."""
    octets = updated(SIGNED, {1: b"<< /Type /Catalog /Pages 2 0 R >>"})
    assert "signature-replaced" in codes(only(octets))


def test_an_empty_field_of_the_signed_document_may_be_filled() -> None:
    """Value, appearance and flags are what filling writes; the first signature stays sound."""
    form = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] /SigFlags 1 >> >>"
    octets = document({1: form, 7: EMPTY.replace(b"/F 132", b"/F 4")})
    first = signed(octets, field_name="First")
    second = parsed(signed(first, field_name="Later", unique="e" * 16)).signatures
    assert [signature.name for signature in second] == ["First", "Later"]
    assert all(is_sound(signature) for signature in second)


def test_a_later_visible_signature_is_told() -> None:
    """It is allowed, and the report can say that something was put on a page."""
    first = parsed(signed(SIGNED, page=1, box=(300, 300, 500, 400), unique="d" * 16)).signatures[0]
    assert is_sound(first)
    assert "later-appearance" in codes(first, Severity.REMARK)


@pytest.mark.parametrize(
    ("boxes", "sound"),
    [
        ([(0, 0, 595, 842)], False),
        ([(0, 600, 595, 842)], False),
        ([(0, 700, 595, 842)], True),
        ([(0, 700, 595, 842), (0, 500, 595, 642)], False),
    ],
)
def test_later_signatures_do_not_paint_over_a_page(
    boxes: list[tuple[float, float, float, float]], sound: bool
) -> None:
    """A picture as large as the page would show another document in its place."""
    octets = SIGNED
    for index, box in enumerate(boxes):
        octets = signed(octets, page=1, box=box, unique=f"{index:016d}")
    found = parsed(octets).signatures
    assert is_sound(found[0]) is sound
    assert is_sound(found[-1]), "it is its own signer's page"


@pytest.mark.parametrize(
    ("characteristics", "sound"),
    [(b"<< >>", True), (b"<< /BG [1 1 1] >>", False), (b"<< /CA (I refuse.) >>", False)],
)
def test_an_empty_field_paints_nothing(characteristics: bytes, sound: bool) -> None:
    """Some readers make an appearance of their own from /MK."""
    field = EMPTY.replace(b"[0 0 0 0]", b"[0 0 595 842]").replace(b"/F 132", b"/F 4")
    assert _added(field[:-2] + b"/MK " + characteristics + b" >>") is sound


def test_an_appearance_without_a_readable_rectangle_counts_as_the_page() -> None:
    """Readers differ in what they make of it."""
    later = signed(SIGNED, page=1, box=(300, 300, 500, 400), unique="d" * 16)
    start = later.rindex(b"/Rect [")
    end = later.index(b"]", start)
    broken = later[:start] + b"/Rect [" + b"(".ljust(end - start - 8) + b")" + later[end:]
    assert len(broken) == len(later)
    assert "changed-after-signing" in codes(parsed(broken).signatures[0])


def test_filling_changes_nothing_else_of_the_field() -> None:
    """A field that moves while it is signed is refused."""
    form = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R 8 0 R] >> >>"
    later = EMPTY.replace(b"[0 0 0 0]", b"[50 50 250 110]")
    octets = document({1: form, 7: EMPTY.replace(b"Later", b"First"), 8: later})
    second = signed(signed(octets, field_name="First"), field_name="Later", unique="e" * 16)
    assert all(map(is_sound, parsed(second).signatures))
    place = second.rindex(b"/Rect [50 50")
    only_later = second[:place] + b"/Rect [50 50 250 119]" + second[place + 21 :]
    assert len(only_later) == len(second)
    assert not is_sound(parsed(only_later).signatures[0])


def test_a_field_signed_again_is_told() -> None:
    """Another value in a signed field is a change, whatever it is."""
    value = int(re.findall(rb"/V (\d+) 0 R", OWN)[0])
    other = OWN.replace(b"/V %d 0 R" % value, b"/V 40 0 R")
    octets = updated(SIGNED, {FIELD: other, 40: b"<< /Type /Sig /Filter /X >>"})
    first = parsed(octets).signatures[0]
    assert codes(first) >= {"signature-replaced", "changed-after-signing"}
