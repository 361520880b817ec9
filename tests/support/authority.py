"""Time-stamping authorities made on the spot, with an independent library.

authority = make_authority()                         # as RFC 3161 wants it
authority = make_authority(usages=(), critical=False)    # one that must be refused
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from esign.ades.format import SignatureRequest
from esign.cms.builder import signed_attributes, signed_data, signer_info
from esign.crypto.algorithms import SignatureAlgorithm, signature_by_name
from esign.pki.certificate import Certificate
from esign.terms import Packaging, SignatureForm
from esign.tsa.messages import granted_response, read_request
from esign.tsa.tst_info import CONTENT_TYPE, TSTInfo

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
TIME_STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
POLICY = "1.3.6.1.4.1.99999.7"
NOW = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class KeyInMemory:
    """A signer over a key of the ``cryptography`` library."""

    key: PrivateKey
    certificate: Certificate
    chain: tuple[Certificate, ...]
    root: Certificate

    @property
    def algorithms(self) -> tuple[SignatureAlgorithm, ...]:
        """One algorithm, that of the key."""
        kind = "RSA_PKCS1_SHA256" if isinstance(self.key, rsa.RSAPrivateKey) else "ECDSA_SHA256"
        return (signature_by_name(kind),)

    def sign(self, octets: bytes, algorithm: SignatureAlgorithm) -> bytes:
        """Return the value over the octets."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(octets, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(octets, ec.ECDSA(hashes.SHA256()))

    @property
    def key_pem(self) -> bytes:
        """The private key, unprotected."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


@lru_cache(maxsize=16)
def make_authority(
    *,
    usages: Sequence[x509.ObjectIdentifier] = (TIME_STAMPING,),
    critical: bool = True,
    key_usage: Sequence[str] = ("digital_signature",),
    days: tuple[int, int] = (-30, 3650),
    rsa_key: bool = False,
) -> KeyInMemory:
    """Return an authority whose certificate is as told; a root of its own stands above it."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    key: PrivateKey = ec.generate_private_key(ec.SECP256R1())
    if rsa_key:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    root_name, name = _name("Test Time Root"), _name("Test Time Stamping Unit")
    root = _build(root_name, root_name, root_key.public_key(), (-60, 7300)).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    signed_root = root.sign(root_key, hashes.SHA256())
    leaf = _build(name, root_name, key.public_key(), days)
    if usages:
        leaf = leaf.add_extension(x509.ExtendedKeyUsage(list(usages)), critical=critical)
    if key_usage:
        leaf = leaf.add_extension(_key_usage(key_usage), critical=True)
    certificate = leaf.sign(root_key, hashes.SHA256())
    return KeyInMemory(
        key=key,
        certificate=_ours(certificate),
        chain=(_ours(signed_root),),
        root=_ours(signed_root),
    )


def stamp(authority: KeyInMemory, request: bytes, *, at: datetime) -> bytes:
    """Return the response of an authority that does not care what its certificate is for."""
    asked = read_request(request)
    content = TSTInfo(
        policy=POLICY,
        imprint=asked.imprint,
        serial_number=1,
        generation_time=at.replace(microsecond=0),
        nonce=asked.nonce,
    ).encoded()
    made = SignatureRequest(
        form=SignatureForm.TIMESTAMP,
        packaging=Packaging.ENVELOPING,
        certificate=authority.certificate,
        chain=authority.chain,
        algorithm=authority.algorithms[0],
        digest_algorithm=authority.algorithms[0].cms_digest,
        signing_time=at,
        unique="0" * 16,
    )
    digest = made.digest_algorithm.digest(content)
    attributes = signed_attributes(made, digest, content_type=CONTENT_TYPE)
    info = signer_info(made, attributes, authority.sign(attributes, made.algorithm))
    token = signed_data(made, info, content_type=CONTENT_TYPE, content=content)
    return granted_response(token)


def _build(
    subject: x509.Name, issuer: x509.Name, key: object, days: tuple[int, int]
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)  # type: ignore[arg-type]
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
    )


def _key_usage(wanted: Sequence[str]) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in wanted for name in names})


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _ours(certificate: x509.Certificate) -> Certificate:
    return Certificate.from_der(certificate.public_bytes(serialization.Encoding.DER))
