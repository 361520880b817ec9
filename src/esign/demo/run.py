"""The story of the demonstration: sign, verify, tamper, verify, revoke, verify.

Each scene states what must come out; a verdict other than that makes the run fail.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from cryptography.hazmat.primitives.serialization import Encoding

import esign
from esign.ades.ports import Signer
from esign.demo.documents import DemoDocument, demo_documents
from esign.demo.pki import DemoPKI
from esign.demo.servers import RevocationServer
from esign.messages import Message
from esign.reports.text import print_text
from esign.service.tsa import TSAServer
from esign.terms import Indication, SignatureLevel

PASSWORD = "demo"  # noqa: S105 - the keys it protects are made for one run and printed
_TSA_POLICY = "1.3.6.1.4.1.99999.1.1"
_HOSTS = ("127.0.0.1",)
COMMANDS = (
    (
        "sign {d}/form.xml --key {d}/agency.p12 --password-file {d}/password.txt "
        "-o {d}/mine.xml --overwrite"
    ),
    (
        "verify {d}/mine.xml --trust {d}/roots --offline "
        "--evidence {d}/evidence/issuing.crl --evidence {d}/evidence/root.crl"
    ),
    "verify {d}/tampered-form-T-signed.xml --trust {d}/roots --offline",
    "inspect {d}/form-T-signed.xml",
)
"""What a visitor may try afterwards. The servers are gone then, so the revocation lists
they handed out last are left as files."""


@dataclass(slots=True)
class _Stage:
    """Where the story happens, and how often it did not go as it must."""

    directory: Path
    pki: DemoPKI
    revocation: RevocationServer
    tsa_url: str
    surprises: int = 0

    @property
    def trust(self) -> esign.TrustStore:
        return esign.TrustStore.load(self.directory / "roots")

    def signer(self, name: str) -> Signer:
        return esign.load_signer(self.directory / f"{name}.p12", password=PASSWORD)


def run_demo(directory: Path) -> int:
    """Run the whole demonstration, leave its files in ``directory``, return an exit code.

    Returns:
        0 when every verdict was the expected one, else 1.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stage = _set_up(directory, stack)
        signed = [
            (document, _sign_both(stage, document, who))
            for document, who in zip(
                demo_documents(), ("citizen", "citizen", "agency"), strict=True
            )
        ]
        for document, files in signed:
            for path in files.values():
                _tamper(stage, document, path)
        _revoke(stage, signed[0][1])
        _tell_how_to_go_on(stage)
    return 1 if stage.surprises else 0


def _set_up(directory: Path, stack: ExitStack) -> _Stage:
    _heading("A test PKI comes up on this machine")
    revocation = stack.enter_context(RevocationServer(_now))
    pki = DemoPKI.make(revocation.url, _now())
    revocation.serve(pki)
    _leave_keys(directory, pki)
    tsa = stack.enter_context(
        TSAServer(
            esign.load_signer(directory / "tsa.pem"),
            policy=_TSA_POLICY,
            serials=directory / "tsa-serials",
            accuracy=1.0,
        )
    )
    _line("Root and issuing CA, OCSP responder and CRLs at {url}", url=revocation.url)
    _line("Time-stamping authority at {url}", url=tsa.url)
    _line("A citizen's key: citizen.p12; an agency's key: agency.p12; password: demo")
    return _Stage(directory=directory, pki=pki, revocation=revocation, tsa_url=tsa.url)


def _leave_keys(directory: Path, pki: DemoPKI) -> None:
    root = pki.root.certificate.public_bytes(Encoding.PEM)
    for purpose in ("signer", "tsa"):
        place = directory / "roots" / purpose
        place.mkdir(parents=True, exist_ok=True)
        (place / "demo-root.pem").write_bytes(root)
    for name, holder in (("citizen", pki.citizen), ("agency", pki.agency)):
        octets = holder.pkcs12((pki.issuing.certificate,), PASSWORD.encode())
        _write_private(directory / f"{name}.p12", octets)
    _write_private(directory / "password.txt", PASSWORD.encode() + b"\n")
    _write_private(directory / "tsa.pem", pki.tsa.pem())


def _write_private(path: Path, octets: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(octets)


def _sign_both(stage: _Stage, document: DemoDocument, who: str) -> dict[SignatureLevel, Path]:
    _heading(f"{document.name}: {document.description}, signed by the {who}")
    source = stage.directory / document.name
    source.write_bytes(document.octets)
    files = {}
    for level in (SignatureLevel.B, SignatureLevel.T):
        signed = esign.sign(
            source,
            signer=stage.signer(who),
            level=level,
            tsa=stage.tsa_url if level is SignatureLevel.T else None,
            trust=stage.trust,
            allow_hosts=_HOSTS,
        )
        name = signed.suggested_name(f"{source.stem}-{level.value}{source.suffix}")
        target = stage.directory / name
        signed.write(target, overwrite=True)
        _judge(stage, target, Indication.TOTAL_PASSED)
        files[level] = target
    return files


def _tamper(stage: _Stage, document: DemoDocument, signed: Path) -> None:
    _heading(f"{signed.name}: somebody changes “{document.honest.decode()}”")
    target = signed.with_name(f"tampered-{signed.name}")
    target.write_bytes(document.tampered(signed.read_bytes()))
    _judge(stage, target, Indication.TOTAL_FAILED)


def _revoke(stage: _Stage, files: dict[SignatureLevel, Path]) -> None:
    _heading("The citizen loses the card: the certificate is revoked")
    time.sleep(2)  # revocation times have whole seconds, and must lie after the time-stamp
    serial = stage.pki.citizen.certificate.serial_number
    stage.revocation.revoked[serial] = _now().replace(microsecond=0) - timedelta(seconds=1)
    stage.revocation.serve(stage.pki)
    _line("Without a time-stamp nobody can tell whether this was signed before the loss:")
    _judge(stage, files[SignatureLevel.B], Indication.INDETERMINATE)
    _line("The time-stamp proves that this was signed before the loss:")
    _judge(stage, files[SignatureLevel.T], Indication.TOTAL_PASSED)


def _judge(stage: _Stage, path: Path, expected: Indication) -> None:
    report = esign.verify(path, trust=stage.trust, allow_hosts=_HOSTS)
    print_text(report, name=path.name, language="en", details=False)
    indications = {signature.indication for signature in report.signatures}
    if indications != {expected}:
        stage.surprises += 1
        _line("THIS IS NOT WHAT MUST COME OUT: {expected} was expected.", expected=expected.value)


def _tell_how_to_go_on(stage: _Stage) -> None:
    for name, octets in stage.revocation.lists().items():
        place = stage.directory / "evidence"
        place.mkdir(exist_ok=True)
        (place / name).write_bytes(octets)
    _heading("Go on yourself")
    _line("Keys, documents and signed files lie in {directory}/. Try:", directory=stage.directory)
    for command in COMMANDS:
        click.echo("    esign " + command.format(d=stage.directory))
    if stage.surprises:
        _line("{count} verdicts were not the expected ones.", count=stage.surprises)


def _heading(text: str) -> None:
    click.echo()
    click.secho(text, bold=True)


def _line(template: str, **values: object) -> None:
    click.echo("  " + str(Message(template, **values)))


def _now() -> datetime:
    return datetime.now(UTC)
