"""The text report: one clear verdict line, and nothing a terminal would obey."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from esign.messages import languages
from esign.reports.text import print_text, text_lines
from esign.terms import Scope
from esign.validation.report import Report
from tests.support.scenes import Scene, flipped


def told(report: Report, *, language: str = "en", details: bool = False) -> str:
    """Return the report as one text."""
    lines = text_lines(report, name="form.p7m", language=language, details=details)
    return "\n".join(line.text for line in lines)


def test_a_valid_signature(scene: Scene) -> None:
    """Verdict, judging time, signer, proven time and coverage of a sound signature."""
    text = told(scene.judge(scene.cades(tsa="tsa")))
    head, *rest = text.splitlines()
    assert head == ("form.p7m: VALID (TOTAL_PASSED, CAdES-B-T), judged for 2026-06-15 12:00:00 UTC")
    assert rest[0] == "Signed by: ƏLİYEVA AYGÜN, number PNOAZ-1AB2C3D"
    assert "before 2026-06-10 09:30:00 UTC (proven by a time-stamp)" in rest[1]
    assert rest[2] == "Covers: the whole document"


def test_a_claimed_time_is_not_called_proven(scene: Scene) -> None:
    """Without a time-stamp the time is what the signer says."""
    assert "as the signer says; not proven" in told(scene.judge(scene.cades()))


def test_a_failed_signature_says_why_and_what_to_do(scene: Scene) -> None:
    """The deciding reason and its remedy are told, and the name is not taken for granted."""
    text = told(scene.judge(scene.cades(value=flipped)))
    assert "NOT VALID (TOTAL_FAILED / SIG_CRYPTO_FAILURE" in text
    assert "Signed by, as its certificate says:" in text
    assert "Why: The signature value was not made" in text
    assert "What to do:" in text


def test_partial_coverage_is_loud(scene: Scene) -> None:
    """A signature over a part says so in capitals."""
    report = scene.judge(scene.cades())
    part = replace(report.signatures[0], coverage=Scope.PARTIAL)
    assert "ONLY A PART" in told(replace(report, signatures=(part,)))


def test_no_signature(scene: Scene) -> None:
    """A file without signatures is no valid file."""
    report = replace(scene.judge(scene.cades()), signatures=())
    assert "NO SIGNATURE" in told(report)


def test_several_signatures_are_numbered(scene: Scene) -> None:
    """Each of several signatures has its own verdict line."""
    report = scene.judge(scene.cades())
    text = told(replace(report, signatures=report.signatures * 2))
    assert "signature 1 of 2: VALID" in text
    assert "signature 2 of 2: VALID" in text


def test_details_show_every_check(scene: Scene) -> None:
    """With details every check has its line with outcome and clause."""
    report = scene.judge(scene.cades())
    text = told(report, details=True)
    assert text.count("[") >= len(report.signatures[0].checks)
    assert "EN 319 102-1 §5.2.7.4" in text
    assert report.trust_hash in text


def test_more_reasons_are_announced(scene: Scene) -> None:
    """Without details only the deciding reason is told, with the number of the others."""
    text = told(scene.judge(scene.cades("citizen-not-yet-valid")))
    assert "more reasons are shown with --details" in text


@pytest.mark.parametrize("language", languages())
def test_every_language_keeps_the_codes(scene: Scene, language: str) -> None:
    """The standard's words stay the same in every language."""
    text = told(scene.judge(scene.cades("citizen-revoked")), language=language)
    assert "INDETERMINATE / REVOKED_NO_POE" in text


def test_azerbaijani_has_the_three_stages(scene: Scene) -> None:
    """In Azerbaijani the three stages of the national procedure have their lines."""
    text = told(scene.judge(scene.cades()), language="az")
    assert "ETİBARLIDIR" in text
    assert sum(line.endswith(": bəli") for line in text.splitlines()) == 3


def test_names_cannot_command_the_terminal(scene: Scene) -> None:
    """Control characters and direction marks in a name never reach the output."""
    subject = {"CN": "Aygün\x1b[2J\u202egnp.exe\nVALID"}
    name = scene.variant("hostile", "citizen", subject=subject)
    text = told(scene.judge(scene.cades(name)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\nVALID" not in text


def test_printing_into_a_pipe(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    """Into a pipe the lines are plain and rich is not needed."""
    loaded = "rich.console" in sys.modules
    print_text(scene.judge(scene.cades()), name="form.p7m", language="en", details=False)
    assert capsys.readouterr().out.startswith("form.p7m: VALID")
    assert ("rich.console" in sys.modules) is loaded


def test_printing_on_a_terminal(
    scene: Scene, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal the same words come out; markup in a name is only text."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    name = scene.variant("marked", "citizen", subject={"CN": "[red]Aygün[/red]"})
    print_text(scene.judge(scene.cades(name)), name="form.p7m", language="en", details=True)
    out = capsys.readouterr().out
    assert "VALID" in out
    assert "[red]Aygün[/red]" in out
