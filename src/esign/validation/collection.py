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

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from esign.ades.evidence import Evidence, Want, WantKind
from esign.ades.format import ParsedDocument
from esign.ades.signature import AdESSignature, EmbeddedTimestamp
from esign.limits import Budget
from esign.pki.trust import TrustStore
from esign.terms import CertificateRole, Purpose
from esign.validation.context import ValidationContext, pool_of
from esign.validation.policy import Policy
from esign.validation.signing_certificate import identify_signing_certificate
from esign.validation.x509_result import Missing, MissingKind
from esign.validation.x509_validation import validate_certificate

_Asked = tuple[WantKind, str, tuple[str, ...]]
_NOTHING = Evidence()


class Collection(NamedTuple):
    """What is known so far, and what was asked already."""

    parsed: ParsedDocument
    trust: TrustStore
    policy: Policy
    at: datetime
    budget: Budget
    evidence: Evidence = _NOTHING
    asked: frozenset[_Asked] = frozenset()

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
        return cls(parsed, trust, policy, at, budget, evidence)

    def wants(self) -> tuple[Want, ...]:
        """Return what should be fetched now; empty when nothing more would help."""
        context = ValidationContext(
            pool=pool_of(self.parsed, self.evidence, self.budget),
            trust=self.trust,
            policy=self.policy,
            at=self.at,
            budget=self.budget,
        )
        found: dict[_Asked, Want] = {}
        for missing in self._missing(context):
            want = self._want(missing)
            if want is not None:
                found.setdefault(_key(want), want)
        return tuple(found.values())

    def feed(self, want: Want, answer: Evidence) -> Collection:
        """Return the state with an answer, be it only a recorded failure."""
        return self._replace(evidence=self.evidence.merged(answer), asked=self.asked | {_key(want)})

    def _missing(self, context: ValidationContext) -> Iterator[Missing]:
        yield from _of_timestamps(self.parsed.timestamps, context)
        yield from _of_signatures(self.parsed.signatures, context)

    def _want(self, missing: Missing) -> Want | None:
        """Return the next thing to try for what is missing, or None when all was tried."""
        for kind, urls in _ways(missing):
            if not urls:
                continue
            want = Want(
                kind=kind,
                certificate=missing.certificate,
                issuer=missing.issuer,
                role=missing.role,
                urls=urls,
            )
            if _key(want) not in self.asked:
                return want
        return None


def _key(want: Want) -> _Asked:
    """One list serves all certificates of its issuer; the rest is about one certificate."""
    subject = "" if want.kind is WantKind.CRL else want.certificate.id
    return want.kind, subject, want.urls


def _ways(missing: Missing) -> tuple[tuple[WantKind, tuple[str, ...]], ...]:
    certificate = missing.certificate
    if missing.kind is MissingKind.ISSUER:
        return ((WantKind.ISSUER, certificate.issuer_urls),)
    return (
        (WantKind.OCSP, certificate.ocsp_urls),
        (WantKind.CRL, certificate.crl_urls),
    )


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
