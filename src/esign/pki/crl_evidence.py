"""Is this CRL evidence about this certificate, and what does it say?

Whatever is not understood, not for this certificate, not signed by somebody entitled, or
not yet issued makes the list no evidence, with a sentence that says so. Silence about a
certificate means GOOD only where the list would have named it.

Spec: RFC 5280 §6.3.3
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from esign.errors import MalformedError, UnsupportedAlgorithmError
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.crl import (
    AUTHORITY_KEY_IDENTIFIER,
    CERTIFICATE_HOLD,
    CRL,
    REMOVE_FROM_CRL,
    RevokedEntry,
)
from esign.pki.crl_scope import covered_reasons, distribution_points, is_from_named_issuer
from esign.pki.path_validation import verifies
from esign.pki.paths import PathResult, find_path
from esign.pki.revocation_model import (
    EvidenceProblem,
    RevocationQuestion,
    RevocationState,
    Statement,
)
from esign.pki.trust import TrustAnchor
from esign.terms import CertificateRole

_CLAUSE = "RFC 5280 §6.3.3"


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
    signer = _entitled_signer(question, crl)
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
        fault = _silence_fault(question, crl) or _generation_fault(question, crl, signer[0])
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


def _generation_fault(
    question: RevocationQuestion, crl: CRL, signer: Certificate
) -> EvidenceProblem | None:
    """Return why silence of a list under another key of the issuer proves nothing, or None.

    Some authorities that renewed their key list under each key only what that key certified,
    without saying so; RFC 5280 takes one list for the whole name. So such a list shows nobody
    good unless lists need another key here, the certificate points to this very list, or the
    authority tied the two keys together with a self-issued certificate (RFC 4210 §4.4).
    """
    issuer, certificate = question.issuer, question.certificate
    if crl.issuer != certificate.issuer or _is_renewal(question, signer):
        return None
    is_for_lists_only = signer.key_usage is not None and "keyCertSign" not in signer.key_usage
    cannot_list = issuer.key_usage is not None and "cRLSign" not in issuer.key_usage
    own_points = distribution_points(certificate)[:-1]  # the last is the issuer's name
    is_pointed_to = crl.scope.name is not None and not isinstance(
        covered_reasons(crl, certificate, own_points), Message
    )
    if is_for_lists_only or cannot_list or is_pointed_to or _are_tied(issuer, signer):
        return None
    return question.refuse(
        crl,
        "RFC 5280 §6.3.3 (f)",
        "another key of its issuer signed it than certified the certificate, so it need not "
        "name it.",
    )


def _are_tied(issuer: Certificate, signer: Certificate) -> bool:
    """Return whether one of two keys of a name certified the other."""
    return (issuer.is_self_issued and verifies(issuer, signer)) or (
        signer.is_self_issued and verifies(signer, issuer)
    )


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


def _entitled_signer(
    question: RevocationQuestion, crl: CRL
) -> tuple[Certificate, PathResult | None] | EvidenceProblem:
    """Return who signed the list and may do so, with the path unless it is the issuer.

    Spec: RFC 5280 §6.3.3 (f), (g)
    """
    refusal = question.refuse(
        crl,
        "RFC 5280 §6.3.3 (g)",
        "its signature verifies under no certificate known of its issuer.",
    )
    tried = 0
    for signer in _bearers(question, crl):
        tried += 1
        if tried > question.budget.limits.path_signatures:
            break
        question.budget.spend("public_key_operations")
        if not _signed_by(crl, signer):
            continue
        judged = _entitlement(question, crl, signer)
        if not isinstance(judged, EvidenceProblem):
            return signer, judged
        refusal = judged
    return refusal


def _bearers(question: RevocationQuestion, crl: CRL) -> Iterator[Certificate]:
    """Yield certificates that bear the CRL issuer's name, the certificate's issuer first."""
    anchors = (a.certificate for a in question.trust.by_subject(question.purpose, crl.issuer))
    bag = (c for c in question.candidates if c.subject == crl.issuer)
    first = (question.issuer,) if question.issuer.subject == crl.issuer else ()
    yield from dict.fromkeys((*first, *anchors, *bag))


def _signed_by(crl: CRL, signer: Certificate) -> bool:
    try:
        return crl.signed_by(signer.public_key)
    except (MalformedError, UnsupportedAlgorithmError):
        return False


def _entitlement(
    question: RevocationQuestion, crl: CRL, signer: Certificate
) -> PathResult | EvidenceProblem | None:
    usages = signer.key_usage
    if usages is not None and "cRLSign" not in usages:
        return question.refuse(
            crl,
            "RFC 5280 §6.3.3 (f)",
            "its signer “{signer}” may not sign revocation lists (cRLSign is missing).",
            signer=str(signer.subject),
        )
    if signer == question.issuer or _is_renewal(question, signer):
        return None
    anchor = _anchor(question)
    found = find_path(
        signer,
        candidates=(question.issuer, *question.candidates),
        trust=question.trust,
        purpose=question.purpose,
        at=crl.this_update,
        budget=question.budget,
        role=CertificateRole.CRL_ISSUER,
    )
    if not found.holds or found.path is None:
        return question.refuse(
            crl,
            "RFC 5280 §6.3.3 (f)",
            "its signer has no valid path. {why}",
            why=found.problems[0].message,
        )
    if anchor is None or not _same_anchor(anchor, found.path.anchor):
        return question.refuse(
            crl,
            "RFC 5280 §6.3.3 (f)",
            "its signer “{signer}” does not lead to the trust anchor of the certificate.",
            signer=str(signer.subject),
        )
    return _unrevoked(question, crl, signer, found)


def _is_renewal(question: RevocationQuestion, signer: Certificate) -> bool:
    """Return whether this is the issuer's name and key in another certificate."""
    issuer = question.issuer
    return signer.public_key == issuer.public_key and signer.subject == issuer.subject


def _anchor(question: RevocationQuestion) -> TrustAnchor | None:
    """Return where the certificate's path ends, as the caller said or as it is found anew."""
    if question.anchor is not None:
        return question.anchor
    for certificate in (question.issuer, question.certificate):
        found = find_path(
            certificate,
            candidates=(question.issuer, *question.candidates),
            trust=question.trust,
            purpose=question.purpose,
            at=question.at,
            budget=question.budget,
            role=CertificateRole.CA,
        )
        if found.path is not None:
            return found.path.anchor
    return None


def _same_anchor(one: TrustAnchor, other: TrustAnchor) -> bool:
    return (
        one.certificate.subject == other.certificate.subject
        and one.certificate.public_key == other.certificate.public_key
    )


def _unrevoked(
    question: RevocationQuestion, crl: CRL, signer: Certificate, found: PathResult
) -> PathResult | EvidenceProblem:
    """Return the signer's path if its own revocation was ruled out; an anchor needs none."""
    path = found.path
    issuer = None if path is None else path.issuer
    if issuer is None:
        return found
    status = question.status_of(signer, issuer)
    if status.state is RevocationState.GOOD:
        return found
    return question.refuse(
        crl,
        "RFC 5280 §6.3.3 (f)",
        "the status of its signer “{signer}” is {state}, so the list proves nothing.",
        signer=str(signer.subject),
        state=status.state.value,
    )


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
        statements.append(base if newest is None else _updated(base, newest))
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


def _updated(base: Statement, delta: Statement) -> Statement:
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
        return replace(dated, state=RevocationState.GOOD, revoked_at=None, reason=None)
    return replace(
        dated,
        source=delta.source,
        state=delta.state,
        revoked_at=delta.revoked_at,
        reason=delta.reason,
    )
