"""Written markup is read back as what was meant."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from esign.xml.markup import base64_text, tag, text
from tests.support.xml_making import xml

CHARACTERS = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc"),
        include_characters="\t\n",
        exclude_characters="\ufffe\uffff",
    ),
    max_size=40,
)


@given(CHARACTERS, CHARACTERS)
def test_text_and_attributes_are_read_back(content: str, value: str) -> None:
    """Any text survives as content and as attribute, quotes and line ends included."""
    root = xml(tag("a", text(content), value=value)).root
    assert (root.text or "") == content
    assert root.get("value") == value


def test_carriage_return_survives() -> None:
    """A carriage return is written as a reference, or the parser would drop it."""
    assert xml(tag("a", text("x\r\ny"), b="\r")).root.text == "x\r\ny"


def test_characters_xml_cannot_hold_are_left_out() -> None:
    """Control characters do not break the document."""
    assert text("a\x00b\x0bc\ud800\ufffe") == "abc"
    assert tag("a", b="x\x01y") == '<a b="xy"/>'


def test_attributes_that_are_none_are_left_out() -> None:
    """None writes no attribute, two underscores a colon, no content a closed tag."""
    assert tag("a", b=None, xmlns__p="urn:p") == '<a xmlns:p="urn:p"/>'
    assert tag("a", "", "x") == "<a>x</a>"


def test_base64_is_on_one_line() -> None:
    """Long base64 has no line breaks."""
    assert "\n" not in base64_text(b"x" * 500)
