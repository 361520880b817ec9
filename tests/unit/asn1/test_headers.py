"""Where a value ends, by its header alone."""

from __future__ import annotations

import pytest

from esign.asn1.headers import counting, definite
from esign.limits import Budget, Limits


@pytest.mark.parametrize(
    ("header", "body", "end"),
    [("0403", 2, 5), ("048103", 3, 6), ("04820103", 4, 263), ("0483010003", 5, 65544)],
)
def test_lengths_of_up_to_three_octets_are_read(header: str, body: int, end: int) -> None:
    """Body and end follow from the header; nobody looks whether the octets are there."""
    assert definite(bytes.fromhex(header), 0) == (body, end)


@pytest.mark.parametrize("header", ["3080", "048400000003", "3f8101"])
def test_other_headers_are_left_to_the_reader(header: str) -> None:
    """Indefinite or longer lengths and tags of several octets have no short way."""
    assert definite(bytes.fromhex(header), 0) == (0, -1)


def test_a_header_cut_short_is_an_index_error() -> None:
    """The caller turns to the reader, which says what is wrong."""
    with pytest.raises(IndexError):
        definite(b"\x30", 0)


def test_only_octets_that_could_exceed_the_budget_are_counted() -> None:
    """A few octets hold fewer elements than the limit allows; under a low limit, more."""
    low = Budget(Limits(asn1_elements=10))
    assert counting(bytes(100), Budget()) is None
    assert counting(bytes(100), low) is low
