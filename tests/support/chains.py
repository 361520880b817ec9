"""Certificates, CRLs and OCSP responses made on the spot by an independent library.

Everything is deterministic: keys and serial numbers follow from the names.

root = make("Root")
citizen = make("Citizen", root, ca=False)
crl = make_crl(root, revoked={citizen: "key_compromise"})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID, ObjectIdentifier

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
    reason: str | None = None,
    days: tuple[float, float | None] = (-1, 6),
    by_key: bool = False,
    embed: bool = True,
    signed_with: Ed25519PrivateKey | None = None,
    digest: hashes.HashAlgorithm | None = None,
    nonce: bytes | None = None,
    about: tuple[Made, Made] | None = None,
) -> OCSPResponse:
    """Return a response about ``certificate``; the issuer answers unless a responder does."""
    signer = responder or issuer
    is_revoked = status == "REVOKED"
    encoding = ocsp.OCSPResponderEncoding.HASH if by_key else ocsp.OCSPResponderEncoding.NAME
    target, its_issuer = about or (certificate, issuer)
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=target.x509,
            issuer=its_issuer.x509,
            algorithm=digest or hashes.SHA1(),
            cert_status=ocsp.OCSPCertStatus[status],
            this_update=NOW + timedelta(days=days[0]),
            next_update=None if days[1] is None else NOW + timedelta(days=days[1]),
            revocation_time=NOW + timedelta(days=-2) if is_revoked else None,
            revocation_reason=x509.ReasonFlags[reason] if reason else None,
        )
        .responder_id(encoding, signer.x509)
    )
    if responder is not None and embed:
        builder = builder.certificates([responder.x509])
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    response = builder.sign(signed_with or signer.key, None)
    return OCSPResponse.from_der(response.public_bytes(serialization.Encoding.DER))
