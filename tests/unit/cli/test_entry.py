"""The entry point: every way to end has its own code."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from esign.cli import entry
from esign.cli.outcome import ExitCode
from esign.version import __version__
from tests.support.shell import shell

ESIGN = f"{sys.executable} -c 'from esign.cli import main; main()'"


def test_the_version_is_told() -> None:
    """And the code is that of success."""
    result = shell("--version")
    assert (result.code, __version__ in result.out) == (0, True)


def test_help_lists_every_command() -> None:
    """Each with a sentence; the exit codes stand below."""
    result = shell("--help")
    for command in ("sign", "verify", "timestamp", "inspect", "demo", "tsa"):
        assert command in result.out
    assert "70 internal error" in " ".join(result.out.split())


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("sign",), ("verify", "--no-such-option"), ("verify",)]
)
def test_mistakes_of_usage_are_code_2(arguments) -> None:
    """Unknown commands and options, and missing arguments."""
    result = shell(*arguments)
    assert result.code == ExitCode.USAGE
    assert result.err


def test_a_crash_has_its_own_code(monkeypatch) -> None:
    """Nobody takes it for a verdict, and the reader learns how to report it."""

    def crash(**_given: object) -> int:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(entry.cli, "main", crash)
    result = shell("verify", "x")
    assert result.code == ExitCode.INTERNAL
    assert "ESIGN_DEBUG" in result.err
    assert "secret inside" not in result.err


def test_an_interrupted_run_is_told(monkeypatch) -> None:
    """Ctrl-C is 130, as shells expect."""

    def interrupt(**_given: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(entry.cli, "main", interrupt)
    assert shell("verify", "x").code == ExitCode.INTERRUPTED


@pytest.mark.skipif(sys.platform == "win32", reason="runs on Windows only")
def test_a_reader_that_goes_away_is_no_crash(desk) -> None:
    """``esign inspect … | head`` ends quietly."""
    shell("sign", desk / "note.txt", *desk.key)
    run = subprocess.run(
        f"{ESIGN} inspect {desk / 'note.txt.p7m'} | true",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        env=os.environ,
    )
    assert "Traceback" not in run.stderr
    assert "internal error" not in run.stderr
