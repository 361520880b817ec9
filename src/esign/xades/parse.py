"""From a document to its signatures.

Every ``ds:Signature`` is one, but those inside another's qualifying properties: a
counter-signature belongs to the signature it is about, and a signature in an attribute
(a SAML assertion as signer role) to whoever asserted it.

Spec: EN 319 132-1 §5.2.7 (counter-signatures, both ways)
"""

from __future__ import annotations

from collections.abc import Sequence

from esign.ades.format import ParsedDocument
from esign.document import Document
from esign.errors import MalformedXMLError
from esign.limits import Budget
from esign.terms import ReferenceKind, SignatureForm
from esign.xades.names import is_property
from esign.xades.signature import XAdESSignature, signs_others
from esign.xml.dsig import signatures_in
from esign.xml.parser import XMLDocument, parse_xml
from esign.xml.references import ReferenceProcessor
from esign.xml.tree import Element


def parse_document(
    document: Document, budget: Budget, detached: Sequence[Document] = ()
) -> ParsedDocument:
    """Return the signatures of an XML document, which may be none.

    Raises:
        MalformedXMLError: it is no XML, or XML that is refused.
    """
    octets = document.whole(budget.limits.xml_octets)
    if not octets:
        raise MalformedXMLError("The document is empty.")
    return ParsedDocument(
        form=SignatureForm.XADES,
        document=document,
        signatures=read_signatures(parse_xml(octets, budget), budget, detached),
    )


def read_signatures(
    document: XMLDocument, budget: Budget, detached: Sequence[Document] = ()
) -> tuple[XAdESSignature, ...]:
    """Return the signatures of a parsed document, in document order."""
    processor = ReferenceProcessor(document, detached, budget)
    found = [
        XAdESSignature(one, processor, budget)
        for one in signatures_in(document.root)
        if not _inside_properties(one)
    ]
    return _with_counter_signatures(found, processor, budget) if len(found) > 1 else tuple(found)


def _inside_properties(element: Element) -> bool:
    return any(is_property(up, "QualifyingProperties") for up in element.iterancestors())


def _with_counter_signatures(
    found: list[XAdESSignature], processor: ReferenceProcessor, budget: Budget
) -> tuple[XAdESSignature, ...]:
    """Hang signatures that cover nothing but another's value onto that other.

    Only onto one that stays in the list itself, so that none is ever lost in a chain or
    a circle.
    """
    about = {one: _value_signed(one) for one in found if _may_countersign(one)}
    about = {one: value for one, value in about.items() if value is not None}
    standing = {one.facts.signature.value_element for one in found if one not in about}
    counters: dict[Element, list[XAdESSignature]] = {}
    kept: list[XAdESSignature] = []
    for one in found:
        value = about.get(one)
        if value is None or value not in standing:
            kept.append(one)
            continue
        element = one.facts.signature.element
        counter = XAdESSignature(element, processor, budget, countersigned=value)
        counters.setdefault(value, []).append(counter)
    return tuple(_completed(one, counters, processor, budget) for one in kept)


def _completed(
    signature: XAdESSignature,
    counters: dict[Element, list[XAdESSignature]],
    processor: ReferenceProcessor,
    budget: Budget,
) -> XAdESSignature:
    element = signature.facts.signature
    value = element.value_element
    mine = counters.get(value, []) if value is not None else []
    if not mine:
        return signature
    return XAdESSignature(element.element, processor, budget, counters=tuple(mine))


def _may_countersign(signature: XAdESSignature) -> bool:
    """Cheap test before references are followed: some Type says so."""
    return any(
        one.get("Type", "").endswith("#CountersignedSignature")
        for one in signature.facts.signature.references
    )


def _value_signed(signature: XAdESSignature) -> Element | None:
    """Return the one value a signature is about when it covers nothing else."""
    if not signs_others(signature):
        return None
    for one in signature.facts.covered:
        target = one.outcome.target
        nodes = None if target is None else target.nodes
        if one.kind is ReferenceKind.COUNTER_SIGNED and nodes is not None:
            return (nodes.apexes or (None,))[0]
    return None
