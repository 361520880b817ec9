"""Time is an argument: the clock is read where the caller left it out, and nowhere else.

Spec: EN 319 102-1 §5.1.4.1 (the validation time is an input)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import Module, modules, place

CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now",
    "datetime.datetime.utcnow", "datetime.date.today", "time.time", "time.time_ns", "time.gmtime",
    "time.localtime",
}  # fmt: skip

MAY_READ_IT = {
    "api": "the default of `at=`",
    "aio": "the default of `at=`, awaited",
    "service": "a time-stamping authority is a clock",
    "demo": "makes its own PKI at run time",
}
"""Rooms that may look at the clock, with the reason."""


def test_only_faces_read_the_clock() -> None:
    """Below the public API nobody asks what time it is."""
    strays = [
        f"{place(module, node.lineno)} {name}"
        for module in modules()
        if module.room not in MAY_READ_IT
        for node, name in _clock_reads(module)
    ]
    assert not strays, "\n".join(strays)


def test_api_reads_the_clock_once() -> None:
    """In the public API one function gives the default of every `at=`."""
    reads = [
        f"{place(module, node.lineno)} {name}"
        for module in modules()
        if module.room in {"api", "aio", "esign"}
        for node, name in _clock_reads(module)
    ]
    assert len(reads) <= 1, "\n".join(reads)


def _clock_reads(module: Module) -> Iterator[tuple[ast.Attribute, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS:
            yield node, ast.unparse(node)
