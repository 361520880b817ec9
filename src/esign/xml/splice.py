"""Putting new octets into a document without touching any other.

A signed document is never written out again from its tree: whatever a serialiser would
change (quotes, line ends, the declaration, white space in tags) stays as it came.

Spec: W3C XML 1.0 §3.1 (tags), §4.3.3 (encodings)
"""

from __future__ import annotations

from typing import NamedTuple
from xml.parsers import expat

from esign.errors import UsageError
from esign.xml.parser import XMLDocument
from esign.xml.tree import Element, is_element


class Splice(NamedTuple):
    """Octets that take the place of ``start`` to ``end``; equal ends insert."""

    start: int
    end: int
    before: bytes
    """What must come before the new content (an opened tag)."""
    after: bytes
    """What must come after it (the closing tag)."""


def append_to(document: XMLDocument, element: Element) -> Splice:
    """Return where the last child of ``element`` goes."""
    quick = _root_end(document) if element is document.root else None
    if quick is not None:
        return Splice(quick, quick, b"", b"")
    start, end = _span(document, element)
    mark, close = encoded(document, "/>"), _tag_end(document, start)
    slash = close - len(mark)
    if document.octets[slash:close] != mark:
        return Splice(end, end, b"", b"")
    # An empty-element tag: <name .../> becomes <name ...>content</name>.
    name = encoded(document, qualified_name(element))
    return Splice(
        slash,
        close,
        encoded(document, ">"),
        encoded(document, "</") + name + encoded(document, ">"),
    )


def encoded(document: XMLDocument, text: str) -> bytes:
    """Return markup in the document's own encoding, characters it lacks as references."""
    return text.encode(_encoding(document), "xmlcharrefreplace")


def qualified_name(element: Element) -> str:
    """Return the element's name as it is written, with its prefix."""
    local = element.tag.rpartition("}")[2]
    return f"{element.prefix}:{local}" if element.prefix else local


def _encoding(document: XMLDocument) -> str:
    head = document.octets[:4]
    if head.startswith(b"\xff\xfe") or head[1:2] == b"\0":
        return "utf-16-le"
    if head.startswith(b"\xfe\xff") or head[:1] == b"\0":
        return "utf-16-be"
    return "ascii"


def _root_end(document: XMLDocument) -> int | None:
    """Return where the root's end tag starts when the document plainly ends with it."""
    octets = document.octets
    tag = encoded(document, f"</{qualified_name(document.root)}>")
    tail = octets[-4096:].rstrip(b" \t\r\n") if _encoding(document) == "ascii" else octets
    if not tail.endswith(tag):
        return None
    return octets.rindex(tag)


def _span(document: XMLDocument, element: Element) -> tuple[int, int]:
    """Return the positions of an element's start tag and of its end tag, if it has one."""
    number = next(
        number
        for number, one in enumerate(filter(is_element, document.root.iter()))
        if one is element
    )
    finder = _Finder(number)
    try:
        finder.parser.Parse(document.octets, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise UsageError(
            "The document's encoding {encoding} is not one a signature can be put into;"
            " convert it to UTF-8 first.",
            encoding=document.tree.docinfo.encoding or "-",
        ) from error
    return finder.start, finder.end


class _Finder:
    """Reads a document once more to learn where its n-th element lies."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.start = self.end = 0
        self._count = self._depth = 0
        self._wanted_depth = -1
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._started
        self.parser.EndElementHandler = self._ended

    def _started(self, name: str, attributes: object) -> None:
        if self._count == self.wanted:
            self.start = self.parser.CurrentByteIndex
            self._wanted_depth = self._depth
        self._count += 1
        self._depth += 1

    def _ended(self, name: str) -> None:
        self._depth -= 1
        if self._depth == self._wanted_depth:
            self.end = self.parser.CurrentByteIndex
            self._wanted_depth = -1


def _tag_end(document: XMLDocument, start: int) -> int:
    """Return the position after the tag that starts at ``start``."""
    width = len(encoded(document, "x"))
    octets = document.octets
    quote = b""
    quotes = (encoded(document, "'"), encoded(document, '"'))
    close = encoded(document, ">")
    at = start
    while at < len(octets):
        unit = octets[at : at + width]
        at += width
        if quote:
            quote = b"" if unit == quote else quote
        elif unit in quotes:
            quote = unit
        elif unit == close:
            return at
    return at
