"""Certificates with any subject, issuer country and QC statements, made with ``cryptography``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from esign.asn1 import writer
from esign.pki.certificate import Certificate

ATTRIBUTES = {
    "C": NameOID.COUNTRY_NAME,
    "CN": NameOID.COMMON_NAME,
    "GN": NameOID.GIVEN_NAME,
    "SN": NameOID.SURNAME,
    "O": NameOID.ORGANIZATION_NAME,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
}


@cache
def _key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)


def certificate_of(
    *attributes: tuple[str, str],
    issuer_country: str = "AZ",
    statements: bytes | None = None,
    policies: Iterable[str] = (),
) -> Certificate:
    """Return a certificate whose subject has exactly these attributes, in this order."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(attributes))
        .issuer_name(_name((("C", issuer_country), ("CN", "Issuer"))))
        .public_key(_key().public_key())
        .serial_number(17)
        .not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2035, 1, 1, tzinfo=UTC))
    )
    if statements is not None:
        oid = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
        builder = builder.add_extension(x509.UnrecognizedExtension(oid, statements), critical=False)
    found = [x509.PolicyInformation(x509.ObjectIdentifier(oid), None) for oid in policies]
    if found:
        builder = builder.add_extension(x509.CertificatePolicies(found), critical=False)
    return Certificate.from_der(builder.sign(_key(), None).public_bytes(Encoding.DER))


def _name(attributes: Sequence[tuple[str, str]]) -> x509.Name:
    return x509.Name([_attribute(kind, text) for kind, text in attributes])


def _attribute(kind: str, text: str) -> x509.NameAttribute:
    string = None if kind == "C" else _ASN1Type.UTF8String
    return x509.NameAttribute(ATTRIBUTES[kind], text, string)


def statement(oid: str, *values: bytes) -> bytes:
    """Return one QCStatement in DER."""
    return writer.sequence(writer.oid(oid), *values)


def qc_types(*numbers: int) -> bytes:
    """Return QCStatements with a type statement alone: 1 esign, 2 eseal, 3 web."""
    types = writer.sequence(*(writer.oid(f"0.4.0.1862.1.6.{n}") for n in numbers))
    return writer.sequence(statement("0.4.0.1862.1.6", types))
