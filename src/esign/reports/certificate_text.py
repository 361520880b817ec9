"""The report on one certificate as text: verdict, who, chain, revocation, what is missing.

Spec: EN 319 102-1 §5.2.6
"""

from __future__ import annotations

from collections.abc import Iterator

from esign.messages import Message
from esign.pki.anchors import TrustAnchor
from esign.pki.certificate import Certificate
from esign.reports.identity_lines import (
    identity_sentences,
    qualification_sentences,
    statement_sentences,
)
from esign.reports.printing import harmless
from esign.reports.text import Line, print_lines, written_moment
from esign.reports.titles import BLOCKS, OUTCOMES, title_of
from esign.terms import BlockStatus
from esign.validation.certificate_check import CertificateReport
from esign.validation.checks import Reason
from esign.validation.report import CertificateStatus
from esign.validation.x509_result import Missing, MissingKind

_VERDICTS = {
    BlockStatus.PASSED: ("bold green", Message("VALID")),
    BlockStatus.FAILED: ("bold red", Message("NOT VALID")),
    BlockStatus.INDETERMINATE: ("bold yellow", Message("CANNOT BE CONFIRMED")),
}
_STATES = {
    "good": Message("not revoked"),
    "revoked": Message("REVOKED"),
    "on hold": Message("suspended (on hold)"),
    "unknown": Message("not known"),
    "exempt": Message("exempt by its issuer"),
}
_MISSING = {
    MissingKind.ISSUER: Message("the certificate of its issuer"),
    MissingKind.REVOCATION: Message("revocation data"),
}


def print_certificate(
    report: CertificateReport, *, name: str, language: str = "en", details: bool = False
) -> None:
    """Print the report to standard output; arguments as for ``print_text``."""
    print_lines(certificate_lines(report, name=name, language=language, details=details))


def certificate_lines(
    report: CertificateReport, *, name: str, language: str = "en", details: bool = False
) -> tuple[Line, ...]:
    """Return the lines of the report, without printing anything."""
    told = (*_verdict(report, name), *_facts(report, details=details))
    return tuple(Line(depth, style, harmless(text.render(language))) for depth, style, text in told)


_Told = Iterator[tuple[int, str, Message]]


def _verdict(report: CertificateReport, name: str) -> _Told:
    style, verdict = _VERDICTS[report.indication]
    codes = report.indication.value
    if report.sub_indication is not None:
        codes += f" / {report.sub_indication.value}"
    head = Message(
        "{name}: {verdict} ({codes}), judged for {at}",
        name=name,
        verdict=verdict,
        codes=codes,
        at=written_moment(report.at),
    )
    yield 0, style, head


def _facts(report: CertificateReport, *, details: bool) -> _Told:
    yield 1, "", Message("Subject: {subject}", subject=str(report.subject))
    for sentence in identity_sentences(report.subject):
        yield 1, "", sentence
    if report.qualification is not None:
        for sentence in qualification_sentences(report.qualification):
            yield 1, "", sentence
    for sentence in statement_sentences(report.qc_statements):
        yield 1, "", sentence
    yield from _reasons(report.reasons, details=details)
    yield from _chain(report)
    yield from _missing(report)
    for warning in report.warnings:
        yield 1, "yellow", Message("Warning: {text}", text=warning)
    for failure in report.evidence.failures:
        for url, cause in failure.causes:
            text = Message("Could not be fetched: {url}: {cause}", url=url, cause=cause)
            yield 1, "yellow", text
    if details:
        yield from _circumstances(report)


def _reasons(reasons: tuple[Reason, ...], *, details: bool) -> _Told:
    for reason in reasons if details else reasons[:1]:
        yield 1, "bold", Message("Why: {reason}", reason=reason.message)
        if reason.remedy is not None:
            yield 1, "bold", Message("What to do: {remedy}", remedy=reason.remedy)
    if not details and len(reasons) > 1:
        count = len(reasons) - 1
        yield 1, "", Message("More reasons ({count}) are shown with --details.", count=count)


def _chain(report: CertificateReport) -> _Told:
    status = {each.certificate: each for each in report.revocation}
    for number, certificate in enumerate(report.chain, 1):
        yield 1, "", _link(number, certificate)
        if certificate in status:
            yield 2, "", _revocation(status[certificate])
    if report.anchor is None:
        yield 1, "yellow", Message("The chain ends at no trust anchor.")
    else:
        yield 1, "", _anchor(report.anchor)


def _link(number: int, certificate: Certificate) -> Message:
    return Message(
        "{number}. {subject}, number {serial}, valid {begins} to {ends}",
        number=number,
        subject=str(certificate.subject),
        serial=f"{certificate.serial_number:x}",
        begins=written_moment(certificate.not_before),
        ends=written_moment(certificate.not_after),
    )


def _revocation(status: CertificateStatus) -> Message:
    state = _STATES[status.state]
    if status.revoked_at is not None:
        state = Message("{state} since {time}", state=state, time=written_moment(status.revoked_at))
    if status.source_kind is None:
        return Message("Revocation: {state}", state=state)
    return Message(
        "Revocation: {state}, by {kind} of {this_update}, next {next_update}",
        state=state,
        kind=status.source_kind,
        this_update=written_moment(status.this_update),
        next_update=written_moment(status.next_update),
    )


def _anchor(anchor: TrustAnchor) -> Message:
    return Message(
        "Trust anchor from {source}, trusted from {begins} to {ends}",
        source=anchor.source,
        begins=written_moment(anchor.not_before),
        ends=written_moment(anchor.not_after),
    )


def _missing(report: CertificateReport) -> _Told:
    for missing in report.missing:
        text = Message(
            "Missing: {what} of {subject}",
            what=_MISSING[missing.kind],
            subject=str(missing.certificate.subject),
        )
        yield 1, "bold yellow", text
        yield from _ways(missing, report)


def _ways(missing: Missing, report: CertificateReport) -> _Told:
    wants = [each for each in report.plan if each.certificate == missing.certificate]
    for want in wants:
        for url in want.urls:
            yield 2, "", Message("{kind} from {url}", kind=want.kind.value, url=url)
    if not wants:
        yield 2, "", Message("The certificate names nobody who could be asked for it.")


def _circumstances(report: CertificateReport) -> _Told:
    for check in report.checks:
        text = Message(
            "{block}: {title}: {outcome} [{clause}]",
            block=BLOCKS[check.block],
            title=title_of(check),
            outcome=OUTCOMES[check.outcome],
            clause=check.clause,
        )
        yield 2, "", text
    yield (
        1,
        "",
        Message(
            "Trust: {anchors} anchors, SHA-256 {hash}",
            anchors=report.anchors,
            hash=report.trust_hash,
        ),
    )
    yield (
        1,
        "",
        Message(
            "Algorithms: {suite}, version {version} of {date}",
            suite=report.suite,
            version=report.suite_version,
            date=report.suite_date,
        ),
    )
    yield 1, "", Message("Policy: {policy}", policy=report.policy)
