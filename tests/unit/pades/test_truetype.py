"""The package's font is read, and cut to a few glyphs that still are a font."""

# ruff: noqa: RUF001 -- Azerbaijani letters

from __future__ import annotations

import struct

import pytest

from esign.pades.truetype import TrueTypeFont, signature_font

AZERBAIJANI = "AaBbCcÇçDdEeƏəFfGgĞğHhXxIıİiJjKkQqLlMmNnOoÖöPpRrSsŞşTtUuÜüVvYyZz"


@pytest.mark.parametrize("letters", [AZERBAIJANI, "АаЯяЁё", "Ωω", "ქართული", "№ € – “”"])
def test_the_font_has_the_letters_its_users_write(letters: str) -> None:
    """Azerbaijani, Russian, Greek and Georgian names can be shown."""
    font = signature_font()
    assert [letter for letter in letters if font.glyph(letter) is None] == []


def test_a_letter_the_font_lacks_is_none() -> None:
    """Chinese letters are not in it."""
    assert signature_font().glyph("字") is None


def test_a_subset_holds_the_glyphs_in_order() -> None:
    """Glyph numbers count from one in the order asked for, with their widths and outlines."""
    font = signature_font()
    wanted = [font.glyph(letter) or 0 for letter in "Şə"]
    octets = font.subset(wanted)
    assert len(octets) < 5000
    tables = _tables(octets)
    count = struct.unpack_from(">H", tables["maxp"], 4)[0]
    assert count == len(tables["loca"]) // 4 - 1 == len(tables["hmtx"]) // 4
    widths = struct.unpack(f">{2 * count}H", tables["hmtx"])[::2]
    assert list(widths[1:3]) == [font.width(glyph) for glyph in wanted]


def test_composite_glyphs_bring_their_parts() -> None:
    """Ş is S with a cedilla: more glyphs than asked for, all within the subset."""
    font = signature_font()
    octets = font.subset([font.glyph("Ş") or 0])
    count = struct.unpack_from(">H", _tables(octets)["maxp"], 4)[0]
    assert count > 2


def test_the_whole_font_sums_to_the_constant() -> None:
    """The checksum that font readers may verify is right."""
    octets = signature_font().subset([3, 4, 5])
    padded = octets + bytes(-len(octets) % 4)
    assert sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF == 0xB1B0AFBA


def test_a_font_without_a_unicode_map_is_refused() -> None:
    """A subset has no character map: it cannot be a source of glyphs again."""
    with pytest.raises(KeyError):
        TrueTypeFont(signature_font().subset([3]))


def _tables(octets: bytes) -> dict[str, bytes]:
    count = struct.unpack_from(">H", octets, 4)[0]
    entries = [struct.unpack_from(">4sLLL", octets, 12 + 16 * index) for index in range(count)]
    return {tag.decode(): octets[start : start + length] for tag, _, start, length in entries}
