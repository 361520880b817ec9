"""Conditions, with three answers."""

from __future__ import annotations

import pytest

from esign.trustlists.matching import CertificateFacts
from esign.trustlists.model import Criterion
from tests.support.lists import certificate

FACTS = CertificateFacts(certificate=certificate("citizen"))
YES = Criterion(kind="KeyUsage", values=("+nonRepudiation",))
NO = Criterion(kind="KeyUsage", values=("-nonRepudiation",))
NOT_KNOWN = Criterion(kind="unknown")


@pytest.mark.parametrize(
    ("kind", "parts", "answer"),
    [
        ("all", (YES, YES), True),
        ("all", (YES, NO), False),
        ("all", (YES, NOT_KNOWN), None),
        ("all", (NO, NOT_KNOWN), False),
        ("all", (), False),
        ("atLeastOne", (NO, YES), True),
        ("atLeastOne", (NO, NO), False),
        ("atLeastOne", (NO, NOT_KNOWN), None),
        ("atLeastOne", (YES, NOT_KNOWN), True),
        ("atLeastOne", (), False),
        ("none", (NO, NO), True),
        ("none", (NO, YES), False),
        ("none", (NO, NOT_KNOWN), None),
    ],
)
def test_lists_of_conditions(kind: str, parts: tuple[Criterion, ...], answer: bool | None) -> None:
    """What is not known stays not known unless the rest decides."""
    assert FACTS.meets(Criterion(kind=kind, parts=parts)) is answer


@pytest.mark.parametrize(
    ("kind", "values", "answer"),
    [
        ("KeyUsage", ("+nonRepudiation", "-keyCertSign"), True),
        ("KeyUsage", ("+nonRepudiation", "+keyCertSign"), False),
        ("KeyUsage", (), False),
        ("PolicySet", ("1.2.3",), False),
        ("PolicySet", (), False),
        ("ExtendedKeyUsage", ("1.3.6.1.5.5.7.3.8",), False),
        ("SubjectDN", ("2.5.4.3", "2.5.4.6"), True),
        ("SubjectDN", ("2.5.4.3", "2.5.4.97"), False),
    ],
)
def test_single_conditions(kind: str, values: tuple[str, ...], answer: bool) -> None:
    """All that is named must be as it is named, and an empty condition is met by nobody."""
    assert FACTS.meets(Criterion(kind=kind, values=values)) is answer


def test_extended_key_usage_is_found() -> None:
    """A time-stamping certificate meets what asks for its usage."""
    facts = CertificateFacts(certificate=certificate("tsa"))
    assert facts.meets(Criterion(kind="ExtendedKeyUsage", values=("1.3.6.1.5.5.7.3.8",)))
