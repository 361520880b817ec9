"""A short, repeatable run of the fuzzer over everything that parses."""

from __future__ import annotations

import random

import pytest

from tests.fuzz.damage import damaged
from tests.fuzz.run import surprise
from tests.fuzz.targets import Target, targets

pytestmark = pytest.mark.slow

INPUTS_PER_TARGET = 150


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_damage_is_refused_or_told(target: Target) -> None:
    """Whatever is damaged ends in one of our errors or a verdict, and never in a false pass."""
    chance = random.Random(20260615)
    for number in range(INPUTS_PER_TARGET):
        octets = damaged(target.octets, chance)
        assert surprise(target, octets) is None, f"input {number}"
