"""How rates, times and memory are measured: in turns, so that a busy machine slows both."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

Work = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    work: str
    peer: str
    ours: float
    theirs: float
    unit: str
    bound: float
    at_most: bool = False
    """The ratio must not exceed the bound; otherwise it must reach it."""

    @property
    def ratio(self) -> float:
        """Ours to theirs."""
        return self.ours / self.theirs

    @property
    def reached(self) -> bool:
        """The bound is kept."""
        return self.ratio <= self.bound if self.at_most else self.ratio >= self.bound


def rates(
    works: dict[str, Work],
    *,
    elsewhere: Mapping[str, Callable[[], float]] = MappingProxyType({}),
    seconds: float = 1.0,
    rounds: int = 5,
) -> dict[str, float]:
    """Return for each work its best rate per second over several turns.

    Args:
        works: what is done over and over in this process.
        elsewhere: peers in a process of their own, which measure a turn themselves.
        seconds: length of a turn.
        rounds: how often everybody has a turn.
    """
    best = dict.fromkeys((*works, *elsewhere), 0.0)
    for work in works.values():
        work()  # warm: imports, caches and just-in-time decisions are nobody's daily rate
    for _ in range(rounds):
        for name, work in works.items():
            best[name] = max(best[name], _rate(work, seconds))
        for name, turn in elsewhere.items():
            best[name] = max(best[name], turn())
    return best


def _rate(work: Work, seconds: float) -> float:
    count = 0
    start = time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        work()
        count += 1
    return count / elapsed


def best_time(work: Work, rounds: int) -> float:
    """Return the shortest of several wall times in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def resident_megabytes() -> float:
    """Return the memory this process holds now, in MiB."""
    return _status("VmRSS")


def peak_megabytes() -> float:
    """Return the most memory this process has held since :func:`forget_peak`, in MiB."""
    return _status("VmHWM")


def forget_peak() -> None:
    """Begin to measure the peak anew (Linux)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _status(field: str) -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise LookupError(field)
