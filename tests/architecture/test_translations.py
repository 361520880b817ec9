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
ALSO_TOLD = ("api/qualifying.py", "cli/trust.py", "cli/trust_lines.py", "cli/options.py")
"""Single modules of other rooms whose sentences are read in the reader's language."""
PLACES = {"Message": 0, "problem": 4, "refuse": 2, "_add": 4}
"""Who takes a template, and as which argument."""
NOT_IN_REPORTS = {"inspection.py"}


def sentences() -> Iterator[str]:
    """Yield the template of every ``Message(...)`` in the modules that make reports."""
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found = _template(node, path.parent.name)
            if isinstance(found, ast.Constant):
                yield str(found.value)


def _modules() -> Iterator[Path]:
    for room in REPORTED:
        yield from (e for e in sorted((SOURCE / room).glob("*.py")) if e.name not in NOT_IN_REPORTS)
    yield from (SOURCE / each for each in ALSO_TOLD)


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


@pytest.mark.parametrize("place", ALSO_TOLD)
def test_modules_told_alone_have_sentences(place: str) -> None:
    """A module that was moved or says nothing any more does not pass for translated."""
    text = (SOURCE / place).read_text("utf-8")
    found = [_template(node, "cli") for node in ast.walk(ast.parse(text))]
    assert any(isinstance(each, ast.Constant) for each in found)
