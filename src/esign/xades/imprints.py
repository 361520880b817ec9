"""The octets each kind of XAdES time-stamp covers: one function per kind.

Used when a time-stamp is asked for and when it is checked.

Spec: EN 319 132-1 §5.2.8 (content), §5.3 (signature), §5.5.2.2 (archive), Annex A.1.5
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from esign.xades.coverage import only_canonicalised
from esign.xades.facts import SignatureFacts
from esign.xades.names import XADES_141, properties
from esign.xades.qualifying import holds_only_qualifying
from esign.xml.c14n import DEFAULT_METHOD, Method
from esign.xml.names import ds
from esign.xml.nodeset import NodeSet, UnresolvedError
from esign.xml.transforms import canonicalisation
from esign.xml.tree import Element, children, local_name, namespace_of

Imprint = Callable[[SignatureFacts, Element], bytes]
"""(facts, the time-stamp property) → the octets it must cover; may raise UnresolvedError."""


def method_of(timestamp: Element) -> Method:
    """Return the canonicalisation a time-stamp property names; C14N 1.0 when it names none.

    Raises:
        UnresolvedError: it names one that is not known.
    """
    named = timestamp.find(ds("CanonicalizationMethod"))
    if named is None or not named.get("Algorithm"):
        return DEFAULT_METHOD
    method = canonicalisation(named)
    if method is None:
        raise UnresolvedError(
            "The canonicalisation {uri} is not known.", uri=named.get("Algorithm", "-")
        )
    return method


def signature_octets(facts: SignatureFacts, timestamp: Element) -> bytes:
    """Return the canonical ds:SignatureValue (§5.3)."""
    return value_octets(facts, method_of(timestamp))


def value_octets(facts: SignatureFacts, method: Method) -> bytes:
    """Return the canonical ds:SignatureValue, in its place in the document."""
    value = facts.signature.value_element
    if value is None:
        raise UnresolvedError("The signature has no SignatureValue.")
    return _canonical(facts, value, method)


def all_content_octets(facts: SignatureFacts, timestamp: Element) -> bytes:
    """Return what every reference but that to the signed properties leads to (§5.2.8.1)."""
    method = method_of(timestamp)
    return b"".join(
        facts.processor.octets(one, method)
        for reference in facts.signature.references
        if not _leads_to_properties(facts, reference)
        for one in [facts.processor.dereference(reference, facts.signature.element)]
    )


def individual_content_octets(facts: SignatureFacts, timestamp: Element) -> bytes:
    """Return what the included references lead to, in the order of inclusion (§5.2.8.2)."""
    method = method_of(timestamp)
    octets = []
    for include in properties(timestamp, "Include"):
        reference = _included(facts, include)
        target = facts.processor.dereference(reference, facts.signature.element)
        octets.append(facts.processor.octets(target, method))
    if not octets:
        raise UnresolvedError("The time-stamp includes no reference.")
    return b"".join(octets)


def archive_octets(facts: SignatureFacts, timestamp: Element) -> bytes:
    """Return everything an archive time-stamp covers, in four steps (§5.5.2.2)."""
    method = method_of(timestamp)
    signature = facts.signature
    parts: list[bytes] = []
    # 1. Every ds:Reference of SignedInfo, processed; node-sets canonicalised.
    for reference in signature.references:
        target = facts.processor.dereference(reference, signature.element)
        parts.append(facts.processor.octets(target, method))
    # 2. SignedInfo, SignatureValue, KeyInfo.
    own = (signature.signed_info, signature.value_element, signature.key_info)
    parts.extend(_canonical(facts, part, method) for part in own if part is not None)
    # 3. The unsigned properties before this one, in document order.
    parts.extend(_canonical(facts, one, method) for one in _before(facts, timestamp))
    # 4. Every other ds:Object that does not hold the properties.
    referenced = _taken(facts, strict=namespace_of(timestamp) == XADES_141)
    parts.extend(
        _canonical(facts, one, method)
        for one in signature.objects
        if one not in referenced and not _holds_properties(one)
    )
    return b"".join(parts)


def _taken(facts: SignatureFacts, *, strict: bool) -> set[Element]:
    """Return the elements that step 1 took.

    By 1.4.1 one whose base64 was decoded was not taken: the element itself is left out
    then. The form of 1.3.2 asks only whether a reference names it.
    """
    return {
        apex
        for one in facts.covered
        if one.outcome.target is not None and one.outcome.target.nodes is not None
        if not strict or only_canonicalised(one.outcome)
        for apex in one.outcome.target.nodes.apexes or ()
    }


def complete_octets(facts: SignatureFacts, timestamp: Element) -> bytes:
    """Return what SigAndRefsTimeStamp covers (A.1.5.2; TS 101 903 §7.5.1 for the first form)."""
    method = method_of(timestamp)
    chosen = (*_SIGNATURE_TIMESTAMPS, *_REFERENCES)
    return value_octets(facts, method) + _named(facts, timestamp, chosen, method)


def references_octets(facts: SignatureFacts, timestamp: Element) -> bytes:
    """Return what RefsOnlyTimeStamp covers (A.1.5.1; TS 101 903 §7.5.2)."""
    return _named(facts, timestamp, _REFERENCES, method_of(timestamp))


_SIGNATURE_TIMESTAMPS = ("SignatureTimeStamp",)
_REFERENCES = (
    "CompleteCertificateRefs",
    "CompleteCertificateRefsV2",
    "CompleteRevocationRefs",
    "AttributeCertificateRefs",
    "AttributeCertificateRefsV2",
    "AttributeRevocationRefs",
)


def _named(
    facts: SignatureFacts, timestamp: Element, names: tuple[str, ...], method: Method
) -> bytes:
    """Canonicalise the named properties before this one.

    The forms of 1.4.1 take them as they stand; those of 1.3.2 and before take them
    grouped in the order of ``names``.
    """
    found = [one for one in _before(facts, timestamp) if local_name(one) in names]
    if namespace_of(timestamp) != XADES_141:
        found.sort(key=lambda one: names.index(local_name(one)))
    return b"".join(_canonical(facts, one, method) for one in found)


def _before(facts: SignatureFacts, timestamp: Element) -> Iterator[Element]:
    for one in facts.qualifying.unsigned:
        if one is timestamp:
            return
        yield one


def _canonical(facts: SignatureFacts, element: Element, method: Method) -> bytes:
    document = facts.signature.document
    facts.budget.spend("xml_namespace_steps", document.steps)
    octets = NodeSet(document=document, apexes=(element,)).octets(method)
    facts.budget.spend("xml_canonical_octets", len(octets))
    return octets


def _holds_properties(container: Element) -> bool:
    return holds_only_qualifying(container) or any(
        local_name(child) == "QualifyingProperties" for child in children(container)
    )


def _leads_to_properties(facts: SignatureFacts, reference: Element) -> bool:
    signed = facts.qualifying.signed
    uri = reference.get("URI", "")
    return (
        signed is not None
        and uri.startswith("#")
        and any(one is signed for one in facts.signature.document.by_id(uri[1:]))
    )


def _included(facts: SignatureFacts, include: Element) -> Element:
    uri = include.get("URI", "")
    named: Iterable[Element] = facts.signature.document.by_id(uri[1:]) if uri[:1] == "#" else ()
    found = [one for one in named if one in facts.signature.references]
    if len(found) != 1:
        raise UnresolvedError("The time-stamp includes {uri}, no reference of it.", uri=repr(uri))
    return found[0]
