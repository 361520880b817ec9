"""The basic process and what content time-stamps prove (EN 319 102-1 §5.3)."""

from __future__ import annotations

from datetime import timedelta

from esign.cms import oids
from esign.crypto.algorithms import digest_by_name
from tests.support.scenes import (
    CONTENT,
    Scene,
    attribute,
    outcome,
    sha256,
    with_attribute,
)

DAY = timedelta(days=1)


def expired(scene: Scene) -> str:
    """Issue a certificate that ended before the sound evidence was made; return its name."""
    return scene.variant("citizen-old", "citizen", not_after=scene.pki.now - 3.5 * DAY)


def content_stamp(scene: Scene, time, tsa: str = "tsa") -> bytes:
    """Return a content-time-stamp attribute over the usual content."""
    token = scene.token(sha256(CONTENT), digest_by_name("SHA256"), time=time, tsa=tsa)
    return attribute(oids.CONTENT_TIMESTAMP, token)


def test_revoked_by_content_time_stamp(scene: Scene) -> None:
    """Content time-stamped after the revocation is REVOKED; before it, unproven."""
    later = with_attribute(content_stamp(scene, scene.pki.signing_time))
    report = scene.first(scene.cades("citizen-revoked", attributes=later))
    assert outcome(report) == "TOTAL_FAILED/REVOKED"
    earlier = with_attribute(content_stamp(scene, scene.pki.signing_time - 20 * DAY))
    report = scene.first(scene.cades("citizen-revoked", attributes=earlier))
    assert outcome(report) == "INDETERMINATE/REVOKED_NO_POE"


def test_expired_by_content_time_stamp(scene: Scene) -> None:
    """Content time-stamped after the certificate's end is EXPIRED; before it, unproven."""
    after = scene.pki.signing_time + 3 * DAY
    later = with_attribute(content_stamp(scene, after))
    report = scene.first(scene.cades(expired(scene), attributes=later))
    assert outcome(report) == "TOTAL_FAILED/EXPIRED"
    earlier = with_attribute(content_stamp(scene, scene.pki.signing_time))
    report = scene.first(scene.cades(expired(scene), attributes=earlier))
    assert outcome(report) == "INDETERMINATE/OUT_OF_BOUNDS_NO_POE"
