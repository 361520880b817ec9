"""The three stages of Azerbaijan's procedure, from a report."""

from __future__ import annotations

import pytest

from esign.reports.stages import stages_of
from tests.support.scenes import CONTENT, Scene, flipped


def answers(scene: Scene, name: str = "citizen", **changes: object) -> list[bool | None]:
    """Return the three answers for a signature."""
    report = scene.first(scene.cades(name, **changes))
    return [holds for _, holds in stages_of(report)]


def test_a_sound_signature(scene: Scene) -> None:
    """All three stages hold."""
    assert answers(scene) == [True, True, True]


def test_a_forged_value(scene: Scene) -> None:
    """The data do not match the certificate and the cryptographic check fails."""
    assert answers(scene, value=flipped) == [False, True, False]


@pytest.mark.parametrize("name", ["citizen-revoked", "citizen-wrong-key-usage"])
def test_an_unreliable_certificate(scene: Scene, name: str) -> None:
    """Only the second stage is not known to hold."""
    assert answers(scene, name) == [True, None, True]


def test_a_changed_content(scene: Scene) -> None:
    """Only the cryptographic check fails."""
    octets = scene.octets().replace(CONTENT, CONTENT[:-1] + b"!")
    report = scene.first(scene.parse(octets))
    assert [holds for _, holds in stages_of(report)] == [True, True, False]


def test_an_unknown_signer(scene: Scene) -> None:
    """Without an identified certificate nothing of the first two stages is known."""
    wrong = scene.certificate("agency").fingerprint
    right = scene.certificate("citizen").fingerprint

    def exchange(octets: bytes) -> bytes:
        return octets.replace(bytes.fromhex(right), bytes.fromhex(wrong))

    assert answers(scene, attributes=exchange)[:2] == [None, None]
