"""Where a key's password comes from: a prompt, a file or a variable; never an argument."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from esign.errors import InputUnreadableError, UsageError


def password_source(key: str, file: str | None, variable: str | None) -> Callable[[], str]:
    """Return a function that gets the password when, and only if, the key needs one.

    Raises:
        UsageError: both a file and a variable were named, or the variable is not set.
    """
    if file and variable:
        raise UsageError("Give --password-file or --password-env, not both.")
    if file:
        return lambda: _first_line(file)
    if variable:
        if variable not in os.environ:
            raise UsageError("The variable {name} is not set.", name=variable)
        return lambda: os.environ[variable]
    return lambda: _ask(key)


def _first_line(file: str) -> str:
    try:
        return (Path(file).read_text("utf-8").splitlines() or [""])[0]
    except (OSError, UnicodeDecodeError) as error:
        raise InputUnreadableError(
            "The password file {path} cannot be read as UTF-8 text.", path=file
        ) from error


def _ask(key: str) -> str:
    if not sys.stdin.isatty():
        raise UsageError(
            "{key} needs a password and there is no terminal to ask on: use --password-file or "
            "--password-env.",
            key=key,
        )
    answer = click.prompt(f"Password for {key}", hide_input=True, err=True)
    return str(answer)
