"""What the code quotes: which document, which clause, where."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.support.paths import ROOT

STANDARDS = ROOT / "docs" / "standards.toml"

_LOOKS_LIKE_A_DOCUMENT = (
    r"RFC \d+|(?:EN|TS|TR|SR) \d{3} \d{3}(?:-\d)?|ISO(?:/IEC)? \d+(?:-\d+)?|X\.\d{3}|"
    r"FIPS \d+(?:-\d)?|SP 800-\w+|TR-\d{5}"
)
_CLAUSE = r"(?:§|Annex )([0-9A-Z]+(?:\.[0-9]+)*)(?! of)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One clause of one document, named in one place; without a clause the document alone."""

    document: str
    clause: str
    file: str
    line: int


@cache
def documents() -> Mapping[str, Mapping[str, Any]]:
    """Return the pinned documents by their name."""
    content = tomllib.loads(STANDARDS.read_text(encoding="utf-8"))
    return {entry["id"]: entry for entry in content["document"]}


def citations(folder: str = "src/esign") -> Iterator[Citation]:
    """Yield everything that the Python files below a folder quote."""
    known = "|".join(re.escape(name) for name in sorted(documents(), key=len, reverse=True))
    pattern = re.compile(
        rf"\b({known}|{_LOOKS_LIKE_A_DOCUMENT})(?![\w-])((?:,? ?(?:and )?{_CLAUSE})*)"
    )
    for path in sorted((ROOT / folder).rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for name, clauses in (match.group(1, 2) for match in pattern.finditer(line)):
                for clause in re.findall(_CLAUSE, clauses) or [""]:
                    file = str(path.relative_to(ROOT))
                    yield Citation(document=name, clause=clause, file=file, line=number)


def has_clause(document: str, clause: str) -> bool:
    """Return whether the document's table of contents has this clause."""
    contents: Mapping[str, int] | None = documents()[document].get("contents")
    if contents is None or not clause:
        return True
    parts = clause.split(".")
    if parts[0].isalpha():
        return parts[0] in contents and _within(contents, parts[0], parts[1:])
    return _within(contents, "", parts)


def _within(contents: Mapping[str, int], parent: str, parts: list[str]) -> bool:
    for part in parts:
        bound = contents.get(parent, 0)
        if not part.isdigit() or (bound >= 0 and not 1 <= int(part) <= bound):
            return False
        if bound < 0:
            return True
        parent = f"{parent}.{part}" if parent else part
    return True
