"""The values a PDF is made of, as plain Python where Python has them.

=============  ======================================================
PDF            here
=============  ======================================================
null           ``None``
boolean        ``bool``
integer, real  ``int``, ``float``
string         ``bytes`` (escapes and hexadecimal already undone)
name           :class:`Name` (a ``str``; ``#xx`` already undone)
array          ``list``
dictionary     ``dict`` from :class:`Name`
reference      :class:`Ref`
stream         :class:`Stream` (its data stay in the file until asked for)
=============  ======================================================

Spec: ISO 32000-1 §7.3
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias


class Name(str):
    """A PDF name without its slash."""

    __slots__ = ()


class Ref(NamedTuple):
    """An indirect reference, ``12 0 R``."""

    number: int
    generation: int


class Stream:
    """A stream's dictionary and where its data begin in the file.

    Spec: ISO 32000-1 §7.3.8
    """

    __slots__ = ("dictionary", "start")

    def __init__(self, dictionary: Dictionary, start: int) -> None:
        self.dictionary = dictionary
        self.start = start


Value: TypeAlias = (
    bool | int | float | bytes | Name | Ref | Stream | list["Value"] | dict[str, "Value"] | None
)
Dictionary: TypeAlias = dict[str, Value]


def same(one: Value, other: Value) -> bool:
    """True when two values are the same PDF value; an entry of null equals no entry.

    ``1``, ``1.0`` and ``true`` differ here, and references are compared as references.
    Streams are never the same by value: their data are compared where the file is known.
    """
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        assert isinstance(other, dict)
        return all(same(one.get(key), other.get(key)) for key in one.keys() | other.keys())
    if isinstance(one, list):
        assert isinstance(other, list)
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def references_in(value: Value) -> Iterator[tuple[str, Ref]]:
    """Yield every reference inside a value with the dictionary key nearest above it."""
    pending: list[tuple[str, Value]] = [("", value)]
    while pending:
        key, item = pending.pop()
        if isinstance(item, Ref):
            yield key, item
        elif isinstance(item, Stream):
            pending.append((key, item.dictionary))
        elif isinstance(item, dict):
            pending.extend(item.items())
        elif isinstance(item, list):
            pending.extend((key, element) for element in item)


def as_dictionary(value: Value) -> Dictionary:
    """Return a dictionary (a stream's counts), or an empty one for anything else."""
    if isinstance(value, Stream):
        return value.dictionary
    return value if isinstance(value, dict) else {}


def as_list(value: Value) -> list[Value]:
    """Return an array, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def as_text(value: Value) -> str | None:
    """Return a text string decoded, or None when the value is no string.

    Spec: ISO 32000-1 §7.9.2.2 (PDFDocEncoding, UTF-16BE), ISO 32000-2 §7.9.2.2 (UTF-8)
    """
    if not isinstance(value, bytes):
        return None
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    if value.startswith(b"\xef\xbb\xbf"):
        return value[3:].decode("utf-8", "replace")
    return value.decode("latin-1").translate(_PDF_DOC)


# PDFDocEncoding where it differs from Latin-1 (ISO 32000-1 Annex D.2).
# ruff: noqa: RUF001 -- the letters look alike because the encoding has them all
_PDF_DOC = {
    0x18: "˘", 0x19: "ˇ", 0x1A: "ˆ", 0x1B: "˙", 0x1C: "˝", 0x1D: "˛", 0x1E: "˚", 0x1F: "˜",
    0x80: "•", 0x81: "†", 0x82: "‡", 0x83: "…", 0x84: "—", 0x85: "–", 0x86: "ƒ", 0x87: "⁄",
    0x88: "‹", 0x89: "›", 0x8A: "−", 0x8B: "‰", 0x8C: "„", 0x8D: "“", 0x8E: "”", 0x8F: "‘",
    0x90: "’", 0x91: "‚", 0x92: "™", 0x93: "ﬁ", 0x94: "ﬂ", 0x95: "Ł", 0x96: "Œ", 0x97: "Š",
    0x98: "Ÿ", 0x99: "Ž", 0x9A: "ı", 0x9B: "ł", 0x9C: "œ", 0x9D: "š", 0x9E: "ž", 0xA0: "€",
}  # fmt: skip
