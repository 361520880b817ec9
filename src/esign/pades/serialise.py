"""Writes PDF values as octets, the same value always the same way.

Spec: ISO 32000-1 §7.3
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from esign.errors import UsageError
from esign.pades.objects import Name, Ref, Value

_NAME_SPECIAL = re.compile(rb"[^!\"$&'*+,\-.0-9:;=?@A-Z\\^_`a-z|~]")
_STRING_SPECIAL = re.compile(rb"[()\\\r\n]")
_STRING_ESCAPES = {b"\r": b"\\r", b"\n": b"\\n"}


class Raw(bytes):
    """Octets that are written as they are: a place kept for a value known later."""

    __slots__ = ()


def write_value(value: Value | Raw) -> bytes:
    """Return a value's octets; streams are written by the update that holds their data."""
    writer = _WRITERS.get(type(value))
    if writer is None:
        raise TypeError(f"no PDF value: {type(value).__name__}")
    return writer(value)


def write_name(name: str) -> bytes:
    """Return a name with its slash, ``#xx`` where a character needs it."""
    octets = name.encode("latin-1")
    return b"/" + _NAME_SPECIAL.sub(lambda match: b"#%02X" % ord(match[0]), octets)


def write_number(number: float) -> bytes:
    """Return the shortest digits that read back as the same real, without exponent.

    A page's boxes are written again when an annotation is added: they must not move.
    """
    digits = format(Decimal(repr(float(number))), "f")
    return (digits if "." in digits else f"{digits}.0").encode()


def write_string(octets: bytes) -> bytes:
    """Return a literal string for readable octets and a hexadecimal one for others."""
    if octets.isascii() and all(octet >= 32 or octet in b"\r\n\t" for octet in octets):
        escaped = _STRING_SPECIAL.sub(
            lambda match: _STRING_ESCAPES.get(match[0], b"\\" + match[0]), octets
        )
        return b"(" + escaped + b")"
    return b"<" + octets.hex().upper().encode() + b">"


def text_string(text: str) -> bytes:
    """Return the octets of a text string: ASCII as it is, all else in UTF-16 with its mark.

    Spec: ISO 32000-1 §7.9.2.2
    """
    if text.isascii():
        return text.encode("ascii")
    try:
        return b"\xfe\xff" + text.encode("utf-16-be")
    except UnicodeEncodeError as error:
        raise UsageError(
            "{text} is no text: it holds broken characters.", text=ascii(text)
        ) from error


def _array(items: list[Value]) -> bytes:
    return b"[" + b" ".join(map(write_value, items)) + b"]"


def _dictionary(entries: dict[str, Value]) -> bytes:
    written = (write_name(key) + b" " + write_value(item) for key, item in entries.items())
    return b"<<" + b" ".join(written) + b">>"


_WRITERS: dict[type, Callable[..., bytes]] = {
    Raw: bytes,
    type(None): lambda _: b"null",
    bool: lambda value: b"true" if value else b"false",
    Name: write_name,
    Ref: lambda value: b"%d %d R" % value,
    int: lambda value: b"%d" % value,
    float: write_number,
    bytes: write_string,
    list: _array,
    dict: _dictionary,
}
