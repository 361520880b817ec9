"""Is this OCSP response evidence about this certificate, and what does it say?

Only the issuer itself, or a responder it directly appointed, may answer. A response about
another certificate, or by anybody else, is no evidence of anything.

Spec: RFC 6960 §3.2, §4.2.2
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from esign.crypto.signatures import PublicKey
from esign.errors import MalformedError, UnsupportedAlgorithmError
from esign.pki.certificate import Certificate
from esign.pki.crl import CERTIFICATE_HOLD, REMOVE_FROM_CRL
from esign.pki.crl_scope import CRL_DISTRIBUTION_POINTS
from esign.pki.ocsp import (
    EXTENDED_REVOKE,
    CertificateStatus,
    OCSPResponse,
    ResponseStatus,
    SingleResponse,
)
from esign.pki.path_validation import verifies_under
from esign.pki.paths import PathResult, find_path
from esign.pki.purposes import OCSP_SIGNING
from esign.pki.revocation_model import (
    EvidenceProblem,
    RevocationQuestion,
    RevocationState,
    Statement,
)
from esign.pki.working_keys import working_key
from esign.terms import CertificateRole

OCSP_NOCHECK = "1.3.6.1.5.5.7.48.1.5"
NEVER_ISSUED = datetime(1970, 1, 1, tzinfo=UTC)
"""The revocation time RFC 6960 §2.2 reserves for certificates that were never issued."""


def ocsp_statements(
    question: RevocationQuestion,
) -> tuple[tuple[Statement, ...], tuple[EvidenceProblem, ...]]:
    """Return what the responses say of the certificate, and which are no evidence."""
    statements: list[Statement] = []
    problems: list[EvidenceProblem] = []
    for response in dict.fromkeys(question.ocsp_responses):
        try:
            judged = _judge(question, response)
        except MalformedError as error:
            judged = (
                question.refuse(
                    response, "RFC 6960 §4.2.1", "it cannot be read: {cause}", cause=error.message
                ),
            )
        for each in judged:
            if isinstance(each, Statement):
                statements.append(each)
            else:
                problems.append(each)
    return tuple(statements), tuple(problems)


def _judge(
    question: RevocationQuestion, response: OCSPResponse
) -> tuple[Statement | EvidenceProblem, ...]:
    if response.status != ResponseStatus.SUCCESSFUL:
        return (
            question.refuse(
                response,
                "RFC 6960 §4.2.1",
                "the responder did not answer (status {status}).",
                status=_status_name(response.status),
            ),
        )
    singles = response.about(question.certificate, question.issuer)
    if not singles:
        return ()
    fault = _form_fault(question, response)
    if fault is not None:
        return (fault,)
    signer = _authorised(question, response)
    if isinstance(signer, EvidenceProblem):
        return (signer,)
    return tuple(_said(question, response, single, *signer) for single in singles)


def _form_fault(question: RevocationQuestion, response: OCSPResponse) -> EvidenceProblem | None:
    oid = response.unknown_critical_extension
    if oid is not None:
        return question.refuse(
            response,
            "RFC 6960 §4.4",
            "it has a critical extension ({oid}) that is not understood here.",
            oid=oid,
        )
    if response.produced_at is None or question.is_future(response.produced_at):
        return question.refuse(
            response, "RFC 6960 §4.2.2.1", "it was made after the time of judgement."
        )
    return None


def _said(
    question: RevocationQuestion,
    response: OCSPResponse,
    single: SingleResponse,
    signer: Certificate,
    path: PathResult | None,
) -> Statement | EvidenceProblem:
    """Return what one single response of an authorised responder says."""
    fault = _single_fault(question, response, single)
    if fault is not None:
        return fault
    state = _state(response, single)
    if state is RevocationState.UNKNOWN:
        return question.refuse(
            response, "RFC 6960 §2.2", "the responder does not know this certificate."
        )
    if state is RevocationState.GOOD:
        fault = _goodness_fault(question, response, single)
        if fault is not None:
            return fault
    produced_at = response.produced_at
    return Statement(
        source=response,
        state=state,
        this_update=single.this_update,
        next_update=single.next_update,
        produced_at=single.this_update if produced_at is None else produced_at,
        responder=signer,
        responder_path=path,
        revoked_at=single.revoked_at,
        reason=single.reason,
    )


def _single_fault(
    question: RevocationQuestion, response: OCSPResponse, single: SingleResponse
) -> EvidenceProblem | None:
    oid = single.unknown_critical_extension
    if oid is not None:
        return question.refuse(
            response,
            "RFC 6960 §4.4",
            "its answer has a critical extension ({oid}) that is not understood here.",
            oid=oid,
        )
    if question.is_future(single.this_update):
        return question.refuse(
            response, "RFC 6960 §3.2", "its answer is dated after the time of judgement."
        )
    if single.next_update is not None and single.next_update < single.this_update:
        return question.refuse(response, "RFC 6960 §4.2.2.1", "its answer ends before it begins.")
    if single.certificate_hash_matches(question.certificate) is False:
        return question.refuse(
            response,
            "Common PKI Part 4 §3.1.2",
            "it is about another certificate with the same number (certHash differs).",
        )
    return None


def _state(response: OCSPResponse, single: SingleResponse) -> RevocationState:
    if single.status is CertificateStatus.GOOD:
        return RevocationState.GOOD
    if single.status is CertificateStatus.UNKNOWN or single.reason == REMOVE_FROM_CRL:
        return RevocationState.UNKNOWN
    if single.reason != CERTIFICATE_HOLD:
        return RevocationState.REVOKED
    never_issued = EXTENDED_REVOKE in response.extensions and single.revoked_at == NEVER_ISSUED
    return RevocationState.REVOKED if never_issued else RevocationState.ON_HOLD


def _goodness_fault(
    question: RevocationQuestion, response: OCSPResponse, single: SingleResponse
) -> EvidenceProblem | None:
    """Return why "good" proves nothing here, or None.

    Spec: RFC 6960 §4.4.4 (archiveCutoff), EN 319 102-1 §5.2.5
    """
    certificate = question.certificate
    if single.this_update < certificate.not_before:
        return question.refuse(
            response, "EN 319 102-1 §5.2.5", "its answer is older than the certificate."
        )
    if single.this_update <= certificate.not_after or single.certificate_hash_matches(certificate):
        return None
    cutoff = single.archive_cutoff
    if cutoff is None or cutoff > certificate.not_after:
        return question.refuse(
            response,
            "RFC 6960 §4.4.4",
            "the certificate had expired before, and the responder does not say that it keeps "
            "the status of expired ones (archiveCutoff).",
        )
    return None


def _authorised(
    question: RevocationQuestion, response: OCSPResponse
) -> tuple[Certificate, PathResult | None] | EvidenceProblem:
    """Return who signed the response and may do so, with the path unless it is the issuer.

    Spec: RFC 6960 §4.2.2.2
    """
    refusal: EvidenceProblem | None = None
    tried = 0
    for signer in _named(question, response):
        tried += 1
        if tried > question.budget.limits.path_signatures:
            break
        question.budget.spend("public_key_operations")
        if not _signed_by(response, working_key(question, signer)):
            continue
        if _is_issuer(question, signer):
            return signer, None
        judged = _delegation(question, response, signer)
        if not isinstance(judged, EvidenceProblem):
            return signer, judged
        refusal = judged
    return refusal or question.refuse(
        response,
        "RFC 6960 §3.2",
        "its signature verifies under no certificate that its responder identifier names.",
    )


def _named(question: RevocationQuestion, response: OCSPResponse) -> Iterator[Certificate]:
    known = dict.fromkeys((question.issuer, *response.certificates, *question.candidates))
    yield from (c for c in known if response.names_responder(c))


def _signed_by(response: OCSPResponse, key: PublicKey) -> bool:
    try:
        return response.signed_by(key)
    except (MalformedError, UnsupportedAlgorithmError):
        return False


def _is_issuer(question: RevocationQuestion, signer: Certificate) -> bool:
    issuer = question.issuer
    return signer == issuer or (
        signer.public_key == issuer.public_key and signer.subject == issuer.subject
    )


def _delegation(
    question: RevocationQuestion, response: OCSPResponse, signer: Certificate
) -> PathResult | EvidenceProblem:
    """Return the path of a responder that the issuer appointed, or why it may not answer."""
    template = _appointment_fault(question, signer)
    if template is not None:
        return question.refuse(response, "RFC 6960 §4.2.2.2", template, signer=str(signer.subject))
    produced_at = response.produced_at
    assert produced_at is not None  # _form_fault has seen to it
    found = find_path(
        signer,
        candidates=(question.issuer, *question.candidates),
        trust=question.trust,
        purpose=question.purpose,
        at=produced_at,
        budget=question.budget,
        role=CertificateRole.OCSP_RESPONDER,
    )
    if not found.holds:
        return question.refuse(
            response,
            "RFC 6960 §4.2.2.2",
            "its responder had no valid path when it answered. {why}",
            why=found.problems[0].message,
        )
    return _unrevoked(question, response, signer, found)


def _appointment_fault(question: RevocationQuestion, signer: Certificate) -> str | None:
    issuer = question.issuer
    if signer.issuer != issuer.subject or not verifies_under(signer, working_key(question, issuer)):
        return "its responder “{signer}” was not appointed by the certificate's own issuer."
    if OCSP_SIGNING not in (signer.extended_key_usage or ()):
        return "its responder “{signer}” may not answer (OCSPSigning is missing)."
    usages = signer.key_usage
    if usages is not None and not usages & {"digitalSignature", "nonRepudiation"}:
        return "its responder's key “{signer}” may not sign (digitalSignature is missing)."
    return None


def _unrevoked(
    question: RevocationQuestion, response: OCSPResponse, signer: Certificate, found: PathResult
) -> PathResult | EvidenceProblem:
    """Return the responder's path if its own revocation was ruled out.

    Spec: RFC 6960 §4.2.2.2.1
    """
    if signer.extension(OCSP_NOCHECK) is not None:
        return found
    status = question.status_of(signer, question.issuer)
    if status.state is RevocationState.GOOD:
        return found
    if (
        question.accept_unchecked_responders
        and status.state is RevocationState.UNKNOWN
        and not _can_be_asked_about(signer)
    ):
        return found
    return question.refuse(
        response,
        "RFC 6960 §4.2.2.2.1",
        "the status of its responder “{signer}” is {state}, and its certificate does not say "
        "that it need not be checked (ocsp-nocheck).",
        signer=str(signer.subject),
        state=status.state.value,
    )


def _can_be_asked_about(signer: Certificate) -> bool:
    return bool(signer.ocsp_urls) or signer.extension(CRL_DISTRIBUTION_POINTS) is not None


def _status_name(status: int) -> str:
    return ResponseStatus(status).name if status in set(ResponseStatus) else str(status)
