"""Answers that hold for a period, kept for whoever asks again within it.

Bounded, and safe to share by threads: each step is one operation on a dictionary, and two
threads that compute the same answer twice change nothing.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class KeptForPeriod(Generic[Answer]):
    """Answers in two generations, so that the oldest go without a lock or a scan."""

    __slots__ = ("_bound", "_new", "_old")

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._new: dict[Hashable, tuple[datetime, datetime, Answer]] = {}
        self._old: dict[Hashable, tuple[datetime, datetime, Answer]] = {}

    def at(self, question: Hashable, moment: datetime) -> Answer | None:
        """Return the answer if it is known to hold at the moment."""
        known = self._new.get(question) or self._old.get(question)
        if known is None or not known[0] <= moment <= known[1]:
            return None
        return known[2]

    def keep(self, question: Hashable, start: datetime, end: datetime, answer: Answer) -> None:
        """Keep an answer that holds from ``start`` to ``end``, both included."""
        if len(self._new) >= self._bound:
            self._old, self._new = self._new, {}
        self._new[question] = (start, end, answer)
