"""The translations: one TOML file a language, beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_LOCALE = Path(__file__).with_name("locale")


def translated_languages() -> tuple[str, ...]:
    """Return the ISO 639-1 codes of the languages there is a file for."""
    return tuple(sorted(path.stem for path in _LOCALE.glob("*.toml")))


@lru_cache(maxsize=8)
def catalogue(language: str) -> Mapping[str, str]:
    """Return template to translation; empty for a language without a file."""
    if language not in translated_languages():
        return {}
    entries = tomllib.loads((_LOCALE / f"{language}.toml").read_text("utf-8"))["messages"]
    return {str(key): str(value) for key, value in entries.items()}
