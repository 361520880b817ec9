"""Format checking: MALFORMED stops, the rest does not (EN 319 102-1 §5.2.2)."""

from __future__ import annotations

from dataclasses import replace as exchange_field

import pytest

from esign.ades.signature import Finding
from esign.messages import Message
from esign.terms import Severity
from tests.support.facts import exchanged
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


@pytest.mark.parametrize(
    ("severity", "expected", "level", "warns"),
    [
        (Severity.MALFORMED, "TOTAL_FAILED/FORMAT_FAILURE", None, False),
        (Severity.CONSTRAINT, "INDETERMINATE/SIG_CONSTRAINTS_FAILURE", None, False),
        (Severity.LEVEL, "TOTAL_PASSED", None, True),
        (Severity.REMARK, "TOTAL_PASSED", "B", True),
    ],
)
def test_findings_by_severity(
    scene: Scene, severity: Severity, expected: str, level: str | None, warns: bool
) -> None:
    """What a format says of itself stops, keeps from the baseline, or is a warning."""
    finding = Finding(
        code="odd", severity=severity, message=Message("Odd."), clause="RFC 5652 §5.3"
    )
    report = scene.first(exchanged(scene.cades(), structure_findings=(finding,)))
    assert outcome(report) == expected
    assert report.level == level
    assert (Message("Odd.") in report.warnings) is warns
    assert any(check.name == "odd" and "5652" in check.clause for check in report.checks)


def test_findings_about_the_document_fail_every_signature(scene: Scene) -> None:
    """A document malformed as a whole fails its signatures; a remark is a warning."""
    finding = Finding(
        code="junk",
        severity=Severity.MALFORMED,
        message=Message("Octets follow its end."),
        clause="ISO 32000-1 §7.5.5",
    )
    parsed = scene.cades()
    report = scene.first(exchange_field(parsed, findings=(finding,)))
    assert outcome(report) == "TOTAL_FAILED/FORMAT_FAILURE"
    remark = exchange_field(finding, severity=Severity.REMARK)
    whole = scene.judge(exchange_field(parsed, findings=(remark,)))
    assert outcome(whole.signatures[0]) == "TOTAL_PASSED"
    assert finding.message in whole.warnings
