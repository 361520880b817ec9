"""Trust stores made by Java's own tool."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

PASSWORD = "changeit"


def java_store(path: Path, kind: str, certificates: Mapping[str, Path]) -> Path:
    """Return a store of the kind (JKS, PKCS12, JCEKS) with these trusted certificates."""
    for alias, certificate in certificates.items():
        run(
            "-importcert", "-noprompt", "-alias", alias, "-file", str(certificate),
            "-keystore", str(path), "-storetype", kind, "-storepass", PASSWORD,
        )  # fmt: skip
    return path


def run(*arguments: str) -> None:
    """Run keytool, or skip the test where there is no Java."""
    tool = shutil.which("keytool")
    if tool is None:
        pytest.skip("keytool (Java) is not installed")
    subprocess.run([tool, *arguments], check=True, capture_output=True, timeout=120)
