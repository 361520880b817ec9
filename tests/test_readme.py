"""The README is a promise: every command and example in it is run here.

Only addresses are exchanged: where the page names an authority of yours, the test names one
of its own on loopback, and allows it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

import esign
from esign.cli.outcome import ExitCode
from esign.service.tsa import TSAServer
from fixtures.document_files import document_octets
from tests.support.lists import altered, issue
from tests.support.markdown import python_blocks, shell_commands
from tests.support.paths import FIXTURES, ROOT
from tests.support.responders import Responders

README = ROOT / "README.md"
PASSWORD = "..."
LOOPBACK = ("127.0.0.1",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A folder with what the README assumes, and the authorities behind it."""

    folder: Path
    tsa_url: str

    def shell(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a line of the page as a user's shell would."""
        programs = str(Path(sys.executable).parent)
        return subprocess.run(
            ["bash", "-c", command.replace("http://127.0.0.1:3161/", self.tsa_url)],
            cwd=self.folder,
            env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
            input=PASSWORD + "\n",
            capture_output=True,
            text=True,
            check=False,
        )

    def python(self, example: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Run an example of the page in the folder."""
        monkeypatch.chdir(self.folder)
        example = example.replace(
            'tsa="http://tsa.example/"', f'tsa="{self.tsa_url}", allow_hosts={LOOPBACK}'
        ).replace("trust=trust)", f"trust=trust, allow_hosts={LOOPBACK})")
        exec(compile(example, str(README), "exec"), {"__name__": "readme"})


@pytest.fixture
def desk(tmp_path: Path, responders: Responders) -> Iterator[Desk]:
    """A signer with a PKCS#12 file, roots, an application, and a time-stamping authority."""
    citizen = responders.issue("citizen")
    tsa = responders.issue("tsa", crl_url=f"{responders.url}/tsa-root.crl", ocsp_url=None)
    (tmp_path / "roots").symlink_to(FIXTURES / "pki" / "roots")
    (tmp_path / "operator.crt").symlink_to(FIXTURES / "pki" / "certificates" / "zz-list.crt")
    (tmp_path / "zz.xml").write_bytes(
        issue(altered("zz.xml"), at=datetime.now(UTC) - timedelta(days=1))
    )
    (tmp_path / "application.pdf").write_bytes(document_octets("application.pdf"))
    (tmp_path / "citizen.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"citizen",
            citizen.key,  # type: ignore[arg-type]
            citizen.certificate,
            [responders.authority("issuing").certificate],
            BestAvailableEncryption(PASSWORD.encode()),
        )
    )
    keys = tmp_path / "keys"
    keys.mkdir()
    with ExitStack() as stack:
        server = stack.enter_context(
            TSAServer(
                responders.signer(tsa, keys), policy="1.3.6.1.4.1.99999.1", serials=keys / "serials"
            )
        )
        yield Desk(folder=tmp_path, tsa_url=server.url)


def test_python_examples_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example that signs works, and the one that verifies passes on its result."""
    verify, sign = python_blocks(README)
    desk.python(sign, monkeypatch)
    desk.python(verify, monkeypatch)


def test_shell_examples_run(desk: Desk) -> None:
    """Signing asks for the password and verifying passes; several files give a line each."""
    sign, verify, verify_many, verify_listed = (
        line for line in shell_commands(README) if line.startswith("esign ")
    )
    assert "--password" not in sign
    signed = desk.shell(sign.replace("--key", f"--password-file {_password(desk)} --key"))
    assert signed.returncode == 0, signed.stderr
    verified = desk.shell(verify)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "TOTAL_PASSED" in verified.stdout
    listed = desk.shell(verify_listed)
    assert listed.returncode == 0, listed.stdout + listed.stderr
    assert "Zedland" in listed.stdout
    _sign_two(desk)
    # This line allows no private address, so it rests on the evidence that the first one kept.
    many = desk.shell(verify_many)
    assert many.returncode == 0, many.stderr
    alone = desk.shell(verify_many.replace("--json", "--no-cache --json"))
    assert alone.returncode == 10, alone.stderr
    lines = (desk.folder / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["file"] for line in lines] == ["one.p7m", "two.p7m"]


def test_make_targets_exist() -> None:
    """Every make target the page names is in the Makefile and explained by make help."""
    helped = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    named = [line.split()[1] for line in shell_commands(README) if line.startswith("make ")]
    assert named == ["demo", "test"]
    for target in named:
        assert f"  {target} " in helped


def test_every_command_is_known_to_a_test() -> None:
    """No line of the page is one that the tests above do not run."""
    assert [line.split()[0] for line in shell_commands(README) if line] == [
        "make", "make", "esign", "esign", "esign", "esign"
    ]  # fmt: skip


def test_python_version_is_the_required_one() -> None:
    """The version the page asks for is that of pyproject.toml, and what CI runs."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "Python 3.11" in README.read_text(encoding="utf-8")
    assert 'requires-python = ">=3.11"' in project


def test_exit_codes_are_those_of_the_program() -> None:
    """The table of exit codes names each code the command line can end with."""
    rows = re.findall(r"^\| ([\d, ]+) \|", README.read_text(encoding="utf-8"), re.M)
    named = {int(code) for row in rows for code in row.split(",")}
    assert named == {int(code) for code in ExitCode} - {ExitCode.INTERRUPTED}


def test_links_lead_somewhere() -> None:
    """Every page the README sends a reader to exists."""
    for target in re.findall(r"\]\(([^)#]+)\)", README.read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target


def _password(desk: Desk) -> str:
    path = desk.folder / "password.txt"
    path.write_text(PASSWORD + "\n", encoding="utf-8")
    return path.name


def _sign_two(desk: Desk) -> None:
    signer = esign.load_signer(desk.folder / "citizen.p12", password=PASSWORD)
    for name in ("one", "two"):
        esign.sign(name.encode(), signer=signer).write(desk.folder / f"{name}.p7m")
