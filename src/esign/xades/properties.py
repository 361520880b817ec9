"""Signed properties written, in the order the schema asks for.

Spec: EN 319 132-1 §5.2, Annex C (schema)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from esign.ades.format import SignatureRequest
from esign.ades.signature import CommitmentType, SignaturePolicyIdentifier, SignerLocation
from esign.asn1 import writer
from esign.crypto.algorithms import DigestAlgorithm
from esign.errors import UnsupportedAlgorithmError, UsageError
from esign.pki.certificate import Certificate
from esign.xml.markup import base64_text, tag, text


def signed_properties(request: SignatureRequest, identifier: str, formats: Sequence[str]) -> str:
    """Return SignedProperties with the given Id; ``formats`` are its DataObjectFormats."""
    wanted = request.properties
    about_signature = [
        tag("xades:SigningTime", written_time(request.signing_time)),
        _signing_certificate(request.certificate, request.digest_algorithm),
    ]
    if wanted.policy is not None:
        about_signature.append(_policy(wanted.policy))
    if wanted.location is not None:
        about_signature.append(_place(wanted.location))
    if wanted.claimed_roles:
        roles = [tag("xades:ClaimedRole", text(role)) for role in wanted.claimed_roles]
        about_signature.append(tag("xades:SignerRoleV2", tag("xades:ClaimedRoles", *roles)))
    about_content = [*formats, *(_commitment(one) for one in wanted.commitments)]
    return tag(
        "xades:SignedProperties",
        tag("xades:SignedSignatureProperties", *about_signature),
        tag("xades:SignedDataObjectProperties", *about_content) if about_content else "",
        Id=identifier,
    )


def data_object_format(reference_id: str, media_type: str, request: SignatureRequest) -> str:
    """Return the DataObjectFormat of one reference (§5.2.4)."""
    described = request.properties.content_description
    return tag(
        "xades:DataObjectFormat",
        tag("xades:Description", text(described)) if described else "",
        tag("xades:MimeType", text(media_type)),
        ObjectReference="#" + reference_id,
    )


def written_time(time: datetime) -> str:
    """Return an xsd:dateTime in UTC, to the second."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def digest_method(algorithm: DigestAlgorithm) -> str:
    """Return ds:DigestMethod.

    Raises:
        UnsupportedAlgorithmError: the digest has no name in XML.
    """
    if algorithm.uri is None:
        raise UnsupportedAlgorithmError(
            "{algorithm} has no name in XML signatures; use SHA-256, SHA-384 or SHA-512.",
            algorithm=algorithm.name,
        )
    return tag("ds:DigestMethod", Algorithm=algorithm.uri)


def _signing_certificate(certificate: Certificate, digest: DigestAlgorithm) -> str:
    """SigningCertificateV2 (§5.2.2), with IssuerSerialV2 in DER (RFC 5035 §5)."""
    names = writer.sequence(writer.explicit(4, certificate.issuer.der))
    issuer_serial = writer.sequence(names, writer.integer(certificate.serial_number))
    return tag(
        "xades:SigningCertificateV2",
        tag(
            "xades:Cert",
            tag(
                "xades:CertDigest",
                digest_method(digest),
                tag("ds:DigestValue", base64_text(digest.digest(certificate.der))),
            ),
            tag("xades:IssuerSerialV2", base64_text(issuer_serial)),
        ),
    )


def _policy(policy: SignaturePolicyIdentifier) -> str:
    if policy.implied:
        return tag("xades:SignaturePolicyIdentifier", tag("xades:SignaturePolicyImplied"))
    if policy.digest_algorithm is None or policy.digest is None:
        raise UsageError(
            "The signature policy {policy} needs the digest of its document to be named.",
            policy=policy.identifier,
        )
    qualifiers = []
    if policy.uri:
        qualifiers.append(tag("xades:SPURI", text(policy.uri)))
    if policy.user_notice:
        notice = tag("xades:ExplicitText", text(policy.user_notice))
        qualifiers.append(tag("xades:SPUserNotice", notice))
    written = [tag("xades:SigPolicyQualifier", one) for one in qualifiers]
    return tag(
        "xades:SignaturePolicyIdentifier",
        tag(
            "xades:SignaturePolicyId",
            tag("xades:SigPolicyId", _identified(policy.identifier, policy.description)),
            tag(
                "xades:SigPolicyHash",
                digest_method(policy.digest_algorithm),
                tag("ds:DigestValue", base64_text(policy.digest)),
            ),
            tag("xades:SigPolicyQualifiers", *written) if written else "",
        ),
    )


def _place(place: SignerLocation) -> str:
    parts = (
        ("City", place.city),
        ("StreetAddress", place.street),
        ("StateOrProvince", place.state),
        ("PostalCode", place.postal_code),
        ("CountryName", place.country),
    )
    written = [tag("xades:" + name, text(value)) for name, value in parts if value]
    return tag("xades:SignatureProductionPlaceV2", *written)


def _commitment(commitment: CommitmentType) -> str:
    return tag(
        "xades:CommitmentTypeIndication",
        tag("xades:CommitmentTypeId", _identified(commitment.identifier, commitment.description)),
        tag("xades:AllSignedDataObjects"),
    )


def _identified(identifier: str, description: str | None) -> str:
    """Return the content of an ObjectIdentifier; an OID is written as a URN (§5.1.2)."""
    is_oid = identifier.replace(".", "").isdecimal()
    return tag(
        "xades:Identifier",
        text("urn:oid:" + identifier if is_oid else identifier),
        Qualifier="OIDAsURN" if is_oid else None,
    ) + (tag("xades:Description", text(description)) if description else "")
