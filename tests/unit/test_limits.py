"""Limits are counted, named, and end in named errors."""

from __future__ import annotations

import pytest

from esign.errors import DeadlineExceededError, LimitExceededError, UsageError
from esign.limits import LIMIT_NAMES, Budget, Limits


def test_spending_ends_at_the_bound() -> None:
    """Exactly the bound is allowed; one more is not, and the error names the limit."""
    budget = Budget(Limits(signatures=3))
    budget.spend("signatures", 2)
    budget.spend("signatures")
    with pytest.raises(LimitExceededError) as caught:
        budget.spend("signatures")
    assert caught.value.values["limit"] == "signatures"
    assert caught.value.values["bound"] == 3


def test_a_measure_is_compared_and_not_counted() -> None:
    """``require_within`` may be asked as often as one likes."""
    budget = Budget(Limits(xml_depth=5))
    for _ in range(10):
        budget.require_within("xml_depth", 5)
    with pytest.raises(LimitExceededError):
        budget.require_within("xml_depth", 6)


def test_a_deadline_is_told_and_kept() -> None:
    """Without one there is no end; past it the call is over."""
    assert Budget.within(None).remaining_seconds() is None
    Budget.within(None).check_deadline()
    assert 0 < (Budget.within(60).remaining_seconds() or 0) <= 60
    Budget.within(60).check_deadline()
    over = Budget(deadline=0.0)
    assert over.remaining_seconds() == 0.0
    with pytest.raises(DeadlineExceededError):
        over.check_deadline()


def test_budgets_are_apart() -> None:
    """What one call spends another has still to spend."""
    first, second = Budget(Limits(downloads=1)), Budget(Limits(downloads=1))
    first.spend("downloads")
    second.spend("downloads")


@pytest.mark.parametrize("name", sorted(LIMIT_NAMES))
def test_every_limit_is_a_positive_number(name: str) -> None:
    """No limit is switched off by default."""
    assert getattr(Limits(), name) > 0


@pytest.mark.parametrize("seconds", ["5", float("nan")])
def test_what_is_no_number_of_seconds_is_refused(seconds) -> None:
    """A deadline that never comes is said with None, never by accident."""
    with pytest.raises(UsageError):
        Budget.within(seconds)


def test_slow_steps_look_at_the_clock() -> None:
    """However many keys a document brings along, the deadline of the call holds."""
    with pytest.raises(DeadlineExceededError):
        Budget.within(0).spend("public_key_operations")
