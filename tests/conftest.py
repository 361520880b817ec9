"""Fixtures every test may ask for, and the rule on skipping.

Where ``ESIGN_REQUIRE_ALL`` is set (in CI) a test may skip only for a reason listed in
``SKIPS_ALLOWED``: a part that silently did not run is a part that is not tested.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.corpus import corpus_folder

if TYPE_CHECKING:
    from tests.support.pki import PKI
    from tests.support.responders import Responders

SKIPS_ALLOWED = (
    r"runs on Windows only",
    r"runs on macOS only",
    r"no IPv6 on this machine",
    r"neither question nor data of this token are known",
    # The corpus is data of others and no part of the project; `.ci/run` says when it is absent.
    r"no corpus beside the checkout",
)
"""Reasons for which even CI may leave a test out."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Turn a skip without an allowed reason into a failure where everything is required."""
    report = yield
    if os.environ.get("ESIGN_REQUIRE_ALL") and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(re.search(allowed, reason) for allowed in SKIPS_ALLOWED):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: must not be skipped here: {reason}"
    return report


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees evidence that another one fetched, nor this machine's own cache."""
    folder = tmp_path_factory.getbasetemp()
    monkeypatch.setenv("ESIGN_CACHE", str(folder / f"cache-{next(_NUMBERS)}.sqlite"))


_NUMBERS = count()


@pytest.fixture(scope="session")
def pki() -> PKI:
    """The test PKI of ``fixtures/pki``, read through our own API."""
    from tests.support.pki import PKI

    return PKI()


@pytest.fixture(scope="session")
def responders() -> Iterator[Responders]:
    """OCSP responder, CRLs and issuers' certificates on loopback, dated now."""
    from tests.support.responders import Responders

    with Responders() as running:
        yield running


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of signed documents made by others; the test is skipped where it is absent."""
    folder = corpus_folder()
    if folder is None:
        pytest.skip("no corpus beside the checkout and ESIGN_CORPUS is not set")
    return folder
