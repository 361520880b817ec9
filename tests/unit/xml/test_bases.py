"""xml:base values of elements that are left out are joined (Canonical XML 1.1 §2.4)."""

from __future__ import annotations

import pytest

from esign.xml.bases import join, join_bases


@pytest.mark.parametrize(
    ("base", "reference", "joined"),
    [
        ("http://example.org/a/b", "../c/", "http://example.org/c/"),
        ("http://example.org", "x", "http://example.org/x"),
        ("http://example.org/a?q", "", "http://example.org/a?q"),
        ("http://example.org/a", "?q", "http://example.org/a?q"),
        ("http://example.org/a", "//other.example/x", "http://other.example/x"),
        ("http://example.org/a", "urn:x:y", "urn:x:y"),
        ("a/b/", "../../../c", "../c"),
        ("..", "x", "../x"),
        ("foo/bar", "../..", "../"),
        ("/a/b", ".", "/a/"),
        ("/a", "/../b", "/b"),
        (".", ".", ""),
    ],
)
def test_join(base: str, reference: str, joined: str) -> None:
    """A reference is resolved against a base that may itself be relative."""
    assert join(base, reference) == joined


def test_outermost_comes_first() -> None:
    """Several bases are joined from the outside in."""
    assert join_bases(["http://example.org/a/", "b/", "c"]) == "http://example.org/a/b/c"
    assert join_bases(["only"]) == "only"
