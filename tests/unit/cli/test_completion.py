"""Shells learn the commands."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support.shell import shell


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(name) -> None:
    """It calls back with the variable click expects."""
    result = shell("completion", name)
    assert result.code == 0
    assert "_ESIGN_COMPLETE" in result.out


def test_the_callback_completes_commands() -> None:
    """What the script asks for is answered."""
    environment = os.environ | {
        "_ESIGN_COMPLETE": "bash_complete",
        "COMP_WORDS": "esign ver",
        "COMP_CWORD": "1",
    }
    run = subprocess.run(
        [sys.executable, "-c", "from esign.cli import main; main()"],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert "verify" in run.stdout
