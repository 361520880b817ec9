"""``esign verify``: verdicts for people and programs, codes for scripts."""

from __future__ import annotations

import json

import pytest

from esign.cli.outcome import ExitCode
from tests.support.pdf_making import document as minimal_pdf
from tests.support.shell import shell


@pytest.fixture
def signed(desk):
    """A signed form beside its original."""
    assert shell("sign", desk / "form.xml", *desk.key).code == ExitCode.PASSED
    return desk / "form-signed.xml"


def _tampered(desk, signed):
    target = desk / "tampered.xml"
    target.write_bytes(signed.read_bytes().replace(b"100", b"900"))
    return target


def test_a_sound_file_passes(desk, signed) -> None:
    """Code 0, the verdict and the signer's name on standard output."""
    result = shell("verify", signed, *desk.judging)
    assert result.code == ExitCode.PASSED
    assert "TOTAL_PASSED" in result.out
    assert "Aygün Məmmədova" in result.out


def test_each_outcome_has_its_code(desk, signed) -> None:
    """Changed 11, no trust 10, no signature 12, no document 3."""
    assert shell("verify", _tampered(desk, signed), *desk.judging).code == ExitCode.FAILED
    assert shell("verify", signed, "--offline").code == ExitCode.INDETERMINATE
    assert shell("verify", desk / "form.xml", *desk.judging).code == ExitCode.NO_SIGNATURE
    (desk / "a.pdf").write_bytes(minimal_pdf())
    assert shell("verify", desk / "a.pdf", *desk.judging).code == ExitCode.NO_SIGNATURE
    assert shell("verify", desk / "note.txt", *desk.judging).code == ExitCode.INPUT
    assert shell("verify", desk / "nowhere", *desk.judging).code == ExitCode.INPUT


def test_several_files_are_lines_of_json(desk, signed) -> None:
    """One report a line, the unreadable one too; errors win over verdicts."""
    files = (signed, desk / "note.txt", _tampered(desk, signed))
    result = shell("verify", *files, *desk.judging, "--json")
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert [line["file"] for line in lines] == [str(path) for path in files]
    assert lines[0]["signatures"][0]["indication"] == "TOTAL_PASSED"
    assert lines[1]["error"]["type"] == "UnrecognisedFormatError"
    assert lines[2]["signatures"][0]["sub_indication"] == "HASH_FAILURE"
    assert result.code == ExitCode.INPUT


def test_the_worst_verdict_wins(desk, signed) -> None:
    """Passed and failed together are failed."""
    result = shell("verify", signed, _tampered(desk, signed), *desk.judging)
    assert result.code == ExitCode.FAILED


def test_another_time_is_printed_in_the_verdict(desk, signed) -> None:
    """``--at`` judges as of then: before the certificate began, it is not valid yet."""
    result = shell("verify", signed, *desk.judging, "--at", "2020-05-01")
    assert "2020-05-01" in result.out.splitlines()[0]
    assert result.code in (ExitCode.INDETERMINATE, ExitCode.FAILED)


def test_detached_content_is_given_beside(desk) -> None:
    """Found and intact; without it 10, with another content 11."""
    shell("sign", desk / "note.txt", *desk.key, "--packaging", "detached")
    signature = desk / "note.txt.p7s"
    given = ("verify", signature, *desk.judging)
    assert shell(*given, "--detached", desk / "note.txt").code == ExitCode.PASSED
    assert shell(*given).code == ExitCode.INDETERMINATE
    assert shell(*given, "--detached", desk / "form.xml").code == ExitCode.FAILED


def test_an_anchor_for_one_purpose_serves_no_other(desk, signed) -> None:
    """--trust-tsa alone makes nobody trusted to sign; --trust-signer does."""
    rest = desk.judging[2:]
    for option, code in (
        ("--trust-tsa", ExitCode.INDETERMINATE),
        ("--trust-signer", ExitCode.PASSED),
    ):
        assert shell("verify", signed, option, desk / "root.pem", *rest).code == code


def test_evidence_that_is_none_is_refused(desk, signed) -> None:
    """A file that is neither certificate nor CRL nor OCSP response is code 3."""
    result = shell("verify", signed, *desk.judging, "--evidence", desk / "note.txt")
    assert (result.code, "note.txt" in result.err) == (ExitCode.INPUT, True)


def test_the_language_can_be_chosen(desk, signed) -> None:
    """Azerbaijani text differs from English; the codes of the standard stay."""
    english = shell("verify", signed, *desk.judging, "--language", "en").out
    other = shell("verify", signed, *desk.judging, "--language", "az").out
    assert "TOTAL_PASSED" in other
    assert other != english


def test_details_show_every_check(desk, signed) -> None:
    """More lines than the short form."""
    short = shell("verify", signed, *desk.judging).out.splitlines()
    long = shell("verify", signed, *desk.judging, "--details").out.splitlines()
    assert len(long) > len(short)


def test_a_signature_over_a_part_is_no_success(desk, signed) -> None:
    """Signed content moved into another document ends with 13, unless a part is asked for."""
    content = signed.read_bytes()
    part = desk / "part.xml"
    hidden = content.replace(b"</ds:KeyInfo>", b"<order>1000000</order></ds:KeyInfo>")
    assert hidden != content
    part.write_bytes(hidden)
    result = shell("verify", part, *desk.judging)
    assert "TOTAL_PASSED" in result.out
    assert "ONLY A PART" in result.out
    assert result.code == ExitCode.PARTIAL
    asked = shell("verify", part, *desk.judging, "--covers", "partial")
    assert asked.code == ExitCode.PASSED
    assert shell("verify", signed, part, *desk.judging).code == ExitCode.PARTIAL
