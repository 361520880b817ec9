"""Signed properties read: what the signer claimed and covered.

Spec: EN 319 132-1 §5.2
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from esign.ades.signature import (
    CommitmentType,
    ContentFormat,
    SignaturePolicyIdentifier,
    SignedProperties,
    SignerLocation,
    SigningCertificateReference,
)
from esign.asn1 import tags
from esign.asn1.reader import parse, read_integer
from esign.crypto.algorithms import DigestAlgorithm, digest_by_uri
from esign.errors import InputError
from esign.xades.names import PropertyGroup, descend, first, is_property, properties
from esign.xades.qualifying import Qualifying
from esign.xml.text import all_text, decode_base64, leaf_octets
from esign.xml.tree import Element, children, local_name

_KNOWN = (
    "SigningTime",
    "SigningCertificate",
    "SigningCertificateV2",
    "SignaturePolicyIdentifier",
    "SignatureProductionPlace",
    "SignatureProductionPlaceV2",
    "SignerRole",
    "SignerRoleV2",
    "DataObjectFormat",
    "CommitmentTypeIndication",
)


def read_signed_properties(qualifying: Qualifying) -> SignedProperties:
    """Return the claims; what cannot be read is absent (see the structure findings)."""
    about_signature = qualifying.signature_properties
    about_content = qualifying.data_object_properties
    return SignedProperties(
        signing_time=read_time(all_text(about_signature.only("SigningTime"))),
        location=_location(
            about_signature.first("SignatureProductionPlaceV2", "SignatureProductionPlace")
        ),
        claimed_roles=_roles(about_signature.first("SignerRoleV2", "SignerRole")),
        commitments=tuple(map(_commitment, about_content.named("CommitmentTypeIndication"))),
        policy=_policy(about_signature.first("SignaturePolicyIdentifier")),
        content_formats=tuple(map(_format, about_content.named("DataObjectFormat"))),
        other={
            local_name(one): _shortened(all_text(one))
            for group in (about_signature, about_content)
            for one in group.children
            if not is_property(one, *_KNOWN)
        },
    )


def read_certificate_references(
    qualifying: Qualifying,
) -> tuple[SigningCertificateReference, ...] | None:
    """Return the signing-certificate references, or None when no such property is there.

    Spec: EN 319 132-1 §5.2.2 (V2), TS 101 903 §7.2.2 (before)
    """
    about_signature = qualifying.signature_properties
    if about_signature.first("SigningCertificateV2", "SigningCertificate") is None:
        return None
    holder = about_signature.only("SigningCertificateV2")
    holder = about_signature.only("SigningCertificate") if holder is None else holder
    return tuple(_certificate_reference(cert) for cert in properties(holder, "Cert"))


def read_time(text: str) -> datetime | None:
    """Return an xsd:dateTime as aware UTC; without a zone it is taken as UTC."""
    try:
        time = datetime.fromisoformat(text)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_digest(holder: Element | None) -> tuple[DigestAlgorithm | None, bytes | None]:
    """Return algorithm and octets of a DigestAlgAndValue, of either namespace."""
    if holder is None:
        return None, None
    parts = {local_name(one): one for one in children(holder)}
    method = parts.get("DigestMethod")
    algorithm = None if method is None else digest_by_uri(method.get("Algorithm", ""))
    return algorithm, leaf_octets(parts.get("DigestValue"))


def _certificate_reference(cert: Element) -> SigningCertificateReference:
    parts = PropertyGroup(cert)
    algorithm, digest = read_digest(parts.first("CertDigest"))
    named = children(parts.first("IssuerSerial"))
    names = {local_name(one): all_text(one) for one in named}
    serial = names.get("X509SerialNumber", "")
    issuer, number = _issuer_serial(all_text(parts.first("IssuerSerialV2")))
    return SigningCertificateReference(
        digest_algorithm=algorithm,
        digest=digest or b"",
        issuer_name=issuer,
        issuer_text=names.get("X509IssuerName"),
        serial_number=_number(serial) if serial else number,
    )


_LONGEST_SERIAL = 60


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_SERIAL else None


@lru_cache(maxsize=256)
def _issuer_serial(text: str) -> tuple[bytes | None, int | None]:
    """Read IssuerSerial (RFC 5035 §5): GeneralNames and INTEGER."""
    octets = decode_base64(text)
    if not octets:
        return None, None
    try:
        names, serial = parse(octets).children[:2]
        directory = [one for one in names.children if one.tag == tags.context(4)]
        issuer = directory[0].children[0].encoded if directory else None
        return issuer, read_integer(serial)
    except (InputError, ValueError, IndexError):
        return None, None


def _location(place: Element | None) -> SignerLocation | None:
    if place is None:
        return None
    parts = {local_name(one): all_text(one) for one in children(place)}
    return SignerLocation(
        street=parts.get("StreetAddress"),
        city=parts.get("City"),
        state=parts.get("StateOrProvince"),
        postal_code=parts.get("PostalCode"),
        country=parts.get("CountryName"),
    )


def _roles(holder: Element | None) -> tuple[str, ...]:
    return tuple(all_text(one) for one in properties(first(holder, "ClaimedRoles"), "ClaimedRole"))


def _commitment(indication: Element) -> CommitmentType:
    identifier = first(indication, "CommitmentTypeId")
    return CommitmentType(
        identifier=read_identifier(identifier),
        description=all_text(first(identifier, "Description")) or None,
    )


def read_identifier(holder: Element | None) -> str:
    """Return an ObjectIdentifier: a URI, or a dotted OID out of its URN."""
    text = all_text(first(holder, "Identifier"))
    return text[8:] if text.lower().startswith("urn:oid:") else text


def _format(element: Element) -> ContentFormat:
    parts = PropertyGroup(element)
    return ContentFormat(
        media_type=all_text(parts.first("MimeType")) or None,
        description=all_text(parts.first("Description")) or None,
        content_type_oid=read_identifier(parts.first("ObjectIdentifier")) or None,
        reference=element.get("ObjectReference"),
    )


def _policy(holder: Element | None) -> SignaturePolicyIdentifier | None:
    if holder is None:
        return None
    policy = first(holder, "SignaturePolicyId")
    if policy is None:
        return SignaturePolicyIdentifier(implied=True)
    identifier = first(policy, "SigPolicyId")
    algorithm, digest = read_digest(first(policy, "SigPolicyHash"))
    return SignaturePolicyIdentifier(
        identifier=read_identifier(identifier),
        digest_algorithm=algorithm,
        digest=digest,
        uri=_qualifier(policy, "SPURI") or None,
        user_notice=_qualifier(policy, "SPUserNotice", "ExplicitText") or None,
        description=all_text(first(identifier, "Description")) or None,
    )


def _qualifier(policy: Element, *path: str) -> str:
    for qualifier in properties(first(policy, "SigPolicyQualifiers"), "SigPolicyQualifier"):
        found = descend(qualifier, *path)
        if found is not None:
            return all_text(found)
    return ""


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
