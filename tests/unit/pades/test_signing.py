"""A signature is an update that says what was asked for, where it was asked for."""

# ruff: noqa: RUF001 -- Azerbaijani letters

from __future__ import annotations

import zlib

import pytest

from esign.document import Document
from esign.errors import CreationError, UsageError
from esign.pades.fields import signature_fields
from esign.pades.objects import Ref, Stream
from esign.pades.signing import appearance_text, prepare
from tests.support.pdf_making import (
    document,
    history,
    is_sound,
    only,
    opened,
    parsed,
    request,
    signed,
    signed_with,
)


def test_the_original_is_kept_octet_by_octet() -> None:
    """An update only appends."""
    for octets in (document(), document(xref_stream=True), document()[:-1]):
        assert signed(octets).startswith(octets)
        assert is_sound(only(signed(octets)))


def test_preparing_twice_gives_the_same_octets() -> None:
    """Signing in two sittings depends on it."""
    one, other = (prepare(history(document()), request(page=1), 2000) for _ in range(2))
    assert (one.head, one.tail) == (other.head, other.tail)
    assert prepare(history(document()), request(unique="f" * 16), 2000).tail != one.tail


def test_the_digest_is_over_the_covered_octets() -> None:
    """What is computed while preparing equals what a reader computes."""
    wanted = request()
    prepared = prepare(history(document()), wanted, 10)
    whole = prepared.with_contents(b"x")
    digest = whole.digest("sha256", prepared.ranges)
    assert prepared.digest(wanted.digest_algorithm) == digest


def test_the_form_tells_that_signatures_exist() -> None:
    """SigFlags has both bits, older fields stay."""
    form = b"<< /Type /Catalog /Pages 2 0 R /AcroForm 7 0 R >>"
    for fields in (b"[8 0 R]", b"9 0 R"):
        octets = document(
            {1: form, 7: b"<< /Fields %s >>" % fields, 8: b"<< /FT /Tx /T (A) >>", 9: b"[8 0 R]"}
        )
        view = opened(signed(octets)).last
        after = view.dictionary(view.catalog["AcroForm"])
        assert after["SigFlags"] == 3
        assert view.list(after["Fields"])[0] == Ref(8, 0)
        assert len(view.list(after["Fields"])) == 2


@pytest.mark.parametrize("annotations", [b"", b"/Annots [8 0 R]", b"/Annots 7 0 R"])
def test_the_page_shows_the_widget(annotations: bytes) -> None:
    """After whatever the page had before."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>" % annotations
    octets = document({3: page, 7: b"[8 0 R]", 8: b"<< /Type /Annot /Subtype /Link >>"})
    view = opened(signed(octets, page=1)).last
    shown = view.list(view.dictionary(Ref(3, 0))["Annots"])
    (field,) = signature_fields(view)
    assert shown[-1] == Ref(field.number or 0, 0)
    assert len(shown) == (2 if annotations else 1)
    assert is_sound(only(signed(octets, page=1)))


def test_a_box_lands_on_the_page() -> None:
    """The rectangle is the box, the appearance as large."""
    view = opened(signed(page=-1, box=(10, 20, 210, 80))).last
    (field,) = signature_fields(view)
    assert field.dictionary["Rect"] == [10.0, 20.0, 210.0, 80.0] or field.dictionary["Rect"] == [
        10,
        20,
        210,
        80,
    ]
    look = view.resolve(view.dictionary(field.dictionary["AP"])["N"])
    assert isinstance(look, Stream)
    assert look.dictionary["BBox"] == [0, 0, 200, 60]
    assert b"Tj" in zlib.decompress(view.stream_data(look))


@pytest.mark.parametrize(
    "options",
    [
        {"page": 2},
        {"page": 0},
        {"box": (0, 0, 10, 10)},
        {"page": 1, "box": (10, 10, 10, 20)},
        {"page": 1, "box": (500, 10, 600, 50)},
        {"page": 1, "box": (-1, 10, 100, 50)},
        {"page": 1, "text": "字"},
        {"field_name": "a.b"},
    ],
)
def test_what_cannot_be_had_is_refused(options: dict[str, object]) -> None:
    """Pages, boxes, letters and names that do not exist."""
    with pytest.raises(UsageError):
        signed(**options)


def test_a_signed_field_is_not_signed_again() -> None:
    """Its name is taken."""
    with pytest.raises(UsageError, match="already signed"):
        signed(signed(), field_name="Signature1", unique="f" * 16)


def test_a_certified_document_that_forbids_it_is_not_signed() -> None:
    """DocMDP 1 is obeyed; 2 allows it."""
    reference = b"[<< /TransformMethod /DocMDP /TransformParams << /P %d >> >>]"
    with pytest.raises(CreationError, match="allows no further"):
        signed(signed_with(document(), Reference=reference % 1), unique="f" * 16)
    octets = signed(signed_with(document(), Reference=reference % 2), unique="f" * 16)
    assert all(map(is_sound, parsed(octets).signatures))


FORM = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] >> >>"


@pytest.mark.parametrize("separate", [False, True], ids=["merged", "separate widget"])
def test_an_empty_visible_field_is_filled_in_its_place(separate: bool) -> None:
    """Its rectangle stays, and the text appears in it."""
    widget = b"/Type /Annot /Subtype /Widget /Rect [100 100 300 160] /F 4"
    if separate:
        objects = {
            7: b"<< /FT /Sig /T (Agency) /Kids [8 0 R] >>",
            8: b"<< %s /Parent 7 0 R >>" % widget,
        }
    else:
        objects = {7: b"<< /FT /Sig /T (Agency) %s >>" % widget}
    octets = signed(document({1: FORM, **objects}), field_name="Agency")
    signature = only(octets)
    assert signature.name == "Agency"
    assert is_sound(signature)
    view = opened(octets).last
    (field,) = signature_fields(view)
    shown = view.dictionary(Ref(field.widgets[0], 0))
    assert shown["Rect"] == [100, 100, 300, 160]
    assert shown["F"] == 132
    assert isinstance(view.resolve(view.dictionary(shown["AP"])["N"]), Stream)


def test_an_existing_field_has_its_own_place() -> None:
    """Page or box beside its name are refused."""
    octets = document({1: FORM, 7: b"<< /FT /Sig /T (Agency) /Rect [0 0 0 0] >>"})
    with pytest.raises(UsageError, match="own place"):
        signed(octets, field_name="Agency", page=1)


def test_the_text_is_signer_and_time_by_default() -> None:
    """Reason and place follow; a given text replaces all."""
    lines = appearance_text(request(reason="Təsdiq", location="Bakı")).split("\n")
    assert lines[1:] == ["2026-03-01 09:30:00 UTC", "Təsdiq", "Bakı"]
    assert appearance_text(request(text="Only this")) == "Only this"


def test_a_large_document_is_not_copied() -> None:
    """The result shares the original's octets."""
    source = Document.of(document())
    prepared = prepare(history(document()), request(), 10)
    assert prepared.original.size == source.size
    assert len(prepared.head) + len(prepared.tail) < 3000


@pytest.mark.parametrize(("turned", "box"), [(0, [0, 0, 60, 200]), (270, [0, 0, 200, 60])])
def test_a_filled_field_is_upright_on_a_turned_page(turned: int, box: list[int]) -> None:
    """The text runs along the page as it is shown."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Rotate %d /Annots [7 0 R] >>"
    widget = b"/Type /Annot /Subtype /Widget /Rect [100 100 160 300] /F 4"
    objects = {1: FORM, 3: page % turned, 7: b"<< /FT /Sig /T (Agency) %s >>" % widget}
    view = opened(signed(document(objects), field_name="Agency", text="Yes")).last
    (field,) = signature_fields(view)
    look = view.resolve(view.dictionary(field.dictionary["AP"])["N"])
    assert isinstance(look, Stream)
    assert look.dictionary["BBox"] == box


def test_a_tiny_field_is_signed_without_text() -> None:
    """Only a text that was asked for must fit."""
    widget = b"<< /FT /Sig /T (Agency) /Type /Annot /Subtype /Widget /Rect [0 0 9 9] >>"
    octets = document({1: FORM, 7: widget})
    assert is_sound(only(signed(octets, field_name="Agency")))
    with pytest.raises(UsageError, match="larger"):
        signed(octets, field_name="Agency", text="A long text")
