"""May I rely on this certificate at this moment, and why? A judgement of its own.

The same building blocks as for a signature's certificate, with one difference: the question
is about the moment itself. What a signature could outlive with a proof of existence is
definite here: a certificate revoked or out of its validity at that moment is not valid then.

Spec: EN 319 102-1 §5.2.6, RFC 5280 §6
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from esign.ades.evidence import Evidence, Want
from esign.errors import UsageError
from esign.limits import Budget
from esign.messages import Message
from esign.pki.anchors import TrustAnchor
from esign.pki.certificate import Certificate
from esign.pki.qc_statements import QcStatements, qc_statements
from esign.pki.trust import TrustStore
from esign.terms import BlockStatus, CertificateRole, Purpose, SubIndication
from esign.validation.checks import (
    Check,
    Outcome,
    Reason,
    Verdict,
    first_stop,
    reasons_of,
    verdict_of,
    warnings_of,
)
from esign.validation.collection import ways_to
from esign.validation.context import ValidationContext, evidence_pool
from esign.validation.identity import SignerIdentity
from esign.validation.policy import Policy
from esign.validation.qualification import Qualification
from esign.validation.report import CertificateStatus
from esign.validation.x509_result import Missing, X509Result
from esign.validation.x509_validation import validate_certificate

_NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReport:
    """What one certificate is worth at one moment, under one policy and trust."""

    certificate: Certificate
    role: CertificateRole
    purpose: Purpose
    """Whose anchors counted."""
    at: datetime
    """The moment judged for."""
    verdict: Verdict
    chain: tuple[Certificate, ...]
    """Leaf first, as far as it went; the anchor last where one was reached."""
    anchor: TrustAnchor | None
    """Where the chain ended, with the anchor's source and window; None: at no anchor."""
    revocation: tuple[CertificateStatus, ...]
    missing: tuple[Missing, ...]
    """What a better answer would need."""
    plan: tuple[Want, ...]
    """Who could be asked for what is missing, in the order in which it would be tried."""
    checks: tuple[Check, ...]
    policy: str
    trust_hash: str
    """SHA-256 over the trust snapshot, in hex."""
    anchors: int
    suite: str
    suite_version: str
    suite_date: date
    evidence: Evidence
    """Everything that was looked at; the same evidence gives the same report, offline too."""
    general_warnings: tuple[Message, ...] = ()
    """About the trust or the policy as a whole."""
    qualification: Qualification | None = None
    """The status by trusted list (TS 119 615); None when no trusted list was given."""

    def __bool__(self) -> bool:
        raise UsageError("A report is neither true nor false. Read report.passed.")

    @property
    def passed(self) -> bool:
        """True when the chain, every revocation status and every algorithm hold."""
        return self.verdict.status is BlockStatus.PASSED

    @property
    def indication(self) -> BlockStatus:
        """PASSED, FAILED or INDETERMINATE."""
        return self.verdict.status

    @property
    def sub_indication(self) -> SubIndication | None:
        """Why it is not PASSED."""
        return self.verdict.sub_indication

    @property
    def subject(self) -> SignerIdentity:
        """Who it names; believed only as far as the verdict goes."""
        return SignerIdentity.of(self.certificate)

    @property
    def qc_statements(self) -> QcStatements:
        """What the issuer stated of its legal quality (EN 319 412-5)."""
        return qc_statements(self.certificate)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it did not pass, the deciding reason first; empty when it passed."""
        return reasons_of(self.checks)

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What is worth saying but does not decide."""
        return (*warnings_of(self.checks), *self.general_warnings)


def check_certificate(  # noqa: PLR0913 - the inputs of §5.2.6, all of them named
    certificate: Certificate,
    evidence: Evidence = _NO_EVIDENCE,
    *,
    role: CertificateRole,
    purpose: Purpose,
    trust: TrustStore,
    policy: Policy,
    at: datetime,
    budget: Budget,
) -> CertificateReport:
    """Return what the certificate is worth at ``at`` (aware, UTC); a pure function.

    Raises:
        LimitExceededError: the evidence costs more than the budget allows.
    """
    context = ValidationContext(
        pool=evidence_pool(evidence, budget), trust=trust, policy=policy, at=at, budget=budget
    )
    found = validate_certificate(certificate, role, purpose, context)
    checks = tuple(_definite(each, certificate, at) for each in found.checks)
    return CertificateReport(
        certificate=certificate,
        role=role,
        purpose=purpose,
        at=at,
        verdict=verdict_of(first_stop(checks)),
        chain=found.chain,
        anchor=None if found.path is None else found.path.anchor,
        revocation=found.revocation,
        missing=found.missing,
        plan=_plan(found, policy),
        checks=checks,
        policy=policy.name,
        trust_hash=trust.hash,
        anchors=len(trust),
        suite=policy.suite.name,
        suite_version=policy.suite.version,
        suite_date=policy.suite.date,
        evidence=evidence,
        general_warnings=_general_warnings(policy, trust, at),
    )


def role_of(certificate: Certificate, purpose: Purpose) -> CertificateRole:
    """Return the part a certificate would play: an authority, or the holder for a purpose."""
    if certificate.is_ca:
        return CertificateRole.CA
    return CertificateRole.TSA if purpose is Purpose.TSA else CertificateRole.SIGNER


_OUT_OF_BOUNDS = (SubIndication.OUT_OF_BOUNDS_NO_POE, SubIndication.OUT_OF_BOUNDS_NOT_REVOKED)
_REVOKED = (SubIndication.REVOKED_NO_POE, SubIndication.REVOKED_CA_NO_POE)


def _definite(check: Check, certificate: Certificate, at: datetime) -> Check:
    """Without a signature there is no proof of existence that could rescue anything."""
    if not check.stops:
        return check
    if check.sub_indication in _REVOKED:
        return check._replace(outcome=Outcome.FAILED, sub_indication=SubIndication.REVOKED)
    if check.sub_indication in _OUT_OF_BOUNDS:
        late = at > certificate.not_after
        word = SubIndication.EXPIRED if late else SubIndication.NOT_YET_VALID
        return check._replace(outcome=Outcome.FAILED, sub_indication=word, remedy=_ANOTHER)
    return check


_ANOTHER = Message("Ask for a certificate that is valid at that moment.")


def _plan(found: X509Result, policy: Policy) -> tuple[Want, ...]:
    wants = (want for each in found.missing for want in ways_to(each, prefer_crl=policy.prefer_crl))
    return tuple({(w.kind, w.certificate.id, w.urls): w for w in wants}.values())


def _general_warnings(policy: Policy, trust: TrustStore, at: datetime) -> tuple[Message, ...]:
    none = () if len(trust) else (Message("No trust anchor was given, so nothing can pass."),)
    return (*policy.weaknesses, *none, *trust.shortcomings(at))
