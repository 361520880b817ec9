"""Signature acceptance: rules on properties (EN 319 102-1 §5.2.8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from esign.cms import oids
from esign.crypto.algorithms import digest_by_name
from esign.validation.policy import Policy
from tests.support.facts import exchanged
from tests.support.scenes import (
    Scene,
    attribute,
    flipped,
    outcome,
    with_attribute,
    without_attribute,
)

DAY = timedelta(days=1)


def test_missing_certificate_reference(scene: Scene) -> None:
    """Without a signed certificate reference it is not AdES and does not pass by default."""
    parsed = scene.cades(attributes=without_attribute(oids.SIGNING_CERTIFICATE_V2))
    report = scene.first(parsed)
    assert outcome(report) == "INDETERMINATE/SIG_CONSTRAINTS_FAILURE"
    assert report.level is None
    lax = Policy(unsafe_without_signing_certificate_reference=True)
    assert outcome(scene.first(parsed, policy=lax)) == "TOTAL_PASSED"


def test_missing_signing_time(scene: Scene) -> None:
    """Without signing-time it does not pass, unless the policy does not ask for one."""
    parsed = scene.cades(attributes=without_attribute(oids.SIGNING_TIME))
    assert outcome(scene.first(parsed)) == "INDETERMINATE/SIG_CONSTRAINTS_FAILURE"
    report = scene.first(parsed, policy=Policy(require_signing_time=False))
    assert outcome(report) == "TOTAL_PASSED"


def test_signing_time_outside_validity(scene: Scene) -> None:
    """A claimed time before the certificate existed breaks a rule; inside it passes."""
    parsed = scene.cades(signing_time=scene.pki.now - 1000 * DAY)
    assert outcome(scene.first(parsed)) == "INDETERMINATE/SIG_CONSTRAINTS_FAILURE"
    lax = Policy(signing_time_within_validity=False)
    assert outcome(scene.first(parsed, policy=lax)) == "TOTAL_PASSED"


def test_signing_time_in_the_future_is_told(scene: Scene) -> None:
    """A claimed time after the time judged for is a warning and no more."""
    report = scene.first(scene.cades(signing_time=scene.pki.now + DAY))
    assert outcome(report) == "TOTAL_PASSED"
    assert "future" in str(report.warnings[0])


def test_repeated_attribute(scene: Scene) -> None:
    """A signing-time twice breaks a rule of the form; once it passes."""
    time = attribute(oids.SIGNING_TIME, b"\x17\x0d260610093000Z")
    report = scene.first(scene.cades(attributes=with_attribute(time)))
    assert outcome(report) == "INDETERMINATE/SIG_CONSTRAINTS_FAILURE"


def test_weak_digest_of_the_certificate_reference(scene: Scene) -> None:
    """A SHA-1 reference is a warning by default, and fails where the policy is strict."""
    parsed = scene.cades()
    claim = parsed.signatures[0].signer
    sha1 = digest_by_name("SHA1")
    reference = replace(
        claim.references[0],
        digest_algorithm=sha1,
        digest=sha1.digest(scene.certificate("citizen").der),
    )
    given = exchanged(parsed, signer=replace(claim, references=(reference,)))
    report = scene.first(given)
    assert outcome(report) == "TOTAL_PASSED"
    assert "weak digest SHA1" in str(report.warnings[0])
    strict = Policy(strict_reference_digest=True)
    assert outcome(scene.first(given, policy=strict)) == "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE"


def test_counter_signatures_speak_for_themselves(scene: Scene) -> None:
    """A bad counter-signature is reported and warned of; the signature stays what it is."""
    inner = scene.cades(value=flipped).signatures[0]
    outer = exchanged(scene.cades(), counter_signatures=(inner,))
    report = scene.first(outer)
    assert outcome(report) == "TOTAL_PASSED"
    assert outcome(report.counter_signatures[0]) == "TOTAL_FAILED/SIG_CRYPTO_FAILURE"
    assert "counter-signature did not pass" in str(report.warnings[0])
    untimed = scene.cades(attributes=without_attribute(oids.SIGNING_TIME)).signatures[0]
    outer = exchanged(scene.cades(), counter_signatures=(untimed,))
    report = scene.first(outer)
    assert outcome(report.counter_signatures[0]) == "TOTAL_PASSED"
    assert report.warnings == ()
