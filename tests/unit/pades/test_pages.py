"""Pages are found by number, and boxes land where the reader of the page means them."""

from __future__ import annotations

import pytest

from esign.errors import MalformedPDFError, UsageError
from esign.pades.pages import Page, find_page, page_showing
from tests.support.pdf_making import OBJECTS, document, opened

TWO = {
    2: b"<< /Type /Pages /Kids [7 0 R 3 0 R] /Count 2 /MediaBox [0 0 100 200] /Rotate 90 >>",
    7: b"<< /Type /Pages /Parent 2 0 R /Kids [8 0 R] >>",
    8: b"<< /Type /Page /Parent 7 0 R /CropBox [10 20 90 300] >>",
}


def _page(number: int, **changes: bytes) -> Page:
    return find_page(opened(document({**TWO})).last, number)


def test_pages_are_counted_from_both_ends() -> None:
    """One is the first page, minus one the last, through any depth of the tree."""
    assert [_page(n).reference.number for n in (1, 2, -1, -2)] == [8, 3, 3, 8]


@pytest.mark.parametrize("number", [0, 3, -3])
def test_a_page_that_is_not_there_is_refused(number: int) -> None:
    """The error tells how many pages there are."""
    with pytest.raises(UsageError, match="2 pages"):
        _page(number)


def test_boxes_are_inherited_and_cut() -> None:
    """The crop box counts within the media box, and the turn comes from above."""
    page = _page(1)
    assert page.area == (10, 20, 90, 200)
    assert page.turned == 90
    assert page.shown_size == (180, 80)


@pytest.mark.parametrize(
    ("turned", "box"),
    [
        (0, (15, 30, 25, 50)),
        (90, (60, 25, 80, 35)),
        (180, (75, 170, 85, 190)),
        (270, (20, 185, 40, 195)),
    ],
)
def test_a_box_follows_the_pages_turn(turned: int, box: tuple[float, ...]) -> None:
    """The same box as seen on the page, in the units of pages turned four ways."""
    source = OBJECTS[3].replace(
        b"/MediaBox [0 0 595 842]", b"/MediaBox [10 20 90 200] /Rotate %d" % turned
    )
    page = find_page(opened(document({3: source})).last, 1)
    assert page.to_user_space((5, 10, 15, 30)) == box


def test_a_circle_in_the_page_tree_is_refused() -> None:
    """A page tree that leads back to itself is no tree."""
    octets = document({2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"})
    with pytest.raises(MalformedPDFError):
        find_page(opened(octets).last, 1)


@pytest.mark.parametrize(("number", "page"), [(3, 2), (4, 2), (8, 1), (9, 1), (10, 1), (5, None)])
def test_the_page_that_shows_an_object_is_told(number: int, page: int | None) -> None:
    """A page itself, its contents, or one of several contents; a font belongs to no page."""
    changes = {**TWO, 8: b"<< /Type /Page /Parent 7 0 R /Contents [9 0 R 10 0 R] >>"}
    view = opened(document({**changes, 9: b"<< >>", 10: b"<< >>"})).last
    assert page_showing(view, number) == page
