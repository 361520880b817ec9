"""``esign verify``: one verdict per file, for people or for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

import esign
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
from esign.cli.terminal import print_json, source_of, tell_error, with_progress
from esign.cli.trusted_lists import load_lists, trust_list_options, with_lists
from esign.errors import EsignError
from esign.pki.trust import TrustStore
from esign.terms import Indication, Scope
from esign.validation.report import Report

if TYPE_CHECKING:
    from esign.trustlists.snapshot import TrustListSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the options said, the same for every file."""

    trust: TrustStore
    lists: TrustListSnapshot | None
    detached: tuple[str, ...]
    evidence: Evidence
    at: datetime | None
    offline: bool
    allow_hosts: tuple[str, ...]
    timeout: float
    cache: bool
    as_json: bool
    details: bool
    language: str
    several: bool
    covers: Scope


@click.command("verify")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--detached",
    type=click.Path(exists=True, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="The signed content of a detached signature. May be repeated.",
)
@trust_options
@trust_list_options
@click.option("--at", type=Moment(), help="Judge as of this time (ISO 8601) instead of now.")
@click.option("--offline", is_flag=True, help="Contact nobody; use what is given and embedded.")
@click.option(
    "--evidence",
    type=click.Path(exists=True, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="Certificates, CRLs or OCSP responses to consider; never trusted for being given.",
)
@network_options
@cache_option
@click.option(
    "--covers",
    type=click.Choice([scope.value for scope in Scope], case_sensitive=False),
    default=Scope.FULL.value,
    show_default=True,
    help="The least each signature must cover of its document; less ends with code 13.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON; several files: one line each.")
@click.option("--details", is_flag=True, help="Show every check, not only what decided.")
@click.option("--language", metavar="CODE", help="Language of the report: en or az.")
def command(
    *,
    files: tuple[str, ...],
    trust: tuple[str, ...],
    trust_signer: tuple[str, ...],
    trust_tsa: tuple[str, ...],
    system_trust: bool,
    trust_list: tuple[str, ...],
    trust_list_signer: tuple[str, ...],
    evidence: tuple[str, ...],
    language: str | None,
    detached: tuple[str, ...],
    at: datetime | None,
    offline: bool,
    allow_hosts: tuple[str, ...],
    timeout: float,
    cache: bool,
    as_json: bool,
    details: bool,
    covers: str,
) -> int:
    """Say what signed documents are worth, and why.

    FILE may be - for standard input. Without trust anchors nothing can be TOTAL_PASSED.
    """
    given = load_trust(trust, trust_signer, trust_tsa, system_trust=system_trust)
    lists = load_lists(trust_list, trust_list_signer, at=at)
    asked = _Asked(
        trust=with_lists(given, lists),
        lists=lists,
        detached=detached,
        evidence=load_evidence(evidence),
        at=at,
        offline=offline,
        allow_hosts=allow_hosts,
        timeout=timeout,
        cache=cache,
        as_json=as_json,
        details=details,
        language=reading_language(language),
        several=len(files) > 1,
        covers=Scope(covers.upper()),
    )
    return int(worst([_verify(path, asked) for path in with_progress(files, "Verifying")]))


def outcome_of(report: Report, covers: Scope = Scope.FULL) -> ExitCode:
    """Return the exit code for one report: the worst of its signatures.

    Code 0 says what ``report.require_passed()`` says, so that a signed element moved into
    another document (signature wrapping) is no success to a script either.
    """
    if not report.signatures:
        return ExitCode.NO_SIGNATURE
    code = worst(_BY_INDICATION[signature.indication] for signature in report.signatures)
    if code is ExitCode.PASSED and any(
        _EXTENT[signature.coverage] < _EXTENT[covers] for signature in report.signatures
    ):
        return ExitCode.PARTIAL
    return code


_EXTENT = {Scope.NONE: 0, Scope.PARTIAL: 1, Scope.FULL: 2}
_BY_INDICATION = {
    Indication.TOTAL_PASSED: ExitCode.PASSED,
    Indication.INDETERMINATE: ExitCode.INDETERMINATE,
    Indication.TOTAL_FAILED: ExitCode.FAILED,
}


def _verify(path: str, asked: _Asked) -> ExitCode:
    try:
        report = esign.verify(
            source_of(path),
            trust=asked.trust,
            detached=asked.detached,
            evidence=asked.evidence,
            at=asked.at,
            offline=asked.offline,
            allow_hosts=asked.allow_hosts,
            timeout=asked.timeout,
            cache=asked.cache,
            trust_lists=asked.lists,
        )
    except EsignError as error:
        _tell_error(path, error, asked)
        return code_of(error)
    _tell(path, report, asked)
    return outcome_of(report, asked.covers)


def _tell(path: str, report: Report, asked: _Asked) -> None:
    if asked.as_json:
        from esign.reports.json_report import to_json  # only what this run prints is imported

        print_json({"file": path, **to_json(report, asked.language)}, one_line=asked.several)
        return
    from esign.reports.text import print_text

    print_text(report, name=path, language=asked.language, details=asked.details)


def _tell_error(path: str, error: EsignError, asked: _Asked) -> None:
    sentence = error.message.render(asked.language)
    if asked.as_json:
        kind = type(error).__name__
        told = {"file": path, "error": {"type": kind, "message": sentence}}
        print_json(told, one_line=asked.several)
    tell_error(path, sentence)
