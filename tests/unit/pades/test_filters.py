"""Filters are undone within a bound, and only those the structure of a PDF uses."""

from __future__ import annotations

import zlib

import pytest

from esign.errors import LimitExceededError, MalformedPDFError
from esign.pades.filters import decode
from esign.pades.objects import Dictionary, Name

FLATE = Name("FlateDecode")


def test_flate_is_undone() -> None:
    """Deflated octets come out as they were; without a filter nothing is done."""
    assert decode(zlib.compress(b"abc"), FLATE, None) == b"abc"
    assert decode(zlib.compress(b"abc"), [FLATE], [None]) == b"abc"
    assert decode(b"abc", None, None) == b"abc"


def _predicted(rows: list[tuple[int, bytes]]) -> bytes:
    data = zlib.compress(b"".join(bytes((kind,)) + row for kind, row in rows))
    options: Dictionary = {"Predictor": 12, "Columns": 3}
    return decode(data, FLATE, options)


@pytest.mark.parametrize(
    ("kind", "second"),
    [
        (0, b"\x05\x07\x09"),
        (1, b"\x05\x0c\x15"),
        (2, b"\x06\x09\x0c"),
        (3, b"\x05\x0a\x0f"),
        (4, b"\x06\x0d\x16"),
    ],
)
def test_png_rows_are_undone(kind: int, second: bytes) -> None:
    """Each of the five row filters gives what ISO 15948 computes."""
    assert _predicted([(0, b"\x01\x02\x03"), (kind, b"\x05\x07\x09")]) == b"\x01\x02\x03" + second


def test_an_unknown_row_filter_is_refused() -> None:
    """Row filter 5 does not exist."""
    with pytest.raises(MalformedPDFError):
        _predicted([(5, b"abc")])


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"abc", Name("LZWDecode")), (b"no deflate", FLATE), (zlib.compress(b"abc")[:-6], FLATE)],
)
def test_other_filters_and_broken_data_are_refused(data: bytes, name: Name) -> None:
    """Another filter, other data and data cut short have a named error."""
    with pytest.raises(MalformedPDFError):
        decode(data, name, None)


def test_a_bomb_ends_at_the_limit() -> None:
    """Data that inflate beyond the bound are not inflated further."""
    assert decode(zlib.compress(bytes(1000)), FLATE, None, bound=1000) == bytes(1000)
    with pytest.raises(LimitExceededError):
        decode(zlib.compress(bytes(1001)), FLATE, None, bound=1000)
