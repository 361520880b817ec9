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

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from esign.document import Document
from esign.messages import Message
from esign.xades.qualifying import holds_only_qualifying
from esign.xml.names import ID_ATTRIBUTES, TRANSFORM_BASE64, ds
from esign.xml.nodeset import NodeSet
from esign.xml.parser import XMLDocument
from esign.xml.references import Outcome
from esign.xml.transforms import canonicalisation
from esign.xml.tree import Element, children, local_name, path_of, text_splitting_comment

_SIGNATURE, _SIGNED_INFO, _OBJECT = ds("Signature"), ds("SignedInfo"), ds("Object")
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
    return _comment_left_out(outcomes)


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


def _comment_left_out(outcomes: Iterable[Outcome]) -> Message | None:
    for nodes in _without_comments(outcomes):
        split = text_splitting_comment(nodes.document.root)
        if split is not None:
            return Message("A comment in {path} is not covered.", path=path_of(split))
    return None


def _without_comments(outcomes: Iterable[Outcome]) -> Iterator[NodeSet]:
    """Yield each whole document of which all was digested but its comments."""
    seen: set[int] = set()
    for outcome in outcomes:
        target = outcome.target
        nodes = None if target is None else target.reread or target.nodes
        if nodes is None or id(nodes.document) in seen:
            continue
        methods = [canonicalisation(one) for one in outcome.transforms]
        if not nodes.comments or not any(one is not None and one.comments for one in methods):
            seen.add(id(nodes.document))
            yield nodes


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
        apex.tag != _OBJECT or children(apex) or set(apex.attrib) - _OBJECT_ATTRIBUTES
        for apex in apexes
    )


def _first_left(
    element: Element, signature: Element, covered: dict[Element, None]
) -> Element | None:
    pending = [element] if element is signature else [element, signature]
    while pending:
        at = pending.pop()
        if at in covered:
            continue
        if at is signature:
            pending.extend(one for one in at.iterchildren("*") if _may_hide(one))
        elif at.tag == _SIGNATURE and not _contains(at, signature):
            continue
        elif _carries_meaning(at) or not _is_wrapper(at, signature):
            return at
        else:
            pending.extend(reversed(children(at)))
    return None


def _is_wrapper(element: Element, signature: Element) -> bool:
    """True for what stood around the signature when it was made, or holds signatures alone.

    Any other could have been put around the content afterwards.
    """
    return (
        element.tag == _OBJECT
        or _contains(element, signature)
        or all(one.tag == _SIGNATURE for one in children(element))
    )


def _may_hide(part: Element) -> bool:
    """True for a child of the signature in which something unsigned is no evidence."""
    if part.tag == _OBJECT:
        if not holds_only_qualifying(part):
            return True
        return any(
            _holds_foreign(one)
            for held in children(part)
            for one in children(held)
            if local_name(one) != "SignedProperties"
        )
    return part.tag != _SIGNED_INFO and _holds_foreign(part)


def _holds_foreign(element: Element) -> bool:
    return any(_is_foreign(inner.tag) for inner in element.iter("*"))


@lru_cache(maxsize=1024)
def _is_foreign(tag: str) -> bool:
    return not tag.startswith(_EVIDENCE)


_EVIDENCE = tuple(
    "{" + name
    for name in (
        "http://www.w3.org/2000/09/xmldsig",
        "http://www.w3.org/2001/04/xml",
        "http://www.w3.org/2001/10/xml-exc-c14n",
        "http://www.w3.org/2007/05/xmldsig",
        "http://www.w3.org/2009/xmldsig11",
        "http://uri.etsi.org/",
        "http://docs.oasis-open.org/wss/",
        "urn:oasis:names:tc:dss",
        "urn:ietf:params:xml:ns:ers",
    )
)
"""How the namespaces begin in which keys, properties, time-stamps and records are written."""


def _carries_meaning(element: Element) -> bool:
    """True unless the element merely holds others."""
    allowed = _OBJECT_ATTRIBUTES if element.tag == _OBJECT else ID_ATTRIBUTES
    if any(name not in allowed and not _is_hint(str(name)) for name in element.attrib):
        return True
    inside = children(element)
    if not inside:
        return True
    texts = [element.text, *(child.tail for child in element)]
    return any(text and not text.isspace() for text in texts)


_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_HINTS = frozenset((_XSI + "schemaLocation", _XSI + "noNamespaceSchemaLocation"))
"""Where a schema may be had; xsi:type and xsi:nil, however, say what the element is."""


def _is_hint(name: str) -> bool:
    return name in _HINTS


def _contains(container: Element, element: Element) -> bool:
    return any(up is container for up in element.iterancestors())
