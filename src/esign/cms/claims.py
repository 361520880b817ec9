"""The signer's own words as signed attributes.

Spec: EN 319 122-1 §5.2.3 to §5.2.9
"""

from __future__ import annotations

from functools import lru_cache

from esign.ades.format import SignerProperties
from esign.ades.signature import CommitmentType, SignaturePolicyIdentifier, SignerLocation
from esign.asn1 import writer
from esign.cms import oids
from esign.errors import UsageError


def attribute(oid: str, *values: bytes) -> bytes:
    """Return one attribute with its encoded values.

    Spec: RFC 5652 §5.3
    """
    return writer.sequence(writer.oid(oid), writer.set_of(*values))


def attributes(
    properties: SignerProperties, *, pades: bool, media_type: str | None = None
) -> list[bytes]:
    """Return the attributes for what the signer wants to say.

    A PDF says place, media type and description elsewhere: EN 319 142-1 §6.3.

    Raises:
        UsageError: something has no form in CMS, such as a commitment named by a URI.
    """
    found = []
    if properties.commitments:
        values = (_commitment(each) for each in properties.commitments)
        found.append(attribute(oids.COMMITMENT_TYPE, *values))
    if properties.claimed_roles:
        found.append(attribute(oids.SIGNER_ATTRIBUTES_V2, _roles(properties.claimed_roles)))
    if properties.policy is not None:
        found.append(attribute(oids.SIGNATURE_POLICY, _policy(properties.policy)))
    if pades:
        return found
    if properties.location is not None:
        found.append(attribute(oids.SIGNER_LOCATION, _location(properties.location)))
    if properties.content_description is not None:
        hints = writer.utf8_string(properties.content_description) + writer.oid(oids.DATA)
        found.append(attribute(oids.CONTENT_HINTS, writer.sequence(hints)))
    media_type = properties.media_type or media_type
    if media_type is not None:
        found.append(_media_type(media_type))
    return found


@lru_cache(maxsize=64)
def _media_type(media_type: str) -> bytes:
    return attribute(oids.MIME_TYPE, writer.utf8_string(media_type))


def _commitment(commitment: CommitmentType) -> bytes:
    return writer.sequence(_oid(commitment.identifier, "commitment"))


def _roles(roles: tuple[str, ...]) -> bytes:
    """Return SignerAttributeV2 with one claimed attribute id-at-role for each role."""
    claimed = (attribute(oids.AT_ROLE, writer.utf8_string(role)) for role in roles)
    return writer.sequence(writer.explicit(0, writer.sequence(*claimed)))


def _location(location: SignerLocation) -> bytes:
    """Return SignerLocation; what has no field of its own becomes a postal address line."""
    parts = []
    if location.country:
        parts.append(writer.explicit(0, writer.utf8_string(location.country)))
    if location.city:
        parts.append(writer.explicit(1, writer.utf8_string(location.city)))
    lines = [each for each in (location.street, location.postal_code, location.state) if each]
    if lines:
        address = writer.sequence(*(writer.utf8_string(line) for line in lines))
        parts.append(writer.explicit(2, address))
    return writer.sequence(*parts)


def _policy(policy: SignaturePolicyIdentifier) -> bytes:
    """Return SignaturePolicy.

    Spec: EN 319 122-1 §5.2.9
    """
    if policy.implied:
        return writer.null()
    if policy.digest_algorithm is None or policy.digest is None:
        raise UsageError(
            "A signature policy in CMS needs the digest of the policy document; "
            "{identifier} came without.",
            identifier=policy.identifier,
        )
    digest = writer.sequence(
        policy.digest_algorithm.identifier(), writer.octet_string(policy.digest)
    )
    qualifiers = _qualifiers(policy)
    return writer.sequence(_oid(policy.identifier, "signature policy"), digest, qualifiers)


def _qualifiers(policy: SignaturePolicyIdentifier) -> bytes:
    found = []
    if policy.uri:
        found.append(writer.sequence(writer.oid(oids.SP_URI), writer.ia5_string(policy.uri)))
    if policy.user_notice:
        notice = writer.sequence(writer.utf8_string(policy.user_notice))
        found.append(writer.sequence(writer.oid(oids.SP_USER_NOTICE), notice))
    return writer.sequence(*found) if found else b""


def _oid(identifier: str, what: str) -> bytes:
    dotted = identifier.removeprefix("urn:oid:")
    try:
        return writer.oid(dotted)
    except ValueError as error:
        raise UsageError(
            "In CMS a {what} is named by an object identifier such as 1.2.3; {identifier} is none.",
            what=what,
            identifier=identifier,
        ) from error
