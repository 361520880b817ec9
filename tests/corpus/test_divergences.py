"""Where we and the makers of a file differ, it is written down once, about a file that exists.

That each divergence is still there is tested beside the other files of its form: one that has
vanished fails (``test_cades_corpus``, ``test_pades_corpus``, ``test_xades_corpus``).
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import FIXTURES, ROOT

FOLDER = FIXTURES / "divergences"
INDEXES = ("ades", "attacks", "cms", "timestamps", "revocation", "xmldsig")


def _listed() -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.stem, entry)
        for path in sorted(FOLDER.glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["divergence"]
    ]


@pytest.mark.parametrize(("form", "entry"), _listed(), ids=lambda value: str(value)[:40])
def test_entry_says_what_differs_and_why(form: str, entry: dict[str, Any]) -> None:
    """Ours, theirs and a reason in a sentence are there, and ours is not theirs."""
    assert set(entry) >= {"id", "ours", "theirs", "reason"}
    assert entry["ours"] != entry["theirs"]
    reason = entry["reason"].strip()
    assert len(reason) > 30
    assert reason.endswith(".")


def test_no_file_is_listed_twice() -> None:
    """One file, one divergence."""
    counted = Counter(entry["id"] for _, entry in _listed())
    assert [name for name, times in counted.items() if times > 1] == []


def test_listed_files_exist(corpus: Path) -> None:
    """Each divergence is about a file of the corpus."""
    known = {
        name
        for folder in INDEXES
        for line in (corpus / folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
        for name in _names(json.loads(line))
    }
    strangers = [
        entry["id"]
        for _, entry in _listed()
        if entry["id"].partition("|")[0].partition("#")[0] not in known
    ]
    assert strangers == []


def _names(entry: dict[str, Any]) -> set[str]:
    """Return what an entry is called: its id or its path."""
    return {
        str(entry.get("id", "")).partition("|")[0].partition("#")[0],
        str(entry.get("file", "")),
    }


def test_each_list_is_read_by_the_test_of_its_form() -> None:
    """The test that fails when a divergence vanishes exists for each list."""
    for path in FOLDER.glob("*.toml"):
        test = ROOT / "tests" / "corpus" / f"test_{path.stem}_corpus.py"
        text = test.read_text(encoding="utf-8")
        assert f'"{path.name}"' in text
        assert "vanished" in text
