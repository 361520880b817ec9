"""Signed attributes as the claims they make.

What cannot be read is left out here and reported by :mod:`esign.cms.structure`.

Spec: EN 319 122-1 §5.1, §5.2; RFC 5652 §11.3
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from esign.ades.signature import (
    CommitmentType,
    ContentFormat,
    SignaturePolicyIdentifier,
    SignedProperties,
    SignerLocation,
)
from esign.asn1 import tags
from esign.asn1.reader import Element, read_octets, read_oid, read_text, read_time
from esign.cms import oids
from esign.cms.attributes import Attributes, Octets
from esign.crypto.algorithms import digest_by_oid
from esign.errors import InputError, MalformedCMSError

Read = TypeVar("Read")

_STRUCTURAL = frozenset(
    {
        oids.CONTENT_TYPE,
        oids.MESSAGE_DIGEST,
        oids.SIGNING_TIME,
        oids.SIGNING_CERTIFICATE,
        oids.SIGNING_CERTIFICATE_V2,
        oids.SIGNATURE_POLICY,
        oids.COMMITMENT_TYPE,
        oids.SIGNER_LOCATION,
        oids.SIGNER_ATTRIBUTES,
        oids.SIGNER_ATTRIBUTES_V2,
        oids.CONTENT_HINTS,
        oids.MIME_TYPE,
    }
)
"""Attributes that have a place of their own in the model."""


def read(attributes: Attributes) -> tuple[SignedProperties, frozenset[str]]:
    """Return what the signer said, and the OIDs of attributes that could not all be read."""
    fixed = attributes.fixed
    said, unreadable = _read(attributes) if fixed is None else _fixed(fixed)
    signing_time = None
    if (alone := attributes.single(oids.SIGNING_TIME)) is not None:
        try:
            signing_time = read_time(alone)
        except InputError:
            unreadable |= {oids.SIGNING_TIME}
    elif oids.SIGNING_TIME in attributes:
        reading = _Reading(attributes)
        reading.all(oids.SIGNING_TIME, read_time)
        unreadable |= reading.unreadable
    properties = SignedProperties(
        signing_time=signing_time,
        location=said.location,
        claimed_roles=said.claimed_roles,
        commitments=said.commitments,
        policy=said.policy,
        content_formats=said.content_formats,
        other=dict(said.other),
    )
    return properties, unreadable


@lru_cache(maxsize=256)
def _fixed(members: Octets) -> tuple[SignedProperties, frozenset[str]]:
    """Return what attributes of exactly these octets say: the same whoever asks, and when."""
    return _read(Attributes.of(members))


def _read(attributes: Attributes) -> tuple[SignedProperties, frozenset[str]]:
    """Return everything but the signing time, which is another in each signature."""
    reading = _Reading(attributes)
    properties = SignedProperties(
        location=reading.one(oids.SIGNER_LOCATION, read_location),
        claimed_roles=_flat(
            reading.all(oids.SIGNER_ATTRIBUTES_V2, read_roles)
            + reading.all(oids.SIGNER_ATTRIBUTES, read_roles)
        ),
        commitments=reading.all(oids.COMMITMENT_TYPE, read_commitment),
        policy=reading.one(oids.SIGNATURE_POLICY, read_policy),
        content_formats=reading.all(oids.CONTENT_HINTS, read_content_hints)
        + reading.all(oids.MIME_TYPE, read_mime_type),
        other={
            oids.name_of(oid): _short(attributes.values(oid))
            for oid in attributes.by_oid
            if oid not in _STRUCTURAL
        },
    )
    return properties, frozenset(reading.unreadable)


class _Reading:
    """Reads attributes of one set and remembers which had a value that cannot be read."""

    __slots__ = ("attributes", "unreadable")

    def __init__(self, attributes: Attributes) -> None:
        self.attributes = attributes
        self.unreadable: set[str] = set()

    def all(self, oid: str, reader: Callable[[Element], Read]) -> tuple[Read, ...]:
        """Return every readable value of the attribute."""
        if oid not in self.attributes.by_oid:
            return ()
        found = []
        for value in self.attributes.values(oid):
            try:
                found.append(reader(value))
            except (InputError, IndexError):
                self.unreadable.add(oid)
        return tuple(found)

    def one(self, oid: str, reader: Callable[[Element], Read]) -> Read | None:
        """Return the value of an attribute that has exactly one."""
        values = self.all(oid, reader)
        alone = values and self.attributes.single(oid) is not None
        return values[0] if alone else None


def _flat(lists: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    return tuple(text for each in lists for text in each)


def completed(own: SignedProperties, claims: SignedProperties) -> SignedProperties:
    """Return ``own`` with what it leaves open filled from ``claims``.

    Spec: EN 319 142-1 §5.3 (the signature dictionary's entries)
    """
    return replace(
        own,
        signing_time=own.signing_time or claims.signing_time,
        location=own.location or claims.location,
        claimed_roles=own.claimed_roles or claims.claimed_roles,
        commitments=own.commitments or claims.commitments,
        policy=own.policy or claims.policy,
        content_formats=own.content_formats or claims.content_formats,
        reason=claims.reason,
        contact=claims.contact,
        name=claims.name,
        other={**claims.other, **own.other},
    )


def read_commitment(value: Element) -> CommitmentType:
    """Return one CommitmentTypeIndication.

    Spec: EN 319 122-1 §5.2.3
    """
    return CommitmentType(identifier=read_oid(_first(value)))


def read_location(value: Element) -> SignerLocation:
    """Return a SignerLocation; postal address lines are joined as the street.

    Spec: EN 319 122-1 §5.2.5
    """
    country = city = street = None
    for part in value.children:
        if part.tag == tags.context(0):
            country = read_text(_first(part))
        elif part.tag == tags.context(1):
            city = read_text(_first(part))
        elif part.tag == tags.context(2):
            lines = part.children
            if len(lines) == 1 and lines[0].tag == tags.SEQUENCE:  # explicit, as X.680 asks
                lines = lines[0].children
            street = ", ".join(read_text(line) for line in lines)
    return SignerLocation(country=country, city=city, street=street)


def read_policy(value: Element) -> SignaturePolicyIdentifier:
    """Return a SignaturePolicy, explicit or implied.

    Spec: EN 319 122-1 §5.2.9
    """
    if value.tag == tags.NULL:
        return SignaturePolicyIdentifier(implied=True)
    parts = value.children
    algorithm = digest = None
    if len(parts) > 1 and parts[1].tag == tags.SEQUENCE and len(parts[1].children) == 2:
        identifier, hash_value = parts[1].children
        algorithm = digest_by_oid(read_oid(_first(identifier)))
        digest = read_octets(hash_value)
    qualifiers = parts[2].children if len(parts) > 2 else ()
    uri, notice = _qualifiers(qualifiers)
    return SignaturePolicyIdentifier(
        identifier=read_oid(_first(value)),
        digest_algorithm=algorithm,
        digest=digest,
        uri=uri,
        user_notice=notice,
    )


def _qualifiers(qualifiers: tuple[Element, ...]) -> tuple[str | None, str | None]:
    uri = notice = None
    for qualifier in qualifiers:
        if len(qualifier.children) != 2:
            continue
        kind, content = read_oid(qualifier.children[0]), qualifier.children[1]
        if kind == oids.SP_URI:
            uri = read_text(content)
        elif kind == oids.SP_USER_NOTICE and content.is_constructed:
            texts = [part for part in content.children if part.tag != tags.SEQUENCE]
            notice = read_text(texts[-1]) if texts else None
    return uri, notice


def read_content_hints(value: Element) -> ContentFormat:
    """Return ContentHints: an optional description and a content type.

    Spec: RFC 2634 §2.9
    """
    parts = value.children
    description = None
    if parts and parts[0].tag == tags.UTF8_STRING:
        description = read_text(parts[0])
        parts = parts[1:]
    if not parts:
        raise MalformedCMSError("A content-hints attribute names no content type.")
    return ContentFormat(description=description, content_type_oid=read_oid(parts[0]))


def read_mime_type(value: Element) -> ContentFormat:
    """Return a MimeType.

    Spec: EN 319 122-1 §5.2.4.2
    """
    return ContentFormat(media_type=read_text(value))


def read_roles(value: Element) -> tuple[str, ...]:
    """Return the claimed roles of a SignerAttribute or SignerAttributeV2.

    Both build claimedAttributes as [0] SEQUENCE OF Attribute; each text found in their
    values is one role.

    Spec: EN 319 122-1 §5.2.6.1 and §A.1.1
    """
    roles: list[str] = []
    for part in value.children:
        if part.tag != tags.context(0):
            continue
        claimed = part.children
        if len(claimed) == 1 and claimed[0].tag == tags.SEQUENCE and _is_list(claimed[0]):
            claimed = claimed[0].children
        for attribute in claimed:
            for each in attribute.children[1].children:
                roles.extend(_texts(each, 0))
    return tuple(roles)


def _is_list(element: Element) -> bool:
    children = element.children
    return bool(children) and children[0].tag == tags.SEQUENCE


def _texts(element: Element, depth: int) -> list[str]:
    """Return the text in a role value: a plain string, or RoleSyntax with a GeneralName."""
    if element.is_constructed and depth < 4:
        return [text for child in element.children for text in _texts(child, depth + 1)]
    if element.tag & 0xC0 == 0x80:  # a GeneralName: rfc822Name, dNSName, URI are IA5String
        return [element.content.decode("latin-1")] if element.tag & 0x1F in (1, 2, 6) else []
    try:
        return [read_text(element)]
    except InputError:
        return []


def _first(element: Element) -> Element:
    if not element.children:
        raise MalformedCMSError("A signed attribute is empty where it should name something.")
    return element.children[0]


def _short(values: tuple[Element, ...]) -> str:
    """Return a value short enough for a report: its text, or how long it is."""
    if len(values) == 1 and not values[0].is_constructed and values[0].end - values[0].body < 200:
        try:
            return read_text(values[0])
        except InputError:
            return values[0].content.hex()
    return f"{sum(value.after - value.start for value in values)} octets"
