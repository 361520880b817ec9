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
HOUR = timedelta(hours=1)


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


def test_one_kind_of_data_makes_up_for_the_other(scene: Scene) -> None:
    """Where the newest answer is of no use, an older list that still is fresh counts."""
    late = scene.variant("responder-late", "ocsp", not_after=scene.pki.now - HOUR)
    unchecked = scene.variant("responder-unknown", "ocsp", ocsp_no_check=False)
    answers = (
        scene.ocsp("citizen", this_update=scene.pki.now - 2 * HOUR, next_update=False),
        scene.ocsp("citizen", this_update=scene.pki.now - 3 * HOUR, responder=late),
        scene.ocsp("citizen", responder=unchecked),
    )
    lists = (scene.pki.crl("root"), scene.pki.crl("issuing"))
    for answer in answers:
        alone = Evidence(crls=lists[:1], ocsp_responses=(answer,))
        assert not scene.first(scene.cades(), evidence=alone).passed
        both = Evidence(crls=lists, ocsp_responses=(answer,))
        assert outcome(scene.first(scene.cades(), evidence=both)) == "TOTAL_PASSED"


def test_a_revocation_is_never_passed_over(scene: Scene) -> None:
    """A list that shows the certificate good does not silence an answer that it is revoked."""
    late = scene.variant("responder-late", "ocsp", not_after=scene.pki.now - HOUR)
    revoked = scene.ocsp(
        "citizen",
        responder=late,
        status="revoked",
        revoked_at=scene.pki.signing_time,
        reason="keyCompromise",
    )
    crls = (scene.pki.crl("root"), scene.pki.crl("issuing"))
    report = scene.first(scene.cades(), evidence=Evidence(crls=crls, ocsp_responses=(revoked,)))
    assert outcome(report) == "INDETERMINATE/REVOKED_NO_POE"


def test_responders_that_vouch_for_each_other(scene: Scene) -> None:
    """Two responders that show each other good prove nothing; the issuer's list does."""
    first = scene.variant("responder-a", "ocsp", ocsp_no_check=False)
    second = scene.variant("responder-b", "ocsp", ocsp_no_check=False)
    fresh = {"this_update": scene.pki.now - HOUR, "produced_at": scene.pki.now - HOUR}
    answers = (
        scene.ocsp("citizen", responder=first, **fresh),
        scene.ocsp(first, responder=second, **fresh),
        scene.ocsp(second, responder=first, **fresh),
    )
    root, issuing = scene.pki.crl("root"), scene.pki.crl("issuing")
    alone = Evidence(crls=(root,), ocsp_responses=answers)
    assert not scene.first(scene.cades(), evidence=alone).passed
    whole = Evidence(crls=(root, issuing), ocsp_responses=answers)
    assert outcome(scene.first(scene.cades(), evidence=whole)) == "TOTAL_PASSED"


def test_only_responders_are_exempt_by_no_check(scene: Scene) -> None:
    """ocsp-nocheck in a signer's certificate frees nobody from being checked."""
    name = scene.variant("citizen-no-check", "citizen", ocsp_no_check=True)
    report = scene.first(scene.cades(name), evidence=Evidence(crls=(scene.pki.crl("root"),)))
    assert outcome(report) == "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"
    both = {"ocsp_no_check": True, "extended_key_usage": ["OCSPSigning", "emailProtection"]}
    name = scene.variant("citizen-responder", "citizen", **both)
    report = scene.first(scene.cades(name), evidence=Evidence(crls=(scene.pki.crl("root"),)))
    assert outcome(report) == "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE"


def test_an_exempt_certificate_that_was_revoked_all_the_same(scene: Scene) -> None:
    """Nobody need ask about a short-term certificate; a list that names it is believed."""
    name = scene.variant("citizen-short", "citizen", validity_assured=True)
    root = scene.pki.crl("root")
    time = scene.pki.signing_time
    for revoked, expected in (
        ([], "TOTAL_PASSED"),
        ([(name, time, "keyCompromise")], "INDETERMINATE/REVOKED_NO_POE"),
    ):
        evidence = Evidence(crls=(root, scene.crl("issuing", revoked=revoked)))
        assert outcome(scene.first(scene.cades(name), evidence=evidence)) == expected
    assert (
        outcome(scene.first(scene.cades(name), evidence=Evidence(crls=(root,)))) == "TOTAL_PASSED"
    )


def test_revocation_data_with_a_weak_signature(scene: Scene) -> None:
    """A list that a 1024-bit key signed is not believed today."""
    weak = scene.variant("issuing-weak", "issuing", key="citizen-rsa1024")
    name = scene.variant("citizen-weak-issuer", "citizen", issuer=weak)
    evidence = Evidence(
        certificates=(scene.certificate(weak),), crls=(scene.crl(weak), scene.pki.crl("root"))
    )
    report = scene.first(scene.cades(name), evidence=evidence)
    assert outcome(report) == "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    failed = {check.name for check in report.checks if check.stops}
    assert failed == {"revocation-algorithms", "chain-algorithms"}


def _lifted(scene: Scene, *, name: str = "citizen", removal: bool = True) -> Evidence:
    """A complete list that holds a certificate, and a delta list that takes it back, or not."""
    now = scene.pki.now
    base = scene.crl(
        "issuing",
        revoked=[(name, now - 9 * DAY, "certificateHold")],
        number=10,
        this_update=now - 8 * DAY,
        next_update=now - DAY,
    )
    delta = scene.crl(
        "issuing",
        revoked=[(name, now - 5 * DAY, "removeFromCRL")] if removal else [],
        number=11,
        base_number=10,
    )
    others = scene.pki.evidence(crls=("root", "tsa-root"))
    return others.merged(Evidence(crls=(base, delta)))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (10, "TOTAL_PASSED"),
        (9, "INDETERMINATE/REVOKED_NO_POE"),
        (7, "INDETERMINATE/REVOKED_NO_POE"),
        (5.1, "INDETERMINATE/REVOKED_NO_POE"),
        (5, "TOTAL_PASSED"),
        (1, "TOTAL_PASSED"),
    ],
)
def test_a_suspension_is_a_span(scene: Scene, days: float, expected: str) -> None:
    """Lifted by a delta list: time-stamped before and after it passes, within it does not."""
    stamped = scene.cades(tsa="tsa", time=scene.pki.now - days * DAY)
    report = scene.first(stamped, evidence=_lifted(scene))
    assert outcome(report) == expected
    assert any("was suspended from" in str(check.message) for check in report.checks)
    never = scene.pki.evidence()
    assert outcome(scene.first(stamped, evidence=never)) == "TOTAL_PASSED"


def test_a_suspension_that_lasts(scene: Scene) -> None:
    """The same delta list without the release: only what was stamped before it passes."""
    evidence = _lifted(scene, removal=False)
    for days, expected in ((10, "TOTAL_PASSED"), (7, "INDETERMINATE/TRY_LATER")):
        stamped = scene.cades(tsa="tsa", time=scene.pki.now - days * DAY)
        assert outcome(scene.first(stamped, evidence=evidence)) == expected


def test_a_lifted_suspension_leaves_the_unstamped_alone(scene: Scene) -> None:
    """Without a time-stamp the moment judged for counts, and the certificate is good then."""
    assert outcome(scene.first(scene.cades(), evidence=_lifted(scene))) == "TOTAL_PASSED"
