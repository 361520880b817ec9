"""What a time-stamp is worth (EN 319 102-1 §5.4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from esign.crypto.algorithms import digest_by_name
from esign.limits import Budget
from esign.terms import (
    BlockStatus,
    SignatureLevel,
    SubIndication,
    TimestampKind,
)
from esign.tsa.token import parse_token
from esign.validation.policy import Policy
from esign.validation.process import validate_timestamp
from tests.support.scenes import (
    Scene,
    outcome,
    sha256,
)

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("tsa", "expected"),
    [
        ("tsa-without-eku", SubIndication.CHAIN_CONSTRAINTS_FAILURE),
        ("tsa-eku-not-critical", SubIndication.CHAIN_CONSTRAINTS_FAILURE),
        ("tsa-eku-not-alone", SubIndication.CHAIN_CONSTRAINTS_FAILURE),
        ("tsa-wrong-eku", SubIndication.CHAIN_CONSTRAINTS_FAILURE),
        ("tsa-expired", SubIndication.OUT_OF_BOUNDS_NO_POE),
        ("tsa-revoked", SubIndication.REVOKED_NO_POE),
        ("tsa-under-signer-root", SubIndication.NO_CERTIFICATE_CHAIN_FOUND),
    ],
)
def test_bad_authorities_prove_nothing(scene: Scene, tsa: str, expected: SubIndication) -> None:
    """A token of an unfit authority is ignored, named, and leaves the level at B."""
    report = scene.first(scene.cades(tsa=tsa))
    assert outcome(report) == "TOTAL_PASSED"
    assert report.level is SignatureLevel.B
    assert report.proven_time is None
    assert report.timestamps[0].sub_indication is expected
    assert "proves nothing" in str(report.warnings[0])


def test_copied_time_stamp(scene: Scene) -> None:
    """A token over another signature's value has a bad imprint and proves nothing."""
    octets = scene.octets()
    stamped = scene.stamped(octets, imprint=sha256(b"another signature's value"))
    report = scene.first(scene.parse(stamped))
    (timestamp,) = report.timestamps
    assert not timestamp.imprint_intact
    assert timestamp.signature_intact
    assert (timestamp.indication, timestamp.sub_indication) == (
        BlockStatus.FAILED,
        SubIndication.HASH_FAILURE,
    )
    assert report.level is SignatureLevel.B


def test_time_stamp_from_the_future(scene: Scene) -> None:
    """A token later than the time judged for did not exist then; a little skew is allowed."""
    now = scene.pki.now
    late = scene.first(scene.cades(tsa="tsa", time=now + HOUR))
    assert late.timestamps[0].sub_indication is SubIndication.SIG_CONSTRAINTS_FAILURE
    assert late.proven_time is None
    skewed = scene.first(scene.cades(tsa="tsa", time=now + timedelta(minutes=1)))
    assert skewed.timestamps[0].passed


def test_a_token_alone(scene: Scene) -> None:
    """A token is judged before it is built in; an unfit authority does not pass."""
    digest = digest_by_name("SHA256")
    for tsa, passes in (("tsa", True), ("tsa-p256", True), ("tsa-eku-not-alone", False)):
        token = parse_token(scene.token(sha256(b"value"), digest, tsa=tsa))
        report = validate_timestamp(
            token,
            None,
            scene.pki.evidence(),
            trust=scene.pki.trust,
            policy=Policy(),
            at=scene.pki.now,
            budget=Budget(),
        )
        assert report.passed is passes
        assert report.kind is TimestampKind.SIGNATURE_TIMESTAMP
        assert not report.imprint_intact


def test_authority_name_is_compared(scene: Scene) -> None:
    """A token that names another authority than its certificate is warned of."""
    digest = digest_by_name("SHA256")
    name = scene.certificate("citizen").subject.der
    from esign.asn1 import writer

    token = parse_token(
        scene.token(sha256(b"value"), digest, authority_name=writer.explicit(4, name))
    )
    report = validate_timestamp(
        token,
        None,
        scene.pki.evidence(),
        trust=scene.pki.trust,
        policy=Policy(),
        at=scene.pki.now,
        budget=Budget(),
    )
    assert report.passed
    assert "another authority" in str(report.warnings[0])
