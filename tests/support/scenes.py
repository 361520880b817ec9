"""Signed documents made on the spot over the test PKI, and judged.

scene = Scene(pki)
report = scene.judge(scene.cades("citizen", tsa="tsa"))

Every part can be exchanged alone, so that a negative differs from its sibling in one thing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from esign.ades.evidence import Evidence
from esign.ades.format import ParsedDocument, SignatureRequest, SignerProperties
from esign.asn1 import reader, writer
from esign.cades.format import CADES
from esign.cms import builder
from esign.crypto.algorithms import (
    DigestAlgorithm,
    KeyType,
    SignatureAlgorithm,
    algorithms_for,
    digest_by_name,
    signature_by_name,
)
from esign.document import Document
from esign.limits import Budget
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse
from esign.pki.trust import TrustStore
from esign.terms import Packaging, SignatureForm, SlotKind
from esign.tsa.messages import MessageImprint
from esign.tsa.tst_info import CONTENT_TYPE, TSTInfo
from esign.validation.policy import Policy
from esign.validation.process import validate
from esign.validation.report import Report, SignatureReport
from fixtures import pki_files
from fixtures.issuing import Issued, answer_ocsp, issue, issue_crl
from tests.support.pki import PKI

CONTENT = b"An application for a place in a kindergarten."
_ALGORITHMS = {
    KeyType.RSA: "RSA_PKCS1_SHA256",
    KeyType.EC: "ECDSA_SHA256",
    KeyType.ED25519: "ED25519",
    KeyType.ED448: "ED448",
}
Rewrite = Callable[[bytes], bytes]


@dataclass(frozen=True, kw_only=True)
class KeptKey:
    """A signer over a kept test key."""

    certificate: Certificate
    chain: tuple[Certificate, ...]
    key: Any

    @property
    def algorithms(self) -> tuple[SignatureAlgorithm, ...]:
        """What the key can do."""
        return algorithms_for(self.certificate.public_key)

    def sign(self, octets: bytes, algorithm: SignatureAlgorithm) -> bytes:
        """Return the value over the octets."""
        if isinstance(self.key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
            return self.key.sign(octets)
        digest = {"SHA1": hashes.SHA1(), "SHA512": hashes.SHA512(), "SHA256": hashes.SHA256()}[
            algorithm.cms_digest.name
        ]
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(octets, padding.PKCS1v15(), digest)
        assert isinstance(self.key, ec.EllipticCurvePrivateKey)
        return self.key.sign(octets, ec.ECDSA(digest))


class Scene:
    """Makes documents and judges them at the control time with the sound evidence."""

    def __init__(self, pki: PKI) -> None:
        self.pki = pki
        self._variants: dict[str, Issued] = {}

    def variant(self, name: str, like: str, **changes: Any) -> str:
        """Issue a certificate like one of ``pki.toml`` but for the changes; return its name."""
        declared = {**pki_files.entry("certificate", like), **changes}
        issuer = declared["issuer"]
        self._variants[name] = issue(
            name,
            declared,
            key=pki_files.key(declared["key"]),
            issuer=None if issuer == name else self.issued(issuer),
        )
        return name

    def issued(self, name: str) -> Issued:
        """Return a certificate with its key, of ``pki.toml`` or a variant."""
        if name in self._variants:
            return self._variants[name]
        certificate = x509.load_pem_x509_certificate(self.pki.path(name).read_bytes())
        key = pki_files.key(pki_files.entry("certificate", name)["key"])
        return Issued(name=name, certificate=certificate, key=key)

    def certificate(self, name: str) -> Certificate:
        """Return a certificate as our own object."""
        return Certificate.from_der(self.issued(name).der)

    def crl(self, issuer: str, *, revoked: Sequence[Any] = (), **changes: Any) -> CRL:
        """Return a CRL of the control time's week; ``revoked`` holds (name, time, reason)."""
        numbers = [
            (self.issued(name).certificate.serial_number, time, reason)
            for name, time, reason in revoked
        ]
        declared = {**pki_files.entry("crl", "issuing"), **changes}
        return CRL.from_der(issue_crl(declared, issuer=self.issued(issuer), revoked=numbers))

    def ocsp(
        self, name: str, *, issuer: str = "issuing", responder: str = "ocsp", **changes: Any
    ) -> OCSPResponse:
        """Return an OCSP response of the control time's week about a certificate."""
        declared = {**pki_files.entry("ocsp", "citizen"), **changes}
        octets = answer_ocsp(
            declared,
            certificate=self.issued(name).certificate,
            issuer=self.issued(issuer).certificate,
            responder=self.issued(responder),
        )
        return OCSPResponse.from_der(octets)

    def signer(self, name: str) -> KeptKey:
        """Return the owner of a certificate."""
        if name in self._variants:
            issued = self._variants[name]
            chain = (self.pki.certificate("issuing"),)
            return KeptKey(certificate=self.certificate(name), chain=chain, key=issued.key)
        key = pki_files.key(pki_files.entry("certificate", name)["key"])
        chain = tuple(self.pki.certificate(each) for each in self._issuers(name))
        return KeptKey(certificate=self.pki.certificate(name), chain=chain, key=key)

    @staticmethod
    def _issuers(name: str) -> tuple[str, ...]:
        """Return the names of a certificate's issuers, nearest first, roots left out."""
        found = []
        issuer = pki_files.entry("certificate", name)["issuer"]
        while pki_files.entry("certificate", issuer)["issuer"] != issuer:
            found.append(issuer)
            issuer = pki_files.entry("certificate", issuer)["issuer"]
        return tuple(found)

    def request(self, name: str = "citizen", **changes: Any) -> SignatureRequest:
        """Return what fixes a signature's octets."""
        signer = self.signer(name)
        kind = signer.certificate.public_key.key_type
        algorithm = changes.pop("algorithm", None) or signature_by_name(_ALGORITHMS[kind])
        given: dict[str, Any] = {
            "form": SignatureForm.CADES,
            "packaging": Packaging.ENVELOPING,
            "certificate": signer.certificate,
            "chain": signer.chain,
            "algorithm": algorithm,
            "digest_algorithm": algorithm.cms_digest,
            "signing_time": self.pki.signing_time,
            "properties": SignerProperties(),
            "unique": "0123456789abcdef",
        }
        return SignatureRequest(**{**given, **changes})

    def octets(
        self,
        name: str = "citizen",
        *,
        attributes: Rewrite = lambda octets: octets,
        value: Rewrite = lambda octets: octets,
        unsigned: Sequence[bytes] = (),
        content: bytes = CONTENT,
        attached: bool = True,
        **changes: Any,
    ) -> bytes:
        """Return a CAdES signature.

        Args:
            name: whose certificate.
            attributes: rewrites the signed attributes before they are signed.
            value: rewrites the signature value.
            unsigned: unsigned attributes.
            content: what is signed.
            attached: carry the content along.
            changes: fields of the request.
        """
        request = self.request(name, **changes)
        digest = request.digest_algorithm.digest(content)
        signed = attributes(builder.signed_attributes(request, digest))
        signature = value(self.signer(name).sign(signed, request.algorithm))
        info = builder.signer_info(request, signed, signature, unsigned)
        return builder.signed_data(request, info, content=content if attached else None)

    def parse(self, octets: bytes, *, detached: Sequence[bytes] = ()) -> ParsedDocument:
        """Return the facts."""
        contents = [Document.of(each) for each in detached]
        return CADES.parse(Document.of(octets), Budget(), detached=contents)

    def token(
        self,
        imprint: bytes,
        algorithm: DigestAlgorithm,
        *,
        tsa: str = "tsa",
        time: datetime | None = None,
        authority_name: bytes | None = None,
    ) -> bytes:
        """Return a time-stamp token; the authority's certificate may be unfit for it."""
        oid = algorithm.oid
        info = TSTInfo(
            policy="1.3.6.1.4.1.99999.7",
            imprint=MessageImprint(algorithm_oid=oid, algorithm=algorithm, octets=imprint),
            serial_number=7,
            generation_time=time or self.pki.signing_time,
            tsa=authority_name,
        ).encoded()
        request = self.request(tsa, form=SignatureForm.TIMESTAMP)
        digest = request.digest_algorithm.digest(info)
        signed = builder.signed_attributes(request, digest, content_type=CONTENT_TYPE)
        value = self.signer(tsa).sign(signed, request.algorithm)
        signer_info = builder.signer_info(request, signed, value)
        return builder.signed_data(request, signer_info, content_type=CONTENT_TYPE, content=info)

    def stamped(
        self,
        octets: bytes,
        *,
        tsa: str = "tsa",
        time: datetime | None = None,
        digest: str = "SHA256",
        imprint: bytes | None = None,
    ) -> bytes:
        """Return the document with a signature-time-stamp on its first signature."""
        document = Document.of(octets)
        algorithm = digest_by_name(digest)
        slot = CADES.open_timestamp_slot(
            document,
            SlotKind.SIGNATURE_TIMESTAMP,
            Budget(),
            signature_id=self.parse(octets).signatures[0].id,
            digest_algorithm=algorithm,
        )
        assert slot.imprint is not None
        token = self.token(imprint or slot.imprint, algorithm, tsa=tsa, time=time)
        return CADES.fill(slot, token).whole()

    def cades(
        self,
        name: str = "citizen",
        *,
        tsa: str | None = None,
        time: datetime | None = None,
        **changes: Any,
    ) -> ParsedDocument:
        """Return a parsed CAdES signature, time-stamped when an authority is named."""
        octets = self.octets(name, **changes)
        return self.parse(octets if tsa is None else self.stamped(octets, tsa=tsa, time=time))

    def judge(
        self,
        parsed: ParsedDocument,
        *,
        evidence: Evidence | None = None,
        trust: TrustStore | None = None,
        policy: Policy | None = None,
        at: datetime | None = None,
    ) -> Report:
        """Return the report, by default at the control time with all sound evidence."""
        return validate(
            parsed,
            self.pki.evidence() if evidence is None else evidence,
            trust=trust or self.pki.trust,
            policy=policy or Policy(),
            at=at or self.pki.now,
            budget=Budget(),
        )

    def first(self, parsed: ParsedDocument, **given: Any) -> SignatureReport:
        """Return what the first signature is worth."""
        return self.judge(parsed, **given).signatures[0]


def outcome(report: SignatureReport) -> str:
    """Return indication and sub-indication as people write them."""
    sub_indication = report.sub_indication
    return report.indication.value + (f"/{sub_indication.value}" if sub_indication else "")


def attribute(oid: str, value: bytes) -> bytes:
    """Return a CMS attribute with one value."""
    return writer.sequence(writer.oid(oid), writer.set_of(value))


def with_attribute(added: bytes) -> Rewrite:
    """Return what adds an attribute to the signed attributes."""
    return lambda octets: writer.set_of(
        *(child.encoded for child in reader.parse(octets).children), added
    )


def without_attribute(oid: str) -> Rewrite:
    """Return what removes an attribute from the signed attributes."""
    return lambda octets: writer.set_of(
        *(
            child.encoded
            for child in reader.parse(octets).children
            if reader.read_oid(child.children[0]) != oid
        )
    )


def flipped(octets: bytes) -> bytes:
    """Return the octets with one bit of the last changed."""
    return octets[:-1] + bytes([octets[-1] ^ 1])


def sha256(octets: bytes) -> bytes:
    """Return the SHA-256 digest."""
    return hashlib.sha256(octets).digest()
