"""The command line in this process: arguments in, exit code and output out.

result = shell("verify", path, "--trust", roots)
assert (result.code, result.out) == ...
"""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from esign.cli.entry import run


@dataclass(frozen=True, slots=True)
class Shell:
    """What one run left behind."""

    code: int
    octets: bytes
    err: str

    @property
    def out(self) -> str:
        """Standard output as text."""
        return self.octets.decode()


def shell(*arguments: str | Path, stdin: bytes = b"") -> Shell:
    """Run ``esign`` with the arguments; standard input is a pipe."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    source = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    with (
        mock.patch.object(sys, "stdin", source),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = run([str(each) for each in arguments])
    return Shell(code, out.buffer.getvalue(), err.buffer.getvalue().decode())
