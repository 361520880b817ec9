"""The EU's lists: read cold beside lxml's bare parse, and loaded from the cache."""

from __future__ import annotations

import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from lxml import etree

from bench.measure import Row
from esign.errors import MalformedError
from esign.trustlists.cache import read_cache, write_cache
from esign.trustlists.kept import CheckedList, checked
from esign.trustlists.reading import read_list
from tests.support.corpus import corpus_folder

Given = TypeVar("Given")
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
    cache = folder / "lists.cache"
    documents = _readable(folder, cache)
    theirs, ours = _best_sums((etree.fromstring, read_list), documents)
    from_cache = min(_seconds(_loaded, cache) for _ in range(ROUNDS))
    megabytes = sum(map(len, documents)) / 1e6
    yield Row(
        work=f"read {len(documents)} trusted lists cold ({megabytes:.0f} MB)",
        peer="lxml's parse of the same",
        ours=ours,
        theirs=theirs,
        unit="s",
        bound=2.5,
        at_most=True,
    )
    yield Row(
        work="load the same lists from the cache, read one",
        peer="reading them cold",
        ours=from_cache,
        theirs=ours,
        unit="s",
        bound=1 / 25,
        at_most=True,
    )


def _readable(folder: Path, cache: Path) -> list[bytes]:
    """Return every list once and write them to the cache; several projects keep the same."""
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
    write_cache(cache, kept)
    return documents


def _loaded(cache: Path) -> int:
    """Load every list and go through one of middle size, as a first signature would ask."""
    lists = read_cache(cache)
    middle = sorted(lists, key=lambda each: each.digest)[len(lists) // 2]
    return len(middle.content.services)


def _best_sums(
    reads: Sequence[Callable[[bytes], object]], documents: Sequence[bytes]
) -> list[float]:
    """Return for each way of reading its shortest time over all documents, in turns.

    Every turn goes through all of them, so that none is still warm from the turn before, and
    none is kept, so that neither way pays for what the other keeps.
    """
    best = [float("inf")] * len(reads)
    for _ in range(ROUNDS):
        for number, read in enumerate(reads):
            best[number] = min(best[number], sum(_seconds(read, each) for each in documents))
    return best


def _seconds(work: Callable[[Given], object], given: Given) -> float:
    """Return the processor's time, which a busy machine lengthens less than the clock's."""
    start = time.process_time()
    work(given)
    return time.process_time() - start
