"""The entry point: every way to end has its own code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import esign
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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize("arguments", ["verify {0} --offline --json", "verify {0} --offline"])
def test_a_verdict_that_cannot_be_written_is_none(tmp_path, pki, arguments) -> None:
    """On a full disk the code is neither a verdict's nor that of a fault of ours."""
    signed = tmp_path / "signed.p7m"
    esign.sign(b"content", signer=pki.signer(), at=pki.now).write(signed)
    command = f"{ESIGN} {arguments.format(signed)} > /dev/full"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.NOT_MADE
    assert "No space left" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="file names are Unicode here")
def test_a_file_name_that_is_no_text(tmp_path, pki) -> None:
    """JSON stays UTF-8 and names the file; a verdict is given."""
    signed = os.fsencode(tmp_path) + b"/bad\xe9.p7m"
    esign.sign(b"content", signer=pki.signer(), at=pki.now).write(os.fsdecode(signed))
    command = [sys.executable, "-c", "from esign.cli import main; main()"]
    told = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    for option in ("--json", "--details"):
        done = subprocess.run(
            [*command, "verify", signed, "--offline", option],
            capture_output=True,
            env=told,
            check=False,
        )
        assert done.returncode == ExitCode.INDETERMINATE, done.stderr
        if option == "--json":
            assert json.loads(done.stdout.decode())["file"] == os.fsdecode(signed)
