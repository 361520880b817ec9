"""``esign trust``: look at trust anchors, collect them, compare them, ask if they are ready."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from esign.api.calls import moment
from esign.cli.options import SYSTEM_ROOTS, Moment, reading_language
from esign.cli.outcome import ExitCode, code_of
from esign.cli.passwords import password_source
from esign.cli.terminal import tell_error
from esign.cli.trust_lines import (
    anchor_lines,
    content_of,
    differences,
    moment_of,
    with_two_windows,
)
from esign.cli.trusted_lists import load_lists, trust_list_options, with_lists
from esign.creation.writing import write_whole
from esign.document import Document
from esign.errors import EsignError, UsageError
from esign.messages import Message
from esign.pki.anchors import TrustAnchor
from esign.pki.trust import TrustStore
from esign.reports.printing import harmless
from esign.terms import Purpose

Command = TypeVar("Command", bound=Callable[..., object])
_PATH = click.Path(exists=True)
_TWO = 2


@click.group("trust")
def command() -> None:
    """Look at trust anchors, collect them, compare them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What the options say about where anchors come from."""

    paths: tuple[str, ...]
    trust_list: tuple[str, ...]
    trust_list_signer: tuple[str, ...]
    password_file: str | None
    password_env: str | None
    language: str
    purposes: tuple[str, ...] = ()
    system: bool = False

    def say(self, sentence: Message, *, warning: bool = False) -> None:
        """Print a sentence in the reader's language; a warning goes to standard error."""
        told = harmless(sentence.render(self.language))
        click.echo(f"esign: {told}" if warning else told, err=warning)

    def store(
        self, *, at: datetime | None = None, purposes: tuple[str, ...] | None = None
    ) -> TrustStore:
        """Return all anchors for the purposes, by default those of the options."""
        if not self.paths and not self.system and not self.trust_list:
            raise UsageError(
                "Name at least one file or folder of trust anchors, or a list with --trust-list, "
                "or say --system."
            )
        asked = self.purposes if purposes is None else purposes
        wanted = frozenset(Purpose(each) for each in asked) or frozenset(Purpose)
        store = TrustStore.empty()
        if self.paths:
            store = TrustStore.load(*self.paths, purposes=wanted, password=self._password())
        if self.system:
            self.say(SYSTEM_ROOTS, warning=True)
            store = store.merged(TrustStore.system(purposes=wanted))
        lists = load_lists(self.trust_list, self.trust_list_signer, at=at)
        return store.merged(_narrowed(with_lists(TrustStore.empty(), lists), wanted))

    def _password(self) -> str | None:
        if not self.password_file and not self.password_env:
            return None
        return password_source(self.paths[0], self.password_file, self.password_env)()


_PASSWORD_OPTIONS = (
    click.option(
        "--password-file",
        type=click.Path(exists=True, dir_okay=False),
        help="Password of a PKCS#12 or JKS trust store, first line of this file.",
    ),
    click.option("--password-env", metavar="NAME", help="The same, in this variable."),
    click.option("--language", metavar="CODE", help="Language of the answer: en or az."),
)
_PLACE_OPTIONS = (
    click.option(
        "--system",
        is_flag=True,
        help="The operating system's roots too. Those are made for TLS; a warning says so.",
    ),
    click.option(
        "--purpose",
        "purposes",
        type=click.Choice([each.value for each in Purpose]),
        multiple=True,
        help="Narrow what the anchors are good for. May be repeated; by default everything "
        "their place says.",
    ),
)


def _with_options(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def decorate(function: Command) -> Command:
        found: Any = _in_language(function)
        for option in reversed(options):
            found = option(found)
        given: Command = found
        return given

    return decorate


def _in_language(function: Command) -> Callable[..., int]:
    """Settle the language, and say errors in it too."""

    @wraps(function)
    def told(*, language: str | None, **given: Any) -> int:
        spoken = reading_language(language)
        try:
            code: Any = function(language=spoken, **given)
        except EsignError as error:
            tell_error("", error.message.render(spoken))
            return int(code_of(error))
        return int(code)

    return told


_STORE_OPTIONS = (*_PLACE_OPTIONS, trust_list_options, *_PASSWORD_OPTIONS)


@command.command("list")
@click.argument("paths", nargs=-1, type=_PATH, metavar="[PATH...]")
@_with_options(*_STORE_OPTIONS)
@click.option("--at", type=Moment(), help="Say what is usable at this time instead of now.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def list_anchors(*, at: datetime | None, as_json: bool, **options: Any) -> int:
    """Show every anchor: source, purposes, window of trust, constraints."""
    given = _Given(**options)
    store = given.store(at=at)
    if as_json:
        _print_json(store, given.language)
        return ExitCode.PASSED
    judged = moment(at)
    for anchor in store.anchors:
        for line in anchor_lines(anchor, judged, given.language):
            click.echo(line)
    given.say(content_of(store))
    for sentence in store.shortcomings(judged):
        given.say(Message("Warning: {sentence}", sentence=sentence))
    return ExitCode.PASSED


@command.command("check")
@click.argument("paths", nargs=-1, type=_PATH, metavar="[PATH...]")
@_with_options(*_STORE_OPTIONS)
@click.option("--at", type=Moment(), help="Be ready for this time instead of now.")
def check(*, at: datetime | None, **options: Any) -> int:
    """Fail unless the anchors can be relied on: some, whole, fresh, and within their time.

    Each --purpose needs an anchor of its own; without the option signers do.
    """
    given = _Given(**options)
    store = given.store(at=at, purposes=())
    wanted = tuple(Purpose(each) for each in given.purposes) or (Purpose.SIGNER,)
    store.require_ready(moment(at), purposes=wanted)
    given.say(Message("Ready: {content}", content=content_of(store)))
    return ExitCode.PASSED


@command.command("export")
@click.argument("paths", nargs=-1, type=_PATH, metavar="[PATH...]")
@_with_options(*_STORE_OPTIONS)
@click.option("--output", required=True, type=click.Path(dir_okay=False), help="The new snapshot.")
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
def export(*, output: str, overwrite: bool, **options: Any) -> int:
    """Write all anchors into one snapshot, which says of each where it came from."""
    given = _Given(**options)
    store = given.store()
    if not len(store):
        raise UsageError("There is no anchor to export for the purposes asked.")
    write_whole(Document.of(store.snapshot()), Path(output), overwrite=overwrite)
    given.say(Message("{path}: {content}", path=output, content=content_of(store)))
    return ExitCode.PASSED


@command.command("add")
@click.argument("target", type=click.Path(), metavar="TARGET")
@click.argument("paths", nargs=-1, type=_PATH, metavar="[PATH...]")
@_with_options(*_STORE_OPTIONS)
@click.option("--source", metavar="TEXT", help="Where the certificate was really had from.")
@click.option("--from", "begins", type=Moment(), help="Trust it from this time on only.")
@click.option("--until", "ends", type=Moment(), help="Trust it up to this time only.")
def add(
    *,
    target: str,
    source: str | None,
    begins: datetime | None,
    ends: datetime | None,
    **options: Any,
) -> int:
    """Add the anchors of PATH to TARGET: a snapshot file, or a folder, where they get a file.

    A snapshot is replaced as a whole by the new one; its old hash is told beside the new.
    """
    if begins is not None and ends is not None and ends < begins:
        raise UsageError("--until lies before --from, so the anchor would never be trusted.")
    given = _Given(**options)
    found = given.store()
    changed = (_changed(each, source, begins, ends) for each in found.anchors)
    added = TrustStore(changed, valid_until=found.valid_until, incomplete=found.incomplete)
    place = Path(target)
    if place.is_dir():
        place = place / f"{added.hash[:16]}.trust.json"
    known = TrustStore.load(place) if place.exists() else TrustStore.empty()
    store = known.merged(added)
    for each in with_two_windows(known, added):
        given.say(_two_windows(each), warning=True)
    write_whole(Document.of(store.snapshot()), place, overwrite=place.exists())
    given.say(Message("{path}: {content}, before", path=place, content=content_of(known)))
    given.say(Message("{path}: {content}, now", path=place, content=content_of(store)))
    return ExitCode.PASSED


@command.command("diff")
@click.argument("paths", nargs=-1, type=_PATH, metavar="OLD [NEW]")
@_with_options(trust_list_options, *_PASSWORD_OPTIONS)
def diff(**options: Any) -> int:
    """Show which anchors came, went or changed. Code 0 when nothing did, 10 when something did.

    Trusted lists come after the paths: with OLD and one --trust-list, the list is the new
    side; with two lists alone, the first is the old one.
    """
    given = _Given(**options)
    before, after = (side.store() for side in _sides(given))
    found = list(differences(before, after))
    for sign, sentence in found:
        given.say(Message("{sign} {sentence}", sign=sign, sentence=sentence))
    if not found:
        given.say(Message("No difference: {content}", content=content_of(after)))
    return ExitCode.INDETERMINATE if found else ExitCode.PASSED


def _sides(given: _Given) -> tuple[_Given, _Given]:
    """Return what is compared: each side is one path or one list."""
    if len(given.paths) + len(given.trust_list) != _TWO:
        raise UsageError("Name two things to compare: OLD and NEW, or trusted lists for either.")
    paths = [replace(given, paths=(p,), trust_list=(), trust_list_signer=()) for p in given.paths]
    lists = [replace(given, paths=(), trust_list=(each,)) for each in given.trust_list]
    if not lists:
        load_lists((), given.trust_list_signer)  # A signer without a list was meant otherwise.
    before, after = (*paths, *lists)
    return before, after


def _narrowed(store: TrustStore, wanted: Iterable[Purpose]) -> TrustStore:
    """Return the store with the purposes asked for, and nothing for others."""
    asked = frozenset(wanted)
    return TrustStore(
        (
            replace(each, purposes=each.purposes & asked)
            for each in store.anchors
            if each.purposes & asked
        ),
        valid_until=store.valid_until,
        incomplete=store.incomplete,
    )


def _changed(
    anchor: TrustAnchor, source: str | None, begins: datetime | None, ends: datetime | None
) -> TrustAnchor:
    """Return the anchor as added: its window is only made smaller, above all a list's."""
    first = max((e for e in (begins, anchor.not_before) if e is not None), default=None)
    last = min((e for e in (ends, anchor.not_after) if e is not None), default=None)
    if first is not None and last is not None and last < first:
        raise UsageError(
            "{subject} is trusted from {begins} to {ends} where it comes from, so with these "
            "dates it would never be.",
            subject=str(anchor.certificate.subject),
            begins=moment_of(anchor.not_before),
            ends=moment_of(anchor.not_after),
        )
    return replace(anchor, source=source or anchor.source, not_before=first, not_after=last)


def _two_windows(anchor: TrustAnchor) -> Message:
    return Message(
        "warning: {subject} was there already with another window of trust; both count.",
        subject=str(anchor.certificate.subject),
    )


def _print_json(store: TrustStore, language: str) -> None:
    from esign.reports.certificate_json import anchor_of
    from esign.reports.json_report import time_of

    content = {
        "sha256": store.hash,
        "valid_until": time_of(store.valid_until),
        "incomplete": [each.render(language) for each in store.incomplete],
        "anchors": [anchor_of(each) for each in store.anchors],
    }
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
