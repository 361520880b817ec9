"""Digests over growing ranges are the same as those computed one by one."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign.crypto.algorithms import digest_by_name
from esign.document import Document, Span
from esign.pades.digests import RangeDigests

OCTETS = bytes(range(256)) * 4
spans = st.lists(st.integers(0, len(OCTETS)), min_size=4, max_size=4).map(sorted)


@given(st.lists(spans, max_size=6), st.sampled_from(["SHA256", "SHA3-256", "SHAKE256"]))
def test_any_order_of_ranges_gives_plain_digests(bounds: list[list[int]], name: str) -> None:
    """Continued, begun anew or remembered: the value is that of the octets."""
    digests, algorithm = RangeDigests(Document.of(OCTETS)), digest_by_name(name)
    for first, second, third, fourth in bounds:
        for start in (0, first):
            ranges: tuple[Span, Span] = (start, second), (third, fourth)
            covered = b"".join(OCTETS[a:b] for a, b in ranges)
            assert digests.digest(algorithm, ranges) == algorithm.digest(covered)


def test_the_beginning_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second signature continues where the first one stopped."""
    document = Document.of(OCTETS)
    read: list[int] = []
    original = Document.read
    monkeypatch.setattr(
        Document,
        "read",
        lambda self, start, length: read.append(length) or original(self, start, length),
    )
    digests, algorithm = RangeDigests(document), digest_by_name("SHA256")
    digests.digest(algorithm, ((0, 400), (410, 500)))
    digests.digest(algorithm, ((0, 600), (610, 700)))
    assert sum(read) == 600 + 90 + 90


def test_what_the_document_knows_is_not_hashed() -> None:
    """A digest remembered from signing is taken as it is."""
    document = Document.of(OCTETS)
    ranges = ((0, 10), (20, 30))
    document.remember_digest("sha256", b"remembered", ranges)
    assert RangeDigests(document).digest(digest_by_name("SHA256"), ranges) == b"remembered"
    other = RangeDigests(Document.of(OCTETS)).digest(digest_by_name("SHA256"), ranges)
    assert other == hashlib.sha256(OCTETS[:10] + OCTETS[20:30]).digest()
