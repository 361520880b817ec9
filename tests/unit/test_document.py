"""Documents stream, remember their digests, and join without copying."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign import document as module
from esign.document import CHUNK, Document
from esign.errors import InputUnreadableError, LimitExceededError, UsageError

OCTETS = bytes(range(256)) * 40


class _Counting:
    """Content that counts what is read from it."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self.size = len(octets)
        self.read_octets = 0

    def read(self, start: int, length: int) -> bytes:
        part = self._octets[start : start + length]
        self.read_octets += len(part)
        return part


def test_every_source_reads_the_same(tmp_path: Path) -> None:
    """Path, text path, bytes, memoryview, file object and document."""
    path = tmp_path / "a.bin"
    path.write_bytes(OCTETS)
    with path.open("rb") as file:
        sources = [path, str(path), OCTETS, memoryview(OCTETS), io.BytesIO(OCTETS), file]
        documents = [Document.of(source) for source in sources]
        for document in documents:
            assert document.size == len(OCTETS)
            assert document.read(10, 20) == OCTETS[10:30]
            assert document.read(len(OCTETS) - 3, 100) == OCTETS[-3:]
            assert b"".join(document.chunks()) == OCTETS
    assert documents[0].name == "a.bin"
    assert documents[0].path == path
    assert documents[5].name == "a.bin"
    assert Document.of(documents[0]) is documents[0]


def test_what_cannot_be_read_has_its_error(tmp_path: Path) -> None:
    """A missing file is the input's fault, a number the caller's."""
    with pytest.raises(InputUnreadableError, match="nowhere"):
        Document.of(tmp_path / "nowhere")
    with pytest.raises(InputUnreadableError):
        Document.of(tmp_path)
    with pytest.raises(UsageError):
        Document.of(7)


@pytest.mark.parametrize("length", [10, 5000])
def test_a_pipe_is_kept(monkeypatch, length: int) -> None:
    """Small in memory, large in a temporary file; both can be read twice."""
    monkeypatch.setattr(module, "SPOOL", 1000)
    read_end, write_end = os.pipe()
    os.write(write_end, OCTETS[:length])
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        document = Document.of(pipe)
    assert document.size == length
    assert document.read(0, length) == document.read(0, length) == OCTETS[:length]


def test_a_digest_is_computed_once() -> None:
    """The second question reads nothing; a remembered digest reads nothing at all."""
    content = _Counting(OCTETS)
    document = Document(content)
    expected = hashlib.sha256(OCTETS).digest()
    assert document.digest("sha256") == document.digest("sha256") == expected
    assert content.read_octets == len(OCTETS)
    other = Document(_Counting(OCTETS))
    other.remember_digest("sha256", b"known")
    assert other.digest("sha256") == b"known"


def test_digests_over_ranges_follow_their_order() -> None:
    """Ranges are hashed one after the other, as a PDF's ByteRange is."""
    document = Document.of(OCTETS)
    expected = hashlib.sha512(OCTETS[5:9] + OCTETS[:2]).digest()
    assert document.digest("sha512", [(5, 9), (0, 2)]) == expected


def test_shake_has_the_length_of_a_message_digest() -> None:
    """64 octets for SHAKE256, as RFC 8702 fixes it."""
    assert Document.of(b"x").digest("shake_256") == hashlib.shake_256(b"x").digest(64)


@given(st.lists(st.binary(max_size=6), max_size=6), st.integers(0, 40), st.integers(0, 40))
def test_joined_parts_read_as_one(parts: list[bytes], start: int, length: int) -> None:
    """Any range of the joined document is that range of the joined octets."""
    whole = b"".join(parts)
    mixed = [
        part if index % 2 else Document.of(b"<" + part + b">").range(1, 1 + len(part))
        for index, part in enumerate(parts)
    ]
    joined = Document.join(mixed)
    assert joined.size == len(whole)
    assert joined.read(start, length) == whole[start : start + length]
    assert joined.digest("sha256") == hashlib.sha256(whole).digest()


def test_a_joined_document_reuses_the_digest_of_its_part() -> None:
    """What was hashed when signing is not hashed again inside the result."""
    content = _Counting(OCTETS)
    source = Document(content)
    source.digest("sha256")
    before = content.read_octets
    joined = Document.join([b"head", source.range(), b"tail"])
    inner = joined.digest("sha256", [(4, 4 + len(OCTETS))])
    assert inner == hashlib.sha256(OCTETS).digest()
    assert content.read_octets == before
    assert joined.digest("sha256", [(3, 6)]) == hashlib.sha256(b"d" + OCTETS[:2]).digest()


def test_only_small_documents_are_taken_whole() -> None:
    """The bound is named in the error."""
    assert Document.of(OCTETS).whole() == OCTETS
    with pytest.raises(LimitExceededError):
        Document.of(OCTETS).whole(limit=100)


def test_chunks_are_bounded() -> None:
    """No chunk is larger than the constant, and nothing is lost at the seams."""
    big = b"x" * (2 * CHUNK + 5)
    sizes = [len(chunk) for chunk in Document.of(big).chunks()]
    assert sizes == [CHUNK, CHUNK, 5]
    sink = io.BytesIO()
    Document.of(big).write_to(sink)
    assert sink.getvalue() == big


def test_it_shows_name_and_size_and_no_content() -> None:
    """Logs never hold what was signed."""
    assert repr(Document.of(b"secret", name="a")) == "Document('a', 6 octets)"
    assert Document.of(b"secret").head(3) == b"sec"


@pytest.mark.parametrize("name", ["a\0b", "a" * 5000])
def test_a_name_no_file_can_have(name: str) -> None:
    """It is unreadable like any other, and no accident."""
    with pytest.raises(InputUnreadableError):
        Document.of(name)


def test_a_pipe_with_a_path_is_read_like_a_file() -> None:
    """Shells hand over ``<(command)`` as the path of a pipe."""
    reader, writer = os.pipe()
    os.write(writer, OCTETS)
    os.close(writer)
    try:
        assert Document.of(f"/dev/fd/{reader}").whole() == OCTETS
    finally:
        os.close(reader)


def test_file_objects_that_give_no_octets() -> None:
    """Text is the caller's mistake; a closed file cannot be read."""
    with pytest.raises(UsageError, match="binary"):
        Document.of(io.StringIO("text"))  # type: ignore[arg-type]
    closed = io.BytesIO(OCTETS)
    closed.close()
    with pytest.raises(InputUnreadableError):
        Document.of(closed)
