"""Where signed documents made by other implementations lie, if they are here."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.paths import ROOT


def corpus_folder() -> Path | None:
    """Return the folder named by ESIGN_CORPUS or beside the checkout, or None."""
    named = os.environ.get("ESIGN_CORPUS")
    folder = Path(named) if named else ROOT.parent / "shared" / "corpus"
    return folder if folder.is_dir() else None
