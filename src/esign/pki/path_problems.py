"""The problems of a path that depend on time, trust or limits, in words.

Spec: RFC 5280 §6.1.3 (a)(2), EN 319 102-1 §5.2.6
"""

from __future__ import annotations

from datetime import datetime

from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.problems import PathProblem, PathProblemCode, problem
from esign.pki.trust import TrustAnchor, TrustStore
from esign.terms import CertificateRole, Purpose


def validity_problem(certificate: Certificate, role: CertificateRole, at: datetime) -> PathProblem:
    """Return that a certificate is outside its validity period at ``at``."""
    if at < certificate.not_before:
        return problem(
            PathProblemCode.NOT_YET_VALID,
            certificate,
            role,
            "RFC 5280 §6.1.3 (a)(2)",
            "it is valid only from {time}, and was judged at {at}.",
            time=written(certificate.not_before),
            at=written(at),
            remedy=Message("Check the time of judgement and the clock it came from."),
        )
    return problem(
        PathProblemCode.EXPIRED,
        certificate,
        role,
        "RFC 5280 §6.1.3 (a)(2)",
        "it expired on {time}, and was judged at {at}.",
        time=written(certificate.not_after),
        at=written(at),
        remedy=Message(
            "A time-stamp made before that day, or judgement at an earlier proven time, is needed."
        ),
    )


def sunset(anchor: TrustAnchor, at: datetime) -> PathProblem:
    """Return that the trust in an anchor does not hold at ``at``."""
    return problem(
        PathProblemCode.ANCHOR_SUNSET,
        anchor.certificate,
        CertificateRole.CA,
        "EN 319 102-1 §5.2.6.2",
        "it is trusted from {start} to {end} only, and was judged at {at}.",
        start="-" if anchor.not_before is None else written(anchor.not_before),
        end="-" if anchor.not_after is None else written(anchor.not_after),
        at=written(at),
    )


def no_anchor(
    chain: tuple[Certificate, ...],
    role: CertificateRole,
    trust: TrustStore,
    purpose: Purpose,
) -> PathProblem:
    """Return that the chain ends without reaching an anchor, and what would help."""
    last = chain[-1]
    if not trust.anchors_for(purpose):
        template = "no trusted certificate was given for the purpose “{purpose}” at all."
        remedy = Message(
            "Give the roots you trust for “{purpose}” (a file or directory of certificates).",
            purpose=Message(purpose.value),
        )
    elif _is_trusted_otherwise(last, trust, purpose):
        template = "the chain leads to a certificate that is not trusted for “{purpose}”."
        remedy = Message(
            "“{issuer}” was given as trusted for another purpose only; give it for “{purpose}” "
            "too if you do trust it for that.",
            issuer=str(last.issuer),
            purpose=Message(purpose.value),
        )
    elif last.is_self_issued:
        template = "the chain ends here, and this certificate is not trusted for “{purpose}”."
        remedy = Message(
            "If you do trust “{issuer}”, give its certificate as trusted.",
            issuer=str(last.subject),
        )
    else:
        template = "no certificate of its issuer was found, trusted for “{purpose}” or not."
        remedy = Message(
            "Supply the certificate of “{issuer}”, or give it as trusted if you do trust it.",
            issuer=str(last.issuer),
        )
    return problem(
        PathProblemCode.NO_ANCHOR,
        last,
        role,
        "RFC 5280 §6.1",
        template,
        purpose=Message(purpose.value),
        remedy=remedy,
    )


def _is_trusted_otherwise(last: Certificate, trust: TrustStore, purpose: Purpose) -> bool:
    others = set(Purpose) - {purpose}
    return any(trust.by_subject(other, last.issuer) for other in others)


def budget_exceeded(
    certificate: Certificate, role: CertificateRole, limit: str, bound: int
) -> PathProblem:
    """Return that the search for a path was ended by a limit."""
    return problem(
        PathProblemCode.BUDGET,
        certificate,
        role,
        "RFC 4158 §3.3",
        "the search for its path was ended by the limit {limit} ({bound}).",
        limit=limit,
        bound=bound,
        remedy=Message(
            "The document brings more certificates along than a real one needs; supply only "
            "the certificates of the true path."
        ),
    )


def written(moment: datetime) -> str:
    """Return a time as reports write it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
