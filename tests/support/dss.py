"""EU DSS as a second opinion: one Java process judges many files.

verdicts = judge([Job(file=path, at=time, evidence=paths)], trust=folder)
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT

PROGRAM = ROOT / "tests" / "interop" / "dss"
POLICY = PROGRAM / "policy.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file to be judged."""

    file: Path
    at: datetime
    evidence: Sequence[Path] = ()
    detached: Sequence[Path] = ()

    def line(self) -> str:
        """Return the job as the program reads it."""
        fields = [
            str(self.file.resolve()),
            self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            ";".join(str(path) for path in self.evidence) or "-",
            *(str(path.resolve()) for path in self.detached),
        ]
        return "\t".join(fields) + "\n"


def missing() -> str | None:
    """Return why DSS cannot be asked here, or None."""
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    return None


@cache
def classpath() -> str:
    """Return the classpath of the built program, building it once."""
    subprocess.run(
        ["mvn", "-q", "-B", "-f", str(PROGRAM / "pom.xml"), "package"],
        check=True,
        capture_output=True,
        text=True,
    )
    return f"{PROGRAM / 'target' / 'verdicts.jar'}:{PROGRAM / 'target' / 'lib'}/*"


def judge(jobs: Sequence[Job], *, trust: Path, options: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return DSS's answers, one for each job in order."""
    command = ["java", "-cp", classpath(), "verdicts.Verdicts", "--policy", str(POLICY)]
    run = subprocess.run(
        [*command, "--trust", str(trust), *options],
        input="".join(job.line() for job in jobs),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(jobs), run.stderr
    return answers


def rate_in(output: str) -> float:
    """Return the rate that the program printed for one file in its bench mode."""
    answer = json.loads(output)
    assert "error" not in answer, answer
    rate: float = answer["per_second"]
    return rate
