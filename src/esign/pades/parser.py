"""Reads PDF syntax from octets: one value, or one indirect object, at a position.

Strict where leniency would let two readers see two documents: a key that occurs twice
in one dictionary, a number that is none, a stream without its line end are refused.

Spec: ISO 32000-1 §7.2, §7.3
"""

from __future__ import annotations

import re
from binascii import Error as HexError
from binascii import unhexlify

from esign.errors import MalformedPDFError
from esign.messages import Message
from esign.pades.objects import Dictionary, Name, Ref, Stream, Value

DEPTH = 64
"""Arrays and dictionaries inside each other; real documents stay under 15."""

_SPACE = rb"[\x00\t\n\x0c\r ]"
_REGULAR = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]"
SKIP = rb"(?:[\x00\t\n\x0c\r ]++|%[^\r\n]*+)*+"
_TOKEN = re.compile(
    SKIP
    + rb"(?:/(" + _REGULAR + rb"*+)"  # 1 name
    + rb"|(\d{1,10})" + _SPACE + rb"++(\d{1,5})" + _SPACE + rb"++R(?!" + _REGULAR + rb")"  # 2, 3
    + rb"|([+-]?\d++)(?![\.\d]|" + _REGULAR + rb")"  # 4 integer
    + rb"|([+-]?(?:\d++\.\d*+|\.\d++))(?!" + _REGULAR + rb")"  # 5 real
    + rb"|(<<|>>|[\[\]<(])"  # 6 structure
    + rb"|(" + _REGULAR + rb"++))"  # 7 keyword
)  # fmt: skip
_SIMPLE_STRING = re.compile(rb"([^()\\\r]*+)\)")
_STRING_MARK = re.compile(rb"[()\\]|\r\n?")
_HEADER = re.compile(
    SKIP + rb"(\d{1,10})" + _SPACE + rb"++(\d{1,5})" + _SPACE + rb"++obj(?!" + _REGULAR + rb")"
)
_KEYWORD = re.compile(SKIP + rb"(" + _REGULAR + rb"++)")
_STREAM_START = re.compile(rb"\r?\n")
_NAME_ESCAPE = re.compile(r"#([0-9A-Fa-f]{2})")
_KEYWORDS: dict[bytes, Value] = {b"null": None, b"true": True, b"false": False}
_ESCAPES = {
    0x6E: b"\n", 0x72: b"\r", 0x74: b"\t", 0x62: b"\b", 0x66: b"\f",
    0x28: b"(", 0x29: b")", 0x5C: b"\\",
}  # fmt: skip
_CLOSE = object()
_END = object()


class Parser:
    """A position in octets; ``base`` is where the octets begin in the file."""

    __slots__ = ("base", "octets", "position", "spans")

    def __init__(self, octets: bytes, position: int = 0, *, base: int = 0) -> None:
        self.octets = octets
        self.position = position
        self.base = base
        self.spans: dict[str, tuple[int, int]] | None = None
        """When a dictionary: filled with where in the file each value of the outermost
        dictionary begins and ends."""

    def value(self) -> Value:
        """Return the next value.

        Raises:
            MalformedPDFError: what follows is no PDF value.
        """
        value = self._item(0)
        if value is _CLOSE or value is _END:
            raise self._malformed("a value was expected")
        return value  # type: ignore[return-value]

    def indirect_object(self) -> tuple[int, int, Value]:
        """Return ``(number, generation, value)`` of the ``n g obj`` that follows.

        Spec: ISO 32000-1 §7.3.10
        """
        header = _HEADER.match(self.octets, self.position)
        if header is None:
            raise self._malformed("an indirect object was expected")
        self.position = header.end()
        value = self.value()
        keyword = self.keyword()
        if keyword == b"stream":
            value = self._stream(value)
        elif keyword != b"endobj":
            raise self._malformed("the object does not end where it should")
        return int(header[1]), int(header[2]), value

    def keyword(self) -> bytes:
        """Return the next keyword, or nothing at the end of the octets."""
        match = _KEYWORD.match(self.octets, self.position)
        if match is None:
            return b""
        self.position = match.end()
        return match[1]

    def _item(self, depth: int) -> object:
        token = _TOKEN.match(self.octets, self.position)
        if token is None:
            raise self._malformed("a value was expected")
        self.position = token.end()
        kind = token.lastindex
        if kind == 1:
            return _name(token[1])
        if kind == 3:
            return Ref(int(token[2]), int(token[3]))
        if kind == 4:
            return self._integer(token[4])
        if kind == 5:
            return float(token[5])
        if kind == 6:
            return self._structure(token[6], depth)
        word = token[7]
        if word not in _KEYWORDS:
            raise self._malformed("an unknown word stands where a value should be")
        return _KEYWORDS[word]

    def _integer(self, digits: bytes) -> int:
        if len(digits) > 20:  # larger than any offset or count; keeps int() linear
            raise self._malformed("a number is too large")
        return int(digits)

    def _structure(self, mark: bytes, depth: int) -> object:
        if mark == b"<<":
            return self._dictionary(depth + 1)
        if mark == b"[":
            return self._array(depth + 1)
        if mark == b"<":
            return self._hex_string()
        if mark == b"(":
            return self._string()
        return _CLOSE if mark == b"]" else _END

    def _array(self, depth: int) -> list[Value]:
        if depth > DEPTH:
            raise self._malformed("values are nested more than {depth} deep", depth=DEPTH)
        items: list[Value] = []
        while (item := self._item(depth)) is not _CLOSE:
            if item is _END:
                raise self._malformed("an array is not closed")
            items.append(item)  # type: ignore[arg-type]
        return items

    def _dictionary(self, depth: int) -> Dictionary:
        if depth > DEPTH:
            raise self._malformed("values are nested more than {depth} deep", depth=DEPTH)
        spans = self.spans if depth == 1 else None
        entries: Dictionary = {}
        while (key := self._item(depth)) is not _END:
            if type(key) is not Name:
                raise self._malformed("a dictionary key is not a name")
            before = self.position
            item = self._item(depth)
            if item is _CLOSE or item is _END:
                raise self._malformed("a dictionary key has no value")
            if key in entries:
                raise self._malformed("the key /{key} occurs twice in one dictionary", key=key)
            if spans is not None:
                start = _skip(self.octets, before)
                spans[key] = (self.base + start, self.base + self.position)
            entries[key] = item  # type: ignore[assignment]
        return entries

    def _hex_string(self) -> bytes:
        end = self.octets.find(b">", self.position)
        if end < 0:
            raise self._malformed("a hexadecimal string is not closed")
        digits = self.octets[self.position : end]
        self.position = end + 1
        try:
            return unhexlify(digits)
        except HexError:
            digits = re.sub(_SPACE, b"", digits)
        try:
            return unhexlify(digits + b"0" * (len(digits) % 2))
        except HexError:
            raise self._malformed("a hexadecimal string holds something else") from None

    def _string(self) -> bytes:
        simple = _SIMPLE_STRING.match(self.octets, self.position)
        if simple is not None:
            self.position = simple.end()
            return simple[1]
        return self._involved_string()

    def _involved_string(self) -> bytes:
        octets, open_parentheses, parts = self.octets, 1, []
        plain = self.position
        while (match := _STRING_MARK.search(octets, self.position)) is not None:
            mark = match[0]
            self.position = match.end()
            if mark == b"(" or mark == b")":
                open_parentheses += 1 if mark == b"(" else -1
                if open_parentheses == 0:
                    parts.append(octets[plain : match.start()])
                    return b"".join(parts)
                continue
            parts.append(octets[plain : match.start()])
            # A bare line end counts as one line feed.
            parts.append(self._escape() if mark == b"\\" else b"\n")
            plain = self.position
        raise self._malformed("a string is not closed")

    def _escape(self) -> bytes:
        following = self.octets[self.position : self.position + 3]
        if not following:
            raise self._malformed("a string is not closed")
        if following[0] in _ESCAPES:
            self.position += 1
            return _ESCAPES[following[0]]
        if following[:2] == b"\r\n":
            self.position += 2
            return b""
        if following[:1] in (b"\r", b"\n"):
            self.position += 1
            return b""
        octal = re.match(rb"[0-7]{1,3}", following)
        if octal is None:  # an unknown escape is the character itself
            return b""
        self.position += octal.end()
        return bytes((int(octal[0], 8) & 0xFF,))

    def _stream(self, value: Value) -> Stream:
        start = _STREAM_START.match(self.octets, self.position)
        if start is None or not isinstance(value, dict):
            raise self._malformed("a stream does not begin as it should")
        self.position = start.end()
        return Stream(value, self.base + self.position)

    def _malformed(self, what: str, **values: object) -> MalformedPDFError:
        return MalformedPDFError(
            "The PDF cannot be read at octet {position}: {what}.",
            position=self.base + self.position,
            what=Message(what, **values),
        )


_SKIP = re.compile(SKIP)


def _skip(octets: bytes, position: int) -> int:
    match = _SKIP.match(octets, position)
    return position if match is None else match.end()


def _name(raw: bytes) -> Name:
    text = raw.decode("latin-1")
    if "#" in text:
        text = _NAME_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    return Name(text)
