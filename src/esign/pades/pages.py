"""Finds a page, its visible area and how it is turned.

Spec: ISO 32000-1 §7.7.3
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from esign.errors import MalformedPDFError, UsageError
from esign.pades.file import View
from esign.pades.objects import Dictionary, Ref, Value

_INHERITED = ("MediaBox", "CropBox", "Rotate")
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page."""

    reference: Ref
    dictionary: Dictionary
    area: Box
    """What viewers show: the crop box within the media box; left, bottom, right, top."""
    turned: int
    """Degrees clockwise: 0, 90, 180 or 270."""

    def to_user_space(self, box: Box) -> Box:
        """Return a box given from the shown page's lower left corner in the page's own units.

        Spec: ISO 32000-1 §8.3.2.3, table 30 (Rotate)
        """
        left, bottom, right, top = self.area
        width, height = right - left, top - bottom
        (x1, y1), (x2, y2) = (self._point(box[i], box[i + 1], width, height) for i in (0, 2))
        return (
            left + min(x1, x2),
            bottom + min(y1, y2),
            left + max(x1, x2),
            bottom + max(y1, y2),
        )

    def _point(self, across: float, up: float, width: float, height: float) -> tuple[float, float]:
        if self.turned == 90:
            return width - up, across
        if self.turned == 180:
            return width - across, height - up
        if self.turned == 270:
            return up, height - across
        return across, up

    @property
    def shown_size(self) -> tuple[float, float]:
        """Width and height as a viewer shows them, in points."""
        left, bottom, right, top = self.area
        size = right - left, top - bottom
        return size if self.turned in (0, 180) else (size[1], size[0])


def find_page(view: View, number: int) -> Page:
    """Return a page by its number: from 1, or from -1 backwards.

    Raises:
        UsageError: the document has no such page.
    """
    if number > 0:
        for index, page in enumerate(_pages(view), 1):
            if index == number:
                return page
        count = sum(1 for _ in _pages(view))
    else:
        pages = list(_pages(view))
        count = len(pages)
        if number and -number <= count:
            return pages[number]
    raise UsageError(
        "The document has {count} pages; there is no page {number}.", count=count, number=number
    )


def page_showing(view: View, number: int) -> int | None:
    """Return the number of the page that an object is, or is the contents of; None else."""
    for index, page in enumerate(_pages(view), 1):
        contents = view.resolve(page.dictionary.get("Contents"))
        shown = [page.reference, page.dictionary.get("Contents")]
        shown += contents if isinstance(contents, list) else []
        if any(isinstance(item, Ref) and item.number == number for item in shown):
            return index
    return None


def turn_of_widget(view: View, number: int) -> int:
    """Return how far the page that shows an annotation is turned; 0 when none does."""
    for page in _pages(view):
        shown = view.list(page.dictionary.get("Annots"))
        if any(isinstance(item, Ref) and item.number == number for item in shown):
            return page.turned
    return 0


def shares_of_widget(
    view: View, number: int, rectangle: Value, touched: Collection[int]
) -> list[tuple[int, float]]:
    """Return how much of each page that shows an annotation it may paint over, from 0 to 1.

    An appearance is scaled into its rectangle and never leaves it; a rectangle that cannot
    be read counts as the whole page.

    Args:
        view: the revision that shows it.
        number: the annotation's object number.
        rectangle: its /Rect.
        touched: objects this revision wrote; pages among them are looked at first.

    Spec: ISO 32000-1 §12.5.5 (algorithm: appearance streams)
    """
    areas = _areas(view)
    written = areas.keys() & touched
    showing = [page for page in written if _shows(view, page, number)]
    if not showing:  # filled where it was: any page can have it, or an array of its own
        view.file.budget.spend("pdf_objects", len(areas))
        showing = [page for page in areas if _shows(view, page, number)]
    box = _box(view, rectangle)
    return [(areas[page][0], _share(areas[page][1], box)) for page in sorted(showing)]


def _areas(view: View) -> dict[int, tuple[int, Box]]:
    """Return number and area of each page; pages of one file never change theirs."""
    if view.file.areas is None:
        pages = enumerate(_pages(view), 1)
        view.file.areas = {page.reference.number: (index, page.area) for index, page in pages}
    return view.file.areas


def _shows(view: View, page: int, number: int) -> bool:
    shown = view.list(view.dictionary(view.numbered(page)).get("Annots"))
    return any(isinstance(item, Ref) and item.number == number for item in shown)


def _share(area: Box, box: Box | None) -> float:
    whole = (area[2] - area[0]) * (area[3] - area[1])
    if box is None or whole <= 0:
        return 1.0
    width = min(area[2], box[2]) - max(area[0], box[0])
    height = min(area[3], box[3]) - max(area[1], box[1])
    return max(0.0, width) * max(0.0, height) / whole


def _pages(view: View) -> Iterator[Page]:
    seen: set[int] = set()
    pending: list[tuple[Value, Dictionary]] = [(view.catalog.get("Pages"), {})]
    while pending:
        node, above = pending.pop()
        if not isinstance(node, Ref) or node.number in seen:
            raise MalformedPDFError("The PDF's page tree cannot be followed.")
        seen.add(node.number)
        view.file.budget.spend("pdf_objects")
        dictionary = view.dictionary(node)
        inherited = {key: dictionary.get(key, above.get(key)) for key in _INHERITED}
        if "Kids" in dictionary:
            pending.extend((kid, inherited) for kid in reversed(view.list(dictionary["Kids"])))
        else:
            yield _page(view, node, dictionary, inherited)


def _page(view: View, reference: Ref, dictionary: Dictionary, inherited: Dictionary) -> Page:
    media = _box(view, inherited["MediaBox"]) or (0.0, 0.0, 612.0, 792.0)
    crop = _box(view, inherited["CropBox"]) or media
    area = (
        max(media[0], crop[0]),
        max(media[1], crop[1]),
        min(media[2], crop[2]),
        min(media[3], crop[3]),
    )
    turned = view.resolve(inherited["Rotate"])
    return Page(
        reference=reference,
        dictionary=dictionary,
        area=area,
        turned=turned % 360 if isinstance(turned, int) and turned % 90 == 0 else 0,
    )


def _box(view: View, value: Value) -> Box | None:
    numbers = [view.resolve(item) for item in view.list(value)]
    found = [float(n) for n in numbers if isinstance(n, int | float)]
    if len(found) != 4 or len(numbers) != 4:
        return None
    one, two, three, four = found
    return min(one, three), min(two, four), max(one, three), max(two, four)
