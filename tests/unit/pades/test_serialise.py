"""Values are written one way, and any reader reads them back (see test_parser)."""

from __future__ import annotations

import pytest

from esign.pades.objects import Name, Ref, Value
from esign.pades.serialise import Raw, text_string, write_number, write_value


@pytest.mark.parametrize(
    ("value", "octets"),
    [
        (None, b"null"),
        (True, b"true"),
        (3, b"3"),
        (1.5, b"1.5"),
        (Name("A B#"), b"/A#20B#23"),
        (Ref(4, 1), b"4 1 R"),
        (b"a(b)\\", b"(a\\(b\\)\\\\)"),
        (b"\x00\xff", b"<00FF>"),
        ([1, [Name("A")]], b"[1 [/A]]"),
        ({"A": {"B": 1}}, b"<</A <</B 1>>>>"),
        (Raw(b"<hole>"), b"<hole>"),
    ],
)
def test_values_are_written(value: Value, octets: bytes) -> None:
    """Each kind of value has one form."""
    assert write_value(value) == octets


@pytest.mark.parametrize(
    ("number", "octets"),
    [
        (0.00001, b"0.00001"),
        (100.0, b"100.0"),
        (-0.5, b"-0.5"),
        (1e9, b"1000000000.0"),
        (841.8897637795277, b"841.8897637795277"),
        (1e22, b"10000000000000000000000.0"),
    ],
)
def test_numbers_are_never_in_exponent_form(number: float, octets: bytes) -> None:
    """PDF knows no exponents."""
    assert write_number(number) == octets


def test_text_is_ascii_or_marked_utf16() -> None:
    """Azerbaijani letters make the string UTF-16 with its mark."""
    assert text_string("Baku") == b"Baku"
    assert text_string("ə") == b"\xfe\xff\x02\x59"


def test_what_is_no_value_is_a_programming_error() -> None:
    """A stream must go through an update, which holds its data."""
    with pytest.raises(TypeError):
        write_value(object())  # type: ignore[arg-type]
