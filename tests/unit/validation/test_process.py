"""The whole judgement: a pure function with named limits (EN 319 102-1 §5.1)."""

from __future__ import annotations

import pytest

from esign.ades.evidence import Evidence
from esign.errors import LimitExceededError, UsageError
from esign.limits import Budget, Limits
from esign.pki.trust import TrustStore
from esign.terms import (
    Scope,
    SignatureLevel,
)
from esign.validation.policy import Policy
from esign.validation.process import validate
from tests.support.scenes import (
    Scene,
    outcome,
)


@pytest.mark.parametrize(
    "name", ["citizen", "agency", "citizen-p256", "citizen-ed25519", "citizen-ed448"]
)
def test_a_sound_signature_passes(scene: Scene, name: str) -> None:
    """A sound B-B signature of any key type is TOTAL_PASSED and proves no time."""
    report = scene.first(scene.cades(name))
    assert outcome(report) == "TOTAL_PASSED"
    assert report.level is SignatureLevel.B
    assert report.proven_time is None
    assert report.coverage is Scope.FULL
    assert report.reasons == ()


def test_a_time_stamped_signature_reaches_t(scene: Scene) -> None:
    """A time-stamp that passes makes level T and proves its own time."""
    report = scene.first(scene.cades(tsa="tsa"))
    assert outcome(report) == "TOTAL_PASSED"
    assert report.level is SignatureLevel.T
    assert report.proven_time == scene.pki.signing_time
    assert report.timestamps[0].passed


def test_same_input_gives_same_report(scene: Scene) -> None:
    """Order and repetition of evidence never change the report."""
    parsed = scene.cades(tsa="tsa")
    evidence = scene.pki.evidence()
    turned = Evidence(crls=(*evidence.crls[::-1], *evidence.crls))
    assert scene.judge(parsed, evidence=turned) == scene.judge(parsed, evidence=evidence)


def test_evidence_about_strangers_changes_nothing(scene: Scene) -> None:
    """Certificates and answers about others never change a verdict."""
    parsed = scene.cades()
    more = scene.pki.evidence(ocsp=("agency",), certificates=("other-root", "citizen-p256"))
    assert scene.judge(parsed, evidence=more) == scene.judge(parsed)


def test_level_without_any_trust_tells_what_is_there(scene: Scene) -> None:
    """Judged without anchors, an intact time-stamp still makes the level T, proving nothing."""
    report = scene.first(scene.cades(tsa="tsa"), trust=TrustStore.empty())
    assert outcome(report) == "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND"
    assert report.level is SignatureLevel.T
    assert report.proven_time is None
    signer_only = scene.pki.trust_of(signer=("root",))
    report = scene.first(scene.cades(tsa="tsa"), trust=signer_only)
    assert outcome(report) == "TOTAL_PASSED"
    assert report.level is SignatureLevel.B


def test_naive_time_is_refused(scene: Scene) -> None:
    """A time without a zone is the caller's mistake."""
    with pytest.raises(UsageError, match="time zone"):
        scene.judge(scene.cades(), at=scene.pki.now.replace(tzinfo=None))


def test_budget_of_signatures(scene: Scene) -> None:
    """More signatures than the limit end in a named error."""
    parsed = scene.cades()
    with pytest.raises(LimitExceededError) as caught:
        validate(
            parsed,
            trust=scene.pki.trust,
            policy=Policy(),
            at=scene.pki.now,
            budget=Budget(Limits(signatures=0)),
        )
    assert caught.value.values["limit"] == "signatures"
