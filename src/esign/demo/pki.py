"""A test PKI made at run time: two CAs, an OCSP responder, a TSA, a citizen and an agency.

Every key is fresh and lives as long as the demonstration's directory; the certificates
point to the loopback address their revocation data is served at. The people are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_BASIC_OCSP_NO_CHECK = x509.OCSPNoCheck()
_ORGANIZATION_IDENTIFIER = ObjectIdentifier("2.5.4.97")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Holder:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: PrivateKey

    def pkcs12(self, chain: tuple[x509.Certificate, ...], password: bytes) -> bytes:
        """Return key, certificate and chain as a PKCS#12 file under ``password``."""
        protection = serialization.BestAvailableEncryption(password)
        return pkcs12.serialize_key_and_certificates(
            b"demo", self.key, self.certificate, list(chain), protection
        )

    def pem(self) -> bytes:
        """Return key and certificate as unprotected PEM."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return key + self.certificate.public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPKI:
    """Everybody who takes part in the demonstration."""

    root: Holder
    issuing: Holder
    responder: Holder
    tsa: Holder
    citizen: Holder
    agency: Holder

    @classmethod
    def make(cls, base_url: str, now: datetime) -> DemoPKI:
        """Return a fresh PKI whose certificates point to ``base_url``.

        Args:
            base_url: where the revocation data will be served, without a final slash.
            now: UTC; every certificate is valid from an hour before.
        """
        return _Maker(base_url, now).make()


class _Maker:
    def __init__(self, base_url: str, now: datetime) -> None:
        self._base_url = base_url
        self._start = (now - timedelta(hours=1)).replace(microsecond=0)

    def make(self) -> DemoPKI:
        root_name = _name("Demo Root CA", organization="esign demonstration")
        root_key = rsa.generate_private_key(65537, 3072)
        builder = self._builder(root_name, root_name, root_key, days=3650)
        root = Holder(certificate=self._as_ca(builder, root_key, root_key, None), key=root_key)

        issuing_key = rsa.generate_private_key(65537, 3072)
        issuing_name = _name("Demo Issuing CA", organization="esign demonstration")
        builder = self._points_to(
            self._builder(issuing_name, root_name, issuing_key, days=1825), "root"
        )
        issuing = Holder(
            certificate=self._as_ca(builder, issuing_key, root_key, 0), key=issuing_key
        )
        return DemoPKI(
            root=root,
            issuing=issuing,
            responder=self._responder(issuing),
            tsa=self._tsa(root),
            citizen=self._signer(_CITIZEN, issuing, rsa.generate_private_key(65537, 2048)),
            agency=self._signer(_AGENCY, issuing, ec.generate_private_key(ec.SECP256R1())),
        )

    def _responder(self, issuing: Holder) -> Holder:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Demo OCSP Responder", organization="esign demonstration")
        builder = self._builder(name, issuing.certificate.subject, key, days=90)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False
        ).add_extension(_BASIC_OCSP_NO_CHECK, critical=False)
        return self._as_leaf(builder, key, issuing, _usage(digital_signature=True))

    def _tsa(self, root: Holder) -> Holder:
        key = rsa.generate_private_key(65537, 2048)
        name = _name("Demo Time-Stamping Authority", organization="esign demonstration")
        builder = self._builder(name, root.certificate.subject, key, days=1825)
        builder = self._points_to(builder, "root").add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
        return self._as_leaf(builder, key, root, _usage(digital_signature=True))

    def _signer(self, name: x509.Name, issuing: Holder, key: PrivateKey) -> Holder:
        builder = self._builder(name, issuing.certificate.subject, key, days=1095)
        builder = self._points_to(builder, "issuing", ocsp=True)
        return self._as_leaf(builder, key, issuing, _usage(content_commitment=True))

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: PrivateKey, *, days: int
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._start)
            .not_valid_after(self._start + timedelta(days=days))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        )

    def _points_to(
        self, builder: x509.CertificateBuilder, issuer: str, *, ocsp: bool = False
    ) -> x509.CertificateBuilder:
        places = [x509.AccessDescription(Access.CA_ISSUERS, self._url(f"{issuer}.cer"))]
        if ocsp:
            places.append(x509.AccessDescription(Access.OCSP, self._url("ocsp")))
        point = x509.DistributionPoint([self._url(f"{issuer}.crl")], None, None, None)
        return builder.add_extension(
            x509.AuthorityInformationAccess(places), critical=False
        ).add_extension(x509.CRLDistributionPoints([point]), critical=False)

    def _url(self, path: str) -> x509.UniformResourceIdentifier:
        return x509.UniformResourceIdentifier(f"{self._base_url}/{path}")

    def _as_ca(
        self,
        builder: x509.CertificateBuilder,
        key: PrivateKey,
        issuer_key: PrivateKey,
        path_length: int | None,
    ) -> x509.Certificate:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
        return (
            builder.add_extension(x509.BasicConstraints(True, path_length), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .add_extension(identifier, critical=False)
            .sign(issuer_key, hashes.SHA256())
        )

    def _as_leaf(
        self,
        builder: x509.CertificateBuilder,
        key: PrivateKey,
        issuer: Holder,
        usage: x509.KeyUsage,
    ) -> Holder:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        certificate = (
            builder.add_extension(usage, critical=True)
            .add_extension(identifier, critical=False)
            .sign(issuer.key, hashes.SHA256())
        )
        return Holder(certificate=certificate, key=key)


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str, *, organization: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "AZ"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


_CITIZEN = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "AZ"),
        x509.NameAttribute(NameOID.SURNAME, "Məmmədova"),
        x509.NameAttribute(NameOID.GIVEN_NAME, "Aygün"),
        x509.NameAttribute(NameOID.COMMON_NAME, "Aygün Məmmədova"),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, "1DEMO23"),
    ]
)
_AGENCY = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "AZ"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Dövlət Xidmətləri Agentliyi (demo)"),
        x509.NameAttribute(_ORGANIZATION_IDENTIFIER, "NTRAZ-0000000000"),
        x509.NameAttribute(NameOID.COMMON_NAME, "Dövlət Xidmətləri Agentliyi (demo)"),
    ]
)
