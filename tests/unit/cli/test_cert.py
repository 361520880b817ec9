"""``esign cert check``: codes, text, JSON, and the same answer offline."""

from __future__ import annotations

import json
from pathlib import Path

from esign.cli.outcome import ExitCode
from tests.support.pki import PKI
from tests.support.responders import Responders
from tests.support.shell import shell

_AT = ("--at", "2026-06-15T12:00:00Z")


def _judging(pki: PKI, folder: Path) -> tuple[object, ...]:
    """Write anchors and evidence; return the options that name them."""
    (folder / "trust" / "signer").mkdir(parents=True)
    (folder / "trust" / "signer" / "root.crt").write_bytes(pki.path("root").read_bytes())
    evidence = folder / "evidence"
    evidence.mkdir()
    for name in ("root", "issuing"):
        (evidence / f"{name}.crl").write_bytes(pki.crl(name).der)
    (evidence / "issuing.crt").write_bytes(pki.path("issuing").read_bytes())
    return ("--trust", folder / "trust", "--evidence", evidence, "--offline", *_AT)


def test_each_verdict_has_its_code(pki: PKI, tmp_path: Path) -> None:
    """Passed 0, failed 11, not known 10, no certificate 3; the worst wins."""
    options = _judging(pki, tmp_path)
    good, bad = pki.path("citizen"), pki.path("citizen-revoked")
    passed = shell("cert", "check", good, *options)
    assert passed.code == ExitCode.PASSED
    assert "VALID (PASSED)" in passed.out
    assert shell("cert", "check", bad, *options).code == ExitCode.FAILED
    assert shell("cert", "check", good, "--offline", *_AT).code == ExitCode.INDETERMINATE
    assert shell("cert", "check", good, bad, *options).code == ExitCode.FAILED
    broken = tmp_path / "note.txt"
    broken.write_text("hello")
    result = shell("cert", "check", broken, *options)
    assert result.code == ExitCode.INPUT
    assert "note.txt" in result.err


def test_several_files_are_lines_of_json(pki: PKI, tmp_path: Path) -> None:
    """One report a line, errors too."""
    broken = tmp_path / "note.txt"
    broken.write_text("hello")
    options = _judging(pki, tmp_path)
    result = shell("cert", "check", pki.path("citizen"), broken, *options, "--json")
    first, second = (json.loads(line) for line in result.out.splitlines())
    assert first["indication"] == "PASSED"
    assert first["subject"]["national_id"]["value"] == "1AB2C3D"
    assert second["error"]["type"] == "MalformedCertificateError"


def test_offline_with_saved_evidence_says_the_same(responders: Responders, tmp_path: Path) -> None:
    """What an online run kept is enough for the same report without the network."""
    path = tmp_path / "person.crt"
    path.write_bytes(responders.issue("citizen").pem)
    (tmp_path / "roots").mkdir()
    for number, anchor in enumerate(responders.trust.anchors):
        (tmp_path / "roots" / f"{number}.crt").write_bytes(anchor.certificate.der)
    kept = tmp_path / "kept"
    common = ("cert", "check", path, "--trust", tmp_path / "roots", "--json")
    online = shell(*common, "--allow-host", "127.0.0.1", "--save-evidence", kept)
    assert online.code == ExitCode.PASSED, online.out
    moment = json.loads(online.out)["validation_time"]
    offline = shell(*common, "--offline", "--evidence", kept, "--at", moment)
    assert json.loads(offline.out) == json.loads(online.out)
    assert shell(*common, "--offline", "--at", moment).code == ExitCode.INDETERMINATE


def test_a_folder_that_cannot_be_written_is_told(pki: PKI, tmp_path: Path) -> None:
    """The evidence asked for is not lost in silence."""
    options = _judging(pki, tmp_path)
    (tmp_path / "file").write_text("x")
    target = tmp_path / "file" / "below"
    result = shell("cert", "check", pki.path("citizen"), *options, "--save-evidence", target)
    assert result.code == ExitCode.NOT_MADE


def test_evidence_is_kept_between_runs_unless_told_otherwise(
    responders: Responders, tmp_path: Path
) -> None:
    """With --cache a second run asks nobody; with --no-cache nothing is kept or used."""
    path, roots = tmp_path / "person.crt", tmp_path / "roots"
    path.write_bytes(responders.issue("citizen").pem)
    roots.mkdir()
    for number, anchor in enumerate(responders.trust.anchors):
        (roots / f"{number}.crt").write_bytes(anchor.certificate.der)
    common = ("cert", "check", path, "--trust", roots, "--allow-host", "127.0.0.1")

    def asked(*more: str) -> int:
        before = len(responders.requests)
        assert shell(*common, *more).code == ExitCode.PASSED
        return len(responders.requests) - before

    assert asked("--no-cache") == asked("--no-cache") > 0
    assert asked() > 0
    assert asked() == 0
    assert asked("--no-cache") > 0
