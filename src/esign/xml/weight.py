"""What makes a small document dear to canonicalise, counted before anything is written.

libxml2 sorts the attributes of an element by insertion, and for each element looks up every
namespace declaration on the way to the root, each time from the bottom: a document of 100 kB
with a thousand declarations on its root and twenty thousand empty elements takes minutes.

Spec: W3C Canonical XML 1.1 §2.3 (namespace axis), §2.2 (document order)
"""

from __future__ import annotations

from typing import cast

from lxml import etree

from esign.xml.tree import Element

ORDINARY = 128
"""Steps an element may take for nothing: twenty declarations above it, ten prefixes."""

_PLAIN = ("utf-8", "us-ascii", "ascii")


def namespace_steps(root: Element, octets: bytes, encoding: str | None) -> int:
    """Return the steps beyond the ordinary that looking up namespaces will take."""
    if _is_plain(octets, encoding):
        declared = octets.count(b"xmlns")
        if declared * declared <= 2 * ORDINARY:
            return 0
    return _counted(root)


def has_more_attributes(root: Element, octets: bytes, encoding: str | None, bound: int) -> bool:
    """True when an element has more than ``bound`` attributes."""
    if _is_plain(octets, encoding) and octets.count(b"=") <= bound:
        return False
    return bool(etree.XPath(f"boolean(//*[@*[{bound + 1}]])")(root))


def _is_plain(octets: bytes, encoding: str | None) -> bool:
    """True when markup is in the octets as it is read."""
    return (encoding or "utf-8").lower() in _PLAIN and b"\0" not in octets[:4]


def _counted(root: Element) -> int:
    prefixes: dict[str, int] = {}
    above, distinct, steps = 0, 0, 0
    opened: list[str] = []
    for event, what in etree.iterwalk(root, events=("start-ns", "end-ns", "start")):
        if event == "start-ns":
            prefix = cast("tuple[str, str]", what)[0]
            opened.append(prefix)
            prefixes[prefix] = prefixes.get(prefix, 0) + 1
            distinct += prefixes[prefix] == 1
            above += 1
        elif event == "end-ns":
            prefix = opened.pop()
            prefixes[prefix] -= 1
            distinct -= prefixes[prefix] == 0
            above -= 1
        else:
            steps += max(0, above * distinct // 2 - ORDINARY)
    return steps
