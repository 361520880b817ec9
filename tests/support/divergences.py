"""The written-down differences between us and the makers of other people's files."""

from __future__ import annotations

import tomllib
from functools import cache

from tests.support.paths import FIXTURES


@cache
def divergences(form: str) -> dict[str, dict[str, str]]:
    """Return the entries of ``fixtures/divergences.toml`` about one form, by the file's id."""
    return {entry["id"]: entry for entry in listed() if entry["form"] == form}


@cache
def listed() -> tuple[dict[str, str], ...]:
    """Return every entry, in the order of the file."""
    text = (FIXTURES / "divergences.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["divergence"])
