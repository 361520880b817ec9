"""``esign sign`` as people type it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import esign
from esign.cli.outcome import ExitCode
from esign.service.tsa import TSAServer
from tests.support.pdf_making import document as minimal_pdf
from tests.support.shell import shell


def test_a_file_is_signed_beside_itself(desk) -> None:
    """The line on standard output says where and what."""
    result = shell("sign", desk / "note.txt", *desk.key)
    assert result.code == ExitCode.PASSED
    assert result.out.strip().endswith("note.txt.p7m: CAdES-B-B, enveloping")
    assert shell("verify", desk / "note.txt.p7m", *desk.judging).code == ExitCode.PASSED


def test_several_files_go_into_a_directory(desk) -> None:
    """Each by its own form; one that fails does not stop the rest."""
    (desk / "a.pdf").write_bytes(minimal_pdf())
    (desk / "out").mkdir()
    result = shell(
        "sign",
        desk / "a.pdf",
        desk / "nowhere.txt",
        desk / "form.xml",
        *desk.key,
        "--output-dir",
        desk / "out",
    )
    assert result.code == ExitCode.INPUT
    assert "nowhere.txt" in result.err
    assert sorted(path.name for path in (desk / "out").iterdir()) == [
        "a-signed.pdf",
        "form-signed.xml",
    ]


def test_everything_a_signer_may_say_arrives(desk) -> None:
    """Roles, commitment, place and reason are read back."""
    (desk / "a.pdf").write_bytes(minimal_pdf())
    options = ("--role", "clerk", "--commitment", "approval", "--city", "Baku", "--country", "AZ")
    shell("sign", desk / "form.xml", *desk.key, *options)
    (signature,) = esign.inspect(desk / "form-signed.xml").signatures
    properties = signature.signed_properties
    assert properties.claimed_roles == ("clerk",)
    assert properties.commitments[0].identifier.endswith(".6.5")
    assert properties.location.city == "Baku"
    visible = ("--reason", "Approved", "--visible", "1:36,36,236,96", "--field", "Here")
    assert shell("sign", desk / "a.pdf", *desk.key, *visible).code == ExitCode.PASSED
    (signature,) = esign.inspect(desk / "a-signed.pdf").signatures
    assert (signature.signed_properties.reason, signature.name) == ("Approved", "Here")


def test_a_signature_policy_needs_its_text(desk) -> None:
    """The hash of the policy file is part of the signature."""
    policy = ("--policy", "1.2.3.4")
    assert shell("sign", desk / "note.txt", *desk.key, *policy).code == ExitCode.USAGE
    policy += ("--policy-file", str(desk / "form.xml"), "--policy-uri", "https://example.test/p")
    assert shell("sign", desk / "note.txt", *desk.key, *policy).code == ExitCode.PASSED
    (signature,) = esign.inspect(desk / "note.txt.p7m").signatures
    assert signature.signed_properties.policy.identifier == "1.2.3.4"


def test_pipes(desk) -> None:
    """Standard input to standard output, octets and nothing else."""
    result = shell("sign", "-", *desk.key, "-o", "-", stdin=b"piped")
    assert result.code == ExitCode.PASSED
    assert result.err == ""
    verdict = shell("verify", "-", *desk.judging, stdin=result.octets)
    assert verdict.code == ExitCode.PASSED


def test_level_t_in_one_line(desk) -> None:
    """With an authority and a root, the file is at B-T; without --tsa that is a mistake."""
    signer = esign.load_signer(desk / "tsa.pem")
    with TSAServer(signer, policy="1.2.3", serials=desk / "serials") as server:
        options = ("--level", "t", "--tsa", server.url, "--trust", desk / "root.pem")
        result = shell("sign", desk / "note.txt", *desk.key, *options)
        assert result.code == ExitCode.PASSED
        assert "CAdES-B-T" in result.out
        untrusted = shell("sign", desk / "form.xml", *desk.key, *options[:4])
        assert untrusted.code == ExitCode.USAGE
        unsafe = (*options[:4], "--unsafe-unverified-tsa")
        result = shell("sign", desk / "form.xml", *desk.key, *unsafe)
        assert "without being judged" in result.out
    missing = shell("sign", desk / "form.xml", *desk.key, "--level", "T")
    assert (missing.code, "--tsa" in missing.err) == (ExitCode.USAGE, True)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--level", "LT", "--tsa", "http://127.0.0.1:9/"), ExitCode.NOT_MADE),
        (("--level", "T", "--tsa", "http://127.0.0.1:9/", "--timeout", "3"), ExitCode.NETWORK),
        (("--digest", "SHA1"), ExitCode.USAGE),
        (("--algorithm", "ECDSA_SHA256"), ExitCode.KEY),
        (("--packaging", "enveloped"), ExitCode.USAGE),
        (("--visible", "nonsense"), ExitCode.USAGE),
        (("--output-dir", "/nowhere"), ExitCode.USAGE),
    ],
)
def test_what_cannot_be_made_has_its_code(desk, options, code) -> None:
    """Nothing is written, and the reason is on standard error."""
    trust = ("--trust", desk / "root.pem")
    result = shell("sign", desk / "note.txt", *desk.key, *trust, *options)
    assert result.code == code
    assert result.err
    assert not (desk / "note.txt.p7m").exists()


def test_a_wrong_password_is_no_crash(desk) -> None:
    """Code 4, and the password itself is told to nobody."""
    (desk / "wrong.txt").write_text("sesam\n")
    key = ("--key", desk / "citizen.p12", "--password-file", desk / "wrong.txt")
    result = shell("sign", desk / "note.txt", *key)
    assert result.code == ExitCode.KEY
    assert "sesam" not in result.err


def test_the_input_is_never_overwritten(desk) -> None:
    """Not even with --overwrite; an older output needs it."""
    shell("sign", desk / "note.txt", *desk.key)
    again = shell("sign", desk / "note.txt", *desk.key)
    assert (again.code, "exists" in again.err) == (ExitCode.NOT_MADE, True)
    assert shell("sign", desk / "note.txt", *desk.key, "--overwrite").code == ExitCode.PASSED
    over = ("-o", desk / "note.txt", "--overwrite")
    assert shell("sign", desk / "note.txt", *desk.key, *over).code == ExitCode.NOT_MADE
    assert (desk / "note.txt").read_bytes() == b"a note"


@pytest.mark.skipif(sys.platform == "win32", reason="runs on Windows only")
def test_a_full_disk_is_told(desk) -> None:
    """/dev/full gives code 6 and leaves nothing."""
    result = shell("sign", desk / "note.txt", *desk.key, "-o", "/dev/full")
    assert (result.code, "No space" in result.err) == (ExitCode.NOT_MADE, True)


def test_one_output_cannot_take_several_files(desk) -> None:
    """Usage, before any key is opened."""
    result = shell("sign", desk / "note.txt", desk / "form.xml", *desk.key, "-o", desk / "x")
    assert result.code == ExitCode.USAGE
    assert not Path(desk / "x").exists()
