"""``esign trust``: look at trust anchors, collect them, compare them, ask if they are ready."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click

from esign.api.calls import moment
from esign.cli.options import Moment
from esign.cli.outcome import ExitCode
from esign.cli.passwords import password_source
from esign.creation.writing import write_whole
from esign.document import Document
from esign.errors import UsageError
from esign.pki.anchors import TrustAnchor
from esign.pki.trust import TrustStore
from esign.terms import Purpose

Command = TypeVar("Command", bound=Callable[..., object])
_PATH = click.Path(exists=True)


@click.group("trust")
def command() -> None:
    """Look at trust anchors, collect them, compare them."""


def _store_options(given: Command) -> Command:
    for option in (
        click.option(
            "--password-env", metavar="NAME", help="Password of a PKCS#12 or JKS trust store."
        ),
        click.option(
            "--password-file",
            type=click.Path(exists=True, dir_okay=False),
            help="The same, first line of this file.",
        ),
        click.option(
            "--purpose",
            "purposes",
            type=click.Choice([each.value for each in Purpose]),
            multiple=True,
            help="Narrow what the anchors are good for. May be repeated; by default everything "
            "their place says.",
        ),
        click.option(
            "--system",
            is_flag=True,
            help="The operating system's roots too. Those are made for TLS; a warning says so.",
        ),
    ):
        given = option(given)
    return given


@command.command("list")
@click.argument("paths", nargs=-1, type=_PATH, metavar="PATH...")
@_store_options
@click.option("--at", type=Moment(), help="Say what is usable at this time instead of now.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def list_anchors(
    *,
    paths: tuple[str, ...],
    system: bool,
    purposes: tuple[str, ...],
    password_file: str | None,
    password_env: str | None,
    at: datetime | None,
    as_json: bool,
) -> int:
    """Show every anchor: source, purposes, window of trust, constraints."""
    store = _store(paths, system, purposes, password_file, password_env)
    if as_json:
        _print_json(store)
        return int(ExitCode.PASSED)
    judged = moment(at)
    for anchor in store.anchors:
        for line in _lines(anchor, judged):
            click.echo(line)
    click.echo(f"{len(store)} anchors, SHA-256 {store.hash}")
    for sentence in store.shortcomings(judged):
        click.echo(f"Warning: {sentence}")
    return int(ExitCode.PASSED)


@command.command("check")
@click.argument("paths", nargs=-1, type=_PATH, metavar="PATH...")
@_store_options
@click.option("--at", type=Moment(), help="Be ready for this time instead of now.")
def check(
    *,
    paths: tuple[str, ...],
    system: bool,
    purposes: tuple[str, ...],
    password_file: str | None,
    password_env: str | None,
    at: datetime | None,
) -> int:
    """Fail unless the anchors can be relied on: some, whole, fresh, and within their time.

    Each --purpose needs an anchor of its own; without the option signers do.
    """
    store = _store(paths, system, (), password_file, password_env)
    wanted = tuple(Purpose(each) for each in purposes) or (Purpose.SIGNER,)
    store.require_ready(moment(at), purposes=wanted)
    click.echo(f"Ready: {len(store)} anchors, SHA-256 {store.hash}")
    return int(ExitCode.PASSED)


@command.command("export")
@click.argument("paths", nargs=-1, type=_PATH, metavar="PATH...")
@_store_options
@click.option("--output", required=True, type=click.Path(dir_okay=False), help="The new snapshot.")
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
def export(
    *,
    paths: tuple[str, ...],
    system: bool,
    purposes: tuple[str, ...],
    password_file: str | None,
    password_env: str | None,
    output: str,
    overwrite: bool,
) -> int:
    """Write all anchors into one snapshot, which says of each where it came from."""
    store = _store(paths, system, purposes, password_file, password_env)
    if not len(store):
        raise UsageError("There is no anchor to export for the purposes asked.")
    write_whole(Document.of(store.snapshot()), Path(output), overwrite=overwrite)
    click.echo(f"{output}: {len(store)} anchors, SHA-256 {store.hash}")
    return int(ExitCode.PASSED)


@command.command("add")
@click.argument("target", type=click.Path(), metavar="TARGET")
@click.argument("paths", nargs=-1, required=True, type=_PATH, metavar="PATH...")
@_store_options
@click.option("--source", metavar="TEXT", help="Where the certificate was really had from.")
@click.option("--from", "begins", type=Moment(), help="Trust it from this time on only.")
@click.option("--until", "ends", type=Moment(), help="Trust it up to this time only.")
def add(
    *,
    target: str,
    paths: tuple[str, ...],
    system: bool,
    purposes: tuple[str, ...],
    password_file: str | None,
    password_env: str | None,
    source: str | None,
    begins: datetime | None,
    ends: datetime | None,
) -> int:
    """Add the anchors of PATH to TARGET: a snapshot file, or a folder, where they get a file.

    A snapshot is replaced as a whole by the new one; its old hash is told beside the new.
    """
    if begins is not None and ends is not None and ends < begins:
        raise UsageError("--until lies before --from, so the anchor would never be trusted.")
    given = _store(paths, system, purposes, password_file, password_env)
    changed = (
        replace(
            each,
            source=source or each.source,
            not_before=begins or each.not_before,
            not_after=ends or each.not_after,
        )
        for each in given.anchors
    )
    added = TrustStore(changed, valid_until=given.valid_until, incomplete=given.incomplete)
    place = Path(target)
    if place.is_dir():
        place = place / f"{added.hash[:16]}.trust.json"
    known = TrustStore.load(place) if place.exists() else TrustStore.empty()
    store = known.merged(added)
    for each in _with_two_windows(known, added):
        click.echo(
            f"esign: warning: {_plain(str(each.certificate.subject))} was there already with "
            "another window of trust; both count.",
            err=True,
        )
    write_whole(Document.of(store.snapshot()), place, overwrite=place.exists())
    click.echo(f"{place}: {len(known)} anchors, SHA-256 {known.hash}, before")
    click.echo(f"{place}: {len(store)} anchors, SHA-256 {store.hash}, now")
    return int(ExitCode.PASSED)


@command.command("diff")
@click.argument("old", type=_PATH)
@click.argument("new", type=_PATH)
@click.option("--password-file", type=click.Path(exists=True, dir_okay=False))
@click.option("--password-env", metavar="NAME", help="Password of PKCS#12 or JKS trust stores.")
def diff(*, old: str, new: str, password_file: str | None, password_env: str | None) -> int:
    """Show which anchors came, went or changed. Code 0 when nothing did, 10 when something did."""
    before = _store((old,), False, (), password_file, password_env)
    after = _store((new,), False, (), password_file, password_env)
    lines = list(_differences(before, after))
    for line in lines:
        click.echo(line)
    if before.valid_until != after.valid_until:
        lines.append("valid")
        click.echo(f"~ valid until {_end(before.valid_until)}, now {_end(after.valid_until)}")
    if not lines:
        click.echo(f"No difference: {len(after)} anchors, SHA-256 {after.hash}")
    return int(ExitCode.INDETERMINATE if lines else ExitCode.PASSED)


def _with_two_windows(known: TrustStore, added: TrustStore) -> Iterator[TrustAnchor]:
    """Yield anchors that are there under other dates: adding narrows nothing."""
    before = _by_certificate(known)
    for anchor in added.anchors:
        others = before.get(anchor.certificate.fingerprint, [])
        if any(
            (e.not_before, e.not_after) != (anchor.not_before, anchor.not_after) for e in others
        ):
            yield anchor


def _store(
    paths: tuple[str, ...],
    system: bool,
    purposes: tuple[str, ...],
    password_file: str | None,
    password_env: str | None,
) -> TrustStore:
    if not paths and not system:
        raise UsageError("Name at least one file or folder of trust anchors, or say --system.")
    wanted = tuple(Purpose(each) for each in purposes or tuple(Purpose))
    password = None
    if password_file or password_env:
        password = password_source(paths[0] if paths else "", password_file, password_env)()
    store = TrustStore.empty()
    if paths:
        store = TrustStore.load(*paths, purposes=wanted, password=password)
    if system:
        click.echo(
            "esign: warning: the system's roots were made for TLS; that a server is who it says "
            "is no reason to believe a signature.",
            err=True,
        )
        store = store.merged(TrustStore.system(purposes=wanted))
    return store


def _lines(anchor: TrustAnchor, at: datetime) -> Iterator[str]:
    certificate = anchor.certificate
    state = "usable" if anchor.is_usable_at(at) else "NOT USABLE"
    yield _plain(f"{certificate.subject}")
    yield f"  SHA-256      {certificate.fingerprint}"
    yield f"  purposes     {', '.join(sorted(anchor.purposes))}"
    yield _plain(f"  source       {anchor.source}")
    yield f"  certificate  {_end(certificate.not_before)} to {_end(certificate.not_after)}"
    yield f"  trusted      {_end(anchor.not_before)} to {_end(anchor.not_after)}"
    yield f"  constraints  {', '.join(_constraints(anchor)) or 'none'}"
    for service in anchor.services:
        yield _plain(f"  list         {service.territory} {service.sequence}: {service.service}")
    yield f"  at {_end(at)}: {state}"


def _constraints(anchor: TrustAnchor) -> Iterator[str]:
    if anchor.certificate.path_length is not None:
        yield f"at most {anchor.certificate.path_length} authorities below it"
    if anchor.has_name_constraints:
        yield "limits the names below it"


def _plain(text: str) -> str:
    from esign.reports.printing import harmless

    return harmless(text)


def _end(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _print_json(store: TrustStore) -> None:
    from esign.reports.certificate_json import anchor_of
    from esign.reports.json_report import time_of

    content = {
        "sha256": store.hash,
        "valid_until": time_of(store.valid_until),
        "incomplete": [str(each) for each in store.incomplete],
        "anchors": [anchor_of(each) for each in store.anchors],
    }
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def _differences(before: TrustStore, after: TrustStore) -> Iterator[str]:
    """Yield anchors that went, came and changed, each once, by certificate."""
    old, new = _by_certificate(before), _by_certificate(after)
    for fingerprint in sorted(old.keys() - new.keys()):
        yield from (f"- {_summary(each)}" for each in old[fingerprint])
    for fingerprint in sorted(new.keys() - old.keys()):
        yield from (f"+ {_summary(each)}" for each in new[fingerprint])
    for fingerprint in sorted(old.keys() & new.keys()):
        gone = [_summary(each) for each in old[fingerprint]]
        come = [_summary(each) for each in new[fingerprint]]
        yield from (f"~- {each}" for each in gone if each not in come)
        yield from (f"~+ {each}" for each in come if each not in gone)


def _by_certificate(store: TrustStore) -> dict[str, list[TrustAnchor]]:
    found: dict[str, list[TrustAnchor]] = {}
    for anchor in store.anchors:
        found.setdefault(anchor.certificate.fingerprint, []).append(anchor)
    return found


def _summary(anchor: TrustAnchor) -> str:
    services = "".join(
        f"; {each.territory} {each.service} {each.status.rpartition('/')[2]}"
        for each in anchor.services
    )
    return _plain(
        f"{anchor.certificate.fingerprint[:16]} {anchor.certificate.subject} "
        f"[{', '.join(sorted(anchor.purposes))}] {_end(anchor.not_before)} to "
        f"{_end(anchor.not_after)}{services}"
    )
