"""Namespaces and URIs of XAdES, today's and those still found in the field.

Spec: EN 319 132-1 §4.1, Annex A; TS 101 903 (earlier versions)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from esign.xml.tree import Element, children, is_element

XADES_132: Final = "http://uri.etsi.org/01903/v1.3.2#"
XADES_141: Final = "http://uri.etsi.org/01903/v1.4.1#"
NAMESPACES: Final = frozenset(
    (
        XADES_132,
        XADES_141,
        "http://uri.etsi.org/01903/v1.2.2#",
        "http://uri.etsi.org/01903/v1.1.1#",
        "http://uri.etsi.org/19132/v1.1.1#",
    )
)
"""Every namespace whose properties are read."""
QUALIFYING: Final = NAMESPACES - {XADES_141, "http://uri.etsi.org/19132/v1.1.1#"}
"""Those that QualifyingProperties itself was defined in."""

TYPE_SIGNED_PROPERTIES: Final = "http://uri.etsi.org/01903#SignedProperties"
TYPE_COUNTERSIGNED: Final = "http://uri.etsi.org/01903#CountersignedSignature"


def is_signed_properties_type(uri: str) -> bool:
    """True for the Type of a reference to SignedProperties, in any version's spelling."""
    return uri.startswith("http://uri.etsi.org/01903") and uri.endswith("#SignedProperties")


def is_countersigned_type(uri: str) -> bool:
    """True for the Type of a reference to the value of a countersigned signature."""
    return uri.startswith("http://uri.etsi.org/01903") and uri.endswith("#CountersignedSignature")


def is_property(element: Element, *names: str) -> bool:
    """True when the element is of XAdES, whatever version, and has one of the names."""
    return is_element(element) and _property_name(element.tag) in names


def properties(parent: Element | None, *names: str) -> list[Element]:
    """Return the XAdES children, by default all of them, else those of the given names."""
    if parent is None:
        return []
    return [
        child
        for child in parent.iterchildren("*")
        if (name := _property_name(child.tag)) and (not names or name in names)
    ]


def first(parent: Element | None, *names: str) -> Element | None:
    """Return the first XAdES child that has one of the names."""
    if parent is None:
        return None
    for child in parent.iterchildren("*"):
        if _property_name(child.tag) in names:
            return child
    return None


class PropertyGroup:
    """The children of one element, looked through once; those of XAdES by their names."""

    __slots__ = ("_named", "children")

    def __init__(self, parent: Element | None) -> None:
        self.children = children(parent)
        """Every child element, whatever its namespace, in document order."""
        self._named: dict[str, list[Element]] = {}
        for child in self.children:
            if name := _property_name(child.tag):
                self._named.setdefault(name, []).append(child)

    def named(self, name: str) -> Sequence[Element]:
        """Return the properties of that name, in document order."""
        return self._named.get(name, ())

    def first(self, *names: str) -> Element | None:
        """Return the first property of the first name that has one."""
        for name in names:
            if name in self._named:
                return self._named[name][0]
        return None

    def only(self, name: str) -> Element | None:
        """Return the one property of that name; of two, which contradict, neither."""
        found = self._named.get(name)
        return found[0] if found is not None and len(found) == 1 else None

    def repeated(self) -> Iterator[tuple[str, int]]:
        """Yield the names that several properties have, and how many."""
        return ((name, len(found)) for name, found in self._named.items() if len(found) > 1)


def descend(parent: Element | None, *names: str) -> Element | None:
    """Return what the names lead to, one level down each."""
    for name in names:
        parent = first(parent, name)
    return parent


@lru_cache(maxsize=1024)
def _property_name(tag: str) -> str:
    """Return the local name of a tag of XAdES, and nothing for any other."""
    namespace, _, local = tag[1:].partition("}")
    return local if tag.startswith("{") and namespace in NAMESPACES else ""
