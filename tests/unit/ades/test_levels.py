"""The ladder is data."""

from __future__ import annotations

import pytest

from esign.ades.levels import LADDER, steps_up_to
from esign.terms import SignatureLevel, SlotKind


@pytest.mark.parametrize(("level", "count"), [("B", 1), ("T", 2), ("LT", 3), ("LTA", 4)])
def test_each_level_contains_those_below(level: str, count: int) -> None:
    """The steps up to a level are the first of the ladder."""
    assert steps_up_to(SignatureLevel(level)) == LADDER[:count]


def test_every_level_has_a_step_and_only_lt_waits_for_no_slot() -> None:
    """LT adds material that was already judged."""
    assert [level for level, _ in LADDER] == list(SignatureLevel)
    assert [level for level, slot in LADDER if slot is None] == [SignatureLevel.LT]
    assert LADDER[0][1] is SlotKind.SIGNATURE
