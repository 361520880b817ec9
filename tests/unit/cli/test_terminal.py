"""Progress only where somebody watches."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from esign.cli.terminal import source_of, with_progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_for_several_files_on_a_terminal(monkeypatch) -> None:
    """None for one file, none in a pipe; the items are the same."""
    items = ["a", "b", "c"]
    screen = _Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    assert list(with_progress(items, "Verifying")) == items
    assert "Verifying" in screen.getvalue()
    for stream, given in ((io.StringIO(), items), (_Terminal(), ["a"])):
        monkeypatch.setattr(sys, "stderr", stream)
        assert list(with_progress(given, "Verifying")) == given
        assert stream.getvalue() == ""


def test_a_dash_is_standard_input() -> None:
    """Everything else is a path."""
    assert source_of("-") is sys.stdin.buffer
    assert source_of("a") == Path("a")
