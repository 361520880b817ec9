"""Sets of subtrees: in, out, and what is left."""

from __future__ import annotations

import pytest

from esign.xml.c14n import DEFAULT_METHOD
from esign.xml.nodeset import NodeSet, UnresolvedError, in_document_order, outermost
from tests.support.xml_making import xml

DOCUMENT = xml("<a>1<b>2<c>3</c>4</b>5<d>6<!-- x --></d>7</a>")
A = DOCUMENT.root
B, D = A
(C,) = B


def _octets(nodes: NodeSet) -> bytes:
    return nodes.octets(DEFAULT_METHOD)


def test_whole_less_subtrees() -> None:
    """Subtrees left out of the whole leave the rest."""
    nodes = NodeSet(document=DOCUMENT)
    assert _octets(nodes.without([C, D])) == b"<a>1<b>24</b>57</a>"
    assert _octets(nodes.without([C]).without([B])) == b"<a>15<d>6</d>7</a>"


def test_within_several_keeps_their_order() -> None:
    """Several subtrees are written in document order."""
    assert _octets(NodeSet(document=DOCUMENT).within([D, C])) == b"<c>3</c><d>6</d>"


def test_intersection_of_subtrees_is_the_inner() -> None:
    """What lies in both of two subtrees is the inner of them, or nothing."""
    inner = NodeSet(document=DOCUMENT, apexes=(B,)).within([C])
    outer = NodeSet(document=DOCUMENT, apexes=(C,)).within([B])
    assert inner.apexes == outer.apexes == (C,)
    with pytest.raises(UnresolvedError, match="Nothing"):
        _octets(NodeSet(document=DOCUMENT, apexes=(C,)).within([D]))


@pytest.mark.parametrize("excluded", [[A], [B]])
def test_nothing_left_is_said(excluded: list[object]) -> None:
    """A set that everything was taken from has no octets, not empty ones."""
    with pytest.raises(UnresolvedError, match="Nothing"):
        _octets(NodeSet(document=DOCUMENT, apexes=(B,)).without(excluded))  # type: ignore[arg-type]


def test_exclusion_elsewhere_does_not_matter() -> None:
    """A subtree left out that lies outside of the apex changes nothing."""
    assert _octets(NodeSet(document=DOCUMENT, apexes=(B,)).without([D])) == b"<b>2<c>3</c>4</b>"


def test_text_is_what_base64_would_read() -> None:
    """Text is all text of the set, without comments and what is left out."""
    assert NodeSet(document=DOCUMENT).text() == "1234567"
    assert NodeSet(document=DOCUMENT, apexes=(B,)).text() == "234"
    assert NodeSet(document=DOCUMENT).without([C]).text() == "124567"


def test_outermost_drops_the_inner() -> None:
    """Of an element and one inside it only the outer is kept, each once."""
    assert outermost([C, B, D, B]) == (B, D)
    assert outermost([]) == ()


def test_very_many_parts_are_refused() -> None:
    """A transform that cuts a document into thousands of parts is not followed."""
    document = xml(f"<a>{'<b/>' * 2001}</a>")
    whole = NodeSet(document=document)
    assert whole.without(document.root[:2000]).octets(DEFAULT_METHOD) == b"<a><b></b></a>"
    for select in whole.without, whole.within:
        with pytest.raises(UnresolvedError, match="more than"):
            select(document.root[:])


def test_document_order() -> None:
    """Elements come back in the order of their start tags."""
    assert in_document_order(DOCUMENT, [D, C]) == (C, D)


def test_relative_namespace_has_no_canonical_form() -> None:
    """A document on which canonicalisation must fail gives a reason, not a library's error."""
    with pytest.raises(UnresolvedError, match="canonical form"):
        _octets(NodeSet(document=xml('<a xmlns="relative"/>')))
