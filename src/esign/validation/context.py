"""What every building block of one judgement shares: material, trust, policy, time, budget.

The pool is the union of everything embedded in the document and everything in the
evidence, each object once. Where an object came from never makes it more believable.

Spec: EN 319 102-1 §5.2.1 (inputs of the building blocks)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar

from esign.ades.evidence import Evidence, FetchFailure
from esign.ades.format import ParsedDocument
from esign.ades.signature import AdESSignature, EmbeddedMaterial, EmbeddedTimestamp
from esign.crypto.algorithms import DigestAlgorithm
from esign.limits import Budget
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse
from esign.pki.trust import TrustStore
from esign.terms import CertificateRole, Purpose
from esign.validation.policy import Policy
from esign.validation.x509_result import X509Result

Item = TypeVar("Item")


class Pool(NamedTuple):
    """All material one judgement may look at."""

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[CRL, ...] = ()
    ocsp_responses: tuple[OCSPResponse, ...] = ()
    failures: tuple[FetchFailure, ...] = ()
    """What could not be fetched, for the sentences that say what is missing."""

    @property
    def has_revocation_data(self) -> bool:
        """True when there is any CRL or OCSP response."""
        return bool(self.crls or self.ocsp_responses)


@dataclass(slots=True, kw_only=True)
class ValidationContext:
    """The fixed inputs of one judgement, and what it has already found out.

    ``remembered`` holds the X.509 results of this judgement: fifty signatures of one
    signer need one path. Results depend on the fields above alone, never on the order.
    """

    pool: Pool
    trust: TrustStore
    policy: Policy
    at: datetime
    budget: Budget
    judged: int = 0
    """Signatures and counter-signatures looked at so far."""
    remembered: dict[tuple[Certificate, CertificateRole, Purpose], X509Result] = field(
        default_factory=dict
    )
    digested: dict[DigestAlgorithm, dict[bytes, Certificate]] = field(default_factory=dict)

    def certificate_by_digest(
        self, algorithm: DigestAlgorithm, digest: bytes
    ) -> Certificate | None:
        """Return the certificate of the pool or of an anchor that has this digest, or None.

        Each certificate is digested once, however many signatures ask.
        """
        known = self.digested.get(algorithm)
        if known is None:
            anchors = tuple(anchor.certificate for anchor in self.trust.anchors)
            known = self.digested[algorithm] = {
                each.digest(algorithm): each for each in (*self.pool.certificates, *anchors)
            }
        return known.get(digest)


def pool_of(parsed: ParsedDocument, evidence: Evidence, budget: Budget) -> Pool:
    """Return the union of embedded material and evidence.

    Raises:
        LimitExceededError: the document carries more certificates than the limit allows.
    """
    materials: list[EmbeddedMaterial] = []
    for signature in parsed.signatures:
        _gather(signature, materials)
    if parsed.timestamps:
        materials += _in_timestamps(parsed.timestamps)
    pool = Pool(
        _union([m.certificates for m in materials], evidence.certificates),
        _union([m.crls for m in materials], evidence.crls),
        _union([m.ocsp_responses for m in materials], evidence.ocsp_responses),
        evidence.failures,
    )
    budget.require_within("certificates", len(pool.certificates))
    return pool


def evidence_pool(evidence: Evidence, budget: Budget) -> Pool:
    """Return the pool for a certificate by itself: there is nothing but the evidence.

    Raises:
        LimitExceededError: there are more certificates than the limit allows.
    """
    budget.require_within("certificates", len(evidence.certificates))
    return Pool(
        certificates=evidence.certificates,
        crls=evidence.crls,
        ocsp_responses=evidence.ocsp_responses,
        failures=evidence.failures,
    )


def material_pool(material: EmbeddedMaterial, evidence: Evidence) -> Pool:
    """Return the pool for one token that stands alone."""
    return Pool(
        certificates=_union([material.certificates], evidence.certificates),
        crls=_union([material.crls], evidence.crls),
        ocsp_responses=_union([material.ocsp_responses], evidence.ocsp_responses),
        failures=evidence.failures,
    )


def _gather(signature: AdESSignature, materials: list[EmbeddedMaterial]) -> None:
    materials.append(signature.material)
    if timestamps := signature.timestamps:
        materials += _in_timestamps(timestamps)
    for counter_signature in signature.counter_signatures:
        _gather(counter_signature, materials)


def _in_timestamps(timestamps: Iterable[EmbeddedTimestamp]) -> Iterator[EmbeddedMaterial]:
    for timestamp in timestamps:
        if timestamp.token is not None:
            yield timestamp.token.material


def _union(embedded: list[tuple[Item, ...]], given: tuple[Item, ...]) -> tuple[Item, ...]:
    if len(embedded) == 1 and not given:
        return embedded[0]
    filled = [items for items in embedded if items]
    if given:
        filled.append(given)
    if len(filled) <= 1:
        return filled[0] if filled else ()
    return tuple(dict.fromkeys(item for items in filled for item in items))
