"""After a signature a document may gain signatures and evidence, and nothing else."""

from __future__ import annotations

import pytest

from tests.support.pdf_making import (
    OBJECTS,
    codes,
    document,
    is_sound,
    only,
    parsed,
    signed,
    stream,
    updated,
)

SIGNED = signed()
FORGED = stream(b"BT /F1 12 Tf 72 760 Td (I refuse.) Tj ET")
NOTE = b"<< /Type /Annot /Subtype /FreeText /Rect [0 0 500 500] /Contents (I refuse.) >>"
NEXT = 20
"""A number no object of the signed document has."""


def _catalog(octets: bytes, entries: bytes) -> bytes:
    """Return the signed document's catalogue with more entries."""
    start = octets.rindex(b"\n1 0 obj\n") + 9
    body = octets[start : octets.index(b"\nendobj", start)]
    return body[:-2] + entries + b">>"


def _page(entries: bytes) -> bytes:
    start = SIGNED.rindex(b"\n3 0 obj\n") + 9
    body = SIGNED[start : SIGNED.index(b"\nendobj", start)]
    return body[:-2] + entries + b">>"


def _refused(octets: bytes) -> bool:
    signature = only(octets)
    (reference,) = signature.references()
    assert reference.intact, "the covered octets are untouched"
    found = "changed-after-signing" in codes(signature)
    assert found is not is_sound(signature)
    return found


def test_the_signed_document_alone_is_sound() -> None:
    """The sibling of everything below."""
    assert is_sound(only(SIGNED))


@pytest.mark.parametrize("again", [0, 1, 2])
def test_further_signatures_are_allowed(again: int) -> None:
    """Visible or not, on a table or a stream, earlier signatures stay sound."""
    octets = document(xref_stream=again == 2)
    for index in range(3):
        octets = signed(octets, unique=f"{index:016d}", page=1 if again else None)
    found = parsed(octets).signatures
    assert [signature.name for signature in found] == ["Signature1", "Signature2", "Signature3"]
    assert all(is_sound(signature) for signature in found)


@pytest.mark.parametrize(
    "changes",
    [
        {4: FORGED},
        {5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"},
        {6: b"<< /Producer (somebody) >>"},
        {2: b"<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>"},
        {3: _page(b"/UserUnit 2")},
        {3: _page(b"/Annots2 [20 0 R]"), NEXT: NOTE},
        {3: OBJECTS[3]},
        {4: None},
        {1: _catalog(SIGNED, b"/OpenAction [3 0 R /Fit]")},
        {1: _catalog(SIGNED, b"/Metadata 20 0 R"), NEXT: stream(b"<x/>", b"/Type /Metadata")},
        {1: _catalog(SIGNED, b"/Version /1.2")},
        {1: _catalog(SIGNED, b"/Extensions << /X << /Evil (yes) >> >>")},
        {1: OBJECTS[1]},
        {NEXT: b"<< /Type /Page /Parent 2 0 R >>"},
    ],
)
def test_any_other_change_is_refused(changes: dict[int, bytes | None]) -> None:
    """Content, metadata, pages, annotations, actions: each change alone is named."""
    assert _refused(updated(SIGNED, changes))


@pytest.mark.parametrize(
    "changes",
    [
        {4: OBJECTS[4]},
        {NEXT: b"<< /Nothing (refers to this) >>"},
        {1: _catalog(SIGNED, b"/Version /2.0")},
        {1: _catalog(SIGNED, b"/Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 2 >> >>")},
    ],
)
def test_changes_without_effect_are_allowed(changes: dict[int, bytes]) -> None:
    """The same object again, one nobody refers to, a declared extension."""
    assert not _refused(updated(SIGNED, changes))


@pytest.mark.parametrize(
    ("box", "refused"),
    [
        (b"[0 0 595.004 841.998]", False),
        (b"[0.0 0.0 595.0 842]", False),
        (b"[0 0 595 843]", True),
        (b"[0 0 595]", True),
        (b"[0 0 595 true]", True),
    ],
)
def test_a_box_may_be_rounded_and_not_moved(box: bytes, refused: bool) -> None:
    """Writers that round real numbers change nothing anybody can see."""
    page = _page(b"")
    assert b"[0 0 595 842]" in page
    assert _refused(updated(SIGNED, {3: page.replace(b"[0 0 595 842]", box)})) is refused


def test_a_page_keeps_its_exact_boxes_when_we_sign() -> None:
    """Our own rewriting of the page does not move it."""
    page = OBJECTS[3].replace(b"842", b"841.8897637795277")
    first, second = parsed(signed(signed(document({3: page})), unique="f" * 16)).signatures
    assert is_sound(first)
    assert is_sound(second)


@pytest.mark.parametrize("key", [b"/Info 20 0 R", b"/Info null"])
def test_another_document_information_is_refused(key: bytes) -> None:
    """Also when it is a new object that the trailer names."""
    trailer = b"/Root 1 0 R " + key
    assert _refused(updated(SIGNED, {NEXT: b"<< /Title (Another) >>"}, trailer=trailer))


def test_another_catalogue_is_refused() -> None:
    """A trailer may not lead to another document."""
    changes = {NEXT: _catalog(SIGNED, b"/Lang (az)")}
    assert _refused(updated(SIGNED, changes, trailer=b"/Root 20 0 R /Info 6 0 R"))


def test_an_object_missing_when_signed_cannot_be_supplied_later() -> None:
    """The page pointed to a font that did not exist: later it does, with another face."""
    page = OBJECTS[3].replace(b"/F1 5 0 R", b"/F1 5 0 R /F2 20 0 R")
    octets = signed(document({3: page}))
    assert is_sound(only(octets))
    assert _refused(updated(octets, {NEXT: OBJECTS[5]}))


def test_an_object_of_content_cannot_hide_as_a_container() -> None:
    """An array that is both the page's annotations and its contents may not grow."""
    page = OBJECTS[3].replace(b"/Contents 4 0 R", b"/Contents 7 0 R /Annots 7 0 R")
    octets = document({3: page, 7: b"[4 0 R]"})
    first = signed(octets)
    assert is_sound(only(first))
    second = parsed(signed(first, unique="f" * 16)).signatures
    assert "changed-after-signing" in codes(second[0])


def test_a_replaced_object_stream_is_refused() -> None:
    """What lies packed in it would change without an entry of its own."""
    packed = stream(b"5 0 " + OBJECTS[5], b"/Type /ObjStm /N 1 /First 4")
    octets = document({5: b"null", 7: packed}, xref_stream=True)
    row = b"\x01" + octets.index(b"5 0 obj\nnull").to_bytes(4) + b"\0\0"
    octets = signed(octets.replace(row, b"\x02" + (7).to_bytes(4) + b"\0\0"))
    assert is_sound(only(octets))
    other = stream(
        b"5 0 << /Type /Font /Subtype /Type1 /BaseFont /Courier >>", b"/Type /ObjStm /N 1 /First 4"
    )
    assert _refused(updated(octets, {7: other}, xref_stream=True))


def test_the_forms_flags_cannot_be_taken_back() -> None:
    """A form whose signatures are denied, or that asks viewers to redraw, is another form."""
    start = SIGNED.rindex(b"\n1 0 obj\n") + 9
    catalog = SIGNED[start : SIGNED.index(b"\nendobj", start)]
    assert b"/SigFlags 3" in catalog
    assert _refused(updated(SIGNED, {1: catalog.replace(b"/SigFlags 3", b"/SigFlags 0")}))
    redraw = catalog.replace(b"/SigFlags 3", b"/SigFlags 3 /NeedAppearances true")
    assert _refused(updated(SIGNED, {1: redraw}))


def test_form_filling_is_refused_for_now() -> None:
    """A text field that gets a value after signing is a change."""
    form = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] >> >>"
    octets = signed(document({1: form, 7: b"<< /FT /Tx /T (Name) >>"}))
    assert is_sound(only(octets))
    assert _refused(updated(octets, {7: b"<< /FT /Tx /T (Name) /V (Other) >>"}))


def test_default_resources_may_change_only_while_all_fields_are_signatures() -> None:
    """They decide how text fields without an appearance look."""
    resources = b"/DR << /Font << /F1 5 0 R >> >> /DA (/F1 9 Tf)"
    start = SIGNED.rindex(b"\n1 0 obj\n") + 9
    catalog = SIGNED[start : SIGNED.index(b"\nendobj", start)]
    assert not _refused(
        updated(SIGNED, {1: catalog.replace(b"/SigFlags 3", b"/SigFlags 3 " + resources)})
    )
    form = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] >> >>"
    octets = signed(document({1: form, 7: b"<< /FT /Tx /T (Name) >>"}))
    start = octets.rindex(b"\n1 0 obj\n") + 9
    catalog = octets[start : octets.index(b"\nendobj", start)]
    assert _refused(
        updated(octets, {1: catalog.replace(b"/SigFlags 3", b"/SigFlags 3 " + resources)})
    )


def test_a_changed_page_is_named_by_its_number() -> None:
    """People look for pages, not for objects."""
    findings = only(updated(SIGNED, {4: FORGED})).structure_findings()
    said = [str(each.message) for each in findings if each.code == "changed-after-signing"]
    assert said == ["The content of page 1 was changed."]


PICTURE = stream(b"BT /F1 12 Tf 72 700 Td (I refuse.) Tj ET", b"/Type /XObject /Subtype /Form")


def _with_resources(resources: bytes, **objects: bytes) -> bytes:
    page = OBJECTS[3].replace(b"/Resources <<", b"/Resources << " + resources)
    numbered = {int(key[1:]): body for key, body in objects.items()}
    return document({3: page, **numbered})


@pytest.mark.parametrize("later", [PICTURE, b"[20 0 R]"])
def test_a_resource_cannot_pass_as_the_annotations_of_a_page(later: bytes) -> None:
    """A dictionary of pictures that calls itself a page, with a picture named /Annots."""
    octets = signed(
        _with_resources(b"/XObject 7 0 R", o7=b"<< /Type /Page /Annots 8 0 R >>", o8=b"[]")
    )
    assert is_sound(only(octets))
    assert _refused(updated(octets, {8: later, 20: PICTURE}))


def test_a_resource_cannot_pass_as_a_new_array_of_annotations() -> None:
    """The same with a new object: what stands there later is no array of widgets."""
    fake = b"<< /Type /Page /Annots %s >>"
    octets = signed(_with_resources(b"/XObject 7 0 R", o7=fake % b"[]"))
    assert is_sound(only(octets))
    assert _refused(updated(octets, {7: fake % b"20 0 R", 20: PICTURE}))


def test_a_dictionary_that_calls_itself_a_catalogue_is_content() -> None:
    """Its missing resources cannot be supplied as a store or an extension later."""
    fonts = b"<< /Type /Catalog /Extensions 20 0 R /F1 5 0 R >>"
    page = OBJECTS[3].replace(b"<< /F1 5 0 R >>", b"7 0 R")
    octets = signed(document({3: page, 7: fonts}))
    assert is_sound(only(octets))
    catalog = _catalog(octets, b"/Extensions 20 0 R")
    innocent = b"<< /ESIC << /BaseVersion /1.7 /ExtensionLevel 2 >> >>"
    assert _refused(updated(octets, {1: catalog, 20: innocent}))
    assert _refused(updated(octets, {1: catalog, 20: OBJECTS[5]}))


def test_a_signature_field_that_is_also_a_resource_cannot_be_filled() -> None:
    """Its value would be a pattern, a picture or a font of the signed page."""
    form = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] >> >>"
    field = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Later) /Rect [0 0 0 0] /F 132 >>"
    for resources, sound in ((b"", True), (b"/Pattern 7 0 R", False)):
        octets = signed(_with_resources(resources, o1=form, o7=field))
        assert is_sound(parsed(octets).signatures[0])
        first = parsed(signed(octets, field_name="Later", unique="f" * 16)).signatures[0]
        assert is_sound(first) is sound
