"""A document is octets to be streamed: a path, bytes, a file object, or parts of others.

No room asks for "the bytes" of a document; it reads ranges, streams chunks, or asks for
a digest. Digests are remembered per (algorithm, ranges), so several references to one
file hash it once, and a result composed of parts (:meth:`Document.join`) reuses what
was already computed over its parts.

A document is immutable for the length of a call: a file that changes while it is read
is the caller's affair, and its digests will not match.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, Protocol

from esign.errors import InputUnreadableError, LimitExceededError, UsageError
from esign.limits import DEFAULT_LIMITS

CHUNK = 1 << 20
"""Octets per chunk: large enough that Python's share of hashing is lost in the noise."""
SPOOL = 8 << 20
"""A pipe is kept in memory up to this size and in a temporary file beyond it."""

_OUTPUT_LENGTHS = {"shake_128": 32, "shake_256": 64}
"""Octets of SHAKE as a message digest (RFC 8702 §3.1)."""

_STATES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
"""Asked for by name, OpenSSL looks for the algorithm anew each time."""

_OCTETS = (bytes, bytearray, memoryview)
"""Together for ``isinstance``: a union written there would be made anew for each document."""

Span = tuple[int, int]
"""A half-open stretch of octets, ``(start, end)``."""


class Content(Protocol):
    """Where a document's octets come from."""

    @property
    def size(self) -> int:
        """Length in octets."""

    def read(self, start: int, length: int) -> bytes:
        """Return up to ``length`` octets from ``start``."""


class Document:
    """Octets with a name; see the module for the rules."""

    __slots__ = ("_content", "_digests", "media_type", "name", "path")

    def __init__(
        self,
        content: Content,
        *,
        name: str = "",
        path: Path | None = None,
        media_type: str | None = None,
    ) -> None:
        self._content = content
        self._digests: dict[tuple[str, tuple[Span, ...]], bytes] = {}
        self.name = name
        self.path = path
        self.media_type = media_type

    @classmethod
    def of(cls, source: DocumentLike, *, name: str | None = None) -> Document:
        """Return ``source`` as a document.

        Args:
            source: a path, bytes, a binary file object (a pipe is spooled), or a document.
            name: the name references and reports use; by default the file's.

        Raises:
            InputUnreadableError: when the path cannot be opened.
        """
        if isinstance(source, Document):
            return source
        if isinstance(source, _OCTETS):
            return cls(_Memory(bytes(source)), name=name or "")
        if isinstance(source, str | os.PathLike):
            path = Path(source)
            return cls(_File.open(path), name=path.name if name is None else name, path=path)
        if hasattr(source, "read"):
            return cls(_spooled(source), name=name or _file_name(source))
        raise UsageError(
            "A document is a path, bytes or a binary file object, not {kind}.",
            kind=type(source).__name__,
        )

    @classmethod
    def join(cls, parts: Sequence[bytes | DocumentRange], *, name: str = "") -> Document:
        """Return a document that reads as the parts one after the other, without copying."""
        filled = tuple(part for part in parts if len(part))
        if len(filled) == 1 and isinstance(filled[0], DocumentRange):
            return cls(_Part(filled[0]), name=name)
        return cls(_Joined(filled), name=name)

    @property
    def size(self) -> int:
        """Length in octets."""
        return self._content.size

    def read(self, start: int, length: int) -> bytes:
        """Return up to ``length`` octets from ``start``; fewer only at the end."""
        return self._content.read(start, length)

    def head(self, length: int = 4096) -> bytes:
        """Return the first octets, enough to recognise a form by content."""
        return self.read(0, length)

    def range(self, start: int = 0, end: int | None = None) -> DocumentRange:
        """Return the octets from ``start`` to ``end`` as a part for :meth:`join`."""
        return DocumentRange(self, start, self.size if end is None else end)

    def chunks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the octets from ``start`` to ``end`` in chunks of at most 1 MiB."""
        end = self.size if end is None else min(end, self.size)
        while start < end:
            chunk = self.read(start, min(CHUNK, end - start))
            if not chunk:
                return
            start += len(chunk)
            yield chunk

    def whole(self, limit: int = DEFAULT_LIMITS.asn1_in_memory) -> bytes:
        """Return all octets of a document known to be small enough to hold.

        Raises:
            LimitExceededError: when it is larger than ``limit`` octets.
        """
        if self.size > limit:
            raise LimitExceededError(
                "{name} has {size} octets; this form is read only up to {bound}.",
                name=self.name or "The document",
                size=self.size,
                bound=limit,
                limit="octets",
            )
        return self.read(0, self.size)

    def digest(self, algorithm: str, ranges: Sequence[Span] | None = None) -> bytes:
        """Return the digest over the ranges, by default over everything.

        Args:
            algorithm: a ``hashlib`` name, for example ``sha256``.
            ranges: half-open ``(start, end)`` pairs, hashed one after the other.
        """
        if ranges is None and isinstance(self._content, _Part):
            return self._content.digest(algorithm)
        wanted = ((0, self._content.size),) if ranges is None else tuple(ranges)
        key = (algorithm, wanted)
        known = self._digests.get(key)
        if known is None:
            known = self._digests[key] = self._part_digest(key) or self._hash(algorithm, wanted)
        return known

    def known_digest(self, algorithm: str, ranges: Sequence[Span]) -> bytes | None:
        """Return a digest that was computed or remembered before, or None."""
        return self._digests.get((algorithm, tuple(ranges)))

    def remember_digest(
        self, algorithm: str, digest: bytes, ranges: Sequence[Span] | None = None
    ) -> None:
        """Keep a digest that was computed while these very octets streamed by."""
        wanted = ((0, self.size),) if ranges is None else tuple(ranges)
        self._digests[(algorithm, wanted)] = digest

    def write_to(self, sink: BinaryIO) -> None:
        """Copy all octets to ``sink``."""
        sink.writelines(self.chunks())

    def __repr__(self) -> str:
        return f"Document({self.name!r}, {self.size} octets)"

    def _hash(self, algorithm: str, ranges: Sequence[Span]) -> bytes:
        if len(ranges) == 1 and algorithm in _STATES:
            start, end = ranges[0]
            if end - start <= CHUNK:
                return _STATES[algorithm](self.read(start, end - start)).digest()
        state = _STATES[algorithm]() if algorithm in _STATES else hashlib.new(algorithm)
        for start, end in ranges:
            if end - start <= CHUNK:
                state.update(self.read(start, end - start))
                continue
            for chunk in self.chunks(start, end):
                state.update(chunk)
        if algorithm in _OUTPUT_LENGTHS:
            return state.digest(_OUTPUT_LENGTHS[algorithm])  # type: ignore[call-arg]
        return state.digest()

    def _part_digest(self, key: tuple[str, tuple[Span, ...]]) -> bytes | None:
        content = self._content
        if len(key[1]) == 1 and isinstance(content, _COMPOSED):
            part = content.part_at(*key[1][0])
            return None if part is None else part.document.digest(key[0], [part.bounds])
        return None


class DocumentRange:
    """A stretch of another document's octets."""

    __slots__ = ("document", "end", "start")

    def __init__(self, document: Document, start: int, end: int) -> None:
        self.document = document
        self.start = start
        self.end = end

    @property
    def bounds(self) -> Span:
        """The half-open range within :attr:`document`."""
        return (self.start, self.end)

    def alone(self, *, name: str = "") -> Document:
        """Return these octets as a document of their own, without copying."""
        return Document(_Part(self), name=name)

    def __len__(self) -> int:
        return self.end - self.start


DocumentLike = Document | bytes | bytearray | memoryview | str | os.PathLike[str] | BinaryIO


class _Memory:
    __slots__ = ("_octets", "size")

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self.size = len(octets)

    def read(self, start: int, length: int) -> bytes:
        if start == 0 and length >= self.size:
            return self._octets
        return self._octets[start : start + length]


class _File:
    """Reads by position, so that threads may share it; closed with the last reference."""

    __slots__ = ("_file", "size")

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, io.SEEK_END)

    @classmethod
    def open(cls, path: Path) -> Content:
        try:
            file = path.open("rb", buffering=0)
            return cls(file) if file.seekable() else _spool(file)
        except (OSError, ValueError) as error:  # ValueError: a name no file can have
            reason = getattr(error, "strerror", None) or error
            raise InputUnreadableError(
                "{path} cannot be read: {reason}.", path=str(path), reason=reason
            ) from error

    def read(self, start: int, length: int) -> bytes:
        try:
            return _read_at(self._file, start, length)
        except OSError as error:
            raise InputUnreadableError(
                "The file stopped being readable at octet {start}: {reason}.",
                start=start,
                reason=error.strerror or error,
            ) from error


class _Part:
    """One range of another document; what most contents are."""

    __slots__ = ("_part", "size")

    def __init__(self, part: DocumentRange) -> None:
        self._part = part
        self.size = len(part)

    def read(self, start: int, length: int) -> bytes:
        length = min(length, self.size - start)
        return self._part.document.read(self._part.start + start, length) if length > 0 else b""

    def digest(self, algorithm: str) -> bytes:
        return self._part.document.digest(algorithm, (self._part.bounds,))

    def part_at(self, start: int, end: int) -> DocumentRange | None:
        """Return the same stretch of the other document."""
        if not 0 <= start <= end <= self.size:
            return None
        return DocumentRange(self._part.document, self._part.start + start, self._part.start + end)


class _Joined:
    __slots__ = ("_offsets", "_parts", "size")

    def __init__(self, parts: tuple[bytes | DocumentRange, ...]) -> None:
        self._parts = parts
        self._offsets = (0, *accumulate(len(part) for part in parts))
        self.size = self._offsets[-1]

    def read(self, start: int, length: int) -> bytes:
        end = min(start + length, self.size)
        pieces = []
        index = bisect_right(self._offsets, start) - 1
        while start < end and index < len(self._parts):
            part, offset = self._parts[index], self._offsets[index]
            inner_start, inner_end = start - offset, min(end - offset, len(part))
            if isinstance(part, DocumentRange):
                base = part.start
                pieces.append(part.document.read(base + inner_start, inner_end - inner_start))
            else:
                pieces.append(part[inner_start:inner_end])
            start = offset + inner_end
            index += 1
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def part_at(self, start: int, end: int) -> DocumentRange | None:
        """Return what another document holds of exactly this stretch, if one part does."""
        index = bisect_right(self._offsets, start) - 1
        if not 0 <= index < len(self._parts) or end > self._offsets[index + 1]:
            return None
        part, offset = self._parts[index], self._offsets[index]
        if not isinstance(part, DocumentRange):
            return None
        return DocumentRange(part.document, part.start + start - offset, part.start + end - offset)


_COMPOSED = (_Part, _Joined)


def _read_at(file: BinaryIO, start: int, length: int) -> bytes:
    octets = _pread(file, start, length)
    while octets and len(octets) < length:
        more = _pread(file, start + len(octets), length - len(octets))
        if not more:
            break
        octets += more
    return octets


_SEEK_LOCK = threading.Lock()


def _pread(file: BinaryIO, start: int, length: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(file.fileno(), length, start)
    with _SEEK_LOCK:  # Windows has no positional read
        file.seek(start)
        return file.read(length)


def _spooled(source: BinaryIO) -> Content:
    try:
        return _spool(source)
    except TypeError:
        raise UsageError(
            "A file object must be opened in binary mode, as by open(…, 'rb')."
        ) from None
    except (OSError, ValueError) as error:  # ValueError: it is closed
        raise InputUnreadableError(
            "What was to be read stopped being readable: {reason}.",
            reason=getattr(error, "strerror", None) or error,
        ) from error


def _spool(source: BinaryIO) -> Content:
    """Keep what a pipe delivers: in memory while it is small, in a temporary file beyond."""
    head = source.read(SPOOL)
    if not isinstance(head, bytes):
        raise TypeError
    while len(head) < SPOOL and (more := source.read(SPOOL - len(head))):
        head += more
    if len(head) < SPOOL:
        return _Memory(head)
    # Only large pipes need these; they bring the compression libraries with them.
    import shutil
    import tempfile

    # The file lives as long as the document that reads from it.
    spool = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
    spool.write(head)
    shutil.copyfileobj(source, spool, CHUNK)
    return _File(spool)


def _file_name(source: object) -> str:
    name = getattr(source, "name", "")
    return Path(name).name if isinstance(name, str) else ""
