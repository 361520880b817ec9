"""What is in a file, told without judging."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from esign.cms import oids
from esign.messages import Message
from esign.reports.inspection import inspection_text, inspection_to_json
from esign.terms import ReferenceKind
from tests.support.facts import exchanged
from tests.support.scenes import CONTENT, Scene, attribute, flipped, with_attribute


def test_facts_of_a_signature(scene: Scene) -> None:
    """Signer's certificates, claimed time, references and time-stamps are listed."""
    content: Any = inspection_to_json(scene.cades(tsa="tsa"))
    assert content["form"] == "CAdES"
    (signature,) = content["signatures"]
    assert signature["claimed_signing_time"].startswith("2026-06-10T09:30:00")
    assert signature["references"][0]["intact"] is True
    assert len(signature["certificates"]) == 2
    assert signature["timestamps"][0]["kind"] == "SIGNATURE_TIMESTAMP"


def test_nothing_is_judged(scene: Scene) -> None:
    """No indication is given, not even for a forged value or a changed content."""
    changed = scene.octets(value=flipped).replace(CONTENT, CONTENT[:-1] + b"!")
    text = inspection_text(scene.parse(changed), name="form.p7m")
    assert text.startswith("form.p7m: CAdES")
    assert "intact: no" in text
    for word in ("TOTAL_PASSED", "TOTAL_FAILED", "INDETERMINATE", "valid"):
        assert word not in text


def test_findings_and_problems_are_told(scene: Scene) -> None:
    """What a form notices about itself, and what could not be found, is listed."""
    content: Any = inspection_to_json(scene.parse(scene.octets(attached=False)))
    (reference,) = content["signatures"][0]["references"]
    assert reference["found"] is False
    assert reference["problem"]
    repeated = with_attribute(attribute(oids.SIGNING_TIME, b"\x17\x0d260610093000Z"))
    content = inspection_to_json(scene.cades(attributes=repeated))
    findings = content["signatures"][0]["findings"]
    assert "signed-attribute-repeated" in {each["code"] for each in findings}


def test_unreadable_time_stamps_and_manifests(scene: Scene) -> None:
    """A token that cannot be read has its problem; a manifest has its entries."""
    parsed = scene.cades(tsa="tsa")
    signature = parsed.signatures[0]
    (stamp,), (content,) = signature.timestamps, signature.references()
    broken = replace(stamp, token=None, problem=Message("Cut short."))
    manifest = replace(content, kind=ReferenceKind.MANIFEST, entries=(content,))
    shown: Any = inspection_to_json(exchanged(parsed, timestamps=(broken,), references=(manifest,)))
    assert shown["signatures"][0]["timestamps"][0]["problem"] == "Cut short."
    assert len(shown["signatures"][0]["references"][0]["entries"]) == 1
