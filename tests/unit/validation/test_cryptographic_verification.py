"""Cryptographic verification: found, intact, signed (EN 319 102-1 §5.2.7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esign.ades.signature import Reference, SigningCertificateClaim
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.trust import TrustStore
from esign.terms import (
    ReferenceKind,
    Scope,
)
from tests.support.facts import exchanged
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


def content(scene: Scene, **changes: object) -> Reference:
    """Return the reference to the content of a sound signature, but for the changes."""
    return replace(scene.cades().signatures[0].references()[0], **changes)


def test_an_ambiguous_name(scene: Scene) -> None:
    """Two objects under one name: nobody can tell which was signed."""
    twice = content(scene, found=False, intact=False, ambiguous=True, problem=Message("Twice."))
    report = scene.first(exchanged(scene.cades(), references=(twice,)))
    assert outcome(report) == "INDETERMINATE/SIGNED_DATA_NOT_FOUND"
    assert "Twice." in str(report.reasons[0].message)


@pytest.mark.parametrize(
    "kinds", [(), (ReferenceKind.SIGNED_PROPERTIES,), (ReferenceKind.KEY_INFO,)]
)
def test_a_signature_over_nothing(scene: Scene, kinds: tuple[ReferenceKind, ...]) -> None:
    """A signature that covers only its own properties covers no data and does not pass."""
    references = tuple(content(scene, kind=kind) for kind in kinds)
    report = scene.first(exchanged(scene.cades(), references=references))
    assert outcome(report) == "INDETERMINATE/SIGNED_DATA_NOT_FOUND"


def test_an_unknown_digest_is_no_proof_of_change(scene: Scene) -> None:
    """What cannot be computed is INDETERMINATE, not a hash failure."""
    unknown = content(scene, intact=False, digest_algorithm=None)
    report = scene.first(exchanged(scene.cades(), references=(unknown,)))
    assert outcome(report) == "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE"


def test_an_unknown_signature_algorithm_is_no_proof_of_forgery(scene: Scene) -> None:
    """A value nobody here can check is INDETERMINATE, and not called intact."""
    given = exchanged(scene.cades(), algorithm=None, algorithm_name="1.2.3.4", value_verifies=False)
    report = scene.first(given)
    assert outcome(report) == "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    assert "1.2.3.4" in str(report.reasons[0].message)
    assert not report.signature_intact


@pytest.mark.parametrize(
    ("found", "intact", "expected"),
    [
        (True, True, "TOTAL_PASSED"),
        (True, False, "TOTAL_FAILED/HASH_FAILURE"),
        (False, False, "INDETERMINATE/SIGNED_DATA_NOT_FOUND"),
    ],
)
def test_manifest_entries_count(scene: Scene, found: bool, intact: bool, expected: str) -> None:
    """An entry of a signed manifest that is missing or changed is not passed over."""
    entry = content(
        scene, kind=ReferenceKind.MANIFEST_ENTRY, found=found, intact=intact, name="annex.pdf"
    )
    manifest = content(scene, kind=ReferenceKind.MANIFEST, entries=(content(scene), entry))
    report = scene.first(exchanged(scene.cades(), references=(manifest,)))
    assert outcome(report) == expected


def test_what_is_missing_comes_before_what_has_changed(scene: Scene) -> None:
    """The standard's order: not found, then not intact; both are told."""
    missing = content(scene, found=False, intact=False, name="a")
    changed = content(scene, intact=False, name="b", problem=Message("Read as text."))
    report = scene.first(exchanged(scene.cades(), references=(changed, missing)))
    assert outcome(report) == "INDETERMINATE/SIGNED_DATA_NOT_FOUND"
    assert len(report.reasons) == 2


def test_an_unknown_kind_of_key_is_no_proof_of_forgery(scene: Scene) -> None:
    """A certificate whose key nobody here can use leaves the value unchecked, not broken."""
    rsa, unknown = bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a864886f70d01017f")
    der = scene.certificate("citizen").der
    strange = Certificate.from_der(der.replace(rsa, unknown))
    claim = SigningCertificateClaim(candidates=(strange,))
    report = scene.first(exchanged(scene.cades(), signer=claim))
    assert outcome(report) == "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    assert not report.signature_intact
