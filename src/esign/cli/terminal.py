"""What depends on where the streams lead: progress bars on terminals, JSON anywhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import click

from esign.reports.printing import harmless


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


def print_json(content: Mapping[str, object], *, one_line: bool) -> None:
    """Write JSON to standard output, in UTF-8 whatever encoding the terminal has.

    A file name that is no UTF-8 comes as the escapes that JSON has for its octets.
    """
    text = json.dumps(content, ensure_ascii=False, indent=None if one_line else 2) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def tell_error(path: str, sentence: str) -> None:
    """Write why a file was not judged or made to standard error, naming the file once."""
    known = sentence.startswith(path) or not path
    told = sentence if known else f"{path}: {sentence}"
    click.echo(f"esign: {harmless(told)}", err=True)


def source_of(path: str) -> Path | BinaryIO:
    """Return what to read for a FILE argument: the path, or standard input for ``-``."""
    return sys.stdin.buffer if path == "-" else Path(path)
