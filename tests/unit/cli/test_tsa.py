"""``esign tsa serve`` as an operator meets it."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate

from esign.cli.entry import run
from esign.cli.outcome import ExitCode
from esign.crypto.algorithms import digest_by_name
from esign.limits import Budget
from esign.net.timestamping import TimestampClient
from esign.pki.certificate import Certificate
from esign.tsa.token import parse_token
from tests.support.authority import POLICY, KeyInMemory, make_authority
from tests.support.paths import ROOT

SHA256 = digest_by_name("SHA256")
DIGEST = hashlib.sha256(b"data").digest()


def _pem(certificate: Certificate) -> bytes:
    return load_der_x509_certificate(certificate.der).public_bytes(Encoding.PEM)


def _arguments(folder: Path, authority: KeyInMemory, **changes: str) -> list[str]:
    (folder / "tsa.key").write_bytes(authority.key_pem)
    (folder / "tsa.pem").write_bytes(_pem(authority.certificate))
    (folder / "root.pem").write_bytes(_pem(authority.root))
    options = {
        "--key": str(folder / "tsa.key"),
        "--certificate": str(folder / "tsa.pem"),
        "--chain": str(folder / "root.pem"),
        "--policy": POLICY,
        "--serials": str(folder / "serials"),
        "--port": "0",
    } | {f"--{name}": value for name, value in changes.items()}
    return ["tsa", "serve", *(part for pair in options.items() for part in pair)]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to be handled")
def test_an_authority_is_served_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """The URL is announced, tokens carry what was configured, and SIGTERM gives status 0."""
    arguments = _arguments(tmp_path, make_authority(), accuracy="0.5")
    process = subprocess.Popen(
        [sys.executable, "-c", "from esign.cli import main; main()", *arguments, "--ordering"],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    assert process.stderr is not None
    with process.stderr:
        url = process.stderr.readline().split()[-1]
        token = parse_token(TimestampClient(url).timestamp(DIGEST, SHA256, Budget()))
        process.send_signal(signal.SIGTERM)
        assert process.stderr.read() == ""
    assert process.wait(10) == ExitCode.PASSED
    assert (token.policy, token.accuracy_seconds, token.ordering) == (POLICY, 0.5, True)
    assert len(token.material.certificates) == 2


def test_a_certificate_for_something_else_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The service does not start, and says what is wrong with the certificate."""
    assert run(_arguments(tmp_path, make_authority(usages=()))) == ExitCode.USAGE
    assert "no extended key usage" in capsys.readouterr().err


def test_a_policy_that_is_no_oid_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A typing error is shown as it was typed."""
    assert run(_arguments(tmp_path, make_authority(), policy="1.2.x")) == ExitCode.USAGE
    assert "1.2.x" in capsys.readouterr().err


def test_a_key_that_does_not_fit_is_a_key_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another certificate's key is found out at start."""
    arguments = _arguments(tmp_path, make_authority())
    (tmp_path / "tsa.pem").write_bytes(_pem(make_authority(rsa_key=True).certificate))
    assert run(arguments) == ExitCode.KEY
    assert "tsa.key" in capsys.readouterr().err


def test_another_file_is_not_taken_for_serials(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong path for --serials destroys nothing."""
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir")
    arguments = _arguments(tmp_path, make_authority(), serials=str(letter))
    assert run(arguments) == ExitCode.NOT_MADE
    assert "letter.txt" in capsys.readouterr().err
    assert letter.read_text() == "Dear Sir"
