"""The words are spelled as the standard spells them."""

from __future__ import annotations

import pytest

from esign.terms import (
    BlockStatus,
    Indication,
    Severity,
    SignatureForm,
    SignatureLevel,
    SubIndication,
)


def test_indications_are_those_of_the_standard() -> None:
    """EN 319 102-1 §5.1.3 for signatures, §5.2.1 for blocks."""
    assert {each.value for each in Indication} == {
        "TOTAL_PASSED",
        "TOTAL_FAILED",
        "INDETERMINATE",
    }
    assert {each.value for each in BlockStatus} == {"PASSED", "FAILED", "INDETERMINATE"}


@pytest.mark.parametrize("term", list(SubIndication))
def test_names_and_values_are_the_same_word(term) -> None:
    """What programs read in JSON is what the code says."""
    assert term.name == term.value == str(term)


def test_levels_are_labelled_as_people_write_them() -> None:
    """Form, B, level."""
    assert SignatureLevel.T.label(SignatureForm.PADES) == "PAdES-B-T"
    assert [each.value for each in SignatureLevel] == ["B", "T", "LT", "LTA"]


def test_severities_are_ordered() -> None:
    """A malformed structure weighs more than a remark."""
    assert Severity.REMARK < Severity.LEVEL < Severity.CONSTRAINT < Severity.MALFORMED
