"""Unsigned properties added to a signature: time-stamps and validation material.

A property is put in with an empty token, the result is parsed, and the imprint function
that will check it computes the octets. Nothing else of the document changes.

Spec: EN 319 132-1 §5.3, §5.4, §5.5.2
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from esign.ades.evidence import Evidence
from esign.crypto.algorithms import DigestAlgorithm
from esign.document import Document, DocumentRange
from esign.errors import UsageError
from esign.limits import Budget
from esign.terms import SlotKind
from esign.xades import imprints
from esign.xades.facts import SignatureFacts
from esign.xades.names import XADES_132, XADES_141, first, is_property
from esign.xades.parse import read_signatures
from esign.xades.signature import XAdESSignature
from esign.xml.markup import base64_text, tag
from esign.xml.names import C14N_EXCLUSIVE, DS
from esign.xml.nodeset import UnresolvedError
from esign.xml.parser import XMLDocument, parse_xml
from esign.xml.splice import Splice, append_to, encoded
from esign.xml.tree import Element, namespace_of

_NAMES = {
    SlotKind.SIGNATURE_TIMESTAMP: "xades:SignatureTimeStamp",
    SlotKind.ARCHIVE_TIMESTAMP: "xades141:ArchiveTimeStamp",
}
_IMPRINTS = {
    SlotKind.SIGNATURE_TIMESTAMP: imprints.signature_octets,
    SlotKind.ARCHIVE_TIMESTAMP: imprints.archive_octets,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A document with a gap for a token, and the imprint it must be over."""

    imprint: bytes
    pieces: tuple[bytes | DocumentRange, ...]
    rest: tuple[bytes | DocumentRange, ...]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which time-stamp on which signature."""

    kind: SlotKind
    signature_id: str
    algorithm: DigestAlgorithm


def open_timestamp(
    document: Document, wanted: Wanted, budget: Budget, detached: Sequence[Document]
) -> Opened:
    """Return the document prepared for a time-stamp token.

    Raises:
        UsageError: there is no such signature, or no place for the token in it.
    """
    name = _NAMES.get(wanted.kind)
    if name is None:
        raise UsageError("XAdES signatures take no {kind} here.", kind=wanted.kind.value)
    parsed = parse_xml(document.whole(budget.limits.xml_octets), budget)
    signature = _signature(parsed, wanted.signature_id, budget, detached)
    identifier = _fresh_id(signature)
    place = _unsigned_place(parsed, signature.facts)
    head, tail = _timestamp_markup(name, identifier, signature.facts.qualifying.element)
    before = place.before + encoded(parsed, head)
    after = encoded(parsed, tail) + place.after
    octets = parsed.octets[: place.start] + before + after + parsed.octets[place.end :]
    return Opened(
        imprint=wanted.algorithm.digest(_covered(octets, identifier, wanted, budget, detached)),
        pieces=(document.range(0, place.start), before),
        rest=(after, document.range(place.end)),
        name=document.name,
    )


def add_material(
    document: Document, signature_id: str, material: Evidence, budget: Budget
) -> Document:
    """Return the document with what the signature does not hold yet added to it."""
    parsed = parse_xml(document.whole(budget.limits.xml_octets), budget)
    signature = _signature(parsed, signature_id, budget, ())
    markup = _material_markup(signature, material)
    if not markup:
        return document
    place = _unsigned_place(parsed, signature.facts)
    middle = place.before + encoded(parsed, markup) + place.after
    parts = (document.range(0, place.start), middle, document.range(place.end))
    return Document.join(parts, name=document.name)


def _signature(
    parsed: XMLDocument, signature_id: str, budget: Budget, detached: Sequence[Document]
) -> XAdESSignature:
    for one in read_signatures(parsed, budget, detached):
        if one.id == signature_id:
            return one
    raise UsageError("The document has no signature {id}.", id=signature_id)


def _covered(
    octets: bytes, identifier: str, wanted: Wanted, budget: Budget, detached: Sequence[Document]
) -> bytes:
    signature = _signature(parse_xml(octets, budget), wanted.signature_id, budget, detached)
    holder = next(one for one in signature.facts.qualifying.unsigned if one.get("Id") == identifier)
    try:
        return _IMPRINTS[wanted.kind](signature.facts, holder)
    except UnresolvedError as error:
        raise UsageError(
            "The octets to be time-stamped cannot be determined: {reason}", reason=error.message
        ) from error


def _unsigned_place(parsed: XMLDocument, facts: SignatureFacts) -> Splice:
    """Return where the next unsigned property goes, its wrappers opened where missing."""
    qualifying = facts.qualifying.element
    if qualifying is None:
        raise UsageError(
            "The signature {name} is plain XML Signature; only XAdES has a place for"
            " unsigned properties.",
            name=facts.signature.element.get("Id", "-"),
        )
    namespace = namespace_of(qualifying)
    unsigned = first(qualifying, "UnsignedProperties")
    group = first(unsigned, "UnsignedSignatureProperties")
    if group is not None:
        return append_to(parsed, group)
    declared = f' xmlns:xades="{namespace}"'
    wrappers = ["xades:UnsignedProperties"] if unsigned is None else []
    wrappers.append("xades:UnsignedSignatureProperties")
    place = append_to(parsed, qualifying if unsigned is None else unsigned)
    opened = "".join(
        f"<{name}{declared if number == 0 else ''}>" for number, name in enumerate(wrappers)
    )
    closed = "".join(f"</{name}>" for name in reversed(wrappers))
    return place._replace(
        before=place.before + encoded(parsed, opened), after=encoded(parsed, closed) + place.after
    )


def _timestamp_markup(name: str, identifier: str, qualifying: Element | None) -> tuple[str, str]:
    """Return the property around its token, in the version the signature is written in."""
    version = XADES_132 if qualifying is None else namespace_of(qualifying)
    method = tag("ds:CanonicalizationMethod", Algorithm=C14N_EXCLUSIVE, xmlns__ds=DS)
    declared = f'xmlns:xades="{version}" xmlns:xades141="{XADES_141}"'
    return (
        f'<{name} {declared} Id="{identifier}">{method}<xades:EncapsulatedTimeStamp>',
        f"</xades:EncapsulatedTimeStamp></{name}>",
    )


def _fresh_id(signature: XAdESSignature) -> str:
    """Return an Id that depends on the signature and on how many properties it has."""
    count = len(signature.facts.qualifying.unsigned)
    seed = f"{signature.id} {count}".encode()
    return "t-" + hashlib.sha256(seed).hexdigest()[:32]


def _material_markup(signature: XAdESSignature, material: Evidence) -> str:
    """Return CertificateValues and RevocationValues, in one more holder when both exist."""
    held = signature.material
    known = {one.der for one in held.certificates}
    known.update(one.der for one in held.crls)
    known.update(one.der for one in held.ocsp_responses)
    values = _values(material, known)
    if not values:
        return ""
    exist = any(
        is_property(one, "CertificateValues", "RevocationValues")
        for one in signature.facts.qualifying.unsigned
    )
    if exist:
        return tag("xades141:TimeStampValidationData", values, xmlns__xades141=XADES_141)
    return values


def _values(material: Evidence, known: set[bytes]) -> str:
    certificates = _encapsulated(
        "xades:EncapsulatedX509Certificate", (one.der for one in material.certificates), known
    )
    crls = _encapsulated("xades:EncapsulatedCRLValue", (one.der for one in material.crls), known)
    responses = _encapsulated(
        "xades:EncapsulatedOCSPValue", (one.der for one in material.ocsp_responses), known
    )
    revocation = (tag("xades:CRLValues", crls) if crls else "") + (
        tag("xades:OCSPValues", responses) if responses else ""
    )
    return (
        tag("xades:CertificateValues", certificates, xmlns__xades=XADES_132) if certificates else ""
    ) + (tag("xades:RevocationValues", revocation, xmlns__xades=XADES_132) if revocation else "")


def _encapsulated(name: str, objects: Iterable[bytes], known: set[bytes]) -> str:
    return "".join(tag(name, base64_text(one)) for one in objects if one not in known)
