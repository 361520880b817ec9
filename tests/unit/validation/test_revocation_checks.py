"""Revocation of each certificate of a path (EN 319 102-1 §5.2.6.4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from esign.ades.evidence import Evidence
from esign.terms import (
    CertificateRole,
)
from esign.validation.policy import Policy
from tests.support.scenes import (
    Scene,
    outcome,
)

DAY = timedelta(days=1)


def test_revoked_authority(scene: Scene) -> None:
    """A revoked authority is REVOKED_CA_NO_POE; a time-stamp from before clears it."""
    parsed = scene.cades("citizen-under-revoked")
    assert outcome(scene.first(parsed)) == "INDETERMINATE/REVOKED_CA_NO_POE"
    early = scene.cades("citizen-under-revoked", tsa="tsa", time=scene.pki.signing_time - 60 * DAY)
    assert outcome(scene.first(early)) == "TOTAL_PASSED"


def test_no_revocation_data(scene: Scene) -> None:
    """Without revocation data nothing passes, but for a policy with Unsafe in its name."""
    parsed = scene.cades()
    report = scene.first(parsed, evidence=Evidence())
    assert outcome(report) == "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"
    assert {reason.role for reason in report.reasons} == {
        CertificateRole.SIGNER,
        CertificateRole.CA,
    }
    unsafe = Policy.unsafe_without_revocation()
    report = scene.judge(parsed, evidence=Evidence(), policy=unsafe)
    assert outcome(report.signatures[0]) == "TOTAL_PASSED"
    assert "no revocation data" in str(report.warnings[0])


def test_unsafe_policy_still_sees_a_revocation(scene: Scene) -> None:
    """Even a policy that asks no revocation data does not close its eyes to what is there."""
    unsafe = Policy.unsafe_without_revocation()
    report = scene.first(scene.cades("citizen-revoked"), policy=unsafe)
    assert outcome(report) == "INDETERMINATE/REVOKED_NO_POE"


@pytest.mark.parametrize(
    "name",
    [
        "issuing-signed-by-stranger",
        "issuing-only-authorities",
        "issuing-other-shard",
        "issuing-some-reasons",
        "issuing-unknown-critical",
        "issuing-of-the-future",
    ],
)
def test_lists_that_are_no_evidence(scene: Scene, name: str) -> None:
    """A list that does not speak of the certificate never shows it good."""
    evidence = scene.pki.evidence(crls=("root", name))
    report = scene.first(scene.cades(), evidence=evidence)
    assert outcome(report) == "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"
    for sound in ("issuing", "issuing-only-users"):
        good = scene.pki.evidence(crls=("root", sound))
        assert outcome(scene.first(scene.cades(), evidence=good)) == "TOTAL_PASSED"


def test_on_hold(scene: Scene) -> None:
    """A suspended certificate is TRY_LATER; a time-stamp from before the suspension passes."""
    assert outcome(scene.first(scene.cades("citizen-on-hold"))) == "INDETERMINATE/TRY_LATER"
    early = scene.cades("citizen-on-hold", tsa="tsa", time=scene.pki.signing_time - 20 * DAY)
    assert outcome(scene.first(early)) == "TOTAL_PASSED"


def test_expired_responder(scene: Scene) -> None:
    """A responder that expired since needs a proof of existence; a valid one passes."""
    for until, expected in (
        (scene.pki.now - DAY / 2, "INDETERMINATE/REVOCATION_OUT_OF_BOUNDS_NO_POE"),
        (scene.pki.now + DAY, "TOTAL_PASSED"),
    ):
        responder = scene.variant("responder", "ocsp", not_after=until)
        answer = scene.ocsp("citizen", responder=responder)
        evidence = Evidence(crls=(scene.pki.crl("root"),), ocsp_responses=(answer,))
        assert outcome(scene.first(scene.cades(), evidence=evidence)) == expected


@pytest.mark.parametrize(
    "name",
    [
        "citizen-responder-without-eku",
        "citizen-responder-of-other-issuer",
        "citizen-signed-by-stranger",
        "citizen-unknown",
        "citizen-of-the-future",
    ],
)
def test_answers_that_are_no_evidence(scene: Scene, name: str) -> None:
    """An answer by somebody not appointed never shows a certificate good."""
    evidence = scene.pki.evidence(crls=("root",), ocsp=(name,))
    signer = "citizen-unknown-to-ocsp" if name == "citizen-unknown" else "citizen"
    report = scene.first(scene.cades(signer), evidence=evidence)
    assert outcome(report) == "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"


@pytest.mark.parametrize("name", ["citizen", "citizen-by-issuer", "citizen-sha256-id"])
def test_answers_that_are_evidence(scene: Scene, name: str) -> None:
    """The issuer's own answer and that of its appointed responder are evidence."""
    evidence = scene.pki.evidence(crls=("root",), ocsp=(name,))
    assert outcome(scene.first(scene.cades(), evidence=evidence)) == "TOTAL_PASSED"


def test_responder_without_no_check_needs_a_status(scene: Scene) -> None:
    """A responder that is not exempt is judged itself, and passes with a list of its own."""
    responder = scene.variant("responder-checked", "ocsp", ocsp_no_check=False)
    answer = scene.ocsp("citizen", responder=responder)
    root = scene.pki.crl("root")
    bare = Evidence(crls=(root,), ocsp_responses=(answer,))
    found = outcome(scene.first(scene.cades(), evidence=bare))
    assert found == "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"
    whole = Evidence(crls=(root, scene.pki.crl("issuing")), ocsp_responses=(answer,))
    assert outcome(scene.first(scene.cades(), evidence=whole)) == "TOTAL_PASSED"


def test_responder_whose_status_is_stale(scene: Scene) -> None:
    """A responder shown good by old data only cannot vouch for others today."""
    responder = scene.variant("responder-checked", "ocsp", ocsp_no_check=False)
    answer = scene.ocsp("citizen", responder=responder)
    root, stale = scene.pki.crl("root"), scene.pki.crl("issuing-stale")
    evidence = Evidence(crls=(root, stale), ocsp_responses=(answer,))
    report = scene.first(scene.cades(), evidence=evidence)
    assert not report.passed
