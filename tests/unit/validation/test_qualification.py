"""The qualification is a value of its own."""

from __future__ import annotations

from esign.validation.qualification import Qualification, QualificationStatus


def test_the_five_answers_are_spelled_as_people_spell_them() -> None:
    """Reports and programs see these words."""
    words = {"QESig", "QESeal", "AdES-QC", "AdES", "unknown"}
    assert {each.value for each in QualificationStatus} == words
    assert Qualification(status=QualificationStatus.UNKNOWN).list == ""
