"""Exit codes cannot be confused, and the worst one wins."""

from __future__ import annotations

import inspect

import pytest

from esign import errors
from esign.cli.outcome import ExitCode, code_of, worst


@pytest.mark.parametrize(
    ("codes", "winner"),
    [
        ([], ExitCode.PASSED),
        ([ExitCode.PASSED, ExitCode.INDETERMINATE], ExitCode.INDETERMINATE),
        ([ExitCode.FAILED, ExitCode.INDETERMINATE], ExitCode.FAILED),
        ([ExitCode.FAILED, ExitCode.INPUT], ExitCode.INPUT),
        ([ExitCode.NO_SIGNATURE, ExitCode.INDETERMINATE], ExitCode.NO_SIGNATURE),
        ([ExitCode.INTERNAL, ExitCode.USAGE], ExitCode.INTERNAL),
    ],
)
def test_errors_win_over_verdicts_and_the_worst_verdict_wins(codes, winner) -> None:
    """Of several files the most serious outcome is the process's."""
    assert worst(codes) is winner


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.UsageError, ExitCode.USAGE),
        (errors.UnsupportedAlgorithmError, ExitCode.USAGE),
        (errors.MalformedPDFError, ExitCode.INPUT),
        (errors.LimitExceededError, ExitCode.INPUT),
        (errors.WrongPasswordError, ExitCode.KEY),
        (errors.TSARejectedError, ExitCode.NETWORK),
        (errors.DeadlineExceededError, ExitCode.NETWORK),
        (errors.LevelUnreachableError, ExitCode.NOT_MADE),
        (errors.OutputError, ExitCode.NOT_MADE),
    ],
)
def test_each_kind_of_error_has_its_code(kind, code) -> None:
    """Who is at fault decides."""
    assert code_of(kind("x")) is code


def test_no_error_is_ever_a_success_or_a_verdict() -> None:
    """Whatever is raised on purpose ends with an accident's code."""
    kinds = [
        each
        for _, each in inspect.getmembers(errors, inspect.isclass)
        if issubclass(each, errors.EsignError)
    ]
    verdicts = {ExitCode.PASSED, ExitCode.INDETERMINATE, ExitCode.FAILED, ExitCode.NO_SIGNATURE}
    assert not {code_of(kind("x")) for kind in kinds} & verdicts
