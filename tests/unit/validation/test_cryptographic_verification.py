"""Cryptographic verification: found, intact, signed (EN 319 102-1 §5.2.7)."""

from __future__ import annotations

from esign.pki.trust import TrustStore
from esign.terms import (
    Scope,
)
from tests.support.scenes import (
    CONTENT,
    Scene,
    flipped,
    outcome,
)


def test_hash_failure(scene: Scene) -> None:
    """One octet of the content changed is HASH_FAILURE, and the value still is intact."""
    octets = scene.octets()
    changed = octets.replace(CONTENT, CONTENT[:-1] + b"!")
    report = scene.first(scene.parse(changed))
    assert outcome(report) == "TOTAL_FAILED/HASH_FAILURE"
    assert report.signature_intact
    assert report.coverage is Scope.NONE
    assert outcome(scene.first(scene.parse(octets))) == "TOTAL_PASSED"


def test_signature_value_failure(scene: Scene) -> None:
    """One bit of the value changed is SIG_CRYPTO_FAILURE, and the reference is intact."""
    report = scene.first(scene.cades(value=flipped))
    assert outcome(report) == "TOTAL_FAILED/SIG_CRYPTO_FAILURE"
    assert not report.signature_intact
    assert report.references[0].intact


def test_hash_failure_outranks_missing_trust(scene: Scene) -> None:
    """A changed content is TOTAL_FAILED even where nobody is trusted."""
    changed = scene.octets().replace(CONTENT, CONTENT[:-1] + b"!")
    report = scene.first(scene.parse(changed), trust=TrustStore.empty())
    assert outcome(report) == "TOTAL_FAILED/HASH_FAILURE"


def test_signed_data_not_found(scene: Scene) -> None:
    """A detached signature without its content; with it, it passes; with another, it fails."""
    octets = scene.octets(attached=False)
    report = scene.first(scene.parse(octets))
    assert outcome(report) == "INDETERMINATE/SIGNED_DATA_NOT_FOUND"
    assert report.signature_intact
    assert outcome(scene.first(scene.parse(octets, detached=[CONTENT]))) == "TOTAL_PASSED"
    other = scene.parse(octets, detached=[b"something else"])
    assert outcome(scene.first(other)) == "TOTAL_FAILED/HASH_FAILURE"
