"""Digests over byte ranges of a file that carries many signatures.

Every signature covers the file from its first octet, so what was hashed for one is
continued for the next: fifty signatures cost little more than one.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from esign.crypto.algorithms import DigestAlgorithm
from esign.document import Document, Span


class RangeDigests:
    """Hash states over the beginning of one document, one for each algorithm."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._begun: dict[str, tuple[int, _Copyable]] = {}

    def digest(self, algorithm: DigestAlgorithm, ranges: tuple[Span, ...]) -> bytes:
        """Return the digest over the ranges, remembered by the document.

        Raises:
            UnsupportedAlgorithmError: this machine cannot compute the digest.
        """
        name = algorithm.hashlib_name
        known = self._document.known_digest(name, ranges)
        if known is not None:
            return known
        state = algorithm.new()
        if not isinstance(state, _Copyable) or not ranges or ranges[0][0] != 0:
            return self._plain(algorithm, ranges)
        position, begun = self._begun.get(name, (0, state))
        if position > ranges[0][1]:
            position, begun = 0, state
        for chunk in self._document.chunks(position, ranges[0][1]):
            begun.update(chunk)
        self._begun[name] = ranges[0][1], begun
        ending = begun.copy()
        for start, end in ranges[1:]:
            for chunk in self._document.chunks(start, end):
                ending.update(chunk)
        digest = ending.digest()
        self._document.remember_digest(name, digest, ranges)
        return digest

    def _plain(self, algorithm: DigestAlgorithm, ranges: tuple[Span, ...]) -> bytes:
        state = algorithm.new()
        for start, end in ranges:
            for chunk in self._document.chunks(start, end):
                state.update(chunk)
        return state.digest()


@runtime_checkable
class _Copyable(Protocol):
    """A hash state that can go two ways; SHAKE's of fixed length cannot."""

    def update(self, octets: bytes, /) -> None: ...
    def digest(self) -> bytes: ...
    def copy(self) -> _Copyable: ...
