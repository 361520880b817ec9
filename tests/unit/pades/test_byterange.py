"""Byte ranges are taken at their word and measured against the file."""

from __future__ import annotations

import pytest

from esign.pades.byterange import Coverage, coverage
from esign.pades.objects import Value
from tests.support.pdf_making import document, opened

OCTETS = document()
SIZE = len(OCTETS)


def _coverage(ranges: Value, contents: tuple[int, int] | None = (100, 120)) -> Coverage:
    return coverage(opened(OCTETS), {"ByteRange": ranges}, contents)


def _codes(covered: Coverage) -> list[str]:
    return [finding.code for finding in covered.findings]


def test_sound_ranges_have_no_finding() -> None:
    """From the first octet, around the hole, to the end of the revision."""
    covered = _coverage([0, 100, 120, SIZE - 120])
    assert covered.findings == ()
    assert covered.ranges == ((0, 100), (120, SIZE))
    assert covered.end == SIZE
    assert covered.revision is not None


@pytest.mark.parametrize(
    "ranges",
    [
        None,
        [],
        [0, 100],
        [0, 100, 120],
        [0, 100, 120, 1, 1],
        [0, 100, 120, 1.0],
        [0, 100, 120, True],
        [0, -1, 1, 1],
    ],
)
def test_other_than_four_whole_numbers_cover_nothing(ranges: Value) -> None:
    """Nothing is guessed from a wrong shape."""
    covered = _coverage(ranges)
    assert _codes(covered) == ["byte-range-shape"]
    assert covered.ranges == ()


@pytest.mark.parametrize("ranges", [[0, 130, 120, 10], [0, 100, 120, SIZE]])
def test_overlap_and_overrun_cover_nothing(ranges: Value) -> None:
    """Ranges that overlap or leave the file cannot be hashed as they are meant."""
    assert _codes(_coverage(ranges)) == ["byte-range-bounds"]


@pytest.mark.parametrize(
    ("ranges", "contents", "code"),
    [
        ([1, 99, 120, SIZE - 120], (100, 120), "byte-range-start"),
        ([0, 99, 120, SIZE - 120], (100, 120), "byte-range-hole"),
        ([0, 100, 121, SIZE - 121], (100, 120), "byte-range-hole"),
        ([0, 100, 120, SIZE - 120], None, "byte-range-hole"),
        ([0, 100, 120, SIZE - 122], (100, 120), "byte-range-end"),
    ],
)
def test_one_octet_aside_is_a_finding(
    ranges: Value, contents: tuple[int, int] | None, code: str
) -> None:
    """Each sibling of the sound ranges differs in one place, and says in which."""
    assert _codes(_coverage(ranges, contents)) == [code]
