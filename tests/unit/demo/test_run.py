"""The demonstration notices when something is not as it must be."""

from __future__ import annotations

from pathlib import Path

import pytest

import esign
from esign.demo import run as story


@pytest.mark.slow
def test_a_wrong_verdict_makes_the_run_fail(tmp_path: Path, monkeypatch, capsys) -> None:
    """With trust taken away nothing passes, and the exit code says so."""
    monkeypatch.setattr(
        story._Stage, "trust", property(lambda _stage: esign.TrustStore.empty()), raising=True
    )
    monkeypatch.setattr(story, "_sign_both", _only_b)
    assert story.run_demo(tmp_path) == 1
    assert "THIS IS NOT WHAT MUST COME OUT" in capsys.readouterr().out


def _only_b(stage, document, who):
    source = stage.directory / document.name
    source.write_bytes(document.octets)
    signed = esign.sign(source, signer=stage.signer(who))
    files = {}
    for level in (esign.SignatureLevel.B, esign.SignatureLevel.T):
        target = stage.directory / signed.suggested_name(f"{level.value}-{document.name}")
        signed.write(target, overwrite=True)
        story._judge(stage, target, esign.Indication.TOTAL_PASSED)
        files[level] = target
    return files


def test_everything_is_left_for_the_visitor(tmp_path: Path) -> None:
    """Keys, roots by purpose, evidence, originals, signed and tampered files."""
    assert story.run_demo(tmp_path) == 0
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert {
        "citizen.p12",
        "agency.p12",
        "password.txt",
        "roots/signer/demo-root.pem",
        "roots/tsa/demo-root.pem",
        "evidence/issuing.crl",
        "application.pdf",
        "application-T-signed.pdf",
        "tampered-form-B-signed.xml",
        "scan-T.png.p7m",
    } <= names
    assert story.run_demo(tmp_path) == 0, "a second run in the same directory works too"
