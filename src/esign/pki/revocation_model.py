"""What revocation evidence can say, and the question it is asked.

Spec: RFC 5280 §6.3, RFC 6960 §2.2, EN 319 102-1 §5.2.5
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from esign.limits import Budget
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.distribution import ALL_REASONS
from esign.pki.ocsp import OCSPResponse
from esign.pki.paths import PathProblem, PathResult
from esign.pki.trust import TrustAnchor, TrustStore
from esign.terms import CertificateRole, Purpose

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of the time of judgement an object's own dates may lie: servers' clocks and
ours differ, and an answer is fetched after the judgement's time was taken. OpenSSL's
``ocsp`` allows the same five minutes."""

MAX_DEPTH = 3
"""Status of a certificate, of its responder, of that one's CRL issuer; never deeper."""


class RevocationState(StrEnum):
    """What is known of a certificate's revocation."""

    GOOD = "GOOD"
    REVOKED = "REVOKED"
    ON_HOLD = "ON_HOLD"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceProblem:
    """Why one object is no evidence about the certificate."""

    object_id: str
    """The ``id`` of the CRL or OCSP response."""
    message: Message
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A span in which a certificate was on hold, and which is over."""

    begins: datetime
    ends: datetime
    """When it was lifted, or is first known to have been; not part of the span."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationStatus:
    """What the evidence, taken together, says of one certificate."""

    certificate: Certificate
    issuer: Certificate
    state: RevocationState
    revoked_at: datetime | None = None
    reason: str | None = None
    """CRLReason in the standard's spelling; None when none was given."""
    source: CRL | OCSPResponse | None = None
    """The object the state rests on; None when UNKNOWN."""
    this_update: datetime | None = None
    next_update: datetime | None = None
    produced_at: datetime | None = None
    """OCSP producedAt, or the CRL's thisUpdate."""
    responder: Certificate | None = None
    """Who signed the source: the issuer itself, a delegated responder or a CRL issuer."""
    responder_path: PathResult | None = None
    """The path of a responder or CRL issuer that is not the issuer itself."""
    responder_validity: PathProblem | None = None
    """The responder's certificate is outside its validity at the time of judgement; it was
    inside when it signed. EN 319 102-1 §5.6.2.4 then asks for a proof of existence."""
    problems: tuple[EvidenceProblem, ...] = ()
    """Objects that were looked at and are no evidence, and why."""
    suspensions: tuple[Suspension, ...] = ()
    """When it was on hold and no longer is, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one accepted object says."""

    source: CRL | OCSPResponse
    state: RevocationState
    this_update: datetime
    next_update: datetime | None
    produced_at: datetime
    responder: Certificate
    responder_path: PathResult | None
    revoked_at: datetime | None = None
    reason: int | None = None
    reasons: frozenset[int] = ALL_REASONS
    """Which revocation reasons the object would tell of (RFC 5280 §6.3.2 a)."""
    suspensions: tuple[Suspension, ...] = ()
    """Holds that delta lists took back from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationQuestion:
    """One certificate whose status is asked, and all that may be used to answer."""

    certificate: Certificate
    issuer: Certificate
    crls: tuple[CRL, ...]
    ocsp_responses: tuple[OCSPResponse, ...]
    candidates: tuple[Certificate, ...]
    trust: TrustStore
    purpose: Purpose
    at: datetime
    budget: Budget
    answer: Callable[[RevocationQuestion], RevocationStatus]
    """Answers the same question about another certificate."""
    anchor: TrustAnchor | None = None
    """Where the certificate's validated path ends; None when the caller did not say."""
    accept_unchecked_responders: bool = False
    """A responder whose certificate names no way to check it, and lacks ocsp-nocheck, is
    believed: RFC 6960 §4.2.2.2.1 leaves that to the relying party."""
    asked: frozenset[Certificate] = frozenset()
    """Certificates whose status depends on this answer; asking them again leads nowhere."""

    def refuse(
        self, source: CRL | OCSPResponse, clause: str, template: str, /, **values: object
    ) -> EvidenceProblem:
        """Return a problem whose sentence starts by naming the object."""
        return evidence_problem(source, clause, Message(template, **values))

    def is_future(self, moment: datetime) -> bool:
        """Return whether a moment lies ahead of the time of judgement, clocks allowed for."""
        return moment > self.at + CLOCK_SKEW

    def status_of(self, certificate: Certificate, issuer: Certificate) -> RevocationStatus:
        """Return the status of a responder or CRL issuer on which this answer depends."""
        asked = self.asked | {self.certificate}
        question = replace(self, certificate=certificate, issuer=issuer, asked=asked)
        if certificate in asked or len(asked) >= MAX_DEPTH:
            return RevocationStatus(
                certificate=certificate, issuer=issuer, state=RevocationState.UNKNOWN
            )
        return self.answer(question)


def evidence_problem(source: CRL | OCSPResponse, clause: str, fault: Message) -> EvidenceProblem:
    """Return the fault as a sentence that starts by naming the object."""
    message = Message("{object}: {fault}", object=describe_source(source), fault=fault)
    return EvidenceProblem(object_id=source.id, message=message, clause=clause)


def describe_source(source: CRL | OCSPResponse) -> Message:
    """Return what a CRL or OCSP response is, in words."""
    if isinstance(source, CRL):
        return Message(
            "Revocation list of “{issuer}” of {time}",
            issuer=str(source.issuer),
            time=f"{source.this_update:%Y-%m-%dT%H:%M:%SZ}",
        )
    moment = source.produced_at
    return Message(
        "OCSP response of “{responder}” of {time}",
        responder=source.responder,
        time="-" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}",
    )


RESPONDER_ROLES = {CRL: CertificateRole.CRL_ISSUER, OCSPResponse: CertificateRole.OCSP_RESPONDER}
"""The part the signer of each kind of object plays."""
