"""Leaf text and base64 are read without guessing."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign.xml.text import all_text, decode_base64, leaf_octets, leaf_text, unquote_uri
from tests.support.xml_making import xml


@given(st.binary(max_size=200))
def test_base64_is_read_back(octets: bytes) -> None:
    """What base64 writes, in lines or not, is read back."""
    assert decode_base64(base64.encodebytes(octets).decode()) == octets
    assert decode_base64(base64.b64encode(octets)) == octets


@pytest.mark.parametrize("text", ["YQ", "YQ=", "Y!Q=", "YQ==YQ==", "=YQ=", "ə"])
def test_other_text_is_no_base64(text: str) -> None:
    """Wrong letters, missing or misplaced padding are not repaired."""
    assert decode_base64(text) is None


def test_comment_makes_no_leaf() -> None:
    """A value with a comment inside is no plain value (CVE-2025-29775)."""
    assert leaf_text(xml("<a>x<!-- c -->y</a>").root) is None
    assert leaf_octets(xml("<a>YQ<!-- c -->==</a>").root) is None
    assert leaf_octets(xml("<a> YQ == </a>").root) == b"a"
    assert leaf_octets(None) is None
    assert leaf_text(xml("<a/>").root) == ""


def test_all_text_is_trimmed() -> None:
    """Text for people is joined across comments and trimmed."""
    assert all_text(xml("<a> x<!-- c --><b>y </b></a>").root) == "xy"
    assert all_text(None) == ""


def test_percent_escapes_are_resolved() -> None:
    """A file name in a URI is read as the name it means."""
    assert unquote_uri("one%20file.txt") == "one file.txt"
    assert unquote_uri("plain") == "plain"
