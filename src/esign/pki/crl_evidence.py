"""Is this CRL evidence about this certificate, and what does it say?

Whatever is not understood, not for this certificate, not signed by somebody entitled, or
not yet issued makes the list no evidence, with a sentence that says so. Silence about a
certificate means GOOD only where the list would have named it.

Spec: RFC 5280 §6.3.3
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from esign.errors import MalformedError
from esign.messages import Message
from esign.pki.crl import (
    AUTHORITY_KEY_IDENTIFIER,
    CERTIFICATE_HOLD,
    CRL,
    REMOVE_FROM_CRL,
    RevokedEntry,
)
from esign.pki.crl_scope import covered_reasons, distribution_points, is_from_named_issuer
from esign.pki.crl_signers import entitled_signer, generation_fault
from esign.pki.revocation_model import (
    EvidenceProblem,
    RevocationQuestion,
    RevocationState,
    Statement,
)
from esign.pki.suspensions import lifted


def crl_statements(
    question: RevocationQuestion,
) -> tuple[tuple[Statement, ...], tuple[EvidenceProblem, ...]]:
    """Return what the lists say, delta lists applied, and which are no evidence."""
    complete: list[Statement] = []
    deltas: list[Statement] = []
    problems: list[EvidenceProblem] = []
    for crl in dict.fromkeys(question.crls):
        try:
            judged = _judge(question, crl)
        except MalformedError as error:
            judged = question.refuse(
                crl, "RFC 5280 §5", "it cannot be read: {cause}", cause=error.message
            )
        if isinstance(judged, EvidenceProblem):
            problems.append(judged)
        elif judged is not None:
            (deltas if crl.is_delta else complete).append(judged)
    statements, unused = _apply_deltas(question, complete, deltas)
    return statements, (*problems, *unused)


def _judge(question: RevocationQuestion, crl: CRL) -> Statement | EvidenceProblem | None:
    """Return what one list says alone; None when it is about other issuers' certificates."""
    certificate = question.certificate
    points = distribution_points(certificate)
    if not is_from_named_issuer(crl, certificate, points):
        return None
    faults = _form_fault(question, crl)
    if faults is not None:
        return faults
    reasons = covered_reasons(crl, certificate, points)
    if isinstance(reasons, Message):
        return question.refuse(
            crl, "RFC 5280 §6.3.3 (b)", "it says nothing of this certificate: {why}.", why=reasons
        )
    signer = entitled_signer(question, crl)
    if isinstance(signer, EvidenceProblem):
        return signer
    oid = crl.unknown_critical_entry_extension
    if oid is not None:
        return question.refuse(
            crl,
            "RFC 5280 §5.3",
            "an entry has a critical extension ({oid}) that is not understood here.",
            oid=oid,
        )
    state, entry = _state(crl.entries(certificate.serial_number, certificate.issuer))
    statement = Statement(
        source=crl,
        state=state,
        this_update=crl.this_update,
        next_update=crl.next_update,
        produced_at=crl.this_update,
        responder=signer[0],
        responder_path=signer[1],
        revoked_at=None if entry is None else entry.revoked_at,
        reason=None if entry is None else entry.reason,
        reasons=reasons,
    )
    if state is RevocationState.GOOD and not crl.is_delta:
        fault = _silence_fault(question, crl) or generation_fault(question, crl, signer[0])
        return fault or statement
    return statement


def _form_fault(question: RevocationQuestion, crl: CRL) -> EvidenceProblem | None:
    oid = crl.unknown_critical_extension
    if oid is not None:
        return question.refuse(
            crl,
            "RFC 5280 §5.2",
            "it has a critical extension ({oid}) that is not understood here.",
            oid=oid,
        )
    if question.is_future(crl.this_update):
        return question.refuse(
            crl,
            "RFC 5280 §5.1.2.4",
            "it was issued after the time of judgement, {at}.",
            at=f"{question.at:%Y-%m-%dT%H:%M:%SZ}",
        )
    if crl.next_update is not None and crl.next_update < crl.this_update:
        return question.refuse(crl, "RFC 5280 §5.1.2.5", "it ends before it begins.")
    return None


def _silence_fault(question: RevocationQuestion, crl: CRL) -> EvidenceProblem | None:
    """Return why a list that does not name the certificate proves nothing, or None.

    Spec: ITU-T X.509 §9.5.2.8 (expiredCertsOnCRL), EN 319 102-1 §5.2.5
    """
    certificate = question.certificate
    if crl.this_update < certificate.not_before:
        return question.refuse(
            crl, "EN 319 102-1 §5.2.5", "it is older than the certificate; wait for the next."
        )
    kept_since = crl.expired_certificates_since
    if crl.this_update > certificate.not_after and (
        kept_since is None or kept_since > certificate.not_after
    ):
        return question.refuse(
            crl,
            "ITU-T X.509 §9.5.2.8",
            "the certificate had expired before, and such a list need not name it any more.",
        )
    return None


def _state(entries: Sequence[RevokedEntry]) -> tuple[RevocationState, RevokedEntry | None]:
    """Return the gravest of what a list's entries say; an entry is needed to be revoked."""
    held = None
    removed = None
    for entry in entries:
        if entry.reason == REMOVE_FROM_CRL:
            removed = entry
        elif entry.reason == CERTIFICATE_HOLD:
            held = entry
        else:
            return RevocationState.REVOKED, entry
    if held is not None:
        return RevocationState.ON_HOLD, held
    return RevocationState.GOOD, removed


def _apply_deltas(
    question: RevocationQuestion, complete: list[Statement], deltas: list[Statement]
) -> tuple[tuple[Statement, ...], tuple[EvidenceProblem, ...]]:
    """Return the complete lists' statements brought up to date by the delta lists.

    A delta list that names the certificate as revoked says so even without its base.

    Spec: RFC 5280 §5.2.4, §6.3.3 (c), (i) to (k)
    """
    used: set[str] = set()
    statements = []
    for base in complete:
        fitting = [d for d in deltas if _extends(d.source, base.source)]
        used |= {d.source.id for d in fitting}
        newest = max(fitting, key=lambda d: d.this_update, default=None)
        statements.append(base if newest is None else _updated(base, newest, fitting))
    orphans = [d for d in deltas if d.source.id not in used]
    statements += [
        replace(d, reasons=frozenset[int]()) for d in orphans if d.state is RevocationState.REVOKED
    ]
    return tuple(statements), tuple(
        question.refuse(
            d.source, "RFC 5280 §5.2.4", "it is a delta list, and the list it adds to is missing."
        )
        for d in orphans
    )


def _extends(delta: object, base: object) -> bool:
    """Return whether the delta list may be combined with the complete list."""
    if not isinstance(delta, CRL) or not isinstance(base, CRL):
        return False
    start, number, end = delta.base_number, base.number, delta.number
    if start is None or number is None or end is None or not start <= number < end:
        return False
    return (
        delta.issuer == base.issuer
        and delta.scope == base.scope
        and delta.extensions.get(AUTHORITY_KEY_IDENTIFIER)
        == base.extensions.get(AUTHORITY_KEY_IDENTIFIER)
    )


def _updated(base: Statement, delta: Statement, fitting: Sequence[Statement]) -> Statement:
    dated = replace(
        base,
        this_update=delta.this_update,
        next_update=delta.next_update,
        produced_at=delta.produced_at,
    )
    if base.state is RevocationState.REVOKED:
        return base  # Only a hold can be taken back (RFC 5280 §5.3.1).
    if delta.state is RevocationState.GOOD:
        removed = delta.reason == REMOVE_FROM_CRL
        if base.state is RevocationState.ON_HOLD and not removed:
            return dated
        return replace(
            dated,
            state=RevocationState.GOOD,
            revoked_at=None,
            reason=None,
            suspensions=lifted(base, fitting, delta),
        )
    return replace(
        dated,
        source=delta.source,
        state=delta.state,
        revoked_at=delta.revoked_at,
        reason=delta.reason,
    )
