"""The words of the standards, as values.

Every name here is the spelling of ETSI EN 319 102-1, EN 319 122-1, EN 319 132-1,
EN 319 142-1 or RFC 3161; every other room imports its vocabulary from here.

Spec: EN 319 102-1 §5.1.3
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class SignatureForm(StrEnum):
    """The family a signature's octets belong to."""

    CADES = "CAdES"
    XADES = "XAdES"
    PADES = "PAdES"
    TIMESTAMP = "RFC3161"


class SignatureLevel(StrEnum):
    """The baseline levels, in the order in which each contains the one before.

    Spec: EN 319 122-1 §6, EN 319 132-1 §6, EN 319 142-1 §6
    """

    B = "B"
    T = "T"
    LT = "LT"
    LTA = "LTA"

    def label(self, form: SignatureForm) -> str:
        """Return the level as people write it, for example ``XAdES-B-LT``."""
        return f"{form.value}-B-{self.value}"


class Packaging(StrEnum):
    """Where the signed content lies with respect to the signature."""

    ENVELOPED = "ENVELOPED"
    ENVELOPING = "ENVELOPING"
    DETACHED = "DETACHED"
    INTERNALLY_DETACHED = "INTERNALLY_DETACHED"


class Indication(StrEnum):
    """The main status of one signature.

    Spec: EN 319 102-1 §5.1.3
    """

    TOTAL_PASSED = "TOTAL_PASSED"
    TOTAL_FAILED = "TOTAL_FAILED"
    INDETERMINATE = "INDETERMINATE"


class BlockStatus(StrEnum):
    """The status of one building block, time-stamp or process step.

    Spec: EN 319 102-1 §5.2.1
    """

    PASSED = "PASSED"
    FAILED = "FAILED"
    INDETERMINATE = "INDETERMINATE"


class SubIndication(StrEnum):
    """Why a status is not PASSED.

    Spec: EN 319 102-1 §5.1.3
    """

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"
    SIGNATURE_POLICY_NOT_AVAILABLE = "SIGNATURE_POLICY_NOT_AVAILABLE"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND_NO_POE = "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    OUT_OF_BOUNDS_NOT_REVOKED = "OUT_OF_BOUNDS_NOT_REVOKED"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    REVOCATION_OUT_OF_BOUNDS_NO_POE = "REVOCATION_OUT_OF_BOUNDS_NO_POE"
    NO_POE = "NO_POE"
    TRY_LATER = "TRY_LATER"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"


class Purpose(StrEnum):
    """What a trust anchor was given for; an anchor for one never serves another."""

    SIGNER = "signer"
    TSA = "tsa"


class CertificateRole(StrEnum):
    """The part a certificate plays in one judgement, named in every reason."""

    SIGNER = "signer"
    TSA = "time-stamping authority"
    CA = "certification authority"
    OCSP_RESPONDER = "OCSP responder"
    CRL_ISSUER = "CRL issuer"


class TimestampKind(StrEnum):
    """What an embedded time-stamp covers, spelled as reports spell it."""

    CONTENT_TIMESTAMP = "CONTENT_TIMESTAMP"
    SIGNATURE_TIMESTAMP = "SIGNATURE_TIMESTAMP"
    REFERENCES_TIMESTAMP = "REFERENCES_TIMESTAMP"
    ARCHIVE_TIMESTAMP = "ARCHIVE_TIMESTAMP"
    DOCUMENT_TIMESTAMP = "DOCUMENT_TIMESTAMP"


class SlotKind(StrEnum):
    """What an opened slot waits for (see :mod:`esign.ades.format`)."""

    SIGNATURE = "SIGNATURE"
    CONTENT_TIMESTAMP = "CONTENT_TIMESTAMP"
    SIGNATURE_TIMESTAMP = "SIGNATURE_TIMESTAMP"
    ARCHIVE_TIMESTAMP = "ARCHIVE_TIMESTAMP"
    COUNTER_SIGNATURE = "COUNTER_SIGNATURE"


class ReferenceKind(StrEnum):
    """What one covered object is."""

    CONTENT = "CONTENT"
    SIGNED_PROPERTIES = "SIGNED_PROPERTIES"
    KEY_INFO = "KEY_INFO"
    OBJECT = "OBJECT"
    MANIFEST = "MANIFEST"
    MANIFEST_ENTRY = "MANIFEST_ENTRY"
    COUNTER_SIGNED = "COUNTER_SIGNED"
    MESSAGE_IMPRINT = "MESSAGE_IMPRINT"


class Scope(StrEnum):
    """How much of the document a reference covers."""

    FULL = "FULL"
    PARTIAL = "PARTIAL"
    NONE = "NONE"


class Severity(IntEnum):
    """What a format's finding about itself amounts to, before any policy is asked.

    ``REMARK`` informs. ``LEVEL`` keeps the signature from being AdES baseline.
    ``CONSTRAINT`` breaks a rule on properties. ``MALFORMED`` breaks the form itself.
    """

    REMARK = 1
    LEVEL = 2
    CONSTRAINT = 3
    MALFORMED = 4
