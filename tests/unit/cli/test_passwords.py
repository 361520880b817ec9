"""A password comes from where it was said, and only when it is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from esign.cli.passwords import password_source
from esign.errors import InputUnreadableError, UsageError


def test_the_first_line_of_the_file_counts(tmp_path: Path) -> None:
    """A final line break is no part of the password; blanks are."""
    file = tmp_path / "p"
    file.write_text(" se sam \nsecond\n", "utf-8")
    assert password_source("k", str(file), None)() == " se sam "
    file.write_bytes(b"")
    assert password_source("k", str(file), None)() == ""


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    """The path is named, never the content."""
    file = tmp_path / "p"
    file.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(InputUnreadableError, match="UTF-8"):
        password_source("k", str(file), None)()


def test_the_variable_is_looked_up_at_once(monkeypatch) -> None:
    """A variable that is not set is a mistake of the caller, known before anything is done."""
    monkeypatch.setenv("SECRET", "sesam")
    assert password_source("k", None, "SECRET")() == "sesam"
    monkeypatch.delenv("SECRET")
    with pytest.raises(UsageError):
        password_source("k", None, "SECRET")


def test_two_places_are_one_too_many() -> None:
    """It would not be clear which counts."""
    with pytest.raises(UsageError):
        password_source("k", "file", "SECRET")


def test_without_a_terminal_nobody_is_asked() -> None:
    """A script gets an error that names the options, instead of hanging."""
    from tests.support.shell import shell  # replaces standard input by a pipe

    assert shell("--version").code == 0
    with pytest.raises(UsageError, match="--password-file"):
        password_source("k", None, None)()
