"""Read BER as views over the octets that came; DER is the special case that most is.

Elements are cut on demand: :func:`parse` looks at one header, :attr:`Element.children` at
the headers one level down. Only an indefinite length makes the reader look for its end,
to a bounded depth. Nothing recurses over what a hostile input could nest without end, and
every element cut is counted.

This is a hot path: an element costs one object with plain slots, no dataclass and no
check that the caller's next step would make anyway.

Spec: ITU-T X.690 §8
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from esign.asn1 import tags
from esign.asn1.headers import counting
from esign.errors import LimitExceededError, MalformedASN1Error
from esign.limits import DEFAULT_LIMITS, Budget

_FEW = 4096
"""Octets that hold too few elements to look at the bound first."""
MAX_INTEGER_OCTETS = 1024
"""RFC 5280 allows serial numbers of 20 octets; the largest RSA moduli have 2,048."""


class Element:
    """One TLV: where it starts, where its content lies, and where the next one starts."""

    __slots__ = ("_children", "after", "body", "budget", "end", "octets", "start", "tag")

    def __init__(  # noqa: PLR0913 - one positional call is the cheapest way to make one
        self,
        octets: bytes,
        start: int,
        body: int,
        end: int,
        after: int,
        tag: int,
        budget: Budget | None = None,
    ) -> None:
        self.octets = octets
        self.start = start
        self.body = body
        self.end = end
        self.after = after
        self.tag = tag
        self.budget = budget
        self._children: tuple[Element, ...] | None = None

    @property
    def encoded(self) -> bytes:
        """The exact octets as they came, header included."""
        return self.octets[self.start : self.after]

    @property
    def content(self) -> bytes:
        """The octets between header and end."""
        return self.octets[self.body : self.end]

    @property
    def is_constructed(self) -> bool:
        """Whether the content is itself a series of elements."""
        return bool(self.tag & tags.CONSTRUCTED)

    @property
    def children(self) -> tuple[Element, ...]:
        """The elements inside; cut once.

        Raises:
            MalformedASN1Error: the element is primitive, or its content is no series of TLVs.
        """
        known = self._children
        if known is None:
            if not self.tag & 0x20:
                raise _malformed(self.start, "a value that should hold others holds octets")
            known = self._children = tuple(_cut(self.octets, self.body, self.end, self.budget))
        return known

    def __repr__(self) -> str:
        return f"Element(tag=0x{self.tag:02x}, start={self.start}, length={self.end - self.body})"


def parse(octets: bytes, *, budget: Budget | None = None, start: int = 0) -> Element:
    """Return the one element that fills ``octets`` from ``start``.

    Raises:
        MalformedASN1Error: it is cut short, or something follows it.
    """
    element = _element(octets, start, len(octets), counting(octets, budget))
    if element.after != len(octets):
        raise _malformed(element.after, "octets follow the end of the structure")
    return element


def parse_prefix(octets: bytes, start: int = 0, *, budget: Budget | None = None) -> Element:
    """Return the element at ``start``; ``after`` tells where it ends."""
    limit = len(octets)
    # What most small elements begin with is read here; everything else goes the long way.
    if start + 2 <= limit and octets[start] & 0x1F != 0x1F and octets[start + 1] < 0x80:
        body = start + 2
        end = body + octets[start + 1]
        if end <= limit and (budget := counting(octets, budget)) is None:
            return Element(octets, start, body, end, end, octets[start])
    return _element(octets, start, limit, counting(octets, budget))


def require(element: Element, tag: int, what: str) -> Element:
    """Return ``element`` if it has the tag.

    Raises:
        MalformedASN1Error: it is something else; ``what`` is named in the sentence.
    """
    if element.tag != tag:
        raise MalformedASN1Error(
            "{what} should have tag 0x{wanted} and has 0x{found} (octet {offset}).",
            what=what,
            wanted=f"{tag:02X}",
            found=f"{element.tag:02X}",
            offset=element.start,
        )
    return element


def read_oid(element: Element) -> str:
    """Return the object identifier in dotted form."""
    _universal(element, tags.OID)
    return _dotted(element.octets[element.body : element.end])


def read_integer(element: Element) -> int:
    """Return the INTEGER or ENUMERATED, of whatever sign.

    Raises:
        MalformedASN1Error: it is empty or longer than :data:`MAX_INTEGER_OCTETS`.
    """
    if element.tag != tags.ENUMERATED:
        _universal(element, tags.INTEGER)
    length = element.end - element.body
    if not 0 < length <= MAX_INTEGER_OCTETS:
        raise _malformed(element.start, "an integer is empty or absurdly long")
    return int.from_bytes(element.octets[element.body : element.end], "big", signed=True)


def read_octets(element: Element) -> bytes:
    """Return the OCTET STRING's octets, joined where BER cut it into segments.

    Spec: ITU-T X.690 §8.7
    """
    if not element.tag & 0x20:
        _universal(element, tags.OCTET_STRING)
        return element.octets[element.body : element.end]
    _universal(element, tags.OCTET_STRING | tags.CONSTRUCTED)
    return b"".join(segment.content for segment in _segments(element, tags.OCTET_STRING))


def read_bits(element: Element) -> bytes:
    """Return the BIT STRING's octets, unused bits cleared.

    Spec: ITU-T X.690 §8.6
    """
    if not element.tag & 0x20:
        _universal(element, tags.BIT_STRING)
        return _bits(element)
    _universal(element, tags.BIT_STRING | tags.CONSTRUCTED)
    return b"".join(_bits(segment) for segment in _segments(element, tags.BIT_STRING))


def read_boolean(element: Element) -> bool:
    """Return the BOOLEAN; BER lets any octet but zero mean true."""
    _universal(element, tags.BOOLEAN)
    if element.end - element.body != 1:
        raise _malformed(element.start, "a boolean must have one octet")
    return element.octets[element.body] != 0


def read_time(element: Element, *, tag: int | None = None) -> datetime:
    """Return the UTCTime or GeneralizedTime, aware, in UTC.

    Args:
        element: the value.
        tag: which of the two it is, where an implicit tag hides it.

    Raises:
        MalformedASN1Error: it names no point in time; a local time without offset is none.

    Spec: RFC 5280 §4.1.2.5, ITU-T X.680 §46 and §47
    """
    kind = element.tag if tag is None else tag
    octets = element.octets[element.body : element.end]
    if kind not in (tags.UTC_TIME, tags.GENERALIZED_TIME):
        raise _malformed(element.start, "a time was expected")
    try:
        return _moment(kind, octets)
    except (ValueError, OverflowError) as error:
        raise _malformed(element.start, "a time is not written as X.680 says") from error


def read_text(element: Element, *, tag: int | None = None) -> str:
    """Return the characters of any of the string types.

    Args:
        element: the value.
        tag: its type, where an implicit tag hides it.

    Raises:
        MalformedASN1Error: it is no string type, or not in its character set.
    """
    kind = element.tag if tag is None else tag
    encoding = _ENCODINGS.get(kind & ~0x20)
    if encoding is None:
        raise _malformed(element.start, "a character string was expected")
    if element.tag & 0x20:
        octets = b"".join(each.content for each in _segments(element, None))
    else:
        octets = element.octets[element.body : element.end]
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError as error:
        raise _malformed(element.start, "a text is not in its character set") from error


_ENCODINGS = {
    tags.UTF8_STRING: "utf-8",
    tags.NUMERIC_STRING: "ascii",
    tags.PRINTABLE_STRING: "latin-1",  # umlauts in PrintableString are common in the field
    tags.TELETEX_STRING: "latin-1",  # as everybody reads it; T.61 proper was never written
    tags.IA5_STRING: "latin-1",
    tags.VISIBLE_STRING: "latin-1",
    tags.GENERAL_STRING: "latin-1",
    tags.UNIVERSAL_STRING: "utf-32-be",
    tags.BMP_STRING: "utf-16-be",
}


def _malformed(offset: int, problem: str) -> MalformedASN1Error:
    return MalformedASN1Error(
        "The ASN.1 structure is broken at octet {offset}: {problem}.",
        offset=offset,
        problem=problem,
    )


def _universal(element: Element, tag: int) -> None:
    # Context tags hide the type, so only the structure around them can know; a tag of any
    # other class that is not this type's is never read as this one.
    if element.tag != tag and element.tag & 0xC0 != 0x80:
        require(element, tag, "A value")


def _element(octets: bytes, start: int, limit: int, budget: Budget | None) -> Element:
    tag, body, end = _header(octets, start, limit)
    if budget is not None:
        budget.spend("asn1_elements")
    if end >= 0:
        return Element(octets, start, body, end, end, tag, budget)
    end = _end_of_contents(octets, body, limit, budget)
    return Element(octets, start, body, end, end + 2, tag, budget)


def _cut(octets: bytes, start: int, limit: int, budget: Budget | None) -> list[Element]:
    """Return the elements between ``start`` and ``limit``, which they must fill exactly."""
    found: list[Element] = []
    if limit - start > _FEW:
        _require_few(octets, start, limit, _elements_left(budget))
    append = found.append
    while start < limit:
        # The two commonest headers are read here; everything else goes the long way.
        tag = octets[start]
        body = start + 2
        length = octets[start + 1] if body <= limit and tag & 0x1F != 0x1F else 0x80
        if length < 0x80:
            end = after = body + length
        elif length == 0x82 and body + 2 <= limit:
            end = after = body + 2 + (octets[body] << 8 | octets[body + 1])
            body += 2
        else:
            tag, body, end = _header(octets, start, limit)
            after = end
            if end < 0:
                end = _end_of_contents(octets, body, limit, budget)
                after = end + 2
        if after > limit:
            raise _malformed(start, "a value is cut short")
        append(Element(octets, start, body, end, after, tag, budget))
        start = after
    if budget is not None:
        budget.spend("asn1_elements", len(found))
    return found


def _header(octets: bytes, start: int, limit: int) -> tuple[int, int, int]:
    """Return tag, start and end of the content; an indefinite length has the end -1."""
    if start + 2 > limit:
        raise _malformed(start, "a value is cut short")
    tag = octets[start]
    position = start + 1
    if tag & 0x1F == 0x1F:
        tag, position = _high_tag(octets, position, limit, tag)
    length = octets[position]
    position += 1
    if length < 0x80:
        end = position + length
    elif length == 0x80:
        if not tag & 0x20:
            raise _malformed(start, "a primitive value has no length")
        return tag, position, -1
    else:
        count = length & 0x7F
        if position + count > limit or count == 0x7F:
            raise _malformed(start, "a length is cut short")
        end = position + count + int.from_bytes(octets[position : position + count], "big")
        position += count
    if end > limit:
        raise _malformed(start, "a value is cut short")
    return tag, position, end


def _high_tag(octets: bytes, position: int, limit: int, leading: int) -> tuple[int, int]:
    number = 0
    for index in range(position, min(position + 4, limit - 1)):
        octet = octets[index]
        number = number << 7 | octet & 0x7F
        if not octet & 0x80:
            return number << 8 | leading, index + 1
    raise _malformed(position, "a tag number is cut short or absurdly large")


def _end_of_contents(octets: bytes, start: int, limit: int, budget: Budget | None) -> int:
    """Return where the end-of-contents octets lie that close the value opened before ``start``.

    Spec: ITU-T X.690 §8.1.5
    """
    bound = budget.limits.nesting if budget is not None else DEFAULT_LIMITS.nesting
    depth = seen = 0
    most = _elements_left(budget)
    while True:
        if octets[start : start + 2] == b"\0\0" and start + 2 <= limit:
            if depth == 0:
                _spend(budget, seen)
                return start
            depth -= 1
            start += 2
            continue
        _, body, end = _header(octets, start, limit)
        seen += 1
        if seen > most:
            raise _too_many(most)
        if end < 0:
            depth += 1
            if depth > bound:
                raise LimitExceededError(
                    "This input nests more than {bound} values of open length, the limit set "
                    "for it.",
                    limit="nesting",
                    bound=bound,
                )
        start = body if end < 0 else end


def _spend(budget: Budget | None, count: int) -> None:
    if budget is not None and count:
        budget.spend("asn1_elements", count)


def _elements_left(budget: Budget | None) -> int:
    if budget is None:
        return DEFAULT_LIMITS.asn1_elements
    return budget.limits.asn1_elements - budget.spent.get("asn1_elements", 0)


def _require_few(octets: bytes, start: int, limit: int, bound: int) -> None:
    """Raise before memory is spent on more elements than the bound; nothing is kept."""
    if (limit - start) >> 1 <= bound:
        return
    count = 0
    while start < limit:
        _, body, end = _header(octets, start, limit)
        start = end if end >= 0 else _end_of_contents(octets, body, limit, None) + 2
        count += 1
        if count > bound:
            raise _too_many(bound)


def _too_many(bound: int) -> LimitExceededError:
    return LimitExceededError(
        "This input needs more than {bound} ASN.1 elements, the limit set for it.",
        limit="asn1_elements",
        bound=bound,
    )


def _segments(element: Element, tag: int | None) -> list[Element]:
    """Return the primitive segments of a constructed string, in order."""
    flat: list[Element] = []
    budget = element.budget
    bound = budget.limits.nesting if budget is not None else DEFAULT_LIMITS.nesting
    stack = [(element, 0)]
    while stack:
        current, depth = stack.pop()
        if current.tag & 0x20:
            if depth >= bound:
                raise LimitExceededError(
                    "This input cuts a string into segments of segments more than {bound} deep.",
                    limit="nesting",
                    bound=bound,
                )
            stack.extend((child, depth + 1) for child in reversed(current.children))
        elif tag is not None and current.tag != tag:
            raise _malformed(current.start, "a segment is of another type than its string")
        else:
            flat.append(current)
    return flat


def _bits(element: Element) -> bytes:
    octets = element.octets[element.body : element.end]
    if not octets or octets[0] > 7 or (octets[0] and len(octets) == 1):
        raise _malformed(element.start, "a bit string is broken")
    unused = octets[0]
    if not unused:
        return octets[1:]
    return octets[1:-1] + bytes([octets[-1] >> unused << unused])


@lru_cache(maxsize=4096)
def _dotted(octets: bytes) -> str:
    if not octets or octets[-1] & 0x80 or len(octets) > 128:
        raise MalformedASN1Error("An object identifier is empty, cut short or absurdly long.")
    arcs: list[int] = []
    value = 0
    for octet in octets:
        if value == 0 and octet == 0x80:
            raise MalformedASN1Error("An object identifier has an arc with leading zeros.")
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


@lru_cache(maxsize=1024)
def _moment(kind: int, octets: bytes) -> datetime:
    text = octets.decode("ascii")
    if kind == tags.UTC_TIME:
        year = int(text[:2]) if text[:2].isdigit() else -1
        if year < 0:
            raise ValueError(text)
        text = ("19" if year >= 50 else "20") + text
    digits = text[:14]
    if len(digits) == 14 and digits.isdigit():
        rest = text[14:]
    else:  # BER lets the seconds be left out
        digits, rest = text[:12], text[12:]
        if len(digits) != 12 or not digits.isdigit():
            raise ValueError(text)
        digits += "00"
    fraction, zone = _fraction(rest) if kind == tags.GENERALIZED_TIME else (0, rest)
    month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(4, 14, 2))
    moment = datetime(
        int(digits[:4]), month, day, hour, minute, second, fraction, tzinfo=_zone(zone)
    )
    return moment.astimezone(UTC)


def _fraction(text: str) -> tuple[int, str]:
    """Return microseconds and what follows; finer fractions are cut off, never rounded up."""
    if not text or text[0] not in ".,":
        return 0, text
    end = 1
    while end < len(text) and text[end].isdigit():
        end += 1
    if end == 1:
        raise ValueError(text)
    return int(text[1:end][:6].ljust(6, "0")), text[end:]


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    if len(text) == 5 and text[0] in "+-" and text[1:].isdigit():
        offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:]))
        return timezone(offset if text[0] == "+" else -offset)
    raise ValueError(text)
