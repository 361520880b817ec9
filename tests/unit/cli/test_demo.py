"""``esign demo`` from the command line."""

from __future__ import annotations

from pathlib import Path

from esign.demo.run import COMMANDS
from tests.support.shell import shell


def test_the_demonstration_ends_well_and_its_commands_work(tmp_path: Path) -> None:
    """Every verdict is the expected one; what it tells visitors to type does what it says."""
    directory = tmp_path / "demo"
    result = shell("demo", "--directory", directory)
    assert result.code == 0
    assert "THIS IS NOT WHAT MUST COME OUT" not in result.out
    codes = []
    for command in COMMANDS:
        typed = command.format(d=directory)
        assert f"esign {typed}" in result.out
        codes.append(shell(*typed.split()).code)
    assert codes == [0, 0, 11, 0]
