"""Certificates and CRLs made on the spot by an independent library, and OCSP responses.

Everything is deterministic: keys and serial numbers follow from the names.

root = make("Root")
citizen = make("Citizen", root, ca=False)
crl = make_crl(root, revoked={citizen: "key_compromise"})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha1, sha256

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID, ObjectIdentifier

from esign.asn1.writer import (
    bit_string,
    boolean,
    enumerated,
    explicit,
    generalized_time,
    implicit,
    integer,
    null,
    octet_string,
    oid,
    sequence,
)
from esign.crypto.algorithms import digest_by_name
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ISSUING = ("key_cert_sign", "crl_sign")
SIGNING = ("digital_signature", "content_commitment")
OCSP_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.9")
Days = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Made:
    """A certificate with its key."""

    x509: x509.Certificate
    key: Ed25519PrivateKey

    @property
    def ours(self) -> Certificate:
        """The certificate as this project reads it."""
        return Certificate.from_der(self.x509.public_bytes(serialization.Encoding.DER))


def key_of(name: str) -> Ed25519PrivateKey:
    """Return the key that belongs to a name."""
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def name_of(text: str) -> x509.Name:
    """Return a name with that common name, or one parsed from RFC 4514 if it has a ``=``."""
    if "=" in text:
        return x509.Name.from_rfc4514_string(text)
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def make(
    name: str,
    issuer: Made | None = None,
    *,
    ca: bool | None = True,
    path_length: int | None = None,
    key: str | None = None,
    days: Days = (-365, 3650),
    usage: Sequence[str] | None = None,
    purposes: Sequence[ObjectIdentifier] = (),
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    serial: int | None = None,
    signed_with: Ed25519PrivateKey | None = None,
    issuer_name: str | None = None,
) -> Made:
    """Return a certificate; without an issuer it is self-signed.

    Args:
        name: the subject's common name, or an RFC 4514 string.
        issuer: who issues it.
        ca: basicConstraints, left out for None.
        path_length: pathLenConstraint.
        key: another name whose key it gets.
        days: validity, from :data:`NOW`.
        usage: key usages; () leaves the extension out.
        purposes: extended key usages.
        extensions: further extensions with their criticality.
        serial: the serial number.
        signed_with: a key that signs instead of the issuer's.
        issuer_name: a name that stands in the place of the issuer's.
    """
    own_key = key_of(key or name)
    issuer_key = signed_with or (issuer.key if issuer else own_key)
    above = issuer.x509.subject if issuer else name_of(name)
    seed = sha256(f"{name}|{above}|{key}|{days}|{serial}".encode()).digest()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name_of(name))
        .issuer_name(name_of(issuer_name) if issuer_name else above)
        .public_key(own_key.public_key())
        .serial_number(serial or int.from_bytes(seed[:8], "big") | 1 << 62)
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
    )
    if ca is not None:
        constraints = x509.BasicConstraints(ca=ca, path_length=path_length if ca else None)
        builder = builder.add_extension(constraints, critical=True)
    wanted = usage if usage is not None else ISSUING if ca else SIGNING
    if wanted:
        builder = builder.add_extension(key_usage(wanted), critical=True)
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(purposes)), critical=False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return Made(builder.sign(issuer_key, None), own_key)


def key_usage(wanted: Sequence[str]) -> x509.KeyUsage:
    """Return a KeyUsage with the named bits."""
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in wanted for name in names})


def make_crl(
    issuer: Made,
    *,
    revoked: Mapping[Made, str | None] | None = None,
    days: tuple[float, float | None] = (-1, 6),
    number: int | None = 1,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    signed_with: Ed25519PrivateKey | None = None,
    revoked_days: float = -2,
) -> CRL:
    """Return a CRL by ``issuer``; ``revoked`` gives reasons, None for none."""
    end = days[1] if days[1] is not None else 6
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.x509.subject)
        .last_update(NOW + timedelta(days=days[0]))
        .next_update(NOW + timedelta(days=end))
    )
    for made, reason in (revoked or {}).items():
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(made.x509.serial_number)
            .revocation_date(NOW + timedelta(days=revoked_days))
        )
        if reason is not None:
            flag = x509.ReasonFlags[reason]
            entry = entry.add_extension(x509.CRLReason(flag), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    if number is not None:
        builder = builder.add_extension(x509.CRLNumber(number), critical=False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    crl = builder.sign(signed_with or issuer.key, None)
    return CRL.from_der(crl.public_bytes(serialization.Encoding.DER))


def make_ocsp(
    certificate: Made,
    issuer: Made,
    *,
    responder: Made | None = None,
    status: str = "GOOD",
    reason: int | None = None,
    days: tuple[float, float | None] = (-1, 6),
    produced: float | None = None,
    by_key: bool = False,
    embed: bool = True,
    signed_with: Ed25519PrivateKey | None = None,
    digest: str = "SHA1",
    extensions: bytes = b"",
    single_extensions: bytes = b"",
    revoked_at: datetime | None = None,
) -> OCSPResponse:
    """Return a response about ``certificate``; the issuer answers unless a responder does.

    Written with the project's own writer, because ``cryptography`` takes producedAt from the
    clock; that it reads the result is tested.

    Args:
        certificate: asked about.
        issuer: its issuer.
        responder: who answers instead of the issuer.
        status: ``GOOD``, ``REVOKED`` or ``UNKNOWN``.
        reason: number of the CRLReason.
        days: thisUpdate and nextUpdate, from :data:`NOW`.
        produced: producedAt likewise; thisUpdate when left out.
        by_key: name the responder by its key.
        embed: bring the responder's certificate along.
        signed_with: a key that signs instead.
        digest: of the CertID.
        extensions: encoded Extension values of the response.
        single_extensions: the same, of the single response.
        revoked_at: the revocation time, two days before :data:`NOW` when left out.
    """
    signer = responder or issuer
    sha = digest_by_name(digest)
    cert_id = sequence(
        sequence(oid(sha.oid), null()),
        octet_string(sha.digest(certificate.ours.issuer.der)),
        octet_string(sha.digest(_key_bits(issuer))),
        integer(certificate.x509.serial_number),
    )
    single = sequence(
        cert_id,
        _status(status, reason, revoked_at),
        _time(days[0]),
        b"" if days[1] is None else explicit(0, _time(days[1])),
        explicit(1, sequence(single_extensions)) if single_extensions else b"",
    )
    named = explicit(1, signer.ours.subject.der)
    if by_key:
        named = explicit(2, octet_string(sha1(_key_bits(signer)).digest()))
    data = sequence(
        named,
        _time(days[0] if produced is None else produced),
        sequence(single),
        explicit(1, sequence(extensions)) if extensions else b"",
    )
    value = (signed_with or signer.key).sign(data)
    bag = explicit(0, sequence(responder.ours.der)) if responder and embed else b""
    basic = sequence(data, sequence(oid("1.3.101.112")), bit_string(value), bag)
    body = sequence(oid("1.3.6.1.5.5.7.48.1.1"), octet_string(basic))
    return OCSPResponse.from_der(sequence(enumerated(0), explicit(0, body)))


def extension(identifier: str, value: bytes, *, critical: bool = False) -> bytes:
    """Return one encoded Extension."""
    return sequence(oid(identifier), boolean(True) if critical else b"", octet_string(value))


def _key_bits(made: Made) -> bytes:
    encoding, form = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    return made.key.public_key().public_bytes(encoding, form)


def _time(days: float) -> bytes:
    return generalized_time((NOW + timedelta(days=days)).replace(microsecond=0))


def _status(status: str, reason: int | None, revoked_at: datetime | None) -> bytes:
    if status == "GOOD":
        return implicit(0, null())
    if status == "UNKNOWN":
        return implicit(2, null())
    why = b"" if reason is None else explicit(0, enumerated(reason))
    moment = _time(-2) if revoked_at is None else generalized_time(revoked_at)
    return implicit(1, sequence(moment, why))
