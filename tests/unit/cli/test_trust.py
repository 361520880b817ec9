"""``esign trust``: list, check, export, add, diff."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from esign.cli.outcome import ExitCode
from esign.messages import translate
from esign.pki.trust import TrustStore
from esign.terms import Purpose
from tests.support.keystores import PASSWORD, java_store
from tests.support.pki import PKI
from tests.support.shell import shell


def _az(template: str) -> str:
    """Return how a sentence begins in Azerbaijani."""
    return translate(template, "az").partition("{")[0]


@pytest.fixture
def roots(pki: PKI, tmp_path: Path) -> Path:
    """A folder with an anchor for signers and one for time-stamps."""
    for purpose, name in (("signer", "root"), ("tsa", "tsa-root")):
        (tmp_path / "roots" / purpose).mkdir(parents=True)
        path = tmp_path / "roots" / purpose / f"{name}.crt"
        path.write_bytes(pki.path(name).read_bytes())
    return tmp_path / "roots"


def test_list_shows_what_an_anchor_is_good_for(roots: Path, pki: PKI) -> None:
    """Source, purposes, window, constraints and the hash of the whole."""
    result = shell("trust", "list", roots)
    assert result.code == ExitCode.PASSED
    assert "CN=Test Root CA" in result.out
    assert f"source       {roots / 'signer' / 'root.crt'}" in result.out
    assert "purposes     tsa" in result.out
    assert TrustStore.load(roots).hash in result.out
    written = json.loads(shell("trust", "list", roots, "--json").out)
    assert written["sha256"] == TrustStore.load(roots).hash
    assert {tuple(each["purposes"]) for each in written["anchors"]} == {("signer",), ("tsa",)}


def test_list_needs_a_place(pki: PKI) -> None:
    """Nothing named is a usage error, not an empty list."""
    assert shell("trust", "list").code == ExitCode.USAGE


def test_check_fails_when_anchors_are_lost(roots: Path) -> None:
    """Ready 0; past their time or without the purpose an error that says why."""
    assert shell("trust", "check", roots).code == ExitCode.PASSED
    both = ("--purpose", "signer", "--purpose", "tsa")
    assert shell("trust", "check", roots, *both).code == ExitCode.PASSED
    late = shell("trust", "check", roots, "--at", "2099-01-01")
    assert late.code == ExitCode.INPUT
    assert "cannot be relied on" in late.err
    only = shell("trust", "check", roots / "signer", "--purpose", "tsa", "--at", "2099-01-01")
    assert only.code == ExitCode.INPUT


def test_export_and_the_snapshot_again(roots: Path, tmp_path: Path) -> None:
    """The snapshot is the same store, keeps its sources, and is not replaced unasked."""
    target = tmp_path / "roots.json"
    assert shell("trust", "export", roots, "--output", target).code == ExitCode.PASSED
    store = TrustStore.load(target)
    assert store == TrustStore.load(roots)
    assert str(roots / "signer" / "root.crt") in {each.source for each in store.anchors}
    again = shell("trust", "export", roots, "--output", target)
    assert again.code == ExitCode.NOT_MADE
    assert shell("trust", "export", roots, "--output", target, "--overwrite").code == 0


def test_java_stores_are_exported_with_their_password(pki: PKI, tmp_path: Path) -> None:
    """The right password reads the store, a wrong one is an error about the key."""
    path = java_store(tmp_path / "trust.p12", "PKCS12", {"root": pki.path("root")})
    secret = tmp_path / "password.txt"
    secret.write_text(PASSWORD + "\n")
    target = tmp_path / "roots.json"
    asked = ("trust", "export", path, "--output", target, "--purpose", "signer")
    result = shell(*asked, "--password-file", secret)
    assert result.code == ExitCode.PASSED, result.err
    (anchor,) = TrustStore.load(target).anchors
    assert anchor.source.endswith("trust.p12, alias root")
    assert anchor.purposes == {Purpose.SIGNER}
    secret.write_text("letmein\n")
    wrong = shell(*asked, "--password-file", secret, "--overwrite")
    assert wrong.code == ExitCode.KEY
    assert "letmein" not in wrong.err


def test_add_gives_source_and_window(roots: Path, pki: PKI, tmp_path: Path) -> None:
    """A new snapshot, a folder, and both hashes told; a window that never opens is refused."""
    target = tmp_path / "roots.json"
    asked = ("trust", "add", target, pki.path("ec-root"), "--purpose", "signer")
    dated = ("--source", "handed over in person", "--from", "2025-01-01", "--until", "2027-01-01")
    assert shell(*asked, *dated).code == ExitCode.PASSED
    (anchor,) = TrustStore.load(target).anchors
    assert anchor.source == "handed over in person"
    assert anchor.not_after is not None
    assert anchor.not_after.year == 2027
    assert shell("trust", "add", target, roots).code == ExitCode.PASSED
    assert len(TrustStore.load(target)) == 3
    assert shell("trust", "add", roots, pki.path("ec-root")).code == ExitCode.PASSED
    assert pki.certificate("ec-root") in {a.certificate for a in TrustStore.load(roots).anchors}
    never = shell(*asked, "--from", "2027-01-01", "--until", "2025-01-01")
    assert never.code == ExitCode.USAGE


def test_add_warns_when_a_window_narrows_nothing(pki: PKI, tmp_path: Path) -> None:
    """An anchor that is there without an end stays so; the reader is told."""
    target = tmp_path / "roots.json"
    asked = ("trust", "add", target, pki.path("root"))
    assert "warning" not in shell(*asked).err
    assert "another window" in shell(*asked, "--until", "2027-01-01").err


def test_diff_shows_what_changed(roots: Path, pki: PKI, tmp_path: Path) -> None:
    """Nothing 0; an anchor that came, one that went, one that changed: 10 and a line each."""
    old = tmp_path / "old.json"
    shell("trust", "export", roots, "--output", old)
    assert shell("trust", "diff", old, roots).code == ExitCode.PASSED
    shell("trust", "add", tmp_path / "new.json", pki.path("ec-root"))
    shell("trust", "add", tmp_path / "new.json", pki.path("root"), "--purpose", "tsa")
    result = shell("trust", "diff", old, tmp_path / "new.json")
    assert result.code == ExitCode.INDETERMINATE
    lines = result.out.splitlines()
    assert [line.split()[0] for line in lines] == ["-", "+", "~-", "~+"]
    assert "Test Time Root CA" in lines[0]
    assert "Test EC Root CA" in lines[1]


def test_the_systems_roots_come_with_a_warning(
    pki: PKI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are TLS roots, taken only when asked for."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pki.path("root")))
    result = shell("trust", "list", "--system")
    assert "made for TLS" in result.err
    assert "CN=Test Root CA" in result.out


def test_answers_are_in_the_readers_language(roots: Path, pki: PKI, tmp_path: Path) -> None:
    """Azerbaijani when asked for, in lines, warnings and errors; the values stay."""
    shown = shell("trust", "list", roots, "--language", "az")
    assert "etibar edilən sertifikat, SHA-256" in shown.out
    assert TrustStore.load(roots).hash in shown.out
    assert "usable" not in shown.out
    assert _az("Ready: {content}") in shell("trust", "check", roots, "--language", "az").out
    late = shell("trust", "check", roots, "--at", "2099-01-01", "--language", "az")
    assert late.code == ExitCode.INPUT
    assert "arxalanmaq olmaz. signer məqsədi üçün" in late.err
    target = tmp_path / "roots.json"
    asked = ("trust", "add", target, pki.path("root"), "--language", "az")
    assert f"{target}: indi 1 etibar edilən" in shell(*asked).out
    warned = shell(*asked, "--until", "2027-01-01").err
    assert "etibar müddəti" in warned
    assert "warning" not in warned
    assert "Fərq yoxdur" in shell("trust", "diff", target, target, "--language", "az").out


def test_the_environment_chooses_the_language(roots: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for verify; an option wins over it."""
    monkeypatch.setenv("ESIGN_LANGUAGE", "az")
    assert _az("Ready: {content}") in shell("trust", "check", roots).out
    assert "Ready:" in shell("trust", "check", roots, "--language", "en").out
