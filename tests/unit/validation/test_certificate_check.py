"""The judgement of one certificate: definite at its moment, and open to weak algorithms."""

from __future__ import annotations

import pytest

from esign.limits import Budget
from esign.terms import BlockStatus, CertificateRole, Purpose, SubIndication
from esign.validation.certificate_check import CertificateReport, check_certificate, role_of
from esign.validation.policy import Policy
from tests.support.pki import PKI


def _check(pki: PKI, name: str, **changes: object) -> CertificateReport:
    asked: dict[str, object] = {
        "role": CertificateRole.SIGNER,
        "purpose": Purpose.SIGNER,
        "trust": pki.trust,
        "policy": Policy(),
        "at": pki.now,
        "budget": Budget.within(60),
        **changes,
    }
    evidence = pki.evidence(certificates=["issuing", "ec-issuing"])
    return check_certificate(pki.certificate(name), evidence, **asked)  # type: ignore[arg-type]


def test_the_verdict_follows_the_first_check_that_stops(pki: PKI) -> None:
    """A sound certificate has none; the report names trust, policy and suite it was judged by."""
    report = _check(pki, "citizen")
    assert report.indication is BlockStatus.PASSED
    assert (report.trust_hash, report.anchors) == (pki.trust.hash, len(pki.trust))
    assert report.policy == "esign default"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("citizen-wrong-key-usage", SubIndication.CHAIN_CONSTRAINTS_FAILURE),
        ("citizen-revoked", SubIndication.REVOKED),
        ("citizen-expired", SubIndication.EXPIRED),
    ],
)
def test_what_does_not_hold_is_told(pki: PKI, name: str, word: SubIndication) -> None:
    """Each fault has its own word, and a remedy."""
    report = _check(pki, name)
    assert report.sub_indication is word
    assert report.reasons[0].remedy is not None


def test_a_policy_that_closes_its_eyes_is_named(pki: PKI) -> None:
    """Its weaknesses are warnings of the report."""
    report = _check(pki, "citizen", policy=Policy.unsafe_without_revocation())
    assert report.passed
    assert report.warnings


def test_roles_follow_from_the_certificate_and_the_purpose(pki: PKI) -> None:
    """Authorities are authorities for every purpose."""
    assert role_of(pki.certificate("issuing"), Purpose.TSA) is CertificateRole.CA
    assert role_of(pki.certificate("tsa"), Purpose.TSA) is CertificateRole.TSA
    assert role_of(pki.certificate("tsa"), Purpose.SIGNER) is CertificateRole.SIGNER
