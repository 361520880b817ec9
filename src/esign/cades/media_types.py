"""What kind of content is signed, for the attribute mime-type.

Told by the caller, else by the first octets alone: names and the tables of a machine would
make two openings of one slot differ.

Spec: EN 319 122-1 §5.2.4.2
"""

from __future__ import annotations

from esign.document import Document

UNKNOWN = "application/octet-stream"

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"<?xml", "text/xml"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
"""How common documents begin. Office files and containers are ZIP archives, and called so."""
_KNOWN = tuple(beginning for beginning, _ in _BEGINNINGS)


def media_type_of(document: Document) -> str:
    """Return the document's stated media type, or what its first octets show."""
    if document.media_type:
        return document.media_type
    head = document.read(0, 8)
    if not head.startswith(_KNOWN):
        return UNKNOWN
    for beginning, media_type in _BEGINNINGS:
        if head.startswith(beginning):
            return media_type
    return UNKNOWN
