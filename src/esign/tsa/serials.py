"""Serial numbers that no two tokens share: not after a restart, a crash, or a fork.

The file holds the highest number that may have been used. It is raised, and the raise is
on the disk, before a number is handed out; so what a killed process loses is numbers,
never uniqueness. Several processes may share one file.

A new file begins at a random place far from every other, so that a lost file repeats
nothing either.

Spec: RFC 3161 §2.4.2 (serialNumber), EN 319 421 §7.7.1
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from esign.errors import OutputError

BLOCK = 64
"""Numbers claimed with one write to the disk."""

_FORMAT = re.compile(r"([0-9]{1,48}) ([0-9T:.+-]{1,40}|-)\n")
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    last: int
    """The highest number that may have been used."""
    moment: datetime | None
    """The latest time given out in order."""


class SerialFile:
    """A counter in a file, shared by threads and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._block: Iterator[int] = iter(())
        self._owner = 0
        with self._lock, self._locked() as state:
            self._store(state)

    def next(self) -> int:
        """Return a number that was never returned before.

        Raises:
            OutputError: the file cannot be read, locked or written.
        """
        with self._lock:
            # A forked child must not go on with its parent's numbers.
            if self._owner != os.getpid():
                self._block, self._owner = iter(()), os.getpid()
            number = next(self._block, None)
            if number is None:
                self._block = iter(self._claim(BLOCK))
                number = next(self._block)
            return number

    def next_in_order(self, moment: datetime) -> tuple[int, datetime] | None:
        """Return a number and a time later than every time returned before.

        None when ``moment`` lies so far before the last one (over a second) that the
        clock must have been set back: then there is no time to be given out.
        """
        with self._lock, self._locked() as state:
            if state.moment is not None and moment <= state.moment:
                if state.moment - moment > timedelta(seconds=1):
                    return None
                moment = state.moment + _TICK
            number = state.last + 1
            self._store(_State(last=number, moment=moment))
            return number, moment

    def _claim(self, count: int) -> range:
        with self._locked() as state:
            self._store(_State(last=state.last + count, moment=state.moment))
            return range(state.last + 1, state.last + count + 1)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[_State]:
        """Hold the lock between processes and yield what the file says."""
        try:
            # The lock has its own file: the other is replaced with every change.
            with self._beside(".lock").open("a+b") as lock:
                _lock_file(lock.fileno())
                try:
                    yield self._load()
                finally:
                    _unlock_file(lock.fileno())
        except OSError as error:
            raise OutputError(
                "The serial number file {path} cannot be used: {reason}.",
                path=self._path,
                reason=error.strerror or error,
            ) from error

    def _load(self) -> _State:
        try:
            text = self._path.read_text("ascii", errors="replace")
        except FileNotFoundError:
            return _State(last=secrets.randbits(60) + 1 << 64, moment=None)
        state = _read_state(text)
        if state is None:
            raise OutputError(
                "{path} is no serial number file; it will not be overwritten. Name another "
                "file, or remove this one to begin a new series.",
                path=self._path,
            )
        return state

    def _store(self, state: _State) -> None:
        """Replace the file; afterwards its new content is on the disk."""
        moment = "-" if state.moment is None else state.moment.isoformat()
        fresh = self._beside(".new")
        with fresh.open("wb") as file:
            file.write(f"{state.last} {moment}\n".encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        _sync_directory(self._path.parent)

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(self._path.name + suffix)

    def __repr__(self) -> str:
        return f"SerialFile({str(self._path)!r})"


def _read_state(text: str) -> _State | None:
    match = _FORMAT.fullmatch(text)
    if match is None:
        return None
    if match[2] == "-":
        return _State(last=int(match[1]), moment=None)
    try:
        moment = datetime.fromisoformat(match[2])
    except ValueError:
        return None
    return _State(last=int(match[1]), moment=moment) if moment.tzinfo else None


if sys.platform == "win32":
    import msvcrt

    def _lock_file(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _unlock_file(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

    def _sync_directory(directory: Path) -> None:
        """Windows orders the rename itself; a directory cannot be opened there."""

else:
    import fcntl

    def _lock_file(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _unlock_file(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _sync_directory(directory: Path) -> None:
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
