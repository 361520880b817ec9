"""``esign inspect``: facts, no verdict."""

from __future__ import annotations

import json

from esign.cli.outcome import ExitCode
from tests.support.shell import shell


def test_a_signed_file_tells_what_it_holds(desk) -> None:
    """The signer's certificate and the form, in text and in JSON."""
    shell("sign", desk / "form.xml", *desk.key)
    text = shell("inspect", desk / "form-signed.xml")
    assert text.code == ExitCode.PASSED
    assert "Aygün Məmmədova" in text.out
    assert "TOTAL" not in text.out
    content = json.loads(shell("inspect", desk / "form-signed.xml", "--json").out)
    assert (content["form"], len(content["signatures"])) == ("XAdES", 1)


def test_nothing_signed_and_nothing_readable_differ(desk) -> None:
    """An unsigned document is 12, a stranger is 3."""
    assert shell("inspect", desk / "form.xml").code == ExitCode.NO_SIGNATURE
    assert shell("inspect", desk / "note.txt").code == ExitCode.INPUT
