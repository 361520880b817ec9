"""Signed properties come back as they were asked for, and broken ones as absent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from esign.ades.format import SignerProperties
from esign.ades.signature import CommitmentType, SignaturePolicyIdentifier, SignerLocation
from esign.crypto.algorithms import digest_by_name
from esign.xades.signed import (
    read_certificate_references,
    read_digest,
    read_identifier,
    read_signed_properties,
    read_time,
)
from tests.support.xml_making import TIME, certificate_of, read, sign, xml

V = 'xmlns:x="http://uri.etsi.org/01903/v1.3.2#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
WANTED = SignerProperties(
    commitments=(
        CommitmentType(identifier="1.2.840.113549.1.9.16.6.1", description="origin"),
        CommitmentType(identifier="http://example.org/approval"),
    ),
    location=SignerLocation(
        street="Nizami 1", city="Şəki", state="S", postal_code="AZ1000", country="AZ"
    ),
    claimed_roles=("Müdir & co", "second"),
    policy=SignaturePolicyIdentifier(
        identifier="1.2.3.4",
        digest_algorithm=digest_by_name("SHA256"),
        digest=b"x" * 32,
        uri="http://example.org/policy.pdf",
        user_notice="note",
        description="a policy",
    ),
    media_type="text/plain",
    content_description="Ərizə",
)


def test_everything_asked_for_comes_back() -> None:
    """Each claim is read as it was given."""
    (signature,) = read(sign(b"<a/>", properties=WANTED))
    claims = signature.signed_properties
    assert claims == read_signed_properties(signature.facts.qualifying)
    assert claims.signing_time == TIME
    assert claims.commitments == WANTED.commitments
    assert claims.location == WANTED.location
    assert claims.claimed_roles == WANTED.claimed_roles
    assert claims.policy == WANTED.policy
    (described,) = claims.content_formats
    assert (described.media_type, described.description) == ("text/plain", "Ərizə")


def test_implied_policy() -> None:
    """An implied policy is said to be one."""
    implied = SignerProperties(policy=SignaturePolicyIdentifier(implied=True))
    (signature,) = read(sign(b"<a/>", properties=implied))
    assert signature.signed_properties.policy == SignaturePolicyIdentifier(implied=True)


def test_nothing_asked_for_is_absent() -> None:
    """Without wishes there are the time and the format alone."""
    claims = read(sign(b"<a/>"))[0].signed_properties
    assert claims.location is claims.policy is None
    assert claims.commitments == claims.claimed_roles == ()
    assert claims.other == {}


def test_certificate_reference_of_both_forms() -> None:
    """Digest, issuer and serial number are read from V2 (DER) and from V1 (text)."""
    certificate = certificate_of("rsa")
    (second,) = read_certificate_references(read(sign(b"<a/>"))[0].facts.qualifying) or ()
    assert second.digest == digest_by_name("SHA256").digest(certificate.der)
    assert second.issuer_name == certificate.issuer.der
    assert second.serial_number == certificate.serial_number
    changed = sign(b"<a/>").whole().replace(b"SigningCertificateV2>", b"SigningCertificate>")
    start, end = changed.index(b"<xades:IssuerSerialV2>"), changed.index(b"</xades:Cert>")
    text = (
        b"<xades:IssuerSerial><ds:X509IssuerName>CN=a</ds:X509IssuerName>"
        b"<ds:X509SerialNumber>77</ds:X509SerialNumber></xades:IssuerSerial>"
    )
    (signature,) = read(changed[:start] + text + changed[end:])
    (old,) = read_certificate_references(signature.facts.qualifying) or ()
    assert (old.issuer_text, old.serial_number, old.issuer_name) == ("CN=a", 77, None)


@pytest.mark.parametrize("serial", ["MBowFaQT", "!", "AAAA", "MAA="])
def test_broken_issuer_serial_is_left_out(serial: str) -> None:
    """An IssuerSerialV2 that cannot be read takes nothing else with it."""
    content = sign(b"<a/>").whole()
    start = content.index(b"<xades:IssuerSerialV2>") + len(b"<xades:IssuerSerialV2>")
    end = content.index(b"</xades:IssuerSerialV2>")
    (signature,) = read(content[:start] + serial.encode() + content[end:])
    (reference,) = read_certificate_references(signature.facts.qualifying) or ()
    assert reference.issuer_name is None
    assert reference.digest


def test_of_two_times_neither_is_believed() -> None:
    """A repeated property says nothing."""
    content = sign(b"<a/>").whole()
    time = b"<xades:SigningTime>2026-11-24T12:00:00Z</xades:SigningTime>"
    (signature,) = read(content.replace(time, time + time.replace(b"2026", b"2020")))
    assert read_signed_properties(signature.facts.qualifying).signing_time is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-24T12:00:00Z", datetime(2026, 11, 24, 12, tzinfo=UTC)),
        (
            "2026-11-24T12:00:00.25+04:00",
            datetime(2026, 11, 24, 12, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=4))),
        ),
        ("2026-11-24T12:00:00", datetime(2026, 11, 24, 12, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_times(text: str, time: datetime | None) -> None:
    """An xsd:dateTime is read with its zone; anything else is no time."""
    assert read_time(text) == time


def test_identifier_drops_the_urn() -> None:
    """An OID written as URN is read as an OID."""
    for written, read_as in (
        ("urn:oid:1.2.3", "1.2.3"),
        ("URN:OID:1.2", "1.2"),
        ("http://a", "http://a"),
    ):
        root = xml(f"<x:I {V}><x:Identifier>{written}</x:Identifier></x:I>").root
        assert read_identifier(root) == read_as
    assert read_identifier(None) == ""


def test_digest_of_unknown_algorithm_keeps_its_octets() -> None:
    """A digest is read even when its algorithm is unknown."""
    root = xml(
        f'<x:D {V}><ds:DigestMethod Algorithm="urn:x"/><ds:DigestValue>eA==</ds:DigestValue></x:D>'
    ).root
    assert read_digest(root) == (None, b"x")
    assert read_digest(None) == (None, None)
