"""The way to the network is built on demand."""

from __future__ import annotations

import subprocess
import sys

from esign.api.online import online_source


def test_a_source_takes_the_allowed_hosts() -> None:
    """It is an evidence source over HTTP."""
    assert hasattr(online_source(["127.0.0.1"]), "fetch")


def test_verifying_offline_loads_no_network_library() -> None:
    """Importing the verifier costs nobody an HTTP library, lxml or the PDF code."""
    script = (
        "import sys, esign; esign.verify; esign.TrustStore; esign.Policy;"
        "heavy = {'httpcore', 'h11', 'anyio', 'lxml', 'pyhanko', 'click', 'rich'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
