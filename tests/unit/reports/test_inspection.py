"""What is in a file, told without judging."""

from __future__ import annotations

from typing import Any

from esign.reports.inspection import inspection_text, inspection_to_json
from tests.support.scenes import CONTENT, Scene, flipped


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
