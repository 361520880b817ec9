"""The tutorial holds: each of its commands runs, in order, with the outcome it tells."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import esign
from tests.support.markdown import python_blocks, shell_commands
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "tutorial" / "first-signature.md"

OUTCOMES = {
    "esign sign application.txt": (0, "application.p7m"),
    "esign inspect application.p7m": (0, "CAdES"),
    "esign verify application.p7m": (10, "INDETERMINATE"),
    "esign verify changed.p7m": (11, "HASH_FAILURE"),
}
"""Beginning of a command → exit code and a word of what it prints."""


def test_commands_run_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the demonstration to the changed letter, everything comes out as told."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "ESIGN_LANGUAGE": "en",
    }
    told = []
    for command in shell_commands(PAGE):
        if not command or command.startswith("export PATH"):
            continue
        line = command.replace("make demo", "esign demo")
        run = subprocess.run(
            ["bash", "-c", line],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        code, word = next(
            (outcome for start, outcome in OUTCOMES.items() if command.startswith(start)), (0, "")
        )
        told += [start for start in OUTCOMES if command.startswith(start)]
        assert run.returncode == code, f"{command}\n{run.stdout}{run.stderr}"
        assert word in run.stdout, f"{command}\n{run.stdout}{run.stderr}"
    assert told == list(OUTCOMES)
    monkeypatch.chdir(tmp_path)
    (example,) = python_blocks(PAGE)
    exec(compile(example, str(PAGE), "exec"), {"__name__": "tutorial"})


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.stem)
def test_examples_are_python(page: Path) -> None:
    """Every Python example in the documentation compiles, and names only what esign offers."""
    if "reference" in page.parts:
        return  # signatures, generated from the code itself
    for example in python_blocks(page):
        tree = ast.parse(example)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "esign":
                assert hasattr(esign, node.attr), f"esign.{node.attr}"
