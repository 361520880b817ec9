"""Reads a TrueType font and cuts out the few glyphs a text needs.

The tables read are cmap, glyf, head, hhea, hmtx, loca and maxp of the OpenType format.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache
from importlib import resources

_EMBEDDED = ("cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep")
_WORDS, _MORE = 0x1, 0x20
_TRANSFORMS = ((0x8, 2), (0x40, 4), (0x80, 8))
"""Component flags and how many octets of scale or matrix they announce."""


@cache
def signature_font() -> TrueTypeFont:
    """Return the font signatures show themselves in."""
    data = resources.files("esign.pades") / "data" / "DejaVuSans.ttf"
    return TrueTypeFont(data.read_bytes())


class TrueTypeFont:
    """A font of our own package; it is trusted to be well-formed."""

    def __init__(self, octets: bytes) -> None:
        self._tables = _tables(octets)
        head, hhea = self._tables["head"], self._tables["hhea"]
        self.units: int = struct.unpack_from(">H", head, 18)[0]
        self.box: tuple[int, int, int, int] = struct.unpack_from(">4h", head, 36)
        self.ascent, self.descent = struct.unpack_from(">2h", hhea, 4)
        self._metrics: int = struct.unpack_from(">H", hhea, 34)[0]
        self._count: int = struct.unpack_from(">H", self._tables["maxp"], 4)[0]
        self._offsets = self._read_offsets(struct.unpack_from(">h", head, 50)[0])
        self._glyphs = _character_map(self._tables["cmap"])

    def glyph(self, character: str) -> int | None:
        """Return a character's glyph number, or None when the font lacks it."""
        return self._glyphs.get(ord(character))

    def width(self, glyph: int) -> int:
        """Return a glyph's advance width in font units."""
        place = min(glyph, self._metrics - 1) * 4
        width: int = struct.unpack_from(">H", self._tables["hmtx"], place)[0]
        return width

    def subset(self, glyphs: Sequence[int]) -> bytes:
        """Return a font whose glyphs are .notdef, then the given ones in their order."""
        order = list(dict.fromkeys((0, *glyphs)))
        for glyph in order:  # grows while it is walked: parts of composite glyphs
            order.extend(part for part in self._parts(glyph) if part not in order)
        renumbered = {glyph: index for index, glyph in enumerate(order)}
        outlines, offsets, metrics = bytearray(), [0], bytearray()
        for glyph in order:
            outline = self._renumber(glyph, renumbered)
            outlines += outline + bytes(-len(outline) % 4)
            offsets.append(len(outlines))
            metrics += struct.pack(">Hh", self.width(glyph), self._bearing(glyph))
        tables = {name: self._tables[name] for name in _EMBEDDED if name in self._tables}
        tables["glyf"] = bytes(outlines)
        tables["loca"] = struct.pack(f">{len(offsets)}L", *offsets)
        tables["hmtx"] = bytes(metrics)
        tables["head"] = _patched(tables["head"], 8, bytes(4), 50, struct.pack(">h", 1))
        tables["hhea"] = _patched(tables["hhea"], 34, struct.pack(">H", len(order)))
        tables["maxp"] = _patched(tables["maxp"], 4, struct.pack(">H", len(order)))
        return _font(tables)

    def _read_offsets(self, is_long: int) -> Sequence[int]:
        loca = self._tables["loca"]
        if is_long:
            return struct.unpack(f">{self._count + 1}L", loca[: 4 * self._count + 4])
        halves = struct.unpack(f">{self._count + 1}H", loca[: 2 * self._count + 2])
        return [2 * half for half in halves]

    def _outline(self, glyph: int) -> bytes:
        return self._tables["glyf"][self._offsets[glyph] : self._offsets[glyph + 1]]

    def _bearing(self, glyph: int) -> int:
        metrics = self._tables["hmtx"]
        if glyph < self._metrics:
            place = 4 * glyph + 2
        else:
            place = 4 * self._metrics + 2 * (glyph - self._metrics)
        bearing: int = struct.unpack_from(">h", metrics, place)[0]
        return bearing

    def _components(self, outline: bytes) -> list[tuple[int, int]]:
        """Return (position of the glyph number, glyph number) for a composite's parts."""
        if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
            return []
        found, position, flags = [], 10, _MORE
        while flags & _MORE:
            flags, part = struct.unpack_from(">HH", outline, position)
            found.append((position + 2, part))
            position += 8 if flags & _WORDS else 6
            position += next((size for flag, size in _TRANSFORMS if flags & flag), 0)
        return found

    def _parts(self, glyph: int) -> list[int]:
        return [part for _, part in self._components(self._outline(glyph))]

    def _renumber(self, glyph: int, renumbered: dict[int, int]) -> bytes:
        outline = bytearray(self._outline(glyph))
        for position, part in self._components(bytes(outline)):
            struct.pack_into(">H", outline, position, renumbered[part])
        return bytes(outline)


def _tables(octets: bytes) -> dict[str, bytes]:
    count = struct.unpack_from(">H", octets, 4)[0]
    tables = {}
    for index in range(count):
        tag, _, offset, length = struct.unpack_from(">4sLLL", octets, 12 + 16 * index)
        tables[tag.decode("ascii")] = octets[offset : offset + length]
    return tables


def _character_map(cmap: bytes) -> dict[int, int]:
    """Return the Unicode map; format 4 suffices for what the font holds."""
    for index in range(struct.unpack_from(">H", cmap, 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHL", cmap, 4 + 8 * index)
        if (platform, encoding) in ((3, 1), (0, 3)) and cmap[offset : offset + 2] == b"\0\4":
            return _segments(cmap[offset:])
    raise ValueError("the font has no Unicode character map")


def _segments(table: bytes) -> dict[int, int]:
    count = struct.unpack_from(">H", table, 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", table, 14)
    starts = struct.unpack_from(f">{count}H", table, 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}h", table, 16 + 4 * count)
    offsets = struct.unpack_from(f">{count}H", table, 16 + 6 * count)
    found = {}
    for index in range(count):
        for code in range(starts[index], min(ends[index], 0xFFFE) + 1):
            glyph = code
            if offsets[index]:
                place = 16 + 6 * count + 2 * index + offsets[index] + 2 * (code - starts[index])
                glyph = struct.unpack_from(">H", table, place)[0]
                if not glyph:
                    continue
            found[code] = (glyph + deltas[index]) & 0xFFFF
    return found


def _patched(table: bytes, *edits: int | bytes) -> bytes:
    patched = bytearray(table)
    for position, octets in zip(edits[::2], edits[1::2], strict=True):
        assert isinstance(position, int)
        assert isinstance(octets, bytes)
        patched[position : position + len(octets)] = octets
    return bytes(patched)


def _font(tables: dict[str, bytes]) -> bytes:
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    header = struct.pack(
        ">LHHHH", 0x00010000, count, 16 * power, power.bit_length() - 1, 16 * (count - power)
    )
    directory, body = bytearray(), bytearray()
    start = len(header) + 16 * count
    for name in sorted(tables):
        octets = tables[name]
        place = start + len(body)
        directory += struct.pack(">4sLLL", name.encode(), _checksum(octets), place, len(octets))
        body += octets + bytes(-len(octets) % 4)
    font = bytearray(header + directory + body)
    # checkSumAdjustment: the whole font then sums to a constant (head, offset 8).
    head = start + sum(len(tables[n]) + -len(tables[n]) % 4 for n in sorted(tables) if n < "head")
    struct.pack_into(">L", font, head + 8, (0xB1B0AFBA - _checksum(bytes(font))) & 0xFFFFFFFF)
    return bytes(font)


def _checksum(octets: bytes) -> int:
    padded = octets + bytes(-len(octets) % 4)
    total: int = sum(struct.unpack(f">{len(padded) // 4}L", padded))
    return total & 0xFFFFFFFF
