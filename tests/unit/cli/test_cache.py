"""``esign cache``, after a run that fetched something."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import esign
from esign.cli.entry import run
from esign.net.cache_file import default_cache_path
from fixtures import pki_files
from tests.support.responders import Responders


@pytest.fixture
def signed(responders: Responders, tmp_path: Path) -> Path:
    """A document whose signer's revocation data must be fetched."""
    signer = responders.signer(responders.issue("citizen"), tmp_path)
    path = tmp_path / "note.p7m"
    path.write_bytes(esign.sign(b"a note", signer=signer).octets())
    return path


def _verify(signed: Path, *options: str) -> int:
    trust = str(pki_files.HERE / "roots")
    return run(["verify", str(signed), "--trust", trust, "--allow-host", "127.0.0.1", *options])


def test_second_run_asks_nobody(signed: Path, responders: Responders) -> None:
    """What the first run fetched serves the second, with the same verdict."""
    assert _verify(signed) == 0
    asked = len(responders.requests)
    assert _verify(signed) == 0
    assert len(responders.requests) == asked


def test_no_cache_asks_again_and_keeps_nothing(signed: Path, responders: Responders) -> None:
    """With --no-cache every run asks, and no file is made."""
    assert _verify(signed, "--no-cache") == 0
    asked = len(responders.requests)
    assert _verify(signed, "--no-cache") == 0
    assert len(responders.requests) > asked
    assert not default_cache_path().exists()


def test_show_and_prune(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is kept is listed, for people and programs, and forgotten when told so."""
    assert _verify(signed) == 0
    capsys.readouterr()
    assert run(["cache", "show"]) == 0
    text = capsys.readouterr().out
    assert "OCSP" in text
    assert "current" in text
    assert run(["cache", "show", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["kind"] for line in lines} >= {"OCSP", "CRL"}
    assert run(["cache", "prune", "--older-than", "1"]) == 0
    assert " 0 objects" in capsys.readouterr().out
    assert run(["cache", "prune", "--all"]) == 0
    assert f" {len(lines)} objects" in capsys.readouterr().out
    assert run(["cache", "show"]) == 0
    assert "nothing" in capsys.readouterr().out


@pytest.mark.parametrize("options", [[], ["--all", "--superseded"]])
def test_prune_must_be_told_what(options: list[str]) -> None:
    """Old evidence may exist nowhere else: nothing is forgotten without a clear word."""
    assert run(["cache", "prune", *options]) == 2


def test_unusable_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no cache is an error of ``cache show``; verifying goes on without it."""
    path = tmp_path / "diary"
    path.write_bytes(b"Dear diary, " * 1000)
    assert run(["cache", "show", "--file", str(path)]) != 0
    assert "diary" in capsys.readouterr().err
