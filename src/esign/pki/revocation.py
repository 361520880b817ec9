"""What CRLs and OCSP responses, taken together, say of one certificate.

REVOKED by any evidence stays revoked. Otherwise the newest object counts. GOOD needs
evidence that would have told of every reason. What cannot be used is listed with its
reason, and leaves the state UNKNOWN: nothing here turns ignorance into GOOD.

Freshness is a matter of policy and time: :func:`freshness_problem` answers it apart.

Spec: RFC 5280 §6.3, RFC 6960 §3.2, EN 319 102-1 §5.2.5, §5.2.6
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from esign.limits import Budget
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL, FRESHEST_CRL, REASONS
from esign.pki.crl_evidence import crl_statements
from esign.pki.crl_scope import CRL_DISTRIBUTION_POINTS
from esign.pki.distribution import ALL_REASONS
from esign.pki.ocsp import OCSPResponse
from esign.pki.ocsp_evidence import OCSP_NOCHECK, ocsp_statements
from esign.pki.path_problems import validity_problem, written
from esign.pki.purposes import OCSP_SIGNING
from esign.pki.revocation_model import (
    CLOCK_SKEW,
    RESPONDER_ROLES,
    EvidenceProblem,
    RevocationQuestion,
    RevocationState,
    RevocationStatus,
    Statement,
    evidence_problem,
)
from esign.pki.suspensions import suspensions
from esign.pki.trust import TrustAnchor, TrustStore
from esign.terms import Purpose

__all__ = [
    "CLOCK_SKEW",
    "EvidenceProblem",
    "RevocationState",
    "RevocationStatus",
    "exemption",
    "freshness_problem",
    "revocation_status",
]

NO_REVOCATION_AVAILABLE = "2.5.29.56"
VALIDITY_ASSURED_SHORT_TERM = "0.4.0.194121.2.1"


def revocation_status(  # noqa: PLR0913 - the inputs of RFC 5280 §6.3.1 and the evidence
    certificate: Certificate,
    issuer: Certificate,
    *,
    evidence_crls: Sequence[CRL],
    evidence_ocsp: Sequence[OCSPResponse],
    candidates: Sequence[Certificate],
    trust: TrustStore,
    purpose: Purpose,
    at: datetime,
    budget: Budget,
    anchor: TrustAnchor | None = None,
    unsafe_unchecked_responders: bool = False,
) -> RevocationStatus:
    """Return what the evidence says of the certificate.

    Args:
        certificate: the one asked about.
        issuer: the next certificate in its validated path.
        evidence_crls: lists from anywhere; each is judged.
        evidence_ocsp: responses from anywhere; each is judged.
        candidates: certificates among which responders and CRL issuers may be.
        trust: the anchors; a CRL issuer of its own must lead to the same one as the issuer.
        purpose: which anchors count.
        at: the time of judgement, aware; objects issued later are no evidence.
        budget: of the whole call.
        anchor: where the certificate's validated path ends; found anew when left out.
        unsafe_unchecked_responders: believe a responder whose certificate names no way to
            check it and lacks ocsp-nocheck; if its key is stolen nobody can say so
            (RFC 6960 §4.2.2.2.1 leaves that to the relying party).
    """
    question = RevocationQuestion(
        certificate=certificate,
        issuer=issuer,
        crls=tuple(evidence_crls),
        ocsp_responses=tuple(evidence_ocsp),
        candidates=tuple(candidates),
        trust=trust,
        purpose=purpose,
        at=at,
        budget=budget,
        answer=_answer,
        anchor=anchor,
        accept_unchecked_responders=unsafe_unchecked_responders,
    )
    return _answer(question)


def exemption(certificate: Certificate) -> Message | None:
    """Return why no revocation evidence is needed for the certificate, or None.

    Spec: RFC 6960 §4.2.2.2.1, EN 319 412-1 §5.2, RFC 9608 §2
    """
    if certificate.is_ca:
        return None  # None of the three may be said of an authority.
    usages = certificate.extended_key_usage or ()
    if certificate.extension(OCSP_NOCHECK) is not None and OCSP_SIGNING in usages:
        return Message("The responder's certificate says that it need not be checked.")
    if certificate.extension(VALIDITY_ASSURED_SHORT_TERM) is not None:
        return Message("The certificate is a short-term one whose validity is assured.")
    if certificate.extension(NO_REVOCATION_AVAILABLE) is not None and not _has_pointers(
        certificate
    ):
        return Message("The issuer states that it offers no revocation information.")
    return None


def _has_pointers(certificate: Certificate) -> bool:
    """Return whether a certificate points to revocation data, and so contradicts noRevAvail."""
    pointers = (CRL_DISTRIBUTION_POINTS, FRESHEST_CRL)
    return bool(certificate.ocsp_urls) or any(certificate.extension(oid) for oid in pointers)


def freshness_problem(
    status: RevocationStatus, at: datetime, max_age: timedelta | None = None
) -> EvidenceProblem | None:
    """Return why the evidence is too old at ``at``, or None when it is fresh.

    Args:
        status: what the evidence says.
        at: the time for which it must be fresh.
        max_age: the policy's limit; without one, the time the object itself states until
            its next update. An object that states none is not fresh.

    Spec: EN 319 102-1 §5.2.5.4
    """
    source, issued, until = status.source, status.this_update, status.next_update
    if source is None or issued is None:
        return None
    clause = "EN 319 102-1 §5.2.5.4"
    if max_age is None and until is None:
        fault = Message("it does not say until when it is fresh (nextUpdate).")
        return evidence_problem(source, clause, fault)
    limit = until if max_age is None else issued + max_age
    if limit is not None and at > limit:
        fault = Message("it was fresh until {until}; get a newer one.", until=written(limit))
        return evidence_problem(source, clause, fault)
    return None


def _answer(question: RevocationQuestion) -> RevocationStatus:
    said, problems = ocsp_statements(question)
    listed, refused = crl_statements(question)
    statements = said + listed
    problems += refused
    chosen = _revoked(statements) or _newest(statements) or _united(statements)
    if chosen is None:
        partial = [s for s in statements if s.state is RevocationState.GOOD]
        problems += tuple(
            question.refuse(
                s.source, "RFC 5280 §6.3.3 (e)", "it would tell of some revocation reasons only."
            )
            for s in partial
        )
        return RevocationStatus(
            certificate=question.certificate,
            issuer=question.issuer,
            state=RevocationState.UNKNOWN,
            problems=_sorted(problems),
        )
    found = _status(question, chosen, _sorted(problems))
    spans = suspensions(statements, chosen)
    return replace(found, suspensions=spans) if spans else found


def _sorted(problems: tuple[EvidenceProblem, ...]) -> tuple[EvidenceProblem, ...]:
    """Return each problem once, in an order that the order of the evidence does not change."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.object_id, str(p.message))))


def _status(
    question: RevocationQuestion, chosen: Statement, problems: tuple[EvidenceProblem, ...]
) -> RevocationStatus:
    role = RESPONDER_ROLES[type(chosen.source)]
    is_late = chosen.responder != question.issuer and not chosen.responder.is_valid_at(question.at)
    reason = chosen.reason
    return RevocationStatus(
        certificate=question.certificate,
        issuer=question.issuer,
        state=chosen.state,
        revoked_at=chosen.revoked_at,
        reason=None if reason is None else REASONS.get(reason, str(reason)),
        source=chosen.source,
        this_update=chosen.this_update,
        next_update=chosen.next_update,
        produced_at=chosen.produced_at,
        responder=chosen.responder,
        responder_path=chosen.responder_path,
        responder_validity=validity_problem(chosen.responder, role, question.at)
        if is_late
        else None,
        problems=problems,
    )


def _revoked(statements: Sequence[Statement]) -> Statement | None:
    """Return the newest statement of revocation, with the earliest revocation time of all."""
    revoked = [s for s in statements if s.state is RevocationState.REVOKED]
    if not revoked:
        return None
    times = [s.revoked_at for s in revoked if s.revoked_at is not None]
    return replace(_latest(revoked), revoked_at=min(times, default=None))


def _newest(statements: Sequence[Statement]) -> Statement | None:
    """Return the newest that tells of all reasons; a hold as new as it, or newer, wins."""
    whole = [s for s in statements if s.reasons >= ALL_REASONS]
    held = [s for s in statements if s.state is RevocationState.ON_HOLD]
    good = [s for s in whole if s.state is RevocationState.GOOD]
    if not good:
        return _latest(held) if held else None
    newest = _latest(good)
    later = [s for s in held if s.this_update >= newest.this_update]
    return _latest(later) if later else newest


def _united(statements: Sequence[Statement]) -> Statement | None:
    """Return the oldest of lists that only together tell of all reasons.

    Spec: RFC 5280 §6.3.3 (l)
    """
    partial = [s for s in statements if s.state is RevocationState.GOOD]
    if frozenset[int]().union(*(s.reasons for s in partial)) < ALL_REASONS:
        return None
    oldest = min(partial, key=lambda s: (s.this_update, s.source.id))
    ends = [s.next_update for s in partial if s.next_update is not None]
    return replace(oldest, next_update=min(ends) if len(ends) == len(partial) else None)


def _latest(statements: Sequence[Statement]) -> Statement:
    """Return the newest; of equals the one that sorts first, whatever the evidence's order."""
    newest = max((s.this_update, s.produced_at) for s in statements)
    equals = [s for s in statements if (s.this_update, s.produced_at) == newest]
    return equals[0] if len(equals) == 1 else min(equals, key=lambda s: s.source.id)
