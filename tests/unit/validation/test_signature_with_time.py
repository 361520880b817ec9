"""What time-stamps clear, and what they do not (EN 319 102-1 §5.5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from esign.ades.evidence import Evidence
from esign.cms import oids
from esign.crypto.algorithms import digest_by_name
from esign.validation.policy import Policy
from tests.support.scenes import (
    CONTENT,
    Scene,
    attribute,
    outcome,
    sha256,
    with_attribute,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def expired(scene: Scene) -> str:
    """Issue a certificate that ended before the sound evidence was made; return its name."""
    return scene.variant("citizen-old", "citizen", not_after=scene.pki.now - 3.5 * DAY)


def content_stamp(scene: Scene, time, tsa: str = "tsa") -> bytes:
    """Return a content-time-stamp attribute over the usual content."""
    token = scene.token(sha256(CONTENT), digest_by_name("SHA256"), time=time, tsa=tsa)
    return attribute(oids.CONTENT_TIMESTAMP, token)


def test_not_yet_valid(scene: Scene) -> None:
    """A time-stamp older than the certificate is NOT_YET_VALID; a younger one passes."""
    early, fit = scene.pki.now - 400 * DAY, scene.pki.now - DAY
    start = scene.pki.now - 300 * DAY
    name = scene.variant("citizen-young", "citizen", not_before=start)
    report = scene.first(scene.cades(name, tsa="tsa", time=early))
    assert outcome(report) == "TOTAL_FAILED/NOT_YET_VALID"
    assert outcome(scene.first(scene.cades(name, tsa="tsa", time=fit))) == "TOTAL_PASSED"


def test_not_yet_valid_at_the_time_judged_for(scene: Scene) -> None:
    """A certificate of the future is NOT_YET_VALID today and passes when its time has come."""
    start = scene.pki.now + DAY
    name = scene.variant("citizen-future", "citizen", not_before=start)
    assert outcome(scene.first(scene.cades(name))) == "TOTAL_FAILED/NOT_YET_VALID"
    issuing = scene.crl("issuing", this_update=start, next_update=start + DAY)
    evidence = Evidence(crls=(issuing, scene.pki.crl("root")))
    parsed = scene.cades(name, signing_time=start)
    assert outcome(scene.first(parsed, evidence=evidence, at=start + HOUR)) == "TOTAL_PASSED"


def test_delay_of_the_time_stamp(scene: Scene) -> None:
    """A limit on the delay between claimed and proven time is kept where one is set."""
    parsed = scene.cades(tsa="tsa", time=scene.pki.signing_time + 2 * HOUR)
    strict = Policy(maximum_timestamp_delay=HOUR)
    assert outcome(scene.first(parsed, policy=strict)) == "INDETERMINATE/SIG_CONSTRAINTS_FAILURE"
    enough = Policy(maximum_timestamp_delay=3 * HOUR)
    assert outcome(scene.first(parsed, policy=enough)) == "TOTAL_PASSED"


def test_outside_validity_but_not_revoked(scene: Scene) -> None:
    """Expired and known unrevoked; a time-stamp from before the end makes it pass."""
    lists = {"this_update": scene.pki.now - 4 * DAY, "next_update": scene.pki.now + 3 * DAY}
    evidence = Evidence(
        crls=(scene.crl("issuing", **lists), scene.pki.crl("root"), scene.pki.crl("tsa-root"))
    )
    report = scene.first(scene.cades(expired(scene)), evidence=evidence)
    assert outcome(report) == "INDETERMINATE/OUT_OF_BOUNDS_NOT_REVOKED"
    stamped = scene.cades(expired(scene), tsa="tsa")
    assert outcome(scene.first(stamped, evidence=evidence)) == "TOTAL_PASSED"


def test_outside_validity_with_stale_data(scene: Scene) -> None:
    """Expired, and the data was not fresh at the proven time: the time-stamp does not help."""
    lists = {"this_update": scene.pki.now - 20 * DAY, "next_update": scene.pki.now - 10 * DAY}
    evidence = Evidence(
        crls=(scene.crl("issuing", **lists), scene.pki.crl("root"), scene.pki.crl("tsa-root"))
    )
    stamped = scene.cades(expired(scene), tsa="tsa")
    assert outcome(scene.first(stamped, evidence=evidence)) == "INDETERMINATE/TRY_LATER"


def test_outside_validity_without_proof(scene: Scene) -> None:
    """Expired, and the list is younger than the end: it may have forgotten the certificate."""
    report = scene.first(scene.cades(expired(scene), tsa="tsa"))
    assert outcome(report) == "INDETERMINATE/OUT_OF_BOUNDS_NO_POE"


def test_revoked_without_proof(scene: Scene) -> None:
    """Revoked before any proven time; a time-stamp from before the revocation clears it."""
    report = scene.first(scene.cades("citizen-revoked"))
    assert outcome(report) == "INDETERMINATE/REVOKED_NO_POE"
    later = scene.pki.evidence(crls=("root", "issuing-revoked-later", "tsa-root"))
    stamped = scene.cades("citizen-revoked", tsa="tsa")
    assert outcome(scene.first(stamped, evidence=later)) == "TOTAL_PASSED"
    unstamped = scene.cades("citizen-revoked")
    assert outcome(scene.first(unstamped, evidence=later)) == "INDETERMINATE/REVOKED_NO_POE"


def test_revoked_at_the_very_moment(scene: Scene) -> None:
    """A time-stamp of the revocation's own second proves nothing."""
    at = scene.pki.signing_time
    crl = scene.crl("issuing", revoked=[("citizen", at, "keyCompromise")])
    evidence = Evidence(crls=(crl, scene.pki.crl("root"), scene.pki.crl("tsa-root")))
    stamped = scene.cades(tsa="tsa", time=at)
    assert outcome(scene.first(stamped, evidence=evidence)) == "INDETERMINATE/REVOKED_NO_POE"
    stamped = scene.cades(tsa="tsa", time=at - timedelta(seconds=1))
    assert outcome(scene.first(stamped, evidence=evidence)) == "TOTAL_PASSED"


def test_both_revoked_needs_a_proof_before_both(scene: Scene) -> None:
    """A cleared revocation of the signer leaves that of the authority standing."""
    time = scene.pki.signing_time
    issuing = scene.crl("issuing", revoked=[("citizen-under-revoked", time, None)])
    evidence = Evidence(crls=(issuing, scene.pki.crl("root"), scene.pki.crl("tsa-root")))
    stamped = scene.cades("citizen-under-revoked", tsa="tsa", time=time - DAY)
    assert outcome(scene.first(stamped, evidence=evidence)) == "INDETERMINATE/REVOKED_CA_NO_POE"


def test_time_stamps_out_of_order(scene: Scene) -> None:
    """A content time-stamp later than the one over the signature is out of order."""
    time = scene.pki.signing_time
    for content_time, expected in (
        (time + DAY, "INDETERMINATE/TIMESTAMP_ORDER_FAILURE"),
        (time - DAY, "TOTAL_PASSED"),
    ):
        stamp = with_attribute(content_stamp(scene, content_time))
        parsed = scene.cades(attributes=stamp, tsa="tsa", time=time)
        assert outcome(scene.first(parsed)) == expected


def test_bad_time_stamp_does_not_save_a_revoked_signer(scene: Scene) -> None:
    """Where only an unfit authority says it was earlier, the revocation stands."""
    later = scene.pki.evidence(crls=("root", "issuing-revoked-later", "tsa-root"))
    parsed = scene.cades("citizen-revoked", tsa="tsa-eku-not-alone")
    assert outcome(scene.first(parsed, evidence=later)) == "INDETERMINATE/REVOKED_NO_POE"


def test_earliest_of_several_counts(scene: Scene) -> None:
    """Of two time-stamps that pass the earlier is the best-signature-time."""
    time = scene.pki.signing_time
    octets = scene.stamped(scene.stamped(scene.octets(), time=time), time=time - HOUR)
    report = scene.first(scene.parse(octets))
    assert report.proven_time == time - HOUR


def test_a_claim_after_the_proof_is_told(scene: Scene) -> None:
    """A claimed time later than the time-stamp is wrong, and a warning says so."""
    time = scene.pki.signing_time
    for stamp, warns in ((time - HOUR, True), (time, False)):
        report = scene.first(scene.cades(tsa="tsa", time=stamp))
        assert outcome(report) == "TOTAL_PASSED"
        assert any("so it is wrong" in str(each) for each in report.warnings) is warns


def test_a_content_time_stamp_nobody_signed_dates_nothing(scene: Scene) -> None:
    """Anybody may add one unsigned, years later; it neither spoils the order nor ends a proof."""
    algorithm = digest_by_name("SHA256")
    token = scene.token(algorithm.digest(CONTENT), algorithm, time=scene.pki.now)
    late = attribute(oids.CONTENT_TIMESTAMP, token)
    signed = scene.octets(unsigned=[late])
    report = scene.first(scene.parse(scene.stamped(signed, time=scene.pki.signing_time)))
    assert outcome(report) == "TOTAL_PASSED"
    assert len(report.timestamps) == 1
    assert any("without being signed" in str(warning) for warning in report.warnings)


def test_a_claim_at_the_end_of_the_calendar_is_a_claim(scene: Scene) -> None:
    """A claimed year 9999 with a policy on delays gives a verdict."""
    late = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    parsed = scene.cades(signing_time=late, tsa="tsa", time=scene.pki.signing_time)
    policy = Policy(maximum_timestamp_delay=HOUR, signing_time_within_validity=False)
    report = scene.first(parsed, policy=policy)
    assert any("is later than the time-stamp" in str(warning) for warning in report.warnings)
