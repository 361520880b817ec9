"""The command line: ``esign sign | verify | timestamp | inspect | demo | tsa serve``.

Every command is a thin face over the public API. Exit codes are in :mod:`.outcome`.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with the code of its outcome."""
    # Importing makes many objects and no garbage; a short process need not look for any.
    gc.set_threshold(50_000, 50, 50)
    from esign.cli.entry import leave

    try:
        leave(arguments)
    finally:
        # Nor does it tidy up what goes with it; exit handlers and finalisers run all the same.
        gc.freeze()
