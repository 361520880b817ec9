"""Exit codes, and which one wins when several files end differently.

Codes for verdicts (10 to 13) never coincide with codes for accidents (2 to 6, 70) or for
a process that was killed (above 128), so a script cannot take a crash for a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from esign.errors import (
    CreationError,
    DeadlineExceededError,
    EsignError,
    InputError,
    KeyAccessError,
    NetworkError,
    OutputError,
    UnsupportedAlgorithmError,
    UsageError,
)


class ExitCode(IntEnum):
    """What the process says to the shell."""

    PASSED = 0
    """Every file has at least one signature, all are TOTAL_PASSED and cover all of it."""
    USAGE = 2
    INPUT = 3
    KEY = 4
    NETWORK = 5
    NOT_MADE = 6
    """A signature could not be made or its file could not be written."""
    INDETERMINATE = 10
    FAILED = 11
    NO_SIGNATURE = 12
    PARTIAL = 13
    """All are TOTAL_PASSED, but one covers less of its document than was asked for."""
    INTERNAL = 70
    INTERRUPTED = 130


_WORST_FIRST = (
    ExitCode.INTERNAL,
    ExitCode.USAGE,
    ExitCode.INPUT,
    ExitCode.KEY,
    ExitCode.NETWORK,
    ExitCode.NOT_MADE,
    ExitCode.FAILED,
    ExitCode.NO_SIGNATURE,
    ExitCode.INDETERMINATE,
    ExitCode.PARTIAL,
    ExitCode.PASSED,
)

_BY_ERROR: tuple[tuple[type[EsignError], ExitCode], ...] = (
    (UsageError, ExitCode.USAGE),
    (UnsupportedAlgorithmError, ExitCode.USAGE),
    (InputError, ExitCode.INPUT),
    (KeyAccessError, ExitCode.KEY),
    (NetworkError, ExitCode.NETWORK),
    (DeadlineExceededError, ExitCode.NETWORK),
    (OutputError, ExitCode.NOT_MADE),
    (CreationError, ExitCode.NOT_MADE),
)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the code that wins: errors over verdicts, then the worst verdict."""
    return min(codes, key=_WORST_FIRST.index, default=ExitCode.PASSED)


def code_of(error: EsignError) -> ExitCode:
    """Return the exit code that belongs to an error."""
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), ExitCode.NOT_MADE)
