"""Text of leaf elements, and base64, read without guessing.

A comment inside a digest is not in the octets that were signed but splits what a careless
reader sees (CVE-2025-29775); where a value decides something it must be plain text.
"""

from __future__ import annotations

import binascii
from urllib.parse import unquote

from esign.xml.tree import Element, text_pieces


def leaf_text(element: Element) -> str | None:
    """Return the text, or None when anything but text is inside."""
    return (element.text or "") if len(element) == 0 else None


def all_text(element: Element | None) -> str:
    """Return all text inside, trimmed; empty for a missing element."""
    if element is None:
        return ""
    return ("".join(text_pieces(element)) if len(element) else element.text or "").strip()


def decode_base64(text: str | bytes) -> bytes | None:
    """Return the octets, or None when it is not base64; white space may stand anywhere."""
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        pass  # usually white space, which is looked for only where something is in the way
    octets = text.encode("ascii", "replace") if isinstance(text, str) else text
    try:
        return binascii.a2b_base64(b"".join(octets.split()), strict_mode=True)
    except binascii.Error:
        return None


def leaf_octets(element: Element | None) -> bytes | None:
    """Return what a leaf element holds in base64, or None."""
    return None if element is None or len(element) else decode_base64(element.text or "")


def unquote_uri(uri: str) -> str:
    """Return the name a relative reference means, percent-escapes resolved."""
    return unquote(uri) if "%" in uri else uri
