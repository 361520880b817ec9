"""What signed content reaches is known, with what it refers to in vain."""

from __future__ import annotations

from esign.pades.fields import signature_fields
from esign.pades.graph import Graph, Reach
from tests.support.pdf_making import OBJECTS, document, opened

FORM = b"<< /Type /Catalog /Pages 2 0 R /DSS 8 0 R /AcroForm << /Fields [7 0 R] /DR 10 0 R >> >>"
FIELD = b"<< /FT /Sig /T (One) /AP << /N 9 0 R >> >>"
PAGE = OBJECTS[3].replace(b"/Contents", b"/Annots 11 0 R /Contents")


def _reach(octets: bytes) -> Reach:
    view = opened(octets).last
    return Graph().reach(view, signature_fields(view))


def test_content_is_reached() -> None:
    """Page tree, contents, fonts and information count as content."""
    assert _reach(document()).objects == {1, 2, 3, 4, 5, 6}


def test_what_is_not_there_is_known() -> None:
    """A reference to no object is remembered, wherever it stands."""
    assert _reach(document({2: b"<< /Type /Pages /Kids [3 0 R] /X 77 0 R >>"})).missing == {77}


def test_entries_that_signing_changes_are_walked_but_not_content() -> None:
    """A field, the array of a page's annotations and the security store are apart."""
    reach = _reach(
        document({1: FORM, 3: PAGE, 7: FIELD, 10: b"<< /F 12 0 R >>", 11: b"[7 0 R 13 0 R]"})
    )
    assert reach.annotation_arrays == {11: 3}
    assert reach.objects == {1, 2, 3, 4, 5, 6, 10}
    assert reach.missing == {9, 12, 13}


def test_content_that_shares_such_an_object_is_told() -> None:
    """An annotation array that a page also uses as something else is content."""
    page = PAGE.replace(b"/Contents", b"/Resources2 11 0 R /Contents")
    assert 11 in _reach(document({3: page, 11: b"[]"})).objects


def test_an_unreadable_object_is_told() -> None:
    """Content that cannot be read cannot be compared later."""
    assert _reach(document().replace(b"\n5 0 obj", b"\n8 0 obj")).unreadable == {5}
