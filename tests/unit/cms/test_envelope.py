"""The shell of a SignedData is read from any document, and broken ones end in our error."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esign.asn1 import writer
from esign.asn1.reader import parse
from esign.cms import builder, oids
from esign.cms.envelope import open_envelope
from esign.cms.signed_data import parse_signed_data
from esign.document import CHUNK, Document
from esign.errors import LimitExceededError, MalformedError
from esign.limits import Budget, Limits
from tests.support import cms_making as make

SIGNED = make.signed()


def _content(octets: bytes) -> bytes:
    content = parse_signed_data(octets).content
    assert content is not None
    return content.read(0, content.size)


@pytest.mark.parametrize("segment", [1, 7, 1000])
def test_segmented_content_reads_as_one(segment: int) -> None:
    """Content in segments under indefinite lengths is the same content."""
    assert _content(make.berified(SIGNED, segment=segment)) == make.CONTENT


def test_nested_segments_read_as_one() -> None:
    """Segments of segments, definite and indefinite, are joined in order."""
    inner = writer.encode(0x24, writer.octet_string(b"b") + writer.octet_string(b"c"))
    open_inner = b"\x24\x80" + writer.octet_string(b"d") + b"\0\0"
    value = writer.encode(0x24, writer.octet_string(b"a") + inner + open_inner)
    assert _content(_around(value)) == b"abcd"


def test_empty_content_is_content() -> None:
    """An empty OCTET STRING is attached content of no octets; an absent one is detached."""
    assert _content(_around(writer.octet_string(b""))) == b""
    assert _content(_around(b"\x24\x80\0\0")) == b""
    assert parse_signed_data(_around(None)).content is None


def test_content_that_is_no_octet_string_is_read_without_its_header() -> None:
    """PKCS #7 content of another type is digested without tag and length.

    Spec: RFC 5652 §5.2.1
    """
    value = writer.sequence(writer.integer(5))
    assert _content(_around(value)) == writer.integer(5)
    assert _content(_around(b"\x30\x80" + writer.integer(5) + b"\0\0")) == writer.integer(5)


def test_segment_of_another_type_is_refused() -> None:
    """A segment that is no OCTET STRING breaks the structure."""
    with pytest.raises(MalformedError):
        parse_signed_data(_around(writer.encode(0x24, writer.integer(5))))


def test_endless_nesting_is_refused() -> None:
    """Segments nested without end stop at a named limit."""
    value = b"\x24\x80" * 500 + b"\0\0" * 500
    with pytest.raises(LimitExceededError) as caught:
        parse_signed_data(_around(value))
    assert caught.value.values["limit"] == "nesting"


def test_segments_without_number_are_refused() -> None:
    """More segments than the limit on elements end in a named error."""
    value = b"\x24\x80" + b"\x04\x00" * 20_000 + b"\0\0"
    budget = Budget(Limits(asn1_elements=8_000))
    with pytest.raises(LimitExceededError):
        parse_signed_data(_around(value), budget)


@given(st.integers(0, len(SIGNED) - 1))
@settings(deadline=None, max_examples=200)
def test_truncated_file_is_refused(length: int) -> None:
    """A file cut anywhere is no SignedData."""
    with pytest.raises(MalformedError):
        parse_signed_data(SIGNED[:length])


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_truncated_streamed_file_is_refused(data: st.DataObject) -> None:
    """The same under indefinite lengths."""
    octets = make.berified(SIGNED)
    with pytest.raises(MalformedError):
        parse_signed_data(octets[: data.draw(st.integers(0, len(octets) - 1))])


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"0",
        b"0\x80",
        b"0\x84\xff\xff\xff\xff",
        b"0\xff" + b"\xff" * 127,
        b"0\x8a" + b"\xff" * 10,
        b"%PDF-1.7",
        b"<xml/>",
        writer.sequence(writer.oid(oids.DATA)),
        writer.sequence(writer.oid(oids.SIGNED_DATA)),
        writer.sequence(writer.oid(oids.SIGNED_DATA), writer.explicit(0, writer.null())),
        writer.sequence(writer.oid(oids.SIGNED_DATA), writer.explicit(0, writer.sequence())),
        b"\x1f" * 40,
    ],
)
def test_other_octets_are_refused(octets: bytes) -> None:
    """Empty, cut, huge or foreign input is our own error."""
    with pytest.raises(MalformedError):
        parse_signed_data(octets)


def test_value_beyond_its_enclosure_is_refused() -> None:
    """A content that claims to reach beyond the SignedData is refused."""
    at = SIGNED.index(writer.octet_string(make.CONTENT)[:2])
    changed = SIGNED[: at + 1] + b"\x7f" + SIGNED[at + 2 :]
    with pytest.raises(MalformedError):
        parse_signed_data(changed)


@pytest.mark.parametrize(
    ("find", "replacement"),
    [
        (b"\xa0\x82", b"\xbf\x82"),  # a tag of the high form where [0] belongs
        (b"\xa0\x82", b"\xa1\x82"),
        (writer.oid(oids.SIGNED_DATA), writer.oid("1.2.840.113549.1.7.9")),
    ],
)
def test_other_tags_in_the_shell_are_refused(find: bytes, replacement: bytes) -> None:
    """A shell with one identifier changed is no SignedData."""
    with pytest.raises(MalformedError):
        parse_signed_data(SIGNED.replace(find, replacement, 1))


def test_lengths_that_disagree_are_refused() -> None:
    """A ContentInfo that ends before or after its SignedData is refused."""
    body = parse(SIGNED).content
    data = parse(SIGNED).children[1].children[0].encoded
    oid = writer.oid(oids.SIGNED_DATA)
    for octets in (
        writer.sequence(body, writer.null()),
        writer.sequence(oid, writer.explicit(0, data, writer.null())),
        b"\x30\x80" + oid + b"\xa0\x80" + data + b"\0\0" + writer.null() + b"\0\0",
        b"\x30\x80" + oid + b"\xa0\x80" + data + writer.null() + b"\0\0\0\0",
        b"\x30\x80" + oid + b"\xa0\x80" + data,
    ):
        with pytest.raises(MalformedError):
            parse_signed_data(octets)


def test_empty_wrapper_is_no_content() -> None:
    """An explicit [0] around nothing leaves the signature detached."""
    for wrapper in (writer.explicit(0), b"\xa0\x80\0\0"):
        inner = writer.sequence(writer.oid(oids.DATA), wrapper)
        data = writer.sequence(writer.integer(1), writer.set_of(), inner, writer.set_of())
        octets = writer.sequence(writer.oid(oids.SIGNED_DATA), writer.explicit(0, data))
        assert parse_signed_data(octets).content is None


def test_elements_between_content_and_end_are_refused() -> None:
    """Something after the OCTET STRING, inside its wrapper, is no SignedData."""
    with pytest.raises(MalformedError):
        parse_signed_data(_around(writer.octet_string(b"x") + writer.null()))


class _Zeros:
    """A sparse document: a head, many zeros, a tail; counts what is read at once."""

    def __init__(self, head: bytes, zeros: int, tail: bytes) -> None:
        self.parts = (head, zeros, tail)
        self.size = len(head) + zeros + len(tail)

    def read(self, start: int, length: int) -> bytes:
        head, zeros, tail = self.parts
        end = min(start + length, self.size)
        octets = bytearray(max(0, end - start))
        for offset, part in ((0, head), (len(head) + zeros, tail)):
            for index in range(max(start, offset), min(end, offset + len(part))):
                octets[index - start] = part[index - offset]
        return bytes(octets)


def test_large_content_is_a_range_and_not_in_memory() -> None:
    """A gigabyte of attached content costs a few chunks of memory to read the shell of."""
    size = 1 << 30
    request = make.request()
    info = builder.signer_info(request, writer.set_of(*make.attributes()), b"x" * 256)
    head, tail = builder.signed_data_parts(request, info, content_size=size)
    document = Document(_Zeros(head, size, tail))
    tracemalloc.start()
    signed_data = parse_signed_data(document)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert signed_data.content is not None
    assert signed_data.content.size == size
    assert len(signed_data.signer_info_elements) == 1
    assert signed_data.certificates == (request.certificate,)
    assert peak < 8 * CHUNK


def test_content_longer_than_the_window_is_read_whole() -> None:
    """Segments of several megabytes, whose headers lie beyond the first window, are joined."""
    content = bytes(range(256)) * (3 * CHUNK // 256 + 5)
    octets = make.berified(make.signed(content), segment=70_000)
    assert make.is_sound(make.only(octets))
    found = parse_signed_data(octets).content
    assert found is not None
    assert found.read(CHUNK + 3, 100_000) == content[CHUNK + 3 : CHUNK + 3 + 100_000]
    assert found.read(len(content) - 5, 100) == content[-5:]
    assert found.read(len(content), 10) == b""


def test_tiny_segments_are_read_singly() -> None:
    """Where headers would outweigh the content, segments are still read right."""
    octets = _around(
        b"\x24\x80"
        + b"".join(
            b"\x24\x80" * 30 + b"\x04\x01" + bytes([n & 0xFF]) + b"\0\0" * 30 for n in range(12_000)
        )
        + b"\0\0"
    )
    assert _content(octets) == bytes(n & 0xFF for n in range(12_000))


def test_where_the_structure_ends_is_known() -> None:
    """Octets after the ContentInfo are not part of it."""
    for octets in (SIGNED, make.berified(SIGNED)):
        envelope = open_envelope(Document.of(octets + b"more"), Budget())
        assert envelope.after == len(octets)
        assert parse_signed_data(octets + b"more").trailing == b"more"


def _around(value: bytes | None) -> bytes:
    """Return a SignedData without signers around an encapsulated value."""
    inner = writer.oid(oids.DATA) + (b"" if value is None else writer.explicit(0, value))
    data = writer.sequence(
        writer.integer(1), writer.set_of(), writer.sequence(inner), writer.set_of()
    )
    return writer.sequence(writer.oid(oids.SIGNED_DATA), writer.explicit(0, data))
