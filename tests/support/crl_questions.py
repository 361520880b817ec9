"""The question that CRLs are asked in tests, and what came out of it."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509

from esign.limits import Budget
from esign.pki.crl import CRL
from esign.pki.crl_evidence import crl_statements
from esign.pki.revocation import RevocationState, RevocationStatus, revocation_status
from esign.pki.revocation_model import RevocationQuestion
from esign.pki.trust import TrustStore
from esign.terms import Purpose
from tests.support.chains import NOW, Made, make

ROOT = make("Root")
CA = make("CA", ROOT)
ANNA = make("Anna", CA, ca=False)


def question(
    *crls: CRL, certificate: Made = ANNA, issuer: Made = CA, candidates: Sequence[Made] = ()
) -> RevocationQuestion:
    """Return the question that lists are asked."""

    def answer(asked: RevocationQuestion) -> RevocationStatus:
        return revocation_status(
            asked.certificate,
            asked.issuer,
            evidence_crls=asked.crls,
            evidence_ocsp=asked.ocsp_responses,
            candidates=asked.candidates,
            trust=asked.trust,
            purpose=asked.purpose,
            at=asked.at,
            budget=asked.budget,
        )

    return RevocationQuestion(
        certificate=certificate.ours,
        issuer=issuer.ours,
        crls=crls,
        ocsp_responses=(),
        candidates=tuple(c.ours for c in candidates),
        trust=TrustStore.of(ROOT.ours),
        purpose=Purpose.SIGNER,
        at=NOW,
        budget=Budget(),
        answer=answer,
    )


def said(asked: RevocationQuestion) -> list[RevocationState]:
    """Return the states of accepted lists."""
    return [s.state for s in crl_statements(asked)[0]]


def refused(asked: RevocationQuestion) -> str:
    """Return the sentences about refused lists."""
    statements, problems = crl_statements(asked)
    assert statements == ()
    return " ".join(str(p.message) for p in problems)


def point(url: str, issuer: Made | None = None) -> x509.DistributionPoint:
    """Return a distribution point at a URL, perhaps with a CRL issuer."""
    names = None if issuer is None else [x509.DirectoryName(issuer.x509.subject)]
    return x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, names)


def scope(url: str | None, *, indirect: bool = False) -> x509.IssuingDistributionPoint:
    """Return the scope of a list for one URL, perhaps indirect."""
    names = None if url is None else [x509.UniformResourceIdentifier(url)]
    return x509.IssuingDistributionPoint(names, None, False, False, None, indirect, False)
