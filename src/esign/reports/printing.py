"""Text from strangers, made fit for a line on a terminal.

Names in certificates, files and fields are chosen by whoever made them. Line breaks, escape
sequences or changes of direction in them could draw a verdict that nobody gave.
"""

from __future__ import annotations

import unicodedata

_MOVING = frozenset(("Cc", "Cf", "Zl", "Zp"))
"""Unicode categories: controls, format characters, line and paragraph separators."""


def harmless(text: str) -> str:
    """Return the text with control and direction characters made visible as a mark."""
    if text.isprintable():
        return text
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each) in _MOVING else each
        for each in text
    )
