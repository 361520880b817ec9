"""Where we and the makers of a file differ, it is written down once, about a file that exists.

That each divergence is still there is tested beside the other files of its form: one that has
vanished fails (``test_cades_corpus``, ``test_pades_corpus``, ``test_xades_corpus``).
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.divergences import listed
from tests.support.paths import ROOT

INDEXES = ("ades", "attacks", "cms", "timestamps", "revocation", "xmldsig")


@pytest.mark.parametrize("entry", listed(), ids=lambda entry: entry["id"])
def test_entry_says_what_differs_and_why(entry: dict[str, str]) -> None:
    """Ours, theirs and a reason in a sentence are there, and ours is not theirs."""
    assert set(entry) >= {"form", "id", "ours", "theirs", "reason"}
    assert entry["ours"] != entry["theirs"]
    reason = entry["reason"].strip()
    assert len(reason) > 30
    assert reason.endswith(".")


def test_no_file_is_listed_twice() -> None:
    """One file, one divergence."""
    counted = Counter(entry["id"] for entry in listed())
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
        for entry in listed()
        if entry["id"].partition("|")[0].partition("#")[0] not in known
    ]
    assert strangers == []


def _names(entry: dict[str, Any]) -> set[str]:
    """Return what an entry is called: its id or its path."""
    return {
        str(entry.get("id", "")).partition("|")[0].partition("#")[0],
        str(entry.get("file", "")),
    }


@pytest.mark.parametrize("form", sorted({entry["form"] for entry in listed()}))
def test_each_form_has_the_test_that_notices_a_vanished_divergence(form: str) -> None:
    """The test that fails when a divergence vanishes exists for each form."""
    text = (ROOT / "tests" / "corpus" / f"test_{form}_corpus.py").read_text(encoding="utf-8")
    assert f'divergences("{form}")' in text
    assert "vanished" in text
