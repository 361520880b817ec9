"""``esign tl``: make, sign and check a national trusted list."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

import click

import esign
from esign.api.calls import moment
from esign.cli.options import Moment
from esign.cli.passwords import password_source
from esign.document import Document
from esign.errors import InputUnreadableError, OutputError, UsageError
from esign.limits import Budget
from esign.pki.certificate import Certificate, load_certificates
from esign.trustlists.anchors import anchors_of
from esign.trustlists.checking import require_signed, require_usable
from esign.trustlists.drafts import USES, Address, SchemeDraft, ServiceDraft
from esign.trustlists.making import add_service, new_list, sign_list
from esign.trustlists.model import TrustedList
from esign.trustlists.reading import read_list

_FILE = click.Path(exists=True, dir_okay=False)


@click.group("tl")
def command() -> None:
    """Make, sign and check a national trusted list (ETSI TS 119 612)."""


def _address_options(function: Any) -> Any:
    for option in (
        click.option("--website", required=True, metavar="URL"),
        click.option("--email", required=True),
        click.option("--postal-code"),
        click.option("--locality", required=True, help="City or town."),
        click.option("--street", required=True),
    ):
        function = option(function)
    return function


@command.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--territory", required=True, metavar="CC", help="Two letters, such as AZ.")
@click.option("--operator", required=True, help="Who keeps the list, in English.")
@click.option("--scheme-name", required=True, help="In English; the territory is put before it.")
@click.option("--information", required=True, metavar="URL", help="Where the scheme is explained.")
@click.option("--legal-notice", required=True, help="Under which law the list is kept.")
@click.option("--published-at", required=True, metavar="URL", help="Where the list will lie.")
@_address_options
def new_command(*, file: Path, **given: Any) -> int:
    """Begin a list in FILE: unsigned, sequence number 1, without services."""
    if file.exists():
        raise OutputError("{path} exists already; choose another name.", path=str(file))
    draft = SchemeDraft(
        territory=given["territory"].upper(),
        operator=given["operator"],
        address=_address(given, given["territory"]),
        scheme_name=given["scheme_name"],
        information_uri=given["information"],
        legal_notice=given["legal_notice"],
        distribution_point=given["published_at"],
    )
    _write(file, new_list(draft, at=_now()))
    click.echo(f"{file}: an unsigned list of {draft.territory}. Next: esign tl add-service {file}")
    return 0


@command.command("add-service")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--provider", required=True, help="Official name, in English.")
@click.option("--provider-id", required=True, help="Such as VATAZ-1234567890 or NTRAZ-12345.")
@click.option("--name", required=True, help="Name of the service, in English.")
@click.option("--certificate", "certificates", type=_FILE, multiple=True, required=True)
@click.option(
    "--type", "kind", required=True, help="Such as CA/QC, TSA/QTST, Certstatus/OCSP/QC, CA/PKC."
)
@click.option("--status", default="granted", show_default=True, help="Or withdrawn, ...")
@click.option("--since", type=Moment(), required=True, help="When the status began.")
@click.option("--use", "uses", type=click.Choice(sorted(USES)), multiple=True)
@click.option("--country", metavar="CC", help="Of the provider; the list's by default.")
@_address_options
def add_service_command(*, file: Path, **given: Any) -> int:
    """List a service in FILE, or a new status of one that is there.

    A signed list loses its signature and becomes the draft of its next issue.
    """
    octets = _read(file)
    listed = read_list(octets)
    draft = ServiceDraft(
        provider=given["provider"],
        provider_id=given["provider_id"],
        address=_address(given, given["country"] or listed.territory),
        name=given["name"],
        certificates=_certificates(given["certificates"]),
        type=given["kind"],
        status=given["status"],
        since=given["since"],
        uses=given["uses"],
    )
    _write(file, add_service(octets, draft))
    click.echo(f"{file}: {draft.name} is {draft.status} since {draft.since:%Y-%m-%d}.")
    return 0


@command.command("sign")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", required=True, type=_FILE, help="The scheme operator's key.")
@click.option("--certificate", type=_FILE)
@click.option("--password-file", type=_FILE)
@click.option("--password-env", metavar="NAME")
@click.option("--next-update", type=Moment(), help="Six months from now if left out.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def sign_command(*, file: Path, output: Path, **given: Any) -> int:
    """Date and sign the list in FILE; the issue, with its .sha2 companion, goes to OUTPUT."""
    if output.exists():
        raise OutputError("{path} exists already; choose another name.", path=str(output))
    signer = esign.load_signer(
        given["key"],
        password=password_source(given["key"], given["password_file"], given["password_env"]),
        certificate=given["certificate"],
    )
    signed = sign_list(
        _read(file),
        signer,
        at=_now(),
        next_update=given["next_update"],
        unique=secrets.token_hex(16),
    )
    _write(output, signed)
    listed = read_list(signed)
    _write(output.with_suffix(".sha2"), bytes.fromhex(listed.digest))
    click.echo(f"{output}: {listed.label}, next update by {listed.next_update:%Y-%m-%d}.")
    return 0


@command.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--signer",
    "signers",
    type=_FILE,
    multiple=True,
    help="Certificate announced as signer of the list; nothing else is believed.",
)
@click.option("--territory", metavar="CC", help="Refuse the list of another.")
@click.option("--previous", type=_FILE, help="The issue before; an older one is refused.")
@click.option("--at", type=Moment(), help="Takes the place of now.")
def check_command(*, file: Path, **given: Any) -> int:
    """Say whether the list in FILE is signed by whom it should be, current and well-formed."""
    if not given["signers"]:
        raise UsageError("Name the announced signer's certificate with --signer.")
    octets = _read(file)
    listed = read_list(octets)
    signer = require_signed(listed, octets, _certificates(given["signers"]), budget=Budget())
    previous = read_list(_read(Path(given["previous"]))) if given["previous"] else None
    require_usable(
        listed,
        at=given["at"] or _now(),
        territory=given["territory"],
        known_sequence=previous.sequence if previous else None,
    )
    _describe(file, listed, signer)
    return 0


def _describe(file: Path, listed: TrustedList, signer: Certificate) -> None:
    click.echo(f"{file}: {listed.label}, signed by {signer.subject}.")
    due = f"{listed.next_update:%Y-%m-%d}" if listed.next_update else "never: the list is closed"
    click.echo(f"  issued {listed.issued:%Y-%m-%d}, next update by {due}")
    anchors = tuple(anchors_of(listed, listed.label))
    click.echo(f"  {len(listed.services)} services, {len(anchors)} anchors")
    for service in listed.services:
        current = service.periods[0]
        click.echo(
            f"  {service.provider}: {service.name} ({current.kind}) {current.state} "
            f"since {current.starts:%Y-%m-%d}"
        )
    for defect in listed.defects:
        click.echo(f"  warning: {defect}")


def _address(given: dict[str, Any], country: str) -> Address:
    return Address(
        street=given["street"],
        locality=given["locality"],
        country=country,
        postal_code=given["postal_code"],
        email=given["email"],
        website=given["website"],
    )


def _certificates(paths: tuple[str, ...]) -> tuple[Certificate, ...]:
    return tuple(found for path in paths for found in load_certificates(_read(Path(path))))


def _read(path: Path) -> bytes:
    try:
        return Document.of(path).whole()
    except OSError as error:
        raise InputUnreadableError(
            "{path} cannot be read: {cause}.", path=str(path), cause=error.strerror or "unknown"
        ) from error


def _write(path: Path, octets: bytes) -> None:
    try:
        path.write_bytes(octets)
    except OSError as error:
        raise OutputError(
            "{path} cannot be written: {cause}.", path=str(path), cause=error.strerror or "unknown"
        ) from error


def _now() -> datetime:
    return moment(None)
