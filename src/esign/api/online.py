"""The way to the network, paid for only by calls that go there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from esign.ades.evidence import Evidence, Want
from esign.ades.ports import EvidenceSource
from esign.errors import UsageError
from esign.limits import Budget
from esign.net.cache import EvidenceCache, Recollection

CacheLike = EvidenceCache | str | os.PathLike[str] | bool | None
"""A cache, its file, True for the user's own file; False and None for no cache."""
MOST_AT_ONCE = 8
"""Servers asked side by side by one call; a chain of four has about as many pointers."""


def online_source(
    allow_hosts: Sequence[str], *, require_ocsp_nonce: bool = False
) -> EvidenceSource:
    """Return the source that fetches what documents and certificates point to."""
    # Only a call that contacts somebody pays for the network libraries.
    from esign.net.questions import OCSPManner
    from esign.net.sources import OnlineSource
    from esign.net.transport import HTTPTransport

    transport = HTTPTransport(allow_hosts=tuple(allow_hosts))
    return OnlineSource(transport, OCSPManner(require_nonce=require_ocsp_nonce))


def cache_of(given: CacheLike) -> EvidenceCache | None:
    """Return the cache that ``cache=`` means: none, the user's own file, a file, or a cache.

    Raises:
        UsageError: it is something else.
    """
    if given is None or given is False:
        return None
    from pathlib import Path

    from esign.net.cache_file import FileCache, default_cache_path

    if given is True:
        return FileCache(default_cache_path())
    if isinstance(given, str | os.PathLike):
        return FileCache(Path(given))
    if not hasattr(given, "about"):
        raise UsageError("cache= wants True, False, a path or an EvidenceCache.")
    return given


def recollection(given: CacheLike, at: datetime) -> Recollection | None:
    """Return one call's use of the cache, or None without a cache."""
    cache = cache_of(given)
    return None if cache is None else Recollection(cache, at=at)


def fetch_all(
    source: EvidenceSource, wants: Sequence[Want], budget: Budget
) -> list[tuple[Want, Evidence]]:
    """Return an answer for each want, asked side by side, in the order of the wants.

    Raises:
        DeadlineExceededError: the time for the whole call is over.
    """
    if len(wants) < 2:
        return [(want, source.fetch(want, budget)) for want in wants]
    from concurrent.futures import ThreadPoolExecutor  # only who fetches pays for it

    shared = _SharedBudget(budget)
    with ThreadPoolExecutor(min(len(wants), MOST_AT_ONCE), "esign-fetch") as workers:
        asked = [workers.submit(source.fetch, want, shared) for want in wants]
        try:
            return [(want, each.result()) for want, each in zip(wants, asked, strict=True)]
        finally:
            for each in asked:
                each.cancel()


class _SharedBudget(Budget):
    """A call's budget while several threads spend from it."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget.limits, budget.deadline, budget.spent)
        self._lock = Lock()

    def spend(self, limit: str, amount: int = 1) -> None:
        with self._lock:
            super().spend(limit, amount)
