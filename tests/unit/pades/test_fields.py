"""Signature fields are found wherever the hierarchy puts them."""

from __future__ import annotations

from esign.pades.fields import SignatureField, signature_fields, terminal_fields
from tests.support.pdf_making import document, opened

FORM = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [%s] >> >>"


def _fields(fields: bytes, **objects: bytes) -> tuple[SignatureField, ...]:
    numbered = {int(key[1:]): body for key, body in objects.items()}
    return signature_fields(opened(document({1: FORM % fields, **numbered})).last)


def test_a_field_that_is_its_own_widget_is_found() -> None:
    """Name and number come with it, and the widget is itself."""
    (field,) = _fields(b"7 0 R", o7=b"<< /FT /Sig /T (One) >>")
    assert (field.name, field.number, field.widgets) == ("One", 7, (7,))


def test_type_and_name_are_inherited() -> None:
    """A kid without /FT takes its parent's, and names are joined by periods."""
    (field,) = _fields(
        b"7 0 R", o7=b"<< /FT /Sig /T (Group) /Kids [8 0 R] >>", o8=b"<< /T (One) /Parent 7 0 R >>"
    )
    assert field.name == "Group.One"


def test_kids_without_a_name_are_widgets() -> None:
    """A field shown in two places is one field."""
    (field,) = _fields(
        b"7 0 R", o7=b"<< /FT /Sig /T (One) /Kids [8 0 R 9 0 R] >>", o8=b"<<>>", o9=b"<<>>"
    )
    assert field.widgets == (8, 9)


def test_other_fields_are_counted_but_not_found() -> None:
    """A text field is no signature field."""
    view = opened(
        document({1: FORM % b"7 0 R 8 0 R", 7: b"<< /FT /Tx >>", 8: b"<< /FT /Sig >>"})
    ).last
    assert [field.number for field in signature_fields(view)] == [8]
    assert terminal_fields(view) == 2


def test_a_circle_of_kids_ends() -> None:
    """A field that is its own grandchild is visited once."""
    assert (
        _fields(b"7 0 R", o7=b"<< /T (A) /Kids [8 0 R] >>", o8=b"<< /T (B) /Kids [7 0 R] >>") == ()
    )
