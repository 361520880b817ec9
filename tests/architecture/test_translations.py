"""Every sentence a report may hold is in the catalogue, with its values."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from string import Formatter

import pytest

import esign
from esign.messages import languages

SOURCE = Path(esign.__file__).parent
REPORTED = ("pki", "validation", "reports", "trustlists")
PLACES = {"Message": 0, "problem": 4, "refuse": 2, "_add": 4}
"""Who takes a template, and as which argument."""
NOT_IN_REPORTS = {"inspection.py"}


def sentences() -> Iterator[str]:
    """Yield the template of every ``Message(...)`` in the rooms that make reports."""
    for room in REPORTED:
        for path in sorted((SOURCE / room).glob("*.py")):
            if path.name in NOT_IN_REPORTS:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                found = _template(node, room)
                if isinstance(found, ast.Constant):
                    yield str(found.value)


def _template(node: ast.AST, room: str) -> ast.AST | None:
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "template":
        return node.value
    if not isinstance(node, ast.Call):
        return None
    name = ast.unparse(node.func).rpartition(".")[2]
    place = PLACES.get(name) if name == "Message" or room == "pki" else None
    return None if place is None or len(node.args) <= place else node.args[place]


def placeholders(template: str) -> list[str]:
    """Return the named values of a template, sorted."""
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name)


def words(template: str) -> str:
    """Return the letters of a template outside its values."""
    return "".join(c for text, *_ in Formatter().parse(template) for c in text if c.isalpha())


def catalogue(language: str) -> dict[str, str]:
    """Return the entries of one language."""
    text = (resources.files("esign.messages") / "locale" / f"{language}.toml").read_text("utf-8")
    entries: dict[str, str] = tomllib.loads(text)["messages"]
    return entries


@pytest.mark.parametrize("language", [each for each in languages() if each != "en"])
def test_every_sentence_is_translated(language: str) -> None:
    """No report sentence stays English for want of an entry."""
    entries = catalogue(language)
    missing = sorted({each for each in sentences() if words(each) and each not in entries})
    assert missing == []


@pytest.mark.parametrize("language", [each for each in languages() if each != "en"])
def test_translations_keep_their_values(language: str) -> None:
    """A translation names exactly the values of its template."""
    for template, translation in catalogue(language).items():
        assert placeholders(translation) == placeholders(template), template
