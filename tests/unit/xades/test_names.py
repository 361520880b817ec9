"""XAdES elements are found under every version's namespace and no other."""

from __future__ import annotations

import pytest

from esign.xades.names import (
    NAMESPACES,
    PropertyGroup,
    descend,
    first,
    is_countersigned_type,
    is_property,
    is_signed_properties_type,
    properties,
)
from tests.support.xml_making import xml


@pytest.mark.parametrize("namespace", sorted(NAMESPACES))
def test_children_of_any_version(namespace: str) -> None:
    """A property is found whatever version it is written in."""
    root = xml(f'<r xmlns:p="{namespace}"><p:A><p:B/></p:A><!-- c --><p:A/><A/></r>').root
    assert properties(root, "A") == [root[0], root[2]]
    assert properties(root) == [root[0], root[2]]
    assert first(root, "B", "A") is root[0]
    assert descend(root, "A", "B") is root[0][0]
    assert is_property(root[0], "A")
    assert not is_property(root[1], "A")


def test_other_namespaces_are_not_looked_into() -> None:
    """A look-alike in another namespace, or in none, is no property."""
    root = xml('<r xmlns:p="urn:p"><p:A/><A/></r>').root
    assert properties(root, "A") == []
    assert first(root, "A") is None
    assert properties(None) == []
    assert descend(None, "A") is None


def test_a_group_finds_what_its_parent_holds() -> None:
    """Properties are found by name in document order; of two that contradict none is the one."""
    root = xml(
        '<r xmlns:p="http://uri.etsi.org/01903/v1.3.2#" xmlns:q="urn:q">'
        "<p:B/><p:A/><q:A/><!-- c --><p:B><p:A/></p:B></r>"
    ).root
    group = PropertyGroup(root)
    assert group.children == (root[0], root[1], root[2], root[4])
    assert group.named("B") == [root[0], root[4]]
    assert group.only("A") is group.first("C", "A") is root[1]
    assert group.only("B") is group.only("C") is group.first("C") is None
    assert group.first("A", "B") is root[1]
    assert list(group.repeated()) == [("B", 2)]


def test_nothing_holds_nothing() -> None:
    """The group of a missing parent is empty."""
    group = PropertyGroup(None)
    assert group.children == group.named("A") == ()
    assert group.first("A") is None


def test_types_of_references() -> None:
    """Types are known in the spelling of every version, and are no prefixes of others."""
    assert is_signed_properties_type("http://uri.etsi.org/01903#SignedProperties")
    assert is_signed_properties_type("http://uri.etsi.org/01903/v1.2.2#SignedProperties")
    assert not is_signed_properties_type("http://example.org/01903#SignedProperties")
    assert not is_signed_properties_type("http://uri.etsi.org/01903#SignedPropertiesX")
    assert is_countersigned_type("http://uri.etsi.org/01903#CountersignedSignature")
    assert not is_countersigned_type("")
