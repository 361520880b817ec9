"""Appearances hold the text in a box, in letters of their own font."""

# ruff: noqa: RUF001 -- Azerbaijani letters

from __future__ import annotations

import re
import zlib

import pytest

from esign.errors import UsageError
from esign.pades.appearance import put_appearance
from esign.pades.file import View
from esign.pades.objects import Stream, Value
from esign.pades.update import Update
from tests.support.pdf_making import document, opened


def _appearance(
    text: str, size: tuple[float, float] = (200, 60), turned: int = 0
) -> tuple[View, Stream]:
    octets = document()
    update = Update(opened(octets))
    reference = put_appearance(update, text, size=size, turned=turned)
    view = opened(octets + update.octets("seed")).last
    stream = view.resolve(reference)
    assert isinstance(stream, Stream)
    return view, stream


def _content(view: View, stream: Stream) -> bytes:
    return zlib.decompress(view.stream_data(stream))


def _letters(view: View, stream: Stream) -> str:
    resources = view.dictionary(stream.dictionary["Resources"])
    font = view.dictionary(view.dictionary(resources["Font"])["F"])
    mapping = view.resolve(font["ToUnicode"])
    assert isinstance(mapping, Stream)
    pairs = re.findall(rb"<(\w{4})> <(\w+)>\n", zlib.decompress(view.stream_data(mapping)))
    known = {code: bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
    shown = b"".join(re.findall(rb"<(\w+)> Tj", _content(view, stream)))
    return "".join(known[shown[i : i + 4]] for i in range(0, len(shown), 4))


def test_text_can_be_read_back_from_the_page() -> None:
    """Searching and copying give the signer's letters."""
    assert _letters(*_appearance("Əliyeva Şəhla\nİlqar qızı")) == "Əliyeva Şəhlaİlqar qızı"


def test_long_lines_are_broken_and_made_smaller() -> None:
    """Words move to the next line until the text fits."""
    view, stream = _appearance(
        "a long line of many words that does not fit the box at all", (100, 40)
    )
    content = _content(view, stream)
    assert content.count(b"Tj") > 1
    size = float(re.findall(rb"/F ([\d.]+) Tf", content)[0])
    assert size < 12


def test_a_box_too_small_is_refused() -> None:
    """Letters smaller than four points help nobody."""
    with pytest.raises(UsageError, match="larger"):
        _appearance("some text", (10, 5))


def test_letters_the_font_lacks_are_named() -> None:
    """The error shows which letters, so that another text can be given."""
    with pytest.raises(UsageError, match="字"):
        _appearance("字")


@pytest.mark.parametrize(
    ("turned", "matrix"),
    [(0, [1, 0, 0, 1, 0, 0]), (90, [0, 1, -1, 0, 0, 0]), (270, [0, -1, 1, 0, 0, 0])],
)
def test_the_content_is_turned_against_the_page(turned: int, matrix: list[Value]) -> None:
    """On a page turned clockwise the text is turned back."""
    _, stream = _appearance("text", turned=turned)
    assert stream.dictionary["Matrix"] == matrix
