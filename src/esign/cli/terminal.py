"""What depends on there being a terminal: progress bars and whether to colour."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import click


def with_progress(paths: Iterable[str], label: str) -> Iterator[str]:
    """Yield the paths, with a progress bar on a terminal when there are several."""
    items = list(paths)
    if len(items) < 2 or not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(
        items, label=label, file=sys.stderr, item_show_func=lambda item: item or ""
    ) as bar:
        yield from bar


def source_of(path: str) -> Path | BinaryIO:
    """Return what to read for a FILE argument: the path, or standard input for ``-``."""
    return sys.stdin.buffer if path == "-" else Path(path)
