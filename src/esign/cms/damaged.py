"""A SignerInfo too broken to be read, still a signature with an answer to every question.

Spec: RFC 5652 §5.3
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
from esign.cms.facts import Surroundings
from esign.crypto.algorithms import DigestAlgorithm, SignatureAlgorithm
from esign.crypto.signatures import PublicKey
from esign.messages import Message
from esign.terms import Packaging, ReferenceKind, Severity, SignatureForm


class DamagedSignature:
    """Stands where a signature should be; it never verifies, and says why."""

    algorithm: SignatureAlgorithm | None = None
    algorithm_name = ""
    digest_algorithms: tuple[DigestAlgorithm, ...] = ()
    signature_value = b""
    signer = SigningCertificateClaim()
    signed_properties = SignedProperties()
    material = EmbeddedMaterial()
    timestamps: tuple[EmbeddedTimestamp, ...] = ()
    counter_signatures: tuple[AdESSignature, ...] = ()
    is_ades_baseline = False

    def __init__(
        self, octets: bytes, problem: Message, surroundings: Surroundings, name: str
    ) -> None:
        self.name = name
        self._octets = octets
        self._problem = problem
        self._surroundings = surroundings

    @property
    def form(self) -> SignatureForm:
        """The family it was read as."""
        return self._surroundings.form

    @property
    def id(self) -> str:
        """``S-`` and the SHA-256 over the broken octets."""
        return "S-" + hashlib.sha256(self._octets).hexdigest()

    @property
    def packaging(self) -> Packaging | None:
        """Where the content lies."""
        return self._surroundings.packaging

    def structure_findings(self) -> tuple[Finding, ...]:
        """One finding: it is malformed."""
        malformed = Finding(
            code="signer-info-malformed",
            severity=Severity.MALFORMED,
            message=self._problem,
            clause="RFC 5652 §5.3",
        )
        return (*self._surroundings.findings, malformed)

    def references(self) -> tuple[Reference, ...]:
        """Nothing is known to be covered."""
        return (
            Reference(
                name="content",
                kind=ReferenceKind.CONTENT,
                found=False,
                intact=False,
                digest_algorithm=None,
                problem=self._problem,
            ),
        )

    def value_verifies(self, key: PublicKey) -> bool:
        """Never."""
        return False
