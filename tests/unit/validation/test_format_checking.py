"""Format checking: MALFORMED stops, the rest does not (EN 319 102-1 §5.2.2)."""

from __future__ import annotations

from tests.support.scenes import (
    Scene,
    outcome,
)


def test_format_failure(scene: Scene) -> None:
    """The same signature twice in one document is FORMAT_FAILURE; once it passes."""
    parsed = scene.cades()
    from dataclasses import replace

    twice = replace(parsed, signatures=parsed.signatures * 2)
    assert outcome(scene.first(twice)) == "TOTAL_FAILED/FORMAT_FAILURE"
    assert outcome(scene.first(parsed)) == "TOTAL_PASSED"
