"""Each broken rule of the form has its finding; a sound signature has none."""

from __future__ import annotations

import pytest

from esign.terms import Severity
from tests.support.xml_making import read, sign, unsigned

SIGNED = sign(b"<a/>").whole()
TIME = b"<xades:SigningTime>2026-11-24T12:00:00Z</xades:SigningTime>"
TYPE = b' Type="http://uri.etsi.org/01903#SignedProperties"'


def _between(start: bytes, end: bytes) -> bytes:
    return SIGNED[SIGNED.index(start) : SIGNED.index(end) + len(end)]


REFERENCE = _between(b"<ds:Reference" + TYPE, b"</ds:Reference></ds:SignedInfo>")[
    : -len("</ds:SignedInfo>")
]
CERTIFICATE = _between(b"<xades:SigningCertificateV2>", b"</xades:SigningCertificateV2>")
PROPERTIES = _between(b"<xades:QualifyingProperties", b"</xades:QualifyingProperties>")
EMPTY_COUNTER_SIGNATURE = (
    b"</xades:SignedProperties><xades:UnsignedProperties><xades:UnsignedSignatureProperties>"
    b"<xades:CounterSignature/>"
    b"</xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
)
VALUE = _between(b"<ds:SignatureValue", b"</ds:SignatureValue>")


def _codes(content: bytes) -> dict[str, Severity]:
    (signature,) = read(content)
    return {one.code: one.severity for one in signature.structure_findings()}


def test_sound_signature_has_no_findings() -> None:
    """Nothing is noticed about a signature made here."""
    assert _codes(SIGNED) == {}


@pytest.mark.parametrize(
    ("old", "new", "code", "severity"),
    [
        (VALUE, b"", "signature-part-count", Severity.MALFORMED),
        (VALUE, VALUE * 2, "signature-part-count", Severity.MALFORMED),
        (
            VALUE,
            b"<ds:SignatureValue>?</ds:SignatureValue>",
            "signature-value-unreadable",
            Severity.MALFORMED,
        ),
        (
            b'xml-exc-c14n#"/><ds:SignatureMethod',
            b'other"/><ds:SignatureMethod',
            "canonicalization-unknown",
            Severity.MALFORMED,
        ),
        (b"<ds:DigestValue>", b"<ds:DigestValue>?", "digest-value-unreadable", Severity.MALFORMED),
        (
            b"xmldsig-more#rsa-sha256",
            b"xmldsig-more#hmac-sha256",
            "shared-key-algorithm",
            Severity.MALFORMED,
        ),
        (PROPERTIES, b"", "qualifying-properties-missing", Severity.LEVEL),
        (
            PROPERTIES,
            PROPERTIES + PROPERTIES.replace(b"xades-0", b"other-0"),
            "qualifying-properties-repeated",
            Severity.CONSTRAINT,
        ),
        (
            PROPERTIES,
            PROPERTIES + PROPERTIES.replace(b"xades-0", b"other-0"),
            "signed-properties-repeated",
            Severity.CONSTRAINT,
        ),
        (b'Target="#id-', b'Target="#other-', "target-mismatch", Severity.CONSTRAINT),
        (REFERENCE, b"", "signed-properties-not-covered", Severity.CONSTRAINT),
        (REFERENCE, REFERENCE * 2, "signed-properties-reference-repeated", Severity.CONSTRAINT),
        (TYPE, b"", "signed-properties-reference-untyped", Severity.CONSTRAINT),
        (TIME, TIME * 2, "property-repeated", Severity.CONSTRAINT),
        (CERTIFICATE, CERTIFICATE * 2, "property-repeated", Severity.CONSTRAINT),
        (
            CERTIFICATE,
            CERTIFICATE + CERTIFICATE.replace(b"CertificateV2>", b"Certificate>"),
            "signing-certificate-both",
            Severity.REMARK,
        ),
        (TIME, b"", "signing-time-missing", Severity.LEVEL),
        (b"2026-11-24T12:00:00Z", b"today", "signing-time-unreadable", Severity.CONSTRAINT),
        (CERTIFICATE, b"", "signing-certificate-missing", Severity.LEVEL),
        (
            CERTIFICATE,
            b"<xades:SigningCertificateV2/>",
            "signing-certificate-unreadable",
            Severity.CONSTRAINT,
        ),
        (b'ObjectReference="#r-', b'ObjectReference="#x-', "data-object-reference", Severity.LEVEL),
        (b"<ds:X509Certificate>", b"<ds:X509Certificate>?", "key-info-unreadable", Severity.LEVEL),
        (
            b"</xades:SignedProperties>",
            EMPTY_COUNTER_SIGNATURE,
            "counter-signature-count",
            Severity.CONSTRAINT,
        ),
        (
            b"<xades:SignedDataObjectProperties>",
            b"<xades:SignedDataObjectProperties>",
            "",
            Severity.REMARK,
        ),
    ],
)
def test_broken_rule_is_named(old: bytes, new: bytes, code: str, severity: Severity) -> None:
    """One change in the form gives the finding for it, of the right weight."""
    assert old in SIGNED
    changed = (
        SIGNED.replace(old, new) if old != b"<ds:DigestValue>" else SIGNED.replace(old, new, 1)
    )
    assert _codes(changed).get(code) == (severity if code else None)


def test_policy_without_digest_is_named() -> None:
    """A policy named without its digest is no baseline."""
    policy = (
        b"<xades:SignaturePolicyIdentifier><xades:SignaturePolicyId><xades:SigPolicyId>"
        b"<xades:Identifier>urn:p</xades:Identifier></xades:SigPolicyId>"
        b"</xades:SignaturePolicyId></xades:SignaturePolicyIdentifier>"
    )
    changed = SIGNED.replace(CERTIFICATE, CERTIFICATE + policy)
    assert _codes(changed)["policy-digest-missing"] is Severity.LEVEL


def test_signature_without_references_or_content() -> None:
    """No reference at all, and none to content, are two different findings."""
    assert "no-references" in _codes(unsigned().encode())
    only = SIGNED.index(b'<ds:Reference Id="r-'), SIGNED.index(b"<ds:Reference" + TYPE)
    assert "no-content-covered" in _codes(SIGNED[: only[0]] + SIGNED[only[1] :])


def test_worst_comes_first() -> None:
    """Findings are ordered by weight."""
    (signature,) = read(SIGNED.replace(TIME, b"").replace(VALUE, b""))
    weights = [one.severity for one in signature.structure_findings()]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) > 1
