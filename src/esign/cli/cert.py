"""``esign cert check``: what a certificate is worth by itself, at any moment."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from esign import certificates
from esign.ades.evidence import Evidence
from esign.cli.options import (
    Moment,
    cache_option,
    load_evidence,
    load_trust,
    network_options,
    reading_language,
    trust_options,
)
from esign.cli.outcome import ExitCode, code_of, worst
from esign.cli.terminal import source_of
from esign.cli.trusted_lists import load_lists, trust_list_options, with_lists
from esign.errors import EsignError, OutputError
from esign.pki.trust import TrustStore
from esign.terms import BlockStatus, Purpose
from esign.validation.certificate_check import CertificateReport

if TYPE_CHECKING:
    from esign.trustlists.snapshot import TrustListSnapshot


@click.group("cert")
def command() -> None:
    """Look at certificates by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the options said, the same for every file."""

    trust: TrustStore
    lists: TrustListSnapshot | None
    purpose: Purpose
    evidence: Evidence
    at: datetime | None
    offline: bool
    allow_hosts: tuple[str, ...]
    timeout: float
    cache: bool
    save_evidence: str | None
    as_json: bool
    details: bool
    language: str
    several: bool


@command.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--at", type=Moment(), help="Judge as of this time (ISO 8601) instead of now.")
@trust_options
@trust_list_options
@click.option(
    "--purpose",
    type=click.Choice([each.value for each in Purpose]),
    default=Purpose.SIGNER.value,
    show_default=True,
    help="Whose anchors count, and what the certificate must be good for.",
)
@click.option("--offline", is_flag=True, help="Contact nobody; use what is given.")
@click.option(
    "--evidence",
    type=click.Path(exists=True),
    multiple=True,
    metavar="PATH",
    help="Certificates, CRLs or OCSP responses to consider, or a folder of them; never trusted "
    "for being given.",
)
@click.option(
    "--save-evidence",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Keep everything that was looked at, so that --offline --evidence FOLDER says the same.",
)
@network_options
@cache_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON; several files: one line each.")
@click.option("--details", is_flag=True, help="Show every check, not only what decided.")
@click.option("--language", metavar="CODE", help="Language of the report: en or az.")
def check(
    *,
    files: tuple[str, ...],
    trust: tuple[str, ...],
    trust_signer: tuple[str, ...],
    trust_tsa: tuple[str, ...],
    system_trust: bool,
    trust_list: tuple[str, ...],
    trust_list_signer: tuple[str, ...],
    purpose: str,
    evidence: tuple[str, ...],
    save_evidence: str | None,
    language: str | None,
    at: datetime | None,
    offline: bool,
    allow_hosts: tuple[str, ...],
    timeout: float,
    cache: bool,
    as_json: bool,
    details: bool,
) -> int:
    """Say whether certificates may be relied on, and why.

    FILE is PEM, DER or PKCS#7, or - for standard input; the first certificate in it is
    judged. Shows the chain, each certificate's revocation evidence, and what is missing.
    """
    given = load_trust(trust, trust_signer, trust_tsa, system_trust=system_trust)
    lists = load_lists(trust_list, trust_list_signer, at=at)
    asked = _Asked(
        trust=with_lists(given, lists),
        lists=lists,
        purpose=Purpose(purpose),
        evidence=load_evidence(tuple(_files_in(evidence))),
        at=at,
        offline=offline,
        allow_hosts=allow_hosts,
        timeout=timeout,
        cache=cache,
        save_evidence=save_evidence,
        as_json=as_json,
        details=details,
        language=reading_language(language),
        several=len(files) > 1,
    )
    return int(worst([_check(path, asked) for path in files]))


_BY_STATUS = {
    BlockStatus.PASSED: ExitCode.PASSED,
    BlockStatus.INDETERMINATE: ExitCode.INDETERMINATE,
    BlockStatus.FAILED: ExitCode.FAILED,
}


def _files_in(paths: Iterable[str]) -> Iterable[str]:
    for path in paths:
        if Path(path).is_dir():
            yield from (str(each) for each in sorted(Path(path).iterdir()) if each.is_file())
        else:
            yield path


def _check(path: str, asked: _Asked) -> ExitCode:
    try:
        report = certificates.check(
            source_of(path),
            trust=asked.trust,
            purpose=asked.purpose,
            evidence=asked.evidence,
            at=asked.at,
            offline=asked.offline,
            allow_hosts=asked.allow_hosts,
            timeout=asked.timeout,
            cache=asked.cache,
            trust_lists=asked.lists,
        )
        if asked.save_evidence is not None:
            _save(report.evidence, Path(asked.save_evidence))
    except EsignError as error:
        _tell_error(path, error, asked)
        return code_of(error)
    _tell(path, report, asked)
    return _BY_STATUS[report.indication]


def _save(evidence: Evidence, folder: Path) -> None:
    """Write each object under its own name; what is there already is the same object."""
    objects = (
        *((each.id, "crt", each.der) for each in evidence.certificates),
        *((each.id, "crl", each.der) for each in evidence.crls),
        *((each.id, "ors", each.der) for each in evidence.ocsp_responses),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, ending, octets in objects:
            (folder / f"{name}.{ending}").write_bytes(octets)
    except OSError as error:
        raise OutputError(
            "The evidence cannot be written to {path}: {cause}.",
            path=str(folder),
            cause=error.strerror or "unknown cause",
        ) from error


def _tell(path: str, report: CertificateReport, asked: _Asked) -> None:
    if asked.as_json:
        from esign.reports.certificate_json import certificate_to_json

        _print_json({"file": path, **certificate_to_json(report, asked.language)}, asked)
        return
    from esign.reports.certificate_text import print_certificate

    print_certificate(report, name=path, language=asked.language, details=asked.details)


def _tell_error(path: str, error: EsignError, asked: _Asked) -> None:
    sentence = error.message.render(asked.language)
    if asked.as_json:
        kind = type(error).__name__
        _print_json({"file": path, "error": {"type": kind, "message": sentence}}, asked)
    click.echo(f"esign: {path}: {sentence}", err=True)


def _print_json(content: dict[str, object], asked: _Asked) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=None if asked.several else 2)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
