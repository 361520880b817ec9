"""Every check the judge makes has a title."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import esign.validation
from esign.messages import Message
from esign.reports.titles import BLOCKS, CHECKS, OUTCOMES, title_of
from esign.validation.checks import Block, Check, Outcome

FOLDER = Path(esign.validation.__file__).parent


def names_of_checks() -> Iterator[str]:
    """Yield the first argument of every ``Check(...)`` constant in the source."""
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Check"
                and isinstance(node.args[0], ast.Constant)
            ):
                yield str(node.args[0].value)


def test_every_check_has_a_title() -> None:
    """No check of the judge is shown under a bare code, and no title is left over."""
    assert set(names_of_checks()) == set(CHECKS)


def test_blocks_and_outcomes_have_words() -> None:
    """Every block and outcome can be told."""
    assert set(BLOCKS) == set(Block)
    assert set(OUTCOMES) == set(Outcome)


def test_a_formats_own_finding_is_named() -> None:
    """A finding without a title keeps its code, and braces in it do no harm."""
    check = Check("odd{code}", Block.FORMAT_CHECKING, "RFC 5652 §5.3")
    assert title_of(check) == Message("oddcode")
