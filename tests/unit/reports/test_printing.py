"""Nobody's name moves the cursor."""

from __future__ import annotations

import pytest

from esign.reports.printing import harmless


@pytest.mark.parametrize("hostile", ["\n", "\r", "\x1b", "\x07", "\u202e", "\u2028", "\u2029"])
def test_what_could_draw_another_line_is_marked(hostile: str) -> None:
    """Line breaks, escapes and changes of direction show as a mark; letters stay."""
    assert harmless(f"Aygün{hostile}VALID") == "Aygün\N{REPLACEMENT CHARACTER}VALID"
    assert harmless("ƏLİYEVA AYGÜN") == "ƏLİYEVA AYGÜN"
