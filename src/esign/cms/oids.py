"""Object identifiers of content types and attributes, under the names of their standards.

Spec: RFC 5652 §11, RFC 5035, RFC 6211, EN 319 122-1 Annex D
"""

from __future__ import annotations

from types import MappingProxyType

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"

CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
COUNTER_SIGNATURE = "1.2.840.113549.1.9.6"
ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
CONTENT_HINTS = "1.2.840.113549.1.9.16.2.4"
CONTENT_IDENTIFIER = "1.2.840.113549.1.9.16.2.7"
CONTENT_REFERENCE = "1.2.840.113549.1.9.16.2.10"
SIGNATURE_POLICY = "1.2.840.113549.1.9.16.2.15"
COMMITMENT_TYPE = "1.2.840.113549.1.9.16.2.16"
SIGNER_LOCATION = "1.2.840.113549.1.9.16.2.17"
SIGNER_ATTRIBUTES = "1.2.840.113549.1.9.16.2.18"
SIGNER_ATTRIBUTES_V2 = "0.4.0.19122.1.1"
MIME_TYPE = "0.4.0.1733.2.1"
ADOBE_REVOCATION = "1.2.840.113583.1.1.8"

CONTENT_TIMESTAMP = "1.2.840.113549.1.9.16.2.20"
SIGNATURE_TIMESTAMP = "1.2.840.113549.1.9.16.2.14"
COMPLETE_CERTIFICATE_REFERENCES = "1.2.840.113549.1.9.16.2.21"
COMPLETE_REVOCATION_REFERENCES = "1.2.840.113549.1.9.16.2.22"
CERTIFICATE_VALUES = "1.2.840.113549.1.9.16.2.23"
REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24"
ESC_TIMESTAMP = "1.2.840.113549.1.9.16.2.25"
REFERENCES_TIMESTAMP = "1.2.840.113549.1.9.16.2.26"
ARCHIVE_TIMESTAMP = "1.2.840.113549.1.9.16.2.27"
ARCHIVE_TIMESTAMP_V2 = "1.2.840.113549.1.9.16.2.48"
ARCHIVE_TIMESTAMP_V3 = "0.4.0.1733.2.4"
ATS_HASH_INDEX = "0.4.0.1733.2.5"
ATS_HASH_INDEX_V2 = "0.4.0.19122.1.4"
ATS_HASH_INDEX_V3 = "0.4.0.19122.1.5"

RI_OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2"
"""RFC 5940: an OCSPResponse as other revocation information."""
PKIX_OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1"
"""Not registered for this use, but some writers put a BasicOCSPResponse under it."""

SP_URI = "1.2.840.113549.1.9.16.5.1"
SP_USER_NOTICE = "1.2.840.113549.1.9.16.5.2"
SHAKE256_LEN = "2.16.840.1.101.3.4.2.18"
"""SHAKE256 with its output length as parameter; RFC 8419 uses it with 512 bits."""
AT_ROLE = "2.5.4.72"

NAMES = MappingProxyType(
    {
        CONTENT_TYPE: "content-type",
        MESSAGE_DIGEST: "message-digest",
        SIGNING_TIME: "signing-time",
        COUNTER_SIGNATURE: "counter-signature",
        ALGORITHM_PROTECTION: "cms-algorithm-protection",
        SIGNING_CERTIFICATE: "signing-certificate",
        SIGNING_CERTIFICATE_V2: "signing-certificate-v2",
        CONTENT_HINTS: "content-hints",
        CONTENT_IDENTIFIER: "content-identifier",
        CONTENT_REFERENCE: "content-reference",
        SIGNATURE_POLICY: "signature-policy-identifier",
        COMMITMENT_TYPE: "commitment-type-indication",
        SIGNER_LOCATION: "signer-location",
        SIGNER_ATTRIBUTES: "signer-attributes",
        SIGNER_ATTRIBUTES_V2: "signer-attributes-v2",
        MIME_TYPE: "mime-type",
        ADOBE_REVOCATION: "adbe-revocation-info-archival",
        CONTENT_TIMESTAMP: "content-time-stamp",
        SIGNATURE_TIMESTAMP: "signature-time-stamp",
        COMPLETE_CERTIFICATE_REFERENCES: "complete-certificate-references",
        COMPLETE_REVOCATION_REFERENCES: "complete-revocation-references",
        CERTIFICATE_VALUES: "certificate-values",
        REVOCATION_VALUES: "revocation-values",
        ESC_TIMESTAMP: "CAdES-C-time-stamp",
        REFERENCES_TIMESTAMP: "time-stamped-certs-crls-references",
        ARCHIVE_TIMESTAMP: "archive-time-stamp",
        ARCHIVE_TIMESTAMP_V2: "archive-time-stamp-v2",
        ARCHIVE_TIMESTAMP_V3: "archive-time-stamp-v3",
        ATS_HASH_INDEX: "ats-hash-index",
        ATS_HASH_INDEX_V2: "ats-hash-index-v2",
        ATS_HASH_INDEX_V3: "ats-hash-index-v3",
    }
)
"""Attribute OID to the name its standard gives it."""


def name_of(oid: str) -> str:
    """Return the attribute's name, or the OID itself where none is known."""
    return NAMES.get(oid, oid)
