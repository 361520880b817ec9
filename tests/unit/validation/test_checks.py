"""Outcomes, verdicts and the table of allowed pairs (EN 319 102-1 §5.1.3)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from esign.messages import Message
from esign.terms import BlockStatus, Indication, SubIndication
from esign.validation.checks import (
    ALLOWED_PAIRS,
    PASSED,
    Block,
    Check,
    Outcome,
    Verdict,
    failed,
    first_stop,
    noted,
    reasons_of,
    verdict_of,
    warned,
    warnings_of,
)

CHECK = Check("form", Block.FORMAT_CHECKING, "EN 319 102-1 §5.2.2")
WHY, REMEDY = Message("Why."), Message("What to do.")


def test_every_sub_indication_has_exactly_one_status() -> None:
    """The table covers every word of the standard, and none twice."""
    listed = [word for words in ALLOWED_PAIRS.values() for word in words if word is not None]
    assert sorted(listed) == sorted(SubIndication)
    assert ALLOWED_PAIRS[BlockStatus.PASSED] == {None}


@pytest.mark.parametrize("word", SubIndication)
def test_a_failing_check_makes_an_allowed_pair(word: SubIndication) -> None:
    """The verdict of any failing check stands in the table."""
    verdict = verdict_of(failed(CHECK, word, WHY, REMEDY))
    assert verdict.sub_indication in ALLOWED_PAIRS[verdict.status]
    assert verdict.status is not BlockStatus.PASSED


def test_nothing_that_stops_is_passed() -> None:
    """Without a check that stops the verdict is PASSED, which has no sub-indication."""
    checks = [CHECK, warned(CHECK, WHY), noted(CHECK, WHY)]
    assert first_stop(checks) is None
    assert verdict_of(first_stop(checks)) is PASSED
    assert PASSED.indication is Indication.TOTAL_PASSED


def test_the_first_that_stops_decides() -> None:
    """Of several failing checks the first in the list gives the verdict and the first reason."""
    first = failed(CHECK, SubIndication.HASH_FAILURE, WHY, REMEDY)
    second = failed(CHECK, SubIndication.TRY_LATER, Message("Later."), REMEDY)
    checks = [CHECK, first, second]
    assert verdict_of(first_stop(checks)) == Verdict(BlockStatus.FAILED, SubIndication.HASH_FAILURE)
    assert [reason.message for reason in reasons_of(checks)] == [WHY, Message("Later.")]
    assert reasons_of(checks)[0].remedy == REMEDY


def test_warnings_are_told_once() -> None:
    """The same warning from two checks is one sentence."""
    assert warnings_of([warned(CHECK, WHY), warned(CHECK, WHY), noted(CHECK, REMEDY)]) == (WHY,)


def test_a_failing_check_keeps_name_and_clause() -> None:
    """What failed can be found again in the list of those that passed elsewhere."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    check = failed(CHECK, SubIndication.REVOKED_NO_POE, WHY, REMEDY, before=moment)
    assert (check.name, check.clause, check.before) == (CHECK.name, CHECK.clause, moment)
    assert check.outcome is Outcome.INDETERMINATE
    assert check.stops
    assert not CHECK.stops
