"""Collecting evidence, as a value: it says what it wants, and is fed with what came.

A driver answers; nothing here contacts anybody. ::

    state = Collection.start(parsed, trust=trust, policy=policy, at=at, budget=budget)
    while wants := state.wants():
        for want in wants:
            state = state.feed(want, source.fetch(want, budget))
    report = validate(parsed, state.evidence, trust=trust, policy=policy, at=at, budget=budget)

The wants are exactly what the judge misses: an issuer that ends a chain too early; OCSP,
then CRL, for every certificate whose revocation is asked and not known or not fresh, of
signers, authorities, time-stamping authorities and responders alike. Each is asked once, so
the loop ends; what failed is kept and named in the report. A signature whose value does not
verify is decided already, and nothing is fetched for it.

Spec: EN 319 102-1 §5.1.2 (obtaining validation data), §5.2.6.2
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from esign.ades.evidence import Consulted, Evidence, Want, WantKind
from esign.ades.format import ParsedDocument
from esign.ades.signature import AdESSignature, EmbeddedTimestamp
from esign.limits import Budget
from esign.pki.certificate import Certificate
from esign.pki.trust import TrustStore
from esign.terms import CertificateRole, Purpose
from esign.validation.context import Pool, ValidationContext, evidence_pool, pool_of
from esign.validation.policy import Policy
from esign.validation.signing_certificate import identify_signing_certificate
from esign.validation.x509_result import Missing, MissingKind
from esign.validation.x509_validation import validate_certificate

_Asked = tuple[WantKind, str, tuple[str, ...]]
_NOTHING = Evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceCollection(ABC):
    """What is known so far of anything that is to be judged, and what was asked already."""

    trust: TrustStore
    policy: Policy
    at: datetime
    budget: Budget
    evidence: Evidence = _NOTHING
    asked: frozenset[_Asked] = frozenset()

    @abstractmethod
    def missing(self) -> Iterable[Missing]:
        """Return what a judgement of what is known would miss."""

    def wants(self) -> tuple[Want, ...]:
        """Return what should be fetched now; empty when nothing more would help."""
        found: dict[_Asked, Want] = {}
        for missing in self.missing():
            want = self._want(missing)
            if want is not None:
                found.setdefault(_key(want), want)
        return tuple(found.values())

    def feed(self, want: Want, answer: Evidence) -> Self:
        """Return the state with an answer, be it only a recorded failure."""
        asked = Evidence(consulted=(Consulted(want=want, objects=answer.object_ids),))
        return replace(
            self,
            evidence=self.evidence.merged(answer).merged(asked),
            asked=self.asked | {_key(want)},
        )

    def with_evidence(self, evidence: Evidence) -> Self:
        """Return the state with more evidence at hand that answers no want by itself."""
        return replace(self, evidence=self.evidence.merged(evidence))

    def _want(self, missing: Missing) -> Want | None:
        """Return the next thing to try for what is missing, or None when all was tried."""
        for want in ways_to(missing, prefer_crl=self.policy.prefer_crl):
            if _key(want) not in self.asked:
                return want
        return None

    def _context(self, pool: Pool) -> ValidationContext:
        return ValidationContext(
            pool=pool, trust=self.trust, policy=self.policy, at=self.at, budget=self.budget
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection(EvidenceCollection):
    """The same for a parsed document."""

    parsed: ParsedDocument

    @classmethod
    def start(
        cls,
        parsed: ParsedDocument,
        *,
        trust: TrustStore,
        policy: Policy,
        at: datetime,
        budget: Budget,
        evidence: Evidence = _NOTHING,
    ) -> Collection:
        """Return the state before anything was asked; ``evidence`` is what the caller has."""
        return cls(
            parsed=parsed, trust=trust, policy=policy, at=at, budget=budget, evidence=evidence
        )

    def missing(self) -> Iterator[Missing]:
        """Return what a judgement of the document would miss, time-stamps first."""
        context = self._context(pool_of(self.parsed, self.evidence, self.budget))
        yield from _of_timestamps(self.parsed.timestamps, context)
        yield from _of_signatures(self.parsed.signatures, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateCollection(EvidenceCollection):
    """The same for one certificate by itself."""

    certificate: Certificate
    role: CertificateRole
    purpose: Purpose

    def missing(self) -> tuple[Missing, ...]:
        """Return what a judgement of the certificate would miss."""
        context = self._context(evidence_pool(self.evidence, self.budget))
        return validate_certificate(self.certificate, self.role, self.purpose, context).missing


def ways_to(missing: Missing, *, prefer_crl: bool) -> Iterator[Want]:
    """Yield each thing that could be asked for, in the order in which it would be tried."""
    for kind, urls in _ways(missing, prefer_crl=prefer_crl):
        if urls:
            yield Want(
                kind=kind,
                certificate=missing.certificate,
                issuer=missing.issuer,
                role=missing.role,
                urls=urls,
            )


def _key(want: Want) -> _Asked:
    """One list serves all certificates of its issuer; the rest is about one certificate."""
    subject = "" if want.kind is WantKind.CRL else want.certificate.id
    return want.kind, subject, want.urls


def _ways(missing: Missing, *, prefer_crl: bool) -> tuple[tuple[WantKind, tuple[str, ...]], ...]:
    certificate = missing.certificate
    if missing.kind is MissingKind.ISSUER:
        return ((WantKind.ISSUER, certificate.issuer_urls),)
    ocsp = (WantKind.OCSP, certificate.ocsp_urls)
    crl = (WantKind.CRL, certificate.crl_urls)
    return (crl, ocsp) if prefer_crl else (ocsp, crl)


def _of_signatures(
    signatures: tuple[AdESSignature, ...], context: ValidationContext
) -> Iterator[Missing]:
    for signature in signatures:
        yield from _of_one(signature, CertificateRole.SIGNER, Purpose.SIGNER, context)
        yield from _of_timestamps(signature.timestamps, context)
        yield from _of_signatures(signature.counter_signatures, context)


def _of_timestamps(
    timestamps: tuple[EmbeddedTimestamp, ...], context: ValidationContext
) -> Iterator[Missing]:
    for timestamp in timestamps:
        if timestamp.token is not None and timestamp.imprint.intact:
            yield from _of_one(timestamp.token, CertificateRole.TSA, Purpose.TSA, context)


def _of_one(
    signature: AdESSignature, role: CertificateRole, purpose: Purpose, context: ValidationContext
) -> tuple[Missing, ...]:
    certificate, _ = identify_signing_certificate(signature, context)
    if certificate is None or not signature.value_verifies(certificate.public_key):
        return ()
    return validate_certificate(certificate, role, purpose, context).missing
