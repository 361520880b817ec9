"""The text report: one clear verdict line, and nothing a terminal would obey."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest

from esign.ades.evidence import Evidence, FetchFailure, Want, WantKind
from esign.messages import Message, languages
from esign.reports.text import print_text, text_lines
from esign.terms import CertificateRole, Scope, TimestampKind
from esign.validation.policy import Policy
from esign.validation.report import Report
from tests.support.facts import exchanged
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
    assert "are shown with --details" in text


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


def test_an_unknown_signer(scene: Scene) -> None:
    """Where nobody was identified the report names nobody."""
    parsed = scene.cades()
    claim = replace(parsed.signatures[0].signer, references=(), present=True)
    text = told(scene.judge(exchanged(parsed, signer=claim)))
    assert "Signed by: not known" in text


def test_times_that_are_not_there(scene: Scene) -> None:
    """Neither claimed nor proven, and proven alone, have their own words."""
    report = scene.judge(scene.cades())
    untimed = replace(report.signatures[0], claimed_time=None)
    assert "Signed at: not known" in told(replace(report, signatures=(untimed,)))
    proven = replace(untimed, proven_time=scene.pki.signing_time)
    text = told(replace(report, signatures=(proven,)))
    assert "Signed at: before 2026-06-10 09:30:00 UTC (proven by a time-stamp)\n" in text


def test_people_and_agencies(scene: Scene) -> None:
    """Name, number and organisation, as far as the certificate has them."""
    assert "Signed by: Test Agency Seal, Test Agency" in told(scene.judge(scene.cades("agency")))
    parts = {"CN": "Aygün", "serialNumber": "123", "O": "Ministry"}
    name = scene.variant("clerk", "citizen", subject=parts)
    assert "Signed by: Aygün, number 123, Ministry" in told(scene.judge(scene.cades(name)))


def test_warnings_and_what_could_not_be_fetched(scene: Scene) -> None:
    """A weak policy, a bad time-stamp, and addresses that did not answer are told."""
    unsafe = scene.judge(scene.cades(), policy=Policy.unsafe_without_revocation())
    assert "Warning: The policy asks no revocation data" in told(unsafe)
    stamped = scene.judge(scene.cades(tsa="tsa-expired"))
    text = told(stamped, details=True)
    assert "Warning: A time-stamp (SIGNATURE_TIMESTAMP) does not hold" in text
    want = Want(
        kind=WantKind.OCSP,
        certificate=scene.certificate("citizen"),
        issuer=scene.certificate("issuing"),
        role=CertificateRole.SIGNER,
        urls=("http://pki.esign.test/ocsp",),
    )
    failure = FetchFailure(want=want, causes=((want.urls[0], Message("no answer")),))
    report = scene.judge(scene.cades(), evidence=Evidence(failures=(failure,)))
    assert "Could not be fetched: http://pki.esign.test/ocsp: no answer" in told(
        report, details=True
    )


def test_counter_signatures_have_their_own_lines(scene: Scene) -> None:
    """A counter-signature is told with its own verdict, below the signature."""
    inner = scene.cades("agency").signatures[0]
    report = scene.judge(exchanged(scene.cades(), counter_signatures=(inner,)))
    text = told(report)
    assert "Counter-signature: VALID (TOTAL_PASSED, CAdES-B-B)" in text
    assert "Signed by: Test Agency Seal" in text


def test_time_stamps_of_the_document_alone(scene: Scene) -> None:
    """A time-stamp that covers no signature is told for the document."""
    parsed = scene.cades(tsa="tsa")
    (stamp,) = parsed.signatures[0].timestamps
    alone = replace(stamp, kind=TimestampKind.DOCUMENT_TIMESTAMP, covered=())
    report = scene.judge(
        replace(exchanged(parsed, timestamps=()), signatures=(), timestamps=(alone,))
    )
    assert "Time-stamp (DOCUMENT_TIMESTAMP) of 2026-06-10 09:30:00 UTC" in told(report)


def test_a_part_says_which(scene: Scene) -> None:
    """Where only a part is covered the form's own words about it are repeated."""
    parsed = scene.cades()
    (content,) = parsed.signatures[0].references()
    part = replace(content, scope=Scope.PARTIAL, covers=Message("octets 0 to 9 of 20"))
    assert "(octets 0 to 9 of 20)" in told(scene.judge(exchanged(parsed, references=(part,))))


def test_an_output_that_lacks_letters(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ASCII output gets marks for letters it lacks, never an error."""
    octets = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(octets, encoding="ascii"))
    print_text(scene.judge(scene.cades()), name="form.p7m", language="az")
    sys.stdout.flush()
    assert octets.getvalue().startswith(b"form.p7m: ET?BARLIDIR")
