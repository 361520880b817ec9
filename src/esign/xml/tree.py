"""The names other rooms need of a parsed tree; they never import lxml themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml offers no public name for its type
"""One element of a parsed document."""
Tree: TypeAlias = etree._ElementTree  # noqa: SLF001
"""A whole parsed document."""


def path_of(element: Element) -> str:
    """Return where an element stands, in local names: ``/order/item[2]``."""
    steps: list[str] = []
    at: Element | None = element
    while at is not None:
        parent = at.getparent()
        steps.append(local_name(at) + _position(at, parent))
        at = parent
    return "/" + "/".join(reversed(steps))


def local_name(element: Element) -> str:
    """Return the name without its namespace; empty for comments and instructions."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace_of(element: Element) -> str:
    """Return the namespace name, empty when there is none."""
    if not is_element(element) or not element.tag.startswith("{"):
        return ""
    return element.tag[1:].partition("}")[0]


def is_element(node: Element) -> bool:
    """True for an element, false for a comment or processing instruction."""
    tag: object = node.tag
    return isinstance(tag, str)


def text_pieces(element: Element) -> Iterator[str]:
    """Yield the text inside, in document order, without comments and instructions."""
    return (piece for piece in element.itertext() if isinstance(piece, str))


def children(parent: Element | None) -> tuple[Element, ...]:
    """Return the child elements; none for a missing parent."""
    return () if parent is None else tuple(parent.iterchildren("*"))


def text_splitting_comment(root: Element) -> Element | None:
    """Return the element in which a comment stands before text, the first of them.

    Careless readers take an element's text to end at a comment, or to be what follows it.
    """
    for comment in root.iter(etree.Comment):
        parent = comment.getparent()
        if parent is not None and comment.tail and not comment.tail.isspace():
            return parent
    return None


def only_children(parent: Element) -> dict[str, Element | None]:
    """Return the one child of each name, and None for a name that several have."""
    found: dict[str, Element | None] = {}
    for child in parent.iterchildren("*"):
        name = child.tag
        found[name] = None if name in found else child
    return found


def only_child(parent: Element, name: str) -> Element | None:
    """Return the one child of that name; None when there is none, or several."""
    children = parent.iterchildren(name)
    first = next(children, None)
    return first if first is not None and next(children, None) is None else None


def _position(element: Element, parent: Element | None) -> str:
    if parent is None:
        return ""
    before = sum(1 for _ in islice(element.itersiblings(element.tag, preceding=True), _COUNTED))
    if before == _COUNTED:
        return f"[after {before}]"
    alone = before == 0 and next(element.itersiblings(element.tag), None) is None
    return "" if alone else f"[{before + 1}]"


_COUNTED = 300
"""Siblings counted for a path; a document of many more would make every path dear."""
