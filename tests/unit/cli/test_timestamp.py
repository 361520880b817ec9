"""``esign timestamp``: level B becomes T."""

from __future__ import annotations

import esign
from esign.cli.outcome import ExitCode
from esign.service.tsa import TSAServer
from tests.support.shell import shell


def test_a_signed_file_is_raised_beside_itself(desk) -> None:
    """The new file has a time-stamp; the old one stays as it was."""
    shell("sign", desk / "note.txt", *desk.key)
    before = (desk / "note.txt.p7m").read_bytes()
    signer = esign.load_signer(desk / "tsa.pem")
    with TSAServer(signer, policy="1.2.3", serials=desk / "serials") as server:
        options = ("--tsa", server.url, "--trust", desk / "root.pem")
        result = shell("timestamp", desk / "note.txt.p7m", *options)
        assert (result.code, "CAdES-B-T" in result.out) == (ExitCode.PASSED, True)
        over = ("-o", desk / "note.txt.p7m", "--overwrite")
        assert shell("timestamp", desk / "note.txt.p7m", *options, *over).code == ExitCode.NOT_MADE
        plain = shell("timestamp", desk / "form.xml", *options)
        assert plain.code == ExitCode.USAGE
    assert (desk / "note.txt.p7m").read_bytes() == before
    (signature,) = esign.inspect(desk / "note.txt-timestamped.p7m").signatures
    assert len(signature.timestamps) == 1


def test_an_authority_is_needed(desk) -> None:
    """Without --tsa nothing is asked of anybody."""
    assert shell("timestamp", desk / "note.txt").code == ExitCode.USAGE


def test_an_authority_that_is_not_there_is_the_network(desk) -> None:
    """Code 5, and no file."""
    shell("sign", desk / "note.txt", *desk.key)
    options = ("--tsa", "http://127.0.0.1:9/", "--trust", desk / "root.pem", "--timeout", "3")
    assert shell("timestamp", desk / "note.txt.p7m", *options).code == ExitCode.NETWORK
    assert not (desk / "note.txt-timestamped.p7m").exists()
