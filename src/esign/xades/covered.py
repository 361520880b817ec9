"""The references of one XAdES signature as facts: kind, found, intact, scope.

Spec: W3C XML Signature 1.1 §4.4.3, §5.1; EN 319 132-1 §4.3.2, §5.2.7
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from esign.ades.signature import Reference
from esign.messages import Message
from esign.terms import Packaging, ReferenceKind, Scope
from esign.xades.coverage import left_out, only_canonicalised, partly_read
from esign.xades.names import is_countersigned_type, is_signed_properties_type
from esign.xades.qualifying import Qualifying
from esign.xml.dsig import SignatureElement
from esign.xml.names import TYPE_MANIFEST, ds
from esign.xml.references import Outcome, ReferenceProcessor
from esign.xml.tree import Element, path_of

_MANIFEST = ds("Manifest")
CONTENT_KINDS = frozenset((ReferenceKind.CONTENT, ReferenceKind.OBJECT, ReferenceKind.MANIFEST))
"""Kinds that make up the document; the others are the signature's own parts."""


class Covered(NamedTuple):
    """What one ds:Reference leads to."""

    outcome: Outcome
    kind: ReferenceKind
    reference: Reference


def follow(
    signature: SignatureElement,
    qualifying: Qualifying,
    processor: ReferenceProcessor,
    countersigned: Element | None,
) -> tuple[Covered, ...]:
    """Follow every reference of the signature.

    Args:
        signature: the signature.
        qualifying: its own qualifying properties.
        processor: of the document it stands in.
        countersigned: the SignatureValue it must cover when it is a counter-signature.
    """
    external = sum(_leaves_document(one) for one in signature.references)
    outcomes = [
        processor.check(one, signature.element, only_external=external == 1)
        for one in signature.references
    ]
    kinds = [_kind(one, signature, qualifying, countersigned) for one in outcomes]
    listed = [
        _listed(one, signature, processor) if kind is ReferenceKind.MANIFEST else ()
        for one, kind in zip(outcomes, kinds, strict=True)
    ]
    contents = [o for o, kind in zip(outcomes, kinds, strict=True) if kind in CONTENT_KINDS]
    contents.extend(entry for entries in listed for entry in entries if entry.intact)
    left = left_out(signature.document, signature.element, contents, processor.detached)
    demanded = {
        ReferenceKind.SIGNED_PROPERTIES: (qualifying.signed, _NOT_OWN_PROPERTIES),
        ReferenceKind.COUNTER_SIGNED: (countersigned, _NOT_PARENT),
    }
    if countersigned is None:
        del demanded[ReferenceKind.COUNTER_SIGNED]
    return tuple(
        Covered(
            outcome=outcome,
            kind=kind,
            reference=_with_scope(_plain(outcome, kind, _entries(entries)), outcome, left)
            if kind in CONTENT_KINDS
            else _part(outcome, kind, demanded.get(kind)),
        )
        for outcome, kind, entries in zip(outcomes, kinds, listed, strict=True)
    )


def packaging_of(covered: Sequence[Covered], signature: Element) -> Packaging | None:
    """Return where the first content lies with respect to the signature."""
    for one in covered:
        target = one.outcome.target
        if one.kind not in CONTENT_KINDS:
            continue
        if target is None:
            uri = one.outcome.uri
            return Packaging.DETACHED if uri is None or not uri.startswith("#") else None
        if target.external is not None:
            return Packaging.DETACHED
        if one.kind is not ReferenceKind.CONTENT:
            return Packaging.ENVELOPING
        apexes = None if target.nodes is None else target.nodes.apexes
        above = set(signature.iterancestors())
        if apexes is None or any(apex in above for apex in apexes):
            return Packaging.ENVELOPED
        return Packaging.INTERNALLY_DETACHED
    return None


def _leaves_document(reference: Element) -> bool:
    uri = reference.get("URI")
    return uri is None or (uri != "" and not uri.startswith("#"))


def _kind(
    outcome: Outcome,
    signature: SignatureElement,
    qualifying: Qualifying,
    countersigned: Element | None,
) -> ReferenceKind:
    if is_signed_properties_type(outcome.type):
        return ReferenceKind.SIGNED_PROPERTIES
    if is_countersigned_type(outcome.type):
        return ReferenceKind.COUNTER_SIGNED
    element = _single_target(outcome)
    if element is None:
        return ReferenceKind.MANIFEST if outcome.type == TYPE_MANIFEST else ReferenceKind.CONTENT
    if element is qualifying.signed:
        return ReferenceKind.SIGNED_PROPERTIES
    if element is signature.key_info:
        return ReferenceKind.KEY_INFO
    if element is countersigned:
        return ReferenceKind.COUNTER_SIGNED
    if element.tag == _MANIFEST:
        return ReferenceKind.MANIFEST
    if any(up in signature.objects for up in (element, *element.iterancestors())):
        return ReferenceKind.OBJECT
    return ReferenceKind.CONTENT


def _single_target(outcome: Outcome) -> Element | None:
    target = outcome.target
    if target is None or target.external is not None or target.nodes is None:
        return None
    apexes = target.nodes.apexes
    return apexes[0] if apexes is not None and len(apexes) == 1 else None


_NOT_OWN_PROPERTIES = Message(
    "The reference to the signed properties does not lead to those of this signature."
)
_NOT_PARENT = Message(
    "The counter-signature does not cover the value of the signature it stands in."
)


def _part(
    outcome: Outcome, kind: ReferenceKind, demanded: tuple[Element | None, Message] | None
) -> Reference:
    """Return the facts of a reference to a part of the signature itself.

    Some kinds must lead to one certain element, and to all of it.
    """
    reference = _plain(outcome, kind, scope=Scope.NONE)
    if demanded is None or not reference.found:
        return reference
    element, otherwise = demanded
    led_to = _single_target(outcome)
    if element is not None and led_to is element and only_canonicalised(outcome):
        return reference
    found = kind is ReferenceKind.COUNTER_SIGNED  # a value is there, but not the one meant
    return replace(reference, found=found, intact=False, problem=otherwise)


def _plain(
    outcome: Outcome,
    kind: ReferenceKind,
    entries: tuple[Reference, ...] = (),
    *,
    scope: Scope = Scope.FULL,
) -> Reference:
    return Reference(
        scope=scope,
        entries=entries,
        name="" if outcome.uri is None else outcome.uri,
        kind=kind,
        found=outcome.found,
        intact=outcome.intact,
        digest_algorithm=outcome.algorithm,
        ambiguous=outcome.ambiguous,
        problem=outcome.problem,
    )


def _with_scope(reference: Reference, outcome: Outcome, left: Message | None) -> Reference:
    if not reference.found:
        return replace(reference, scope=Scope.NONE)
    partly = partly_read(outcome) or left
    if partly is None:
        return reference
    element = _single_target(outcome)
    what = partly
    if element is not None:
        what = Message("{path} is covered. {rest}", path=path_of(element), rest=partly)
    return replace(reference, scope=Scope.PARTIAL, covers=what)


def _listed(
    reference: Outcome, signature: SignatureElement, processor: ReferenceProcessor
) -> tuple[Outcome, ...]:
    """Follow the references of a manifest, one outcome each (§5.1)."""
    manifest = _single_target(reference)
    if manifest is None or manifest.tag != _MANIFEST:
        return ()
    listed = tuple(manifest.iterchildren(ds("Reference")))
    external = sum(_leaves_document(one) for one in listed)
    return tuple(
        processor.check(one, signature.element, only_external=external == 1) for one in listed
    )


def _entries(outcomes: Sequence[Outcome]) -> tuple[Reference, ...]:
    if not outcomes:
        return ()
    named = Counter(one.uri for one in outcomes)
    return tuple(_entry(one, repeated=named[one.uri] > 1) for one in outcomes)


def _entry(outcome: Outcome, *, repeated: bool) -> Reference:
    entry = _plain(outcome, ReferenceKind.MANIFEST_ENTRY)
    if repeated:
        problem = Message("The manifest names {name} more than once.", name=entry.name)
        return replace(entry, found=False, intact=False, ambiguous=True, problem=problem)
    partly = partly_read(outcome) if outcome.found else None
    return entry if partly is None else replace(entry, scope=Scope.PARTIAL, covers=partly)
