"""How long the command line takes to say its version, and to verify one small file.

Every process finds byte code, as those of an installed program do; the first, slowest run
writes it into a folder of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from bench.measure import Row, Work, best_time
from fixtures import pki_files

ROUNDS = 15
PROGRAM = (sys.executable, "-c", "from esign.cli import main; main()")
"""What the installed script does."""


def rows() -> Iterator[Row]:
    """Yield the rows of starting up."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _rows({**os.environ, "PYTHONPYCACHEPREFIX": folder})


def _rows(environment: dict[str, str]) -> Iterator[Row]:
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    peer = _run(environment, sys.executable, "-c", "import cryptography.x509")
    vector = pki_files.HERE.parent / "vectors" / "cades" / "b" / "attached.p7m"
    crls = [str(pki_files.HERE / "crls" / f"{name}.crl") for name in ("issuing", "root")]
    verify = [
        *(*PROGRAM, "verify", str(vector), "--trust", str(pki_files.HERE / "roots"), "--offline"),
        *("--at", "2026-06-15T12:00:00Z", "--evidence", crls[0], "--evidence", crls[1]),
    ]
    theirs = best_time(peer, ROUNDS)
    for work, command, bound in (
        ("esign --version", [*PROGRAM, "--version"], 1.5),
        ("esign verify of a small CAdES", verify, 3.0),
    ):
        ours = best_time(_run(environment, *command), ROUNDS)
        theirs = min(theirs, best_time(peer, ROUNDS))
        yield Row(
            work=work,
            peer="import cryptography.x509",
            ours=ours,
            theirs=theirs,
            unit="s",
            bound=bound,
            at_most=True,
        )


def _run(environment: dict[str, str], *command: str) -> Work:
    def work() -> None:
        with tempfile.TemporaryFile() as output:
            subprocess.run(command, check=True, stdout=output, stderr=output, env=environment)

    return work
