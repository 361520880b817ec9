"""PDF values compare as PDF values."""

# ruff: noqa: RUF001 -- Azerbaijani letters

from __future__ import annotations

import pytest

from esign.pades.objects import Name, Ref, Stream, Value, as_text, references_in, same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1, True),
        (Name("A"), b"A"),
        ([1], [1, 2]),
        ({"A": 1}, {"A": 2}),
        (Ref(1, 0), Ref(1, 1)),
    ],
)
def test_values_of_another_kind_or_content_differ(one: Value, other: Value) -> None:
    """Nothing that a reader could treat differently is taken for the same."""
    assert not same(one, other)
    assert same(one, one)
    assert same(other, other)


def test_an_entry_of_null_is_no_entry() -> None:
    """A dictionary with a null entry equals one without it."""
    assert same({"A": 1, "B": None}, {"A": 1})


def test_references_are_found_at_any_depth() -> None:
    """Arrays, dictionaries and stream dictionaries are looked into."""
    value: Value = [{"A": [Ref(1, 0)]}, Stream({"Length": Ref(2, 0)}, 0)]
    assert {(key, ref.number) for key, ref in references_in(value)} == {("A", 1), ("Length", 2)}


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"plain", "plain"),
        (b"\xfe\xff\x01\x8f", "Ə"),
        (b"\xef\xbb\xbf\xc9\x99", "ə"),
        (b"\x9a\xa0", "ı€"),
    ],
)
def test_text_strings_are_decoded(octets: bytes, text: str) -> None:
    """PDFDocEncoding, UTF-16 and UTF-8 are told apart by their marks."""
    assert as_text(octets) == text
    assert as_text(Name("text")) is None
