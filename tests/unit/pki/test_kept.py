"""Answers are kept for their period, and the oldest make room."""

from __future__ import annotations

from datetime import timedelta

from esign.pki.kept import KeptForPeriod
from tests.support.chains import NOW

DAY = timedelta(days=1)


def test_an_answer_holds_within_its_period_only() -> None:
    """Both ends belong to the period; a microsecond beyond them nothing is known."""
    kept: KeptForPeriod[str] = KeptForPeriod(8)
    kept.keep("question", NOW, NOW + DAY, "answer")
    instant = timedelta(microseconds=1)
    assert kept.at("question", NOW) == "answer"
    assert kept.at("question", NOW + DAY) == "answer"
    assert kept.at("question", NOW - instant) is None
    assert kept.at("question", NOW + DAY + instant) is None
    assert kept.at("another question", NOW) is None


def test_the_oldest_answers_go() -> None:
    """Two generations are kept: as many as the bound for certain, never more than twice that."""
    kept: KeptForPeriod[int] = KeptForPeriod(4)
    for number in range(20):
        kept.keep(number, NOW, NOW, number)
    known = [number for number in range(20) if kept.at(number, NOW) is not None]
    assert known[-4:] == [16, 17, 18, 19]
    assert len(known) <= 8
