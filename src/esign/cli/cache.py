"""``esign cache``: what of others' evidence is kept on this machine, and forgetting it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from esign.api.calls import now
from esign.cli.options import Moment
from esign.net.cache import CacheRecord
from esign.net.cache_file import FileCache, default_cache_path

_FILE = click.option(
    "--file",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Another cache than this user's own.",
)


@click.group("cache")
def command() -> None:
    """Show and prune the certificates, CRLs and OCSP responses kept from earlier runs.

    They only save time: each is judged anew whenever it is used.
    """


@command.command("show")
@_FILE
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line.")
def show(*, path: Path | None, as_json: bool) -> None:
    """List what is kept: kind, age, until when it counts, size, and whose it is."""
    cache = FileCache(path or default_cache_path())
    records = tuple(cache.records())
    for record in records:
        click.echo(json.dumps(_plain(record)) if as_json else _line(record, now()))
    if not as_json:
        kinds = Counter(record.kind.value for record in records)
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing"
        size = sum(record.size for record in records)
        click.echo(f"{cache.path}: {counts}, {size:,} octets.")


@command.command("prune")
@_FILE
@click.option("--all", "everything", is_flag=True, help="Forget everything.")
@click.option("--superseded", is_flag=True, help="Only what a newer object has replaced.")
@click.option("--before", type=Moment(), help="Only what was fetched before this time (ISO 8601).")
@click.option(
    "--older-than",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Only what was fetched more than so many days ago.",
)
def prune(
    *,
    path: Path | None,
    everything: bool,
    superseded: bool,
    before: datetime | None,
    older_than: int | None,
) -> None:
    """Forget what the options say; old evidence may exist nowhere else, so one must be given."""
    limits = [before] if before else []
    if older_than is not None:
        limits.append(now() - timedelta(days=older_than))
    narrowed = bool(limits) or superseded
    if everything == narrowed:
        raise click.UsageError("Say what to forget: --superseded, --before, --older-than or --all.")
    cache = FileCache(path or default_cache_path())
    limit = min(limits, default=datetime.max.replace(tzinfo=UTC))
    went = cache.prune(fetched_before=limit, superseded_only=superseded)
    click.echo(f"{cache.path}: {went} objects forgotten.")


def _line(record: CacheRecord, at: datetime) -> str:
    until = record.next_update
    end = "no end stated    " if until is None else f"until {until:%Y-%m-%d %H:%M}"
    state = "current" if record.is_current(at, None) else "old    "
    return (
        f"{record.kind.value:<11} {record.this_update:%Y-%m-%d %H:%M} {end:<22} {state} "
        f"{record.size:>10,}  {record.label}"
    )


def _plain(record: CacheRecord) -> dict[str, object]:
    until = record.next_update
    return {
        "kind": record.kind.value,
        "sha256": record.digest,
        "this_update": record.this_update.isoformat(),
        "next_update": None if until is None else until.isoformat(),
        "fetched_at": record.fetched_at.isoformat(),
        "octets": record.size,
        "about": record.label,
    }
