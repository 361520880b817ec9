"""The report as text that a clerk understands: verdict, who, when, what, why not, what to do.

On a terminal the lines are coloured (rich); into a pipe or file they are plain, and rich is
not even loaded. Names come from certificates anybody may have made, so control characters
and direction marks never reach the terminal.

Spec: EN 319 102-1 §5.1.3
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from esign.messages import Message
from esign.reports.identity_lines import (
    identity_sentences,
    qualification_sentences,
    statement_sentences,
)
from esign.reports.printing import harmless
from esign.reports.stages import stages_of
from esign.reports.titles import BLOCKS, OUTCOMES, title_of
from esign.terms import BlockStatus, Indication, Scope
from esign.validation.report import (
    Check,
    Outcome,
    Reason,
    Report,
    SignatureReport,
    SignerIdentity,
    TimestampReport,
)


class Line(NamedTuple):
    """One line of the report: how deep, how coloured, and its text."""

    depth: int
    style: str
    text: str


def print_text(report: Report, *, name: str, language: str = "en", details: bool = False) -> None:
    """Print the report to standard output.

    Args:
        report: what was found.
        name: the file, as the reader knows it.
        language: an ISO 639-1 code the catalogue knows; others give English.
        details: show every check, not only what decided.
    """
    print_lines(text_lines(report, name=name, language=language, details=details))


def print_lines(lines: tuple[Line, ...]) -> None:
    """Print lines to standard output: coloured on a terminal, plain elsewhere."""
    if sys.stdout.isatty():
        _print_coloured(lines)
        return
    for line in lines:
        sys.stdout.write(_writable(f"{'  ' * line.depth}{line.text}", sys.stdout.encoding) + "\n")


def text_lines(
    report: Report, *, name: str, language: str = "en", details: bool = False
) -> tuple[Line, ...]:
    """Return the lines of the report, without printing anything."""
    return tuple(_Teller(language, details=details).report(report, name))


_VERDICTS = {
    Indication.TOTAL_PASSED: ("bold green", Message("VALID")),
    Indication.TOTAL_FAILED: ("bold red", Message("NOT VALID")),
    Indication.INDETERMINATE: ("bold yellow", Message("CANNOT BE CONFIRMED")),
}
_COVERAGE = {
    Scope.FULL: Message("the whole document"),
    Scope.PARTIAL: Message("ONLY A PART of the document"),
    Scope.NONE: Message("nothing of the document"),
}
_STATUS = {
    BlockStatus.PASSED: ("green", Message("holds")),
    BlockStatus.FAILED: ("red", Message("does not hold")),
    BlockStatus.INDETERMINATE: ("yellow", Message("cannot be confirmed")),
}
_OUTCOME_STYLES = {
    Outcome.PASSED: "green",
    Outcome.FAILED: "red",
    Outcome.INDETERMINATE: "yellow",
    Outcome.WARNING: "yellow",
    Outcome.INFORMATION: "",
}


class _Teller:
    """Puts a report into words; holds the language and the wish for details."""

    def __init__(self, language: str, *, details: bool) -> None:
        self._language = language
        self._details = details

    def report(self, report: Report, name: str) -> Iterator[Line]:
        if not report.signatures:
            head = Message("{name}: there is NO SIGNATURE in this file.", name=name)
            yield self._line(0, "bold red", head)
        for number, signature in enumerate(report.signatures, 1):
            yield from self._signature(signature, report, name, number)
        covering = {each.id for s in report.signatures for each in s.timestamps}
        for timestamp in report.timestamps:
            if timestamp.id not in covering:
                yield from self._timestamp(timestamp, 1)
        for warning in report.warnings:
            yield self._line(1, "yellow", Message("Warning: {text}", text=warning))
        if self._details:
            yield from self._circumstances(report)

    def _signature(
        self, signature: SignatureReport, report: Report, name: str, number: int
    ) -> Iterator[Line]:
        style, verdict = _VERDICTS[signature.indication]
        values = {
            "name": name,
            "number": number,
            "count": len(report.signatures),
            "verdict": verdict,
            "codes": _codes(signature),
            "at": written_moment(report.at),
        }
        if len(report.signatures) > 1:
            head = Message(
                "{name}, signature {number} of {count}: {verdict} ({codes}), judged for {at}",
                **values,
            )
        else:
            head = Message("{name}: {verdict} ({codes}), judged for {at}", **values)
        yield self._line(0, style, head)
        yield from self._facts(signature, 1)

    def _facts(self, signature: SignatureReport, depth: int) -> Iterator[Line]:
        yield self._line(depth, "", self._who(signature))
        yield self._line(depth, "", _when(signature))
        yield self._line(depth, *self._what(signature))
        for sentence in self._identity(signature):
            yield self._line(depth, "", sentence)
        yield from self._reasons(signature.reasons, depth)
        for warning in signature.warnings:
            yield self._line(depth, "yellow", Message("Warning: {text}", text=warning))
        if self._language == "az":
            for stage, holds in stages_of(signature):
                text = Message("{stage}: {answer}", stage=stage, answer=_ANSWERS[holds])
                yield self._line(depth, "", text)
        for timestamp in signature.timestamps:
            yield from self._timestamp(timestamp, depth)
        for counter_signature in signature.counter_signatures:
            yield from self._counter_signature(counter_signature, depth)
        if self._details:
            yield self._line(depth, "", _how(signature))
            yield from self._checks(signature.checks, depth)

    def _who(self, signature: SignatureReport) -> Message:
        signer = signature.signer
        if signer is None:
            return Message("Signed by: not known")
        if signature.passed:
            return Message("Signed by: {signer}", signer=_person(signer))
        return Message("Signed by, as its certificate says: {signer}", signer=_person(signer))

    def _identity(self, signature: SignatureReport) -> Iterator[Message]:
        signer, stated = signature.signer, signature.qc_statements
        if signer is not None:
            yield from identity_sentences(signer)
        if signature.qualification is not None:
            yield from qualification_sentences(signature.qualification)
        if self._details and stated is not None:
            yield from statement_sentences(stated)

    def _what(self, signature: SignatureReport) -> tuple[str, Message]:
        style = "" if signature.coverage is Scope.FULL else "bold yellow"
        text = Message("Covers: {coverage}", coverage=_COVERAGE[signature.coverage])
        notes = [each.covers for each in signature.references if each.covers is not None]
        if signature.coverage is not Scope.FULL and notes:
            text = Message("{text} ({note})", text=text, note=notes[0])
        return style, text

    def _reasons(self, reasons: tuple[Reason, ...], depth: int) -> Iterator[Line]:
        shown = reasons if self._details else reasons[:1]
        for reason in shown:
            yield self._line(depth, "bold", Message("Why: {reason}", reason=reason.message))
            if reason.remedy is not None:
                yield self._line(
                    depth, "bold", Message("What to do: {remedy}", remedy=reason.remedy)
                )
        if len(reasons) > len(shown):
            more = Message(
                "More reasons ({count}) are shown with --details.", count=len(reasons) - len(shown)
            )
            yield self._line(depth, "", more)

    def _timestamp(self, timestamp: TimestampReport, depth: int) -> Iterator[Line]:
        style, status = _STATUS[timestamp.indication]
        authority = timestamp.authority
        text = Message(
            "Time-stamp ({kind}) of {time} by {authority}: {status}",
            kind=timestamp.kind.value,
            time=written_moment(timestamp.time),
            authority="-" if authority is None else authority.display_name,
            status=status,
        )
        yield self._line(depth, style, text)
        if self._details:
            yield from self._reasons(timestamp.reasons, depth + 1)
            yield from self._checks(timestamp.checks, depth + 1)

    def _counter_signature(self, signature: SignatureReport, depth: int) -> Iterator[Line]:
        style, verdict = _VERDICTS[signature.indication]
        head = Message(
            "Counter-signature: {verdict} ({codes})", verdict=verdict, codes=_codes(signature)
        )
        yield self._line(depth, style, head)
        yield from self._facts(signature, depth + 1)

    def _checks(self, checks: tuple[Check, ...], depth: int) -> Iterator[Line]:
        for check in checks:
            text = Message(
                "{block}: {title}: {outcome} [{clause}]",
                block=BLOCKS[check.block],
                title=title_of(check),
                outcome=OUTCOMES[check.outcome],
                clause=check.clause,
            )
            yield self._line(depth + 1, _OUTCOME_STYLES[check.outcome], text)
            if check.message is not None and not check.stops:
                yield self._line(depth + 2, "", check.message)

    def _circumstances(self, report: Report) -> Iterator[Line]:
        anchors = Message(
            "Trust: {anchors} anchors, SHA-256 {hash}",
            anchors=report.anchors,
            hash=report.trust_hash,
        )
        yield self._line(1, "", anchors)
        suite = Message(
            "Algorithms: {suite}, version {version} of {date}",
            suite=report.suite,
            version=report.suite_version,
            date=report.suite_date,
        )
        yield self._line(1, "", suite)
        yield self._line(1, "", Message("Policy: {policy}", policy=report.policy))
        for failure in report.failures:
            for url, cause in failure.causes:
                text = Message("Could not be fetched: {url}: {cause}", url=url, cause=cause)
                yield self._line(1, "yellow", text)

    def _line(self, depth: int, style: str, message: Message) -> Line:
        return Line(depth, style, harmless(message.render(self._language)))


_ANSWERS = {True: Message("yes"), False: Message("no"), None: Message("not known")}


def _codes(signature: SignatureReport) -> str:
    form = signature.form
    level = signature.level.label(form) if signature.level else form.value
    sub_indication = signature.sub_indication
    codes = signature.indication.value + (f" / {sub_indication.value}" if sub_indication else "")
    return f"{codes}, {level}"


def _person(signer: SignerIdentity) -> Message:
    if signer.serial_number is None:
        return Message("{name}", name=str(signer))
    name, organisation = signer.display_name, signer.organisation
    if organisation is None or organisation == name:
        return Message("{name}, number {number}", name=name, number=signer.serial_number)
    return Message(
        "{name}, number {number}, {organisation}",
        name=name,
        number=signer.serial_number,
        organisation=organisation,
    )


def _when(signature: SignatureReport) -> Message:
    claimed, proven = signature.claimed_time, signature.proven_time
    if proven is not None and claimed is not None:
        return Message(
            "Signed at: before {proven} (proven by a time-stamp); the signer says {claimed}",
            proven=written_moment(proven),
            claimed=written_moment(claimed),
        )
    if proven is not None:
        return Message(
            "Signed at: before {proven} (proven by a time-stamp)", proven=written_moment(proven)
        )
    if claimed is not None:
        return Message(
            "Signed at: {claimed}, as the signer says; not proven", claimed=written_moment(claimed)
        )
    return Message("Signed at: not known")


def _how(signature: SignatureReport) -> Message:
    return Message(
        "Signature algorithm {algorithm}, digests {digests}, id {id}",
        algorithm=signature.algorithm,
        digests=", ".join(signature.digest_algorithms) or "-",
        id=signature.id,
    )


def written_moment(moment: datetime | None) -> str:
    """Return the moment as people read it; a dash for none."""
    return "-" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _writable(text: str, encoding: str | None) -> str:
    """Return the text with what the output's encoding lacks replaced, never an error."""
    encoding = encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _print_coloured(lines: tuple[Line, ...]) -> None:
    from rich.console import Console  # 50 ms that only a terminal needs
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    for line in lines:
        text = _writable(line.text, console.encoding)
        console.print(Padding(Text(text, style=line.style), (0, 0, 0, 2 * line.depth)))
