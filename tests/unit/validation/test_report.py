"""The report value: never a truth value, and insisting on demand."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from esign.errors import UsageError
from esign.pki.trust import TrustStore
from esign.terms import Scope
from esign.validation.report import SignatureRejectedError
from tests.support.scenes import Scene, flipped


def test_a_report_has_no_truth_value(scene: Scene) -> None:
    """``if report:`` fails on the first run instead of always being true."""
    with pytest.raises(UsageError, match="require_passed"):
        bool(scene.judge(scene.cades()))


def test_require_passed_returns_for_a_sound_signature(scene: Scene) -> None:
    """Nothing is raised where every signature passed and covers the document."""
    report = scene.judge(scene.cades())
    report.require_passed()
    assert report.passed


def test_require_passed_refuses_no_signature(scene: Scene) -> None:
    """A document without signatures did not pass."""
    report = replace(scene.judge(scene.cades()), signatures=())
    assert not report.passed
    with pytest.raises(SignatureRejectedError, match="no signature") as caught:
        report.require_passed()
    assert caught.value.report is report


def test_require_passed_refuses_any_that_did_not_pass(scene: Scene) -> None:
    """One bad signature among good ones is enough, and the error says which and why."""
    good, bad = scene.judge(scene.cades()), scene.judge(scene.cades(value=flipped))
    both = replace(good, signatures=good.signatures + bad.signatures)
    with pytest.raises(SignatureRejectedError, match="SIG_CRYPTO_FAILURE") as caught:
        both.require_passed()
    assert caught.value.values["indication"] == "TOTAL_FAILED"


def test_require_passed_asks_counter_signatures_too(scene: Scene) -> None:
    """A counter-signature that did not pass is no better than a signature that did not."""
    good = scene.judge(scene.cades())
    bad = scene.judge(scene.cades(value=flipped))
    passed, failed = good.signatures[0], bad.signatures[0]
    with_good = replace(good, signatures=(replace(passed, counter_signatures=(passed,)),))
    with_bad = replace(good, signatures=(replace(passed, counter_signatures=(failed,)),))
    with_good.require_passed()
    assert with_good.passed
    with pytest.raises(SignatureRejectedError):
        with_bad.require_passed()
    assert not with_bad.passed


def test_require_passed_refuses_indeterminate(scene: Scene) -> None:
    """What cannot be confirmed did not pass either."""
    report = scene.judge(scene.cades(), trust=TrustStore.empty())
    with pytest.raises(SignatureRejectedError, match="NO_CERTIFICATE_CHAIN_FOUND"):
        report.require_passed()


@pytest.mark.parametrize("covers", ["PARTIAL", "partial", Scope.PARTIAL, Scope.NONE])
def test_require_passed_insists_on_coverage(scene: Scene, covers: Scope | str) -> None:
    """A signature over a part is refused unless the caller says otherwise."""
    report = scene.judge(scene.cades())
    part = replace(report.signatures[0], coverage=Scope.PARTIAL)
    partial = replace(report, signatures=(part,))
    with pytest.raises(SignatureRejectedError, match="PARTIAL"):
        partial.require_passed()
    partial.require_passed(covers=covers)


def test_an_unknown_coverage_is_the_callers_mistake(scene: Scene) -> None:
    """A misspelt extent is an error, not a weaker check."""
    with pytest.raises(UsageError, match="covers="):
        scene.judge(scene.cades()).require_passed(covers="half")
    with pytest.raises(UsageError, match="covers="):
        scene.judge(scene.cades()).require_passed(covers=None)  # never "nothing is asked"


def test_the_report_names_what_it_was_judged_under(scene: Scene) -> None:
    """Moment, trust snapshot, policy and suite stand in every report."""
    report = scene.judge(scene.cades())
    assert report.at == scene.pki.now
    assert report.trust_hash == scene.pki.trust.hash
    assert report.anchors == 3
    assert report.policy == "esign default"
    assert report.suite_date.year >= 2026


def test_reports_and_rejections_travel_between_processes(scene: Scene) -> None:
    """A report and the error that carries it survive pickling."""
    report = scene.judge(scene.cades(tsa="tsa"), trust=TrustStore.empty())
    assert pickle.loads(pickle.dumps(report)) == report
    with pytest.raises(SignatureRejectedError) as caught:
        report.require_passed()
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.report == report
    assert str(again) == str(caught.value)
