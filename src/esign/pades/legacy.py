"""adbe.x509.rsa_sha1: a bare PKCS #1 value over the byte ranges, certificates beside it.

Old, and without anything that binds certificate or time; read so that it can be judged.

Spec: ISO 32000-1 §12.8.3.2
"""

from __future__ import annotations

import hashlib

from esign.ades.signature import (
    AdESSignature,
    EmbeddedMaterial,
    EmbeddedTimestamp,
    Finding,
    Reference,
    SignedProperties,
    SigningCertificateClaim,
)
from esign.asn1 import tags
from esign.asn1.lazy import lazy
from esign.asn1.reader import parse_prefix, read_octets
from esign.cms.content import CoveredContent
from esign.cms.facts import Surroundings
from esign.crypto.algorithms import DigestAlgorithm, SignatureAlgorithm, signature_by_name
from esign.crypto.signatures import PublicKey
from esign.errors import MalformedCertificateError, MalformedPDFError
from esign.messages import Message
from esign.pades.history import SignedValue
from esign.pki.certificate import Certificate
from esign.terms import Packaging, ReferenceKind, Severity, SignatureForm


class RawRSASignature:
    """An :class:`~esign.ades.signature.AdESSignature` without any CMS."""

    is_ades_baseline = False
    timestamps: tuple[EmbeddedTimestamp, ...] = ()
    counter_signatures: tuple[AdESSignature, ...] = ()

    def __init__(
        self,
        value: SignedValue,
        octets: bytes,
        content: CoveredContent,
        surroundings: Surroundings,
    ) -> None:
        """Take the OCTET STRING in /Contents as the signature value.

        Raises:
            MalformedError: there is none.
        """
        element = parse_prefix(octets)
        if element.tag != tags.OCTET_STRING:
            raise MalformedPDFError("The signature's /Contents is no OCTET STRING.")
        self._value = value
        self._content = content
        self._surroundings = surroundings
        self._octets = element.encoded
        self._padding = octets[element.after :].strip(b"\0")
        self.signature_value = read_octets(element)

    @property
    def form(self) -> SignatureForm:
        """A PDF signature, if an old one."""
        return SignatureForm.PADES

    @property
    def id(self) -> str:
        """``S-`` and the SHA-256 over the OCTET STRING."""
        return "S-" + hashlib.sha256(self._octets).hexdigest()

    @property
    def name(self) -> str:
        """The field's name."""
        return self._surroundings.name

    @property
    def packaging(self) -> Packaging | None:
        """The signature lies inside the document."""
        return self._surroundings.packaging

    @property
    def algorithm(self) -> SignatureAlgorithm | None:
        """Always RSA PKCS #1 v1.5 with SHA-1."""
        return signature_by_name("RSA_PKCS1_SHA1")

    @property
    def algorithm_name(self) -> str:
        """The /SubFilter, which alone names the algorithm."""
        return "adbe.x509.rsa_sha1"

    @property
    def digest_algorithms(self) -> tuple[DigestAlgorithm, ...]:
        """SHA-1."""
        digest = signature_by_name("RSA_PKCS1_SHA1").digest
        return () if digest is None else (digest,)

    @property
    def signed_properties(self) -> SignedProperties:
        """What the signature dictionary claims."""
        return self._surroundings.claims or SignedProperties()

    @lazy
    def material(self) -> EmbeddedMaterial:
        """The certificates in /Cert."""
        return EmbeddedMaterial(certificates=self._certificates)

    @property
    def signer(self) -> SigningCertificateClaim:
        """The first certificate is the signer's; nothing signed says so."""
        return SigningCertificateClaim(candidates=self._certificates[:1])

    def structure_findings(self) -> tuple[Finding, ...]:
        """What is wrong with the form."""
        padding = (_PADDING,) if self._padding else ()
        return (*self._surroundings.findings, *padding, _UNBOUND)

    def references(self) -> tuple[Reference, ...]:
        """The byte ranges, which the value covers directly."""
        content = self._content
        found = content.digest is not None
        return (
            Reference(
                name=content.name,
                kind=ReferenceKind.CONTENT,
                found=found,
                intact=found
                and any(self.value_verifies(c.public_key) for c in self._certificates[:1]),
                digest_algorithm=self.digest_algorithms[0],
                scope=content.scope,
                covers=content.covers,
                problem=content.problem,
            ),
        )

    def value_verifies(self, key: PublicKey) -> bool:
        """True when the value over the byte ranges verifies under ``key``."""
        algorithm, digest = self.algorithm, self._content.digest
        if algorithm is None or digest is None:
            return False
        octets = digest(self.digest_algorithms[0])
        return key.verify_digest(self.signature_value, octets, algorithm)

    @lazy
    def _certificates(self) -> tuple[Certificate, ...]:
        view = self._value.view
        entry = view.resolve(self._value.dictionary.get("Cert"))
        found = []
        for item in entry if isinstance(entry, list) else [entry]:
            octets = view.resolve(item)
            if isinstance(octets, bytes):
                try:
                    found.append(Certificate.from_der(octets))
                except MalformedCertificateError:
                    continue  # without the signer's certificate nothing verifies
        return tuple(found)


_PADDING = Finding(
    code="octets-after-signature",
    severity=Severity.MALFORMED,
    message=Message("Something other than zeros fills the rest of /Contents."),
    clause="ISO 32000-1 §12.8.3.2",
)
_UNBOUND = Finding(
    code="no-signed-attributes",
    severity=Severity.LEVEL,
    message=Message("The signature binds neither its certificate nor its time."),
    clause="EN 319 142-1 §6.3",
)
