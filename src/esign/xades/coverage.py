"""How much of what a reader sees a signature covers.

FULL means: nothing that could carry meaning is outside of what was digested, but the
signatures themselves. What is left over is searched from the root down: an element that
is neither covered nor a signature counts as left over unless it is a bare wrapper (no
text, no attributes but ids) whose children are all accounted for. So the element signed
inside ``<bundle><order Id="a"/><ds:Signature/></bundle>`` is the whole, and the same
element beside another one is a part.

All references of one signature count together. A given document beside the signature is
covered when a reference digests all of it.

Spec: W3C XML Signature 1.1 §8.1 (only what is signed is secure; see what is signed)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from esign.document import Document
from esign.messages import Message
from esign.xades.qualifying import holds_only_qualifying
from esign.xml.names import ID_ATTRIBUTES, TRANSFORM_BASE64, ds
from esign.xml.nodeset import NodeSet
from esign.xml.parser import XMLDocument
from esign.xml.references import Outcome
from esign.xml.transforms import canonicalisation
from esign.xml.tree import Element, children, path_of

_SIGNATURE = ds("Signature")
_OBJECT_ATTRIBUTES = frozenset((*ID_ATTRIBUTES, "MimeType", "Encoding"))


def left_out(
    document: XMLDocument,
    signature: Element,
    outcomes: Iterable[Outcome],
    detached: Sequence[Document],
) -> Message | None:
    """Return what the references together leave uncovered, or None when nothing is."""
    covered: dict[Element, None] = {}
    given: set[int] = set()
    inside = False
    for outcome in outcomes:
        target = outcome.target
        if target is None:
            continue
        if target.external is not None:
            if partly_read(outcome) is None:
                given.add(id(target.external))
            continue
        inside = True
        if partly_read(outcome) is None and target.nodes is not None:
            covered.update(dict.fromkeys(target.nodes.apexes or (document.root,)))
    for one in detached:
        if id(one) not in given:
            return Message(
                "The given document {name} is not covered as a whole.", name=one.name or "-"
            )
    left = _first_left(document.root, signature, covered)
    if left is not None:
        return Message("{path} is not covered.", path=path_of(left))
    if inside and document.has_outer_instructions and not _covers_all(outcomes):
        return Message("Processing instructions around the root element are not covered.")
    return None


def partly_read(outcome: Outcome) -> Message | None:
    """Return what the transforms left out of what the reference names, or None."""
    target = outcome.target
    if target is None:
        return None
    for nodes in (target.nodes, target.reread):
        for element in () if nodes is None else nodes.excluded:
            if element.tag != _SIGNATURE:
                return Message("{path} is left out by a transform.", path=path_of(element))
    if target.reread is not None and target.reread.apexes is not None:
        return Message("Only a part of what the reference names was signed.")
    decoded = any(one.get("Algorithm") == TRANSFORM_BASE64 for one in outcome.transforms)
    nodes = target.reread or target.nodes
    if decoded and nodes is not None and _says_more(nodes):
        return Message("Only the text was signed, not the element around it.")
    return None


def only_canonicalised(outcome: Outcome) -> bool:
    """True when no transform but canonicalisation stands between element and digest."""
    return all(canonicalisation(one) is not None for one in outcome.transforms)


def _covers_all(outcomes: Iterable[Outcome]) -> bool:
    return any(
        one.target is not None
        and one.target.external is None
        and one.target.nodes is not None
        and one.target.nodes.apexes is None
        for one in outcomes
    )


def _says_more(nodes: NodeSet) -> bool:
    """True when elements carry more than the base64 inside; a plain ds:Object does not."""
    apexes = (nodes.document.root,) if nodes.apexes is None else nodes.apexes
    return any(
        apex.tag != ds("Object") or children(apex) or set(apex.attrib) - _OBJECT_ATTRIBUTES
        for apex in apexes
    )


def _first_left(
    element: Element, signature: Element, covered: dict[Element, None]
) -> Element | None:
    pending = [element]
    while pending:
        at = pending.pop()
        if at in covered:
            continue
        if at is signature:
            pending.extend(
                one for one in at.iterchildren(ds("Object")) if not holds_only_qualifying(one)
            )
        elif at.tag == _SIGNATURE and not _contains(at, signature):
            continue
        elif _carries_meaning(at):
            return at
        else:
            pending.extend(reversed(children(at)))
    return None


def _carries_meaning(element: Element) -> bool:
    """True unless the element merely holds others."""
    allowed = _OBJECT_ATTRIBUTES if element.tag == ds("Object") else ID_ATTRIBUTES
    if any(name not in allowed and not _is_hint(str(name)) for name in element.attrib):
        return True
    inside = children(element)
    if not inside:
        return True
    texts = [element.text, *(child.tail for child in element)]
    return any(text and not text.isspace() for text in texts)


def _is_hint(name: str) -> bool:
    return name.startswith("{http://www.w3.org/2001/XMLSchema-instance}")


def _contains(container: Element, element: Element) -> bool:
    return any(up is container for up in element.iterancestors())
