"""The outer shell of a SignedData, read from a document of any size.

Only headers are looked at until the content has been passed; the content itself becomes
a :class:`~esign.document.Document` of ranges, whether it came as one OCTET STRING or, as
streaming writers leave it, in thousands of segments under indefinite lengths. What
follows the content (certificates, CRLs, SignerInfos) is read into memory.

Spec: RFC 5652 §3, §5.1, §5.2; ITU-T X.690 §8.1.3, §8.7
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import NamedTuple

from esign.asn1 import tags, writer
from esign.asn1.headers import counting, definite
from esign.asn1.reader import Element, parse_prefix, read_oid
from esign.cms import oids
from esign.document import CHUNK, Document
from esign.errors import MalformedCMSError
from esign.limits import Budget

_SIGNED_DATA = writer.oid(oids.SIGNED_DATA)
_EXPLICIT = tags.context(0)
_SEGMENTED = tags.OCTET_STRING | tags.CONSTRUCTED


class Header(NamedTuple):
    """One identifier and length, in octets of the whole document."""

    tag: int
    start: int
    body: int
    end: int
    """Where the content ends; -1 while an indefinite length hides it."""


class Envelope(NamedTuple):
    """A SignedData taken apart as far as the content makes it necessary."""

    document: Document
    outer: tuple[Header, Header, Header]
    """ContentInfo, its [0], and the SignedData."""
    version: Element
    digest_algorithms: Element
    content_type: Element
    content: Document | None
    """The content's octets without tag and length; None when detached."""
    content_tag: int
    """Tag of the encapsulated value; anything but OCTET STRING is PKCS #7's old way."""
    tail: tuple[Element, ...]
    """What follows encapContentInfo inside the SignedData."""
    tail_offset: int
    """Add it to positions in :attr:`tail` elements to get positions in the document."""
    after: int
    """Where the ContentInfo ends."""


def open_envelope(document: Document, budget: Budget) -> Envelope:
    """Return the shell of the ContentInfo that starts ``document``.

    Raises:
        MalformedError: it is no SignedData, or its shell is broken.
    """
    if (plain := _plain(document, budget)) is not None:
        return plain
    reader = _Reader(document, budget)
    outer = _outer_headers(reader)
    limit = outer[2].end
    version = reader.element(outer[2].body)
    algorithms = reader.element(reader.after(version))
    encapsulated = reader.header(reader.after(algorithms), limit)
    content_type, content, content_tag, after_content = _encapsulated(reader, encapsulated)
    tail, tail_offset = reader.rest(after_content)
    elements, end = _tail(tail, after_content - tail_offset, limit, tail_offset, budget)
    return Envelope(
        document,
        outer,
        version,
        algorithms,
        content_type,
        content,
        content_tag,
        elements,
        tail_offset,
        _after_outer(tail, end + tail_offset, outer, tail_offset),
    )


def _plain(document: Document, budget: Budget) -> Envelope | None:
    """Return the shell of a small SignedData under definite lengths, as nearly all are.

    None for every other, broken ones included: the reader below says what is wrong.
    """
    if document.size > CHUNK:
        return None
    octets = document.read(0, CHUNK)
    if len(octets) != document.size or counting(octets, budget) is not None:
        return None
    try:
        return _plain_shell(document, octets)
    except IndexError:
        return None


def _plain_shell(document: Document, octets: bytes) -> Envelope | None:
    at, after = definite(octets, 0)
    explicit = at + len(_SIGNED_DATA)
    signed_data, end = definite(octets, explicit)
    inside, last = definite(octets, signed_data)
    # Of the three values the inner two end where the outer one does.
    if not after == end == last <= len(octets) or octets[at:explicit] != _SIGNED_DATA:
        return None
    if octets[0] != tags.SEQUENCE or octets[signed_data] != tags.SEQUENCE:
        return None
    version = _plain_element(octets, inside, last)
    algorithms = _plain_element(octets, version.after, last)
    content_type, content, tag, following = _plain_content(octets, algorithms.after, last)
    if octets[explicit] != _EXPLICIT or following < 0:
        return None
    tail: list[Element] = []
    while following < last:
        tail.append(_plain_element(octets, following, last))
        following = tail[-1].after
    return Envelope(
        document,
        (
            Header(tags.SEQUENCE, 0, at, end),
            Header(_EXPLICIT, explicit, signed_data, end),
            Header(tags.SEQUENCE, signed_data, inside, end),
        ),
        version,
        algorithms,
        content_type,
        None if content is None else document.range(*content).alone(name=document.name),
        tag,
        tuple(tail),
        0,
        end,
    )


def _plain_element(octets: bytes, start: int, limit: int) -> Element:
    body, end = definite(octets, start)
    if not start < end <= limit:
        raise IndexError
    return Element(octets, start, body, end, end, octets[start])


def _plain_content(
    octets: bytes, start: int, limit: int
) -> tuple[Element, tuple[int, int] | None, int, int]:
    """Return eContentType, where the content lies, its tag, and the end; -1 for another form."""
    body, end = definite(octets, start)
    content_type = _plain_element(octets, body, end)
    read_oid(content_type)
    at = content_type.after
    if not (octets[start] == tags.SEQUENCE and end <= limit):
        return content_type, None, 0, -1
    if at == end:
        return content_type, None, 0, end
    value, value_end = definite(octets, at)
    content, content_end = definite(octets, value)
    tag = octets[value]
    if not (end == value_end == content_end and octets[at] == _EXPLICIT and tag != _SEGMENTED):
        return content_type, None, 0, -1
    return content_type, (content, content_end), tag, end


_HEADER = 128
"""No identifier and length together have more octets than this: X.690 §8.1.3."""


class _Reader:
    """Looks at headers through a window that moves forward over the document."""

    __slots__ = ("base", "budget", "document", "octets", "size", "upto")

    def __init__(self, document: Document, budget: Budget) -> None:
        self.document = document
        self.budget = budget
        self.size = document.size
        self._look(0)

    def header(self, at: int, limit: int = -1) -> Header:
        """Return the header at ``at``; its end must lie within ``limit`` (or the file)."""
        if at > self.upto:
            self._look(at)
        offset = at - self.base
        octets = self.octets
        bound = self.size if limit < 0 else limit
        try:
            tag, length = octets[offset], octets[offset + 1]
            body = offset + 2
            if tag & 0x1F == 0x1F:
                raise _broken(at, "a tag is not one that SignedData has here")
            if length > 0x80:
                body += length & 0x7F
                length = int.from_bytes(octets[offset + 2 : body], "big")
                if body > len(octets):
                    raise _broken(at, "a length is cut short")
            elif length == 0x80:
                return Header(tag, at, body + self.base, -1)
        except IndexError:
            raise _broken(at, "the file ends inside the structure") from None
        body += self.base
        if body + length > bound:
            raise _broken(at, "a value reaches beyond what encloses it")
        return Header(tag, at, body, body + length)

    def element(self, at: int) -> Element:
        """Return a small element that lies before the content."""
        return parse_prefix(self.octets, self._offset(at), budget=self.budget)

    def after(self, element: Element) -> int:
        """Return where a just read element ends, in the document."""
        return element.after + self.base

    def ends(self, at: int) -> bool:
        """True when the end-of-contents octets stand at ``at``."""
        offset = self._offset(at)
        return self.octets[offset : offset + 2] == b"\0\0"

    def rest(self, at: int) -> tuple[bytes, int]:
        """Return octets that hold everything from ``at`` on, and the offset of their first."""
        if self.base == 0 and len(self.octets) == self.size:
            return self.octets, 0
        self.budget.require_within("asn1_in_memory", self.size - at)
        return self.document.read(at, self.size - at), at

    def _look(self, at: int) -> None:
        """Move the window; :attr:`upto` is the last place where a whole header surely fits."""
        self.base = at
        self.octets = self.document.read(at, CHUNK)
        end = at + len(self.octets)
        self.upto = end if end >= self.size else end - _HEADER

    def _offset(self, at: int) -> int:
        if at > self.upto:
            self._look(at)
        return at - self.base


def _outer_headers(reader: _Reader) -> tuple[Header, Header, Header]:
    info = _expect(reader.header(0), tags.SEQUENCE)
    start = info.body + len(_SIGNED_DATA)
    if reader.octets[info.body : start] != _SIGNED_DATA:
        raise MalformedCMSError(
            "This CMS structure is not SignedData, the only one that carries signatures."
        )
    explicit = _expect(reader.header(start, info.end), _EXPLICIT)
    signed_data = _expect(reader.header(explicit.body, explicit.end), tags.SEQUENCE)
    return info, explicit, signed_data


def _expect(header: Header, tag: int) -> Header:
    if header.tag != tag:
        raise _broken(header.start, "a value is not of the type that SignedData has here")
    return header


def _encapsulated(
    reader: _Reader, encapsulated: Header
) -> tuple[Element, Document | None, int, int]:
    """Return eContentType, the content, its tag, and where encapContentInfo ends.

    Spec: RFC 5652 §5.2, §5.2.1
    """
    _expect(encapsulated, tags.SEQUENCE)
    content_type = reader.element(encapsulated.body)
    read_oid(content_type)
    at = reader.after(content_type)
    if _is_over(reader, encapsulated, at):
        return content_type, None, 0, _closed(encapsulated, at)
    explicit = _expect(reader.header(at, encapsulated.end), _EXPLICIT)
    if _is_over(reader, explicit, explicit.body):  # an empty [0] carries nothing
        at = _closed(explicit, explicit.body)
        content, tag = None, 0
    else:
        value = reader.header(explicit.body, explicit.end)
        content, at = _content(reader, value)
        tag = value.tag
        at = _require_over(reader, explicit, at)
    return content_type, content, tag, _require_over(reader, encapsulated, at)


def _is_over(reader: _Reader, enclosing: Header, at: int) -> bool:
    return reader.ends(at) if enclosing.end < 0 else at >= enclosing.end


def _closed(enclosing: Header, at: int) -> int:
    return at + 2 if enclosing.end < 0 else at


def _require_over(reader: _Reader, enclosing: Header, at: int) -> int:
    if not _is_over(reader, enclosing, at):
        raise _broken(at, "something follows where a value should end")
    return _closed(enclosing, at)


def _content(reader: _Reader, value: Header) -> tuple[Document, int]:
    if value.tag == _SEGMENTED:
        return _segments(reader, value)
    if value.end >= 0:
        name = reader.document.name
        return reader.document.range(value.body, value.end).alone(name=name), value.end
    element = reader.element(value.start)  # PKCS #7's ANY with an indefinite length
    shift = reader.base
    part = reader.document.range(element.body + shift, element.end + shift)
    return Document.join([part], name=reader.document.name), element.after + shift


def _segments(reader: _Reader, outermost: Header) -> tuple[Document, int]:
    """Return the joined segments of a constructed OCTET STRING, and where it ends.

    Spec: ITU-T X.690 §8.7.3
    """
    starts, offsets = array("q"), array("q")
    total = 0
    open_values = [outermost]
    at = outermost.body
    while open_values:
        innermost = open_values[-1]
        if _is_over(reader, innermost, at):
            at = _closed(open_values.pop(), at)
            continue
        known = len(starts)
        at, total = _run_of_segments(reader, at, innermost.end, (starts, offsets, total))
        reader.budget.spend("asn1_elements", 1 + len(starts) - known)
        if len(starts) > known:
            continue
        segment = reader.header(at, innermost.end)
        if segment.tag == _SEGMENTED:
            open_values.append(segment)
            reader.budget.require_within("nesting", len(open_values))
            at = segment.body
        elif segment.tag == tags.OCTET_STRING:
            starts.append(segment.body)
            offsets.append(total)
            total += segment.end - segment.body
            at = segment.end
        else:
            raise _broken(at, "a segment of the content is no OCTET STRING")
    content = _Segments(reader.document, starts, offsets, total)
    return Document(content, name=reader.document.name), at


def _run_of_segments(
    reader: _Reader, at: int, limit: int, found: tuple[array[int], array[int], int]
) -> tuple[int, int]:
    """Note the segments with the commonest headers that follow each other in the window.

    A gigabyte from a streaming writer has a hundred thousand of them. Anything else, broken
    ones included, is left to the way that looks at everything.
    """
    starts, offsets, total = found
    octets, base = reader.octets, reader.base
    last = len(octets) - 4
    bound = (reader.size if limit < 0 else limit) - base
    offset = at - base
    while 0 <= offset <= last and octets[offset] == tags.OCTET_STRING:
        body, end = offset + 2, offset + 2 + octets[offset + 1]
        if octets[offset + 1] == 0x82:
            body, end = offset + 4, offset + 4 + (octets[offset + 2] << 8 | octets[offset + 3])
        elif octets[offset + 1] > 0x7F:
            break
        if end > bound:
            break
        starts.append(base + body)
        offsets.append(total)
        total += end - body
        offset = end
    return base + offset, total


class _Segments:
    """Reads the segments of a constructed OCTET STRING as if they were one."""

    __slots__ = ("_document", "_offsets", "_starts", "size")

    def __init__(self, document: Document, starts: array[int], offsets: array[int], size: int):
        self._document = document
        self._starts = starts
        self._offsets = offsets
        self.size = size

    def read(self, start: int, length: int) -> bytes:
        """Return up to ``length`` octets; one read of the file covers many segments."""
        end = min(start + length, self.size)
        if start >= end:
            return b""
        first = bisect_right(self._offsets, start) - 1
        last = bisect_right(self._offsets, end - 1) - 1
        base = self._starts[first] + start - self._offsets[first]
        upto = self._starts[last] + end - self._offsets[last]
        if upto - base > 2 * (end - start) + CHUNK:  # headers outweigh content: read singly
            return b"".join(self._pieces(first, last, start, end))
        raw = memoryview(self._document.read(base, upto - base))
        return b"".join(self._views(raw, base, first, last, (start, end)))

    def _views(
        self, raw: memoryview, base: int, first: int, last: int, wanted: tuple[int, int]
    ) -> list[memoryview]:
        start, end = wanted
        views = []
        for index in range(first, last + 1):
            offset, at = self._offsets[index], self._starts[index] - base
            stop = self._offsets[index + 1] if index < last else end
            views.append(raw[at + max(start - offset, 0) : at + stop - offset])
        return views

    def _pieces(self, first: int, last: int, start: int, end: int) -> list[bytes]:
        pieces = []
        for index in range(first, last + 1):
            offset, at = self._offsets[index], self._starts[index]
            skip = max(start - offset, 0)
            stop = self._offsets[index + 1] if index < last else end
            pieces.append(self._document.read(at + skip, stop - offset - skip))
        return pieces


def _tail(
    octets: bytes, at: int, limit: int, offset: int, budget: Budget
) -> tuple[tuple[Element, ...], int]:
    """Return the elements from ``at`` to the SignedData's end, and that end, in ``octets``."""
    elements: list[Element] = []
    end = limit - offset if limit >= 0 else -1
    while True:
        if end >= 0:
            if at >= end:
                break
        elif octets[at : at + 2] == b"\0\0":
            return tuple(elements), at + 2
        element = parse_prefix(octets, at, budget=budget)
        if 0 <= end < element.after:
            raise _broken(at + offset, "a value reaches beyond what encloses it")
        elements.append(element)
        at = element.after
    return tuple(elements), at


def _after_outer(octets: bytes, at: int, outer: tuple[Header, ...], offset: int) -> int:
    """Return where the ContentInfo ends, given where the SignedData did."""
    for enclosing in (outer[1], outer[0]):
        if enclosing.end < 0:
            if octets[at - offset : at - offset + 2] != b"\0\0":
                raise _broken(at, "something follows where a value should end")
            at += 2
        elif enclosing.end != at:
            raise _broken(at, "something follows where a value should end")
    return at


def _broken(offset: int, problem: str) -> MalformedCMSError:
    return MalformedCMSError(
        "The CMS structure is broken at octet {offset}: {problem}.",
        offset=offset,
        problem=problem,
    )
