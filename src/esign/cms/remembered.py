"""Answers that depend on octets alone, kept for the next signature that has the same ones.

A service sees the same signers, algorithms and chains again and again. What is kept is
bounded in number and size, shared by threads, and never anything that was judged.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Answer = TypeVar("Answer")

ENTRIES = 256
OCTETS = 16 * 1024
"""Longer octets are read anew each time: a chain of four certificates has some 6 KiB."""


def remembered(read: Callable[[bytes], Answer]) -> Callable[[bytes], Answer]:
    """Return ``read`` with its last answers remembered; errors are never kept."""
    kept = lru_cache(maxsize=ENTRIES)(read)

    @wraps(read)
    def answer(octets: bytes) -> Answer:
        return kept(octets) if len(octets) <= OCTETS else read(octets)

    return answer
