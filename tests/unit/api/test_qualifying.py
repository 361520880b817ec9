"""Qualification beside the verdict: only for what passed, and never changing it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from esign import certificates
from esign.ades.evidence import Evidence
from esign.api.qualifying import certificate_with_qualification, with_qualification
from esign.trustlists.snapshot import TrustListSnapshot
from esign.validation.qualification import QualificationStatus
from tests.support.lists import NOW, fixture, kept
from tests.support.pki import PKI
from tests.support.scenes import Scene


@pytest.fixture
def scene(pki: PKI) -> Scene:
    """Makes documents over the test PKI and judges them at the control time."""
    return Scene(pki)


@pytest.fixture
def lists() -> TrustListSnapshot:
    """The fictional list that names the test PKI's issuing authority."""
    return TrustListSnapshot(lists=(kept(fixture("zz.xml")),), at=NOW)


def test_a_signature_that_passed_gets_its_status(scene: Scene, lists: TrustListSnapshot) -> None:
    """With list and entry, and the verdict as it was; without lists nothing is concluded."""
    report = scene.judge(scene.cades())
    (signature,) = with_qualification(report, lists).signatures
    assert signature.qualification is not None
    assert signature.qualification.status is QualificationStatus.ADES
    assert signature.qualification.list
    assert signature.verdict == report.signatures[0].verdict
    assert with_qualification(report, None) is report


def test_a_signature_that_did_not_pass_gets_none(scene: Scene, lists: TrustListSnapshot) -> None:
    """Where revocation is not known, a listed authority's certificate gives no title."""
    broken = scene.judge(scene.cades(), evidence=Evidence())
    (signature,) = with_qualification(broken, lists).signatures
    assert signature.qualification is not None
    assert signature.qualification.status is QualificationStatus.UNKNOWN
    assert "did not pass" in str(signature.qualification.reasons[0])


def test_a_certificate_says_what_its_signatures_would_be(
    pki: PKI, lists: TrustListSnapshot
) -> None:
    """Only where it passes at that moment."""
    asked = {"trust": pki.trust, "at": pki.now, "offline": True, "trust_lists": lists}
    evidence = pki.evidence(certificates=["issuing"])
    report = certificates.check(pki.certificate("citizen"), evidence=evidence, **asked)
    assert report.passed
    assert report.qualification is not None
    assert report.qualification.status is QualificationStatus.ADES
    lacking = certificates.check(pki.certificate("citizen"), **asked)
    assert lacking.qualification is not None
    assert lacking.qualification.status is QualificationStatus.UNKNOWN
    assert certificate_with_qualification(report, None) is report


def test_a_store_from_lists_knows_its_end(lists: TrustListSnapshot) -> None:
    """The lists' next update is the store's end, and after it nobody is ready."""
    store = lists.trust_store()
    assert store.valid_until is not None
    store.require_ready(NOW)
    assert store.problems(store.valid_until + timedelta(seconds=1))
