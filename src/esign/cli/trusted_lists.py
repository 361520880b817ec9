"""The options that name trusted lists: what they trust, and what signatures are called by them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from esign.api.calls import moment
from esign.document import Document
from esign.errors import UsageError
from esign.pki.certificate import Certificate, load_certificates
from esign.pki.trust import TrustStore

if TYPE_CHECKING:
    from esign.trustlists.snapshot import TrustListSnapshot

Command = TypeVar("Command", bound=Callable[..., object])
_FILE = click.Path(exists=True, dir_okay=False)


def trust_list_options(command: Command) -> Command:
    """Add the options that name trusted lists and who may have signed them."""
    for option in (
        click.option(
            "--trust-list-signer",
            type=_FILE,
            multiple=True,
            metavar="CERT",
            help="Certificate announced as signer of the trusted lists given; a list that none of "
            "them signed is refused. May be repeated.",
        ),
        click.option(
            "--trust-list",
            type=_FILE,
            multiple=True,
            metavar="FILE",
            help="Trust whom this trusted list (TS 119 612) grants, for as long as it does. The "
            "lists that a list of lists points to are looked for beside it, by file name. May be "
            "repeated; needs --trust-list-signer.",
        ),
    ):
        command = option(command)
    return command


def load_lists(
    paths: Sequence[str], signers: Sequence[str], *, at: datetime | None = None
) -> TrustListSnapshot | None:
    """Return the lists in the files, each checked against the announced signers.

    Args:
        paths: trusted lists; None is returned when there is none.
        signers: files with the certificates announced as their signers.
        at: the moment that is judged; None is now. A list must be current then or, where it
            was issued later and tells that moment by its history, now.

    Raises:
        UsageError: lists without signers, or signers without lists.
        TrustedListError: a list is unsigned, signed by somebody else, altered or expired.
    """
    if not paths and not signers:
        return None
    if not signers:
        raise UsageError(
            "Name the announced signer's certificate with --trust-list-signer: a trusted list is "
            "worth what its signature is worth."
        )
    if not paths:
        raise UsageError("--trust-list-signer belongs to a list: name it with --trust-list.")
    announced = tuple(
        found for path in signers for found in load_certificates(Document.of(path).whole())
    )
    return _united([_load(Path(path), announced, at) for path in paths])


def with_lists(store: TrustStore, lists: TrustListSnapshot | None) -> TrustStore:
    """Return the store with the anchors of the lists.

    Raises:
        TrustedListError: a list that belongs to them is missing, or they give no anchor.
    """
    return store if lists is None else store.merged(lists.trust_store())


def _load(path: Path, announced: tuple[Certificate, ...], at: datetime | None) -> TrustListSnapshot:
    from esign.trustlists.loading import FirstList, load  # lists are given to few calls
    from esign.trustlists.sources import ListFolder

    return load(
        FirstList(location=str(path), signers=announced),
        source=ListFolder(folder=path.parent),
        at=_moment_of_use(path, at),
    )


def _moment_of_use(path: Path, at: datetime | None) -> datetime:
    """Return when the list must be current: then, or now for one that was issued since."""
    from esign.trustlists.reading import read_list

    if at is None or read_list(Document.of(path).whole()).issued > at:
        return moment(None)
    return at


def _united(found: Sequence[TrustListSnapshot]) -> TrustListSnapshot:
    from esign.trustlists.snapshot import TrustListSnapshot

    if len(found) == 1:
        return found[0]
    for each in found:
        each.trust_store()  # Each is asked at its own moment of use.
    return TrustListSnapshot(
        lists=tuple(listed for each in found for listed in each.lists),
        failures=tuple(failure for each in found for failure in each.failures),
        at=min(each.at for each in found),
    )
