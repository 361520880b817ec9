"""Where a signature's own qualifying properties are: the heart of the wrapping defence.

Only ``ds:Signature/ds:Object/QualifyingProperties`` of the signature itself counts, with
Target naming this signature; a look-alike elsewhere in the document never does. Of several,
the one that the signed reference leads to is taken, and the multitude is a finding.

Spec: EN 319 132-1 §4.3.1, §4.3.2
"""

from __future__ import annotations

from dataclasses import dataclass

from esign.xades.names import QUALIFYING, PropertyGroup
from esign.xml.dsig import SignatureElement
from esign.xml.names import ds
from esign.xml.tree import Element, is_element

_OBJECT = ds("Object")
_NONE = PropertyGroup(None)
_PROPERTIES = frozenset("{" + name + "}QualifyingProperties" for name in QUALIFYING)
_HELD = _PROPERTIES | {one + "Reference" for one in _PROPERTIES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualifying:
    """The qualifying properties of one signature."""

    count: int
    """How many QualifyingProperties elements there are; one is right."""
    element: Element | None = None
    signed: Element | None = None
    """The SignedProperties; None when absent or several."""
    signed_count: int = 0
    unsigned: tuple[Element, ...] = ()
    """The unsigned signature properties, in document order."""
    target_matches: bool = False

    signature_properties: PropertyGroup = _NONE
    """What is in SignedSignatureProperties."""
    data_object_properties: PropertyGroup = _NONE
    """What is in SignedDataObjectProperties."""


def find_qualifying(signature: SignatureElement) -> Qualifying:
    """Return the signature's own qualifying properties."""
    found = [child for one in signature.objects for child in one if child.tag in _PROPERTIES]
    if not found:
        return Qualifying(count=0)
    groups = [PropertyGroup(each) for each in found]
    signed = [one for each in groups for one in each.named("SignedProperties")]
    chosen = _referenced(signature, signed) if len(signed) > 1 else next(iter(signed), None)
    element = found[0] if chosen is None else chosen.getparent()
    identifier = signature.element.get("Id")
    parts = PropertyGroup(chosen)
    return Qualifying(
        count=len(found),
        element=element,
        signed=chosen,
        signed_count=len(signed),
        signature_properties=PropertyGroup(parts.first("SignedSignatureProperties")),
        data_object_properties=PropertyGroup(parts.first("SignedDataObjectProperties")),
        unsigned=tuple(
            one
            for each in groups
            for unsigned in each.named("UnsignedProperties")
            for group in PropertyGroup(unsigned).named("UnsignedSignatureProperties")
            for one in group
            if is_element(one)
        ),
        target_matches=element is not None
        and identifier is not None
        and element.get("Target") == "#" + identifier,
    )


def holds_only_qualifying(container: Element) -> bool:
    """True for a ds:Object with nothing in it but qualifying properties."""
    children = [child for child in container if is_element(child)]
    return (
        container.tag == _OBJECT
        and bool(children)
        and all(child.tag in _HELD for child in children)
        and not "".join([container.text or "", *(child.tail or "" for child in container)]).strip()
    )


def _referenced(signature: SignatureElement, candidates: list[Element]) -> Element | None:
    for reference in signature.references:
        uri = reference.get("URI", "")
        named = signature.document.by_id(uri[1:]) if uri.startswith("#") else ()
        if len(named) == 1 and named[0] in candidates:
            return named[0]
    return None
