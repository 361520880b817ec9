"""Who signed this CRL, and may he speak for the certificate's issuer?

The issuer itself, a key of its name that is certified for lists, or the CRL issuer whom the
certificate names; each with a path to the same anchor and a status of its own.

Spec: RFC 5280 §6.3.3 (f), (g)
"""

from __future__ import annotations

from collections.abc import Iterator

from esign.crypto.signatures import PublicKey
from esign.errors import MalformedError, UnsupportedAlgorithmError
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.crl_scope import covered_reasons, distribution_points
from esign.pki.distinguished import relative_names
from esign.pki.distribution import ALL_REASONS, directory_names
from esign.pki.path_validation import verifies
from esign.pki.paths import PathResult, find_path
from esign.pki.revocation_model import EvidenceProblem, RevocationQuestion, RevocationState
from esign.pki.trust import TrustAnchor
from esign.pki.working_keys import working_key
from esign.terms import CertificateRole


def entitled_signer(
    question: RevocationQuestion, crl: CRL
) -> tuple[Certificate, PathResult | None] | EvidenceProblem:
    """Return who signed the list and may do so, with the path unless it is the issuer.

    Spec: RFC 5280 §6.3.3 (f), (g)
    """
    refusal: EvidenceProblem | None = None
    tried = 0
    for signer in _bearers(question, crl):
        tried += 1
        if tried > question.budget.limits.path_signatures:
            break
        question.budget.spend("public_key_operations")
        if not _signed_by(crl, working_key(question, signer)):
            continue
        judged = _entitlement(question, crl, signer)
        if not isinstance(judged, EvidenceProblem):
            return signer, judged
        refusal = judged
    return refusal or question.refuse(
        crl,
        "RFC 5280 §6.3.3 (g)",
        "its signature verifies under no certificate known of its issuer.",
    )


def generation_fault(
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


def _bearers(question: RevocationQuestion, crl: CRL) -> Iterator[Certificate]:
    """Yield certificates that bear the CRL issuer's name, the certificate's issuer first."""
    anchors = (a.certificate for a in question.trust.by_subject(question.purpose, crl.issuer))
    bag = (c for c in question.candidates if c.subject == crl.issuer)
    first = (question.issuer,) if question.issuer.subject == crl.issuer else ()
    yield from dict.fromkeys((*first, *anchors, *bag))


def _signed_by(crl: CRL, key: PublicKey) -> bool:
    try:
        return crl.signed_by(key)
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
    if status.state is RevocationState.UNKNOWN and _answers_for_itself(crl, signer):
        return found
    return question.refuse(
        crl,
        "RFC 5280 §6.3.3 (f)",
        "the status of its signer “{signer}” is {state}, so the list proves nothing.",
        signer=str(signer.subject),
        state=status.state.value,
    )


def _answers_for_itself(crl: CRL, signer: Certificate) -> bool:
    """Return whether the signer's status is to be found in this very list, and is good there.

    An authority may appoint a CRL issuer and write into its certificate that the appointed
    one's own lists tell of it too, as RFC 5280 §4.2.1.13 allows with cRLIssuer. Whoever
    trusts the authority takes that choice over: nothing else will ever speak of it.
    """
    points = distribution_points(signer)[:-1]  # the last is the issuer's name
    itself = (relative_names(crl.issuer.der),)
    if not points or any(directory_names(point.crl_issuer) != itself for point in points):
        return False
    reasons = covered_reasons(crl, signer, points)
    if isinstance(reasons, Message) or not reasons >= ALL_REASONS:
        return False
    listed = crl.entries(signer.serial_number, signer.issuer)
    in_time = signer.not_before <= crl.this_update <= signer.not_after
    return in_time and not listed


def _is_renewal(question: RevocationQuestion, signer: Certificate) -> bool:
    """Return whether this is the issuer's name and key in another certificate."""
    issuer = question.issuer
    return signer.public_key == issuer.public_key and signer.subject == issuer.subject


def _are_tied(issuer: Certificate, signer: Certificate) -> bool:
    """Return whether one of two keys of a name certified the other."""
    return (issuer.is_self_issued and verifies(issuer, signer)) or (
        signer.is_self_issued and verifies(signer, issuer)
    )
