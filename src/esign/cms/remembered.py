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


_SHORT = 512
_TELLING = 32
"""Octets at the end, where a certificate has its signature: two with the same ones take
turns in one place, which costs time and nothing else."""


def remembered(read: Callable[[bytes], Answer]) -> Callable[[bytes], Answer]:
    """Return ``read`` with its last answers remembered; errors are never kept."""
    kept = lru_cache(maxsize=ENTRIES)(read)
    long: dict[bytes, tuple[bytes, Answer]] = {}

    @wraps(read)
    def answer(octets: bytes) -> Answer:
        length = len(octets)
        if length <= _SHORT:
            return kept(octets)
        if length > OCTETS:
            return read(octets)
        # To compare some thousand octets takes a tenth of what it takes to hash them.
        known = long.get(octets[-_TELLING:])
        if known is not None and known[0] == octets:
            return known[1]
        found = read(octets)
        if len(long) >= ENTRIES:
            long.clear()
        long[octets[-_TELLING:]] = octets, found
        return found

    return answer
