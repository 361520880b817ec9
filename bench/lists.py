"""The EU's lists: read cold beside lxml's bare parse, and loaded from the cache."""

from __future__ import annotations

import tarfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from bench.measure import Row, Work
from esign.errors import MalformedError
from esign.trustlists.cache import read_cache, write_cache
from esign.trustlists.kept import CheckedList, checked
from esign.trustlists.reading import read_list
from tests.support.corpus import corpus_folder

ROUNDS = 7


def rows() -> Iterator[Row]:
    """Yield the rows of reading trusted lists; none where the corpus is not."""
    corpus = corpus_folder()
    if corpus is None or not (corpus / "trusted-lists.tar.xz").is_file():
        return
    with TemporaryDirectory() as name:
        yield from _rows(Path(name), corpus / "trusted-lists.tar.xz")


def _rows(folder: Path, archive: Path) -> Iterator[Row]:
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    documents, kept = _readable(folder)
    cache = folder / "lists.cache"
    write_cache(cache, kept)
    times = _in_turns(
        {
            "lxml": lambda: [etree.fromstring(octets) for octets in documents],
            "cold": lambda: [read_list(octets) for octets in documents],
            "cache": lambda: _loaded(cache),
        }
    )
    megabytes = sum(map(len, documents)) / 1e6
    yield Row(
        work=f"read {len(documents)} trusted lists cold ({megabytes:.0f} MB)",
        peer="lxml's parse of the same",
        ours=times["cold"],
        theirs=times["lxml"],
        unit="s",
        bound=2.5,
        at_most=True,
    )
    yield Row(
        work="load the same lists from the cache, read one",
        peer="reading them cold",
        ours=times["cache"],
        theirs=times["cold"],
        unit="s",
        bound=1 / 25,
        at_most=True,
    )


def _readable(folder: Path) -> tuple[list[bytes], list[CheckedList]]:
    """Return every list once; several projects keep the same ones."""
    documents: list[bytes] = []
    kept: list[CheckedList] = []
    seen: set[str] = set()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        octets = path.read_bytes()
        digest = sha256(octets).hexdigest()
        if digest in seen:
            continue
        seen.add(digest)
        try:
            listed = read_list(octets)
        except MalformedError:
            continue
        documents.append(octets)
        kept.append(checked(listed, location=path.name, signer=""))
    return documents, kept


def _loaded(cache: Path) -> int:
    """Load every list and go through one of middle size, as a first signature would ask."""
    lists = read_cache(cache)
    middle = sorted(lists, key=lambda each: each.digest)[len(lists) // 2]
    return len(middle.content.services)


def _in_turns(works: dict[str, Work]) -> dict[str, float]:
    """Return the shortest time of each, taken in turns so that a busy machine slows all."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            best[name] = min(best[name], time.perf_counter() - start)
    return best
