"""What a visible signature looks like: a thin frame with lines of text in it.

The letters are embedded as a subset of a TrueType font, so Azerbaijani (and Cyrillic,
Greek, Georgian) names look the same in every viewer, and PDF/A stays PDF/A.

Spec: ISO 32000-1 §12.5.5 (appearance streams), §9.7 (composite fonts), §9.10.3 (ToUnicode)
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from hashlib import sha256

from esign.errors import UsageError
from esign.pades.objects import Dictionary, Name, Ref, Value
from esign.pades.serialise import write_number
from esign.pades.truetype import TrueTypeFont, signature_font
from esign.pades.update import Update

MARGIN = 3.0
"""Points between frame and text."""
LARGEST, SMALLEST = 12.0, 4.0
"""Font sizes in points; the largest at which the text fits is taken."""
LEADING = 1.2
"""Line distance in font sizes."""
_TURNS: dict[int, list[Value]] = {
    0: [1, 0, 0, 1, 0, 0],
    90: [0, 1, -1, 0, 0, 0],
    180: [-1, 0, 0, -1, 0, 0],
    270: [0, -1, 1, 0, 0, 0],
}
"""The matrix that turns the content against the page's own turn."""


@dataclass(frozen=True, slots=True)
class _Layout:
    lines: tuple[str, ...]
    size: float


def put_appearance(update: Update, text: str, *, size: tuple[float, float], turned: int = 0) -> Ref:
    """Put the appearance stream of a text into an update and return its reference.

    Args:
        update: where the stream and its font go.
        text: lines separated by line feeds; long lines are broken.
        size: width and height of the box as a viewer shows it, in points.
        turned: the page's own turn, in degrees clockwise.

    Raises:
        UsageError: the font lacks a letter, or the box is too small for the text.
    """
    font = signature_font()
    missing = sorted({c for c in text if c != "\n" and font.glyph(c) is None})
    if missing:
        raise UsageError(
            "The font of visible signatures has no letter for {letters}; give another text.",
            letters=" ".join(missing),
        )
    width, height = size
    layout = _Layout((), LARGEST)
    if text:
        layout = _fit(font, text, width - 2 * MARGIN, height - 2 * MARGIN)
    letters = list(dict.fromkeys("".join(layout.lines)))
    fonts: Dictionary = {"Font": {"F": _font(update, font, letters)}} if letters else {}
    content = _content(font, layout, letters, (width, height))
    return update.new_stream(
        {
            "Type": Name("XObject"),
            "Subtype": Name("Form"),
            "BBox": [0, 0, width, height],
            "Matrix": _TURNS[turned],
            "Resources": fonts,
            "Filter": Name("FlateDecode"),
        },
        zlib.compress(content),
    )


def has_room(text: str, *, size: tuple[float, float]) -> bool:
    """Return whether the text can be set in a box of this width and height."""
    try:
        _fit(signature_font(), text, size[0] - 2 * MARGIN, size[1] - 2 * MARGIN)
    except UsageError:
        return False
    return True


def _fit(font: TrueTypeFont, text: str, width: float, height: float) -> _Layout:
    size = LARGEST
    while size >= SMALLEST:
        lines = [line for row in text.split("\n") for line in _broken(font, row, width / size)]
        fits = all(_width(font, line) * size <= width for line in lines)
        if fits and len(lines) * size * LEADING <= height:
            return _Layout(tuple(lines), size)
        size -= 0.5
    raise UsageError(
        "The text does not fit a box of {width} by {height} points; make it larger.",
        width=round(width + 2 * MARGIN),
        height=round(height + 2 * MARGIN),
    )


def _broken(font: TrueTypeFont, row: str, width: float) -> list[str]:
    lines = [""]
    for word in row.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and _width(font, longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _width(font: TrueTypeFont, line: str) -> float:
    """Return a line's width at font size 1."""
    return sum(font.width(font.glyph(letter) or 0) for letter in line) / font.units


def _content(
    font: TrueTypeFont, layout: _Layout, letters: list[str], size: tuple[float, float]
) -> bytes:
    codes = {letter: index for index, letter in enumerate(letters, 1)}
    number = write_number
    if not letters:
        return b""
    frame = b"q 0.5 w 0.4 G 0.5 0.5 %b %b re S Q" % (number(size[0] - 1), number(size[1] - 1))
    top = size[1] - MARGIN - layout.size * font.ascent / font.units
    parts = [frame, b"BT", b"/F %b Tf" % number(layout.size)]
    parts.append(b"%b TL" % number(layout.size * LEADING))
    parts.append(b"%b %b Td" % (number(MARGIN), number(top)))
    for line in layout.lines:
        shown = "".join(f"{codes[letter]:04X}" for letter in line)
        parts.append(b"<%b> Tj T*" % shown.encode())
    parts.append(b"ET")
    return b"\n".join(parts)


def _font(update: Update, font: TrueTypeFont, letters: list[str]) -> Ref:
    glyphs = [font.glyph(letter) or 0 for letter in letters]
    octets = font.subset(glyphs)
    name = Name(f"{_tag(octets)}+DejaVuSans")
    file = update.new_stream(
        {"Length1": len(octets), "Filter": Name("FlateDecode")}, zlib.compress(octets)
    )
    scale = 1000 / font.units
    descriptor = update.new(
        {
            "Type": Name("FontDescriptor"),
            "FontName": name,
            "Flags": 4,
            "FontBBox": [round(edge * scale) for edge in font.box],
            "ItalicAngle": 0,
            "Ascent": round(font.ascent * scale),
            "Descent": round(font.descent * scale),
            "CapHeight": round(font.ascent * scale),
            "StemV": 80,
            "FontFile2": file,
        }
    )
    widths: list[Value] = [round(font.width(glyph) * scale) for glyph in glyphs]
    info: Dictionary = {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0}
    descendant = update.new(
        {
            "Type": Name("Font"),
            "Subtype": Name("CIDFontType2"),
            "BaseFont": name,
            "CIDSystemInfo": info,
            "FontDescriptor": descriptor,
            "DW": round(font.width(0) * scale),
            "W": [1, widths],
            "CIDToGIDMap": Name("Identity"),
        }
    )
    return update.new(
        {
            "Type": Name("Font"),
            "Subtype": Name("Type0"),
            "BaseFont": name,
            "Encoding": Name("Identity-H"),
            "DescendantFonts": [descendant],
            "ToUnicode": update.new_stream(
                {"Filter": Name("FlateDecode")}, zlib.compress(_to_unicode(letters))
            ),
        }
    )


def _tag(octets: bytes) -> str:
    """Return the six letters that mark a subset (ISO 32000-1 §9.6)."""
    return "".join(chr(65 + octet % 26) for octet in sha256(octets).digest()[:6])


def _to_unicode(letters: list[str]) -> bytes:
    lines = [
        f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>"
        for code, letter in enumerate(letters, 1)
    ]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    ranges = "".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks
    )
    return (_CMAP_HEAD + ranges + _CMAP_TAIL).encode("ascii")


_CMAP_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_CMAP_TAIL = """endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
