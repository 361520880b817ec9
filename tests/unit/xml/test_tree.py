"""Looking at parsed elements."""

from __future__ import annotations

from esign.xml.tree import (
    children,
    is_element,
    local_name,
    namespace_of,
    only_child,
    only_children,
    path_of,
    text_pieces,
)
from tests.support.xml_making import xml

DOCUMENT = xml('<a xmlns:p="urn:p"><b/><p:b/><b>x<!-- c -->y<?go z?></b><c/></a>')


def test_path_counts_only_where_needed() -> None:
    """A position is given where an element has siblings of its name."""
    assert [path_of(one) for one in children(DOCUMENT.root)] == [
        "/a/b[1]",
        "/a/b",
        "/a/b[2]",
        "/a/c",
    ]


def test_path_among_very_many_is_not_counted_out() -> None:
    """Beyond some hundreds of siblings the exact position is left open."""
    root = xml(f"<a>{'<b/>' * 1000}</a>").root
    assert path_of(root[299]) == "/a/b[300]"
    assert path_of(root[999]) == "/a/b[after 300]"


def test_names_of_nodes_that_are_no_elements_are_empty() -> None:
    """Comments and instructions have neither local name nor namespace."""
    comment, instruction = DOCUMENT.root[2]
    assert not is_element(comment)
    assert local_name(comment) == namespace_of(instruction) == ""
    assert (local_name(DOCUMENT.root[1]), namespace_of(DOCUMENT.root[1])) == ("b", "urn:p")
    assert namespace_of(DOCUMENT.root) == ""


def test_only_child_wants_one() -> None:
    """None and several are both no only child."""
    assert only_child(DOCUMENT.root, "c") is DOCUMENT.root[3]
    assert only_child(DOCUMENT.root, "b") is None
    assert only_child(DOCUMENT.root, "d") is None


def test_only_children_in_one_go() -> None:
    """Each name leads to its one child, or to None where several have it."""
    found = only_children(DOCUMENT.root)
    assert found == {"b": None, "{urn:p}b": DOCUMENT.root[1], "c": DOCUMENT.root[3]}


def test_text_has_no_comments() -> None:
    """Text is joined across comments and instructions, which say nothing."""
    assert "".join(text_pieces(DOCUMENT.root)) == "xy"


def test_nothing_has_no_children() -> None:
    """A missing parent has no children."""
    assert children(None) == ()
