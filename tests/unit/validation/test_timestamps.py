"""What a time-stamp is worth (EN 319 102-1 §5.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from esign.crypto.algorithms import digest_by_name
from esign.limits import Budget
from esign.messages import Message
from esign.terms import (
    BlockStatus,
    SignatureLevel,
    SubIndication,
    TimestampKind,
)
from esign.tsa.token import parse_token
from esign.validation.policy import Policy
from esign.validation.process import validate_timestamp
from tests.support.facts import Exchanged, exchanged
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


def with_stamp(scene: Scene, **changes):
    """Return a stamped signature whose time-stamp has facts exchanged."""
    parsed = scene.cades(tsa="tsa")
    (stamp,) = parsed.signatures[0].timestamps
    imprint = replace(stamp.imprint, **changes.pop("imprint", {}))
    return exchanged(parsed, timestamps=(replace(stamp, imprint=imprint, **changes),))


def test_an_unreadable_token(scene: Scene) -> None:
    """Octets that are no token are FORMAT_FAILURE, with or without a stated problem."""
    for problem in (Message("Cut short."), None):
        report = scene.first(with_stamp(scene, token=None, problem=problem))
        (timestamp,) = report.timestamps
        assert timestamp.sub_indication is SubIndication.FORMAT_FAILURE
        assert timestamp.time is None
        assert timestamp.authority is None
        assert report.level is SignatureLevel.B


def test_an_imprint_that_cannot_be_computed(scene: Scene) -> None:
    """Covered octets that are not at hand, or an unknown digest, prove nothing."""
    for imprint, expected in (
        ({"found": False, "intact": False}, SubIndication.SIGNED_DATA_NOT_FOUND),
        (
            {"intact": False, "digest_algorithm": None},
            SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
        ),
    ):
        report = scene.first(with_stamp(scene, imprint=imprint))
        assert report.timestamps[0].sub_indication is expected
        assert report.proven_time is None


def test_a_weak_imprint(scene: Scene) -> None:
    """A token over a SHA-1 imprint is not accepted today."""
    report = scene.first(scene.parse(scene.stamped(scene.octets(), digest="SHA1")))
    found = report.timestamps[0].sub_indication
    assert found is SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
    assert report.level is SignatureLevel.B


def test_document_time_stamps_prove_what_they_cover(scene: Scene) -> None:
    """A time-stamp of the document proves the signatures it names, and no others."""
    stamped = scene.cades(tsa="tsa")
    signature = stamped.signatures[0]
    (stamp,) = signature.timestamps
    kind = TimestampKind.DOCUMENT_TIMESTAMP
    plain = exchanged(stamped, timestamps=())
    for covered, level in (((signature.id,), SignatureLevel.T), ((), SignatureLevel.B)):
        outer = replace(stamp, kind=kind, covered=covered)
        report = scene.judge(replace(plain, timestamps=(outer,)))
        assert report.signatures[0].level is level
        assert report.timestamps[0].passed


def test_archive_time_stamps_prove_nothing_yet(scene: Scene) -> None:
    """Kinds that only past validation uses are judged and reported, and not used."""
    report = scene.first(with_stamp(scene, kind=TimestampKind.ARCHIVE_TIMESTAMP))
    assert report.timestamps[0].passed
    assert report.proven_time is None
    assert report.level is SignatureLevel.B


def test_an_unknown_imprint_algorithm_has_no_end(scene: Scene) -> None:
    """A token alone under an unknown imprint digest is judged for the rest of it."""
    token = parse_token(scene.token(sha256(b"value"), digest_by_name("SHA256")))
    report = validate_timestamp(
        Exchanged(token, imprint_algorithm=None),
        None,
        scene.pki.evidence(),
        trust=scene.pki.trust,
        policy=Policy(),
        at=scene.pki.now,
        budget=Budget(),
    )
    assert report.passed
    assert report.imprint is None
