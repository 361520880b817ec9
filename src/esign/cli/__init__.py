"""The command line: ``esign sign | verify | timestamp | inspect | demo | tsa serve``.

Every command is a thin face over the public API. Exit codes are in :mod:`.outcome`.
"""

from __future__ import annotations

from esign.cli.main import main

__all__ = ["main"]
