"""Writing markup: elements with attributes and text, escaped, without added white space.

Spec: W3C XML 1.0 §2.4, §3.1
"""

from __future__ import annotations

import base64

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


def tag(name: str, *content: str, **attributes: str | None) -> str:
    """Return an element of ready-made content; attributes that are None are left out.

    Two underscores in an attribute's name stand for a colon.
    """
    written = "".join(
        f' {key.replace("__", ":")}="{_allowed(value).translate(_ATTRIBUTE)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(content)
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def text(value: str) -> str:
    """Return text as content; characters that XML cannot hold are left out."""
    return _allowed(value).translate(_TEXT)


def base64_text(octets: bytes) -> str:
    """Return octets as base64 on one line."""
    return base64.b64encode(octets).decode("ascii")


def _allowed(value: str) -> str:
    return value if value.isprintable() else "".join(filter(_is_character, value))


def _is_character(one: str) -> bool:
    return (
        one in "\t\n\r"
        or " " <= one <= "\ud7ff"
        or "\ue000" <= one <= "\ufffd"
        or (one >= "\U00010000")
    )
