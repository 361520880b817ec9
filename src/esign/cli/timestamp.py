"""``esign timestamp``: raise an existing signature from B to T."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

import esign
from esign.cli.authorities import load_authorities, tsa_options
from esign.cli.options import load_trust, network_options, trust_options
from esign.cli.outcome import ExitCode, code_of, worst
from esign.cli.terminal import source_of, tell_error, with_progress
from esign.cli.trusted_lists import load_lists, trust_list_options, with_lists
from esign.errors import EsignError, UsageError


@click.command("timestamp")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--signature",
    metavar="ID",
    help="Which signature (its id or name in `esign inspect`); needed when there are several.",
)
@click.option(
    "--detached",
    type=click.Path(exists=True, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="The signed content of a detached signature.",
)
@tsa_options
@trust_options
@trust_list_options
@network_options
@click.option("-o", "--output", metavar="FILE", help="The new file, - for standard output.")
@click.option("--overwrite", is_flag=True, help="Replace an output file that exists.")
def command(*, files: tuple[str, ...], **given: Any) -> int:
    """Add a signature time-stamp to signed documents."""
    if not given["tsa"]:
        raise UsageError("Say where the time-stamp comes from with --tsa URL.")
    if given["output"] and len(files) > 1:
        raise UsageError("--output names one file; leave it out for several inputs.")
    trust = load_trust(
        given["trust"],
        given["trust_signer"],
        given["trust_tsa"],
        system_trust=given["system_trust"],
    )
    lists = load_lists(given["trust_list"], given["trust_list_signer"])
    arguments = {
        "tsa": load_authorities(given),
        "trust": with_lists(trust, lists),
        "signature": given["signature"],
        "detached": given["detached"],
        "allow_hosts": given["allow_hosts"],
        "timeout": given["timeout"],
        "unsafe_unverified_tsa": given["unsafe_unverified_tsa"],
    }
    codes = [_timestamp(path, arguments, given) for path in with_progress(files, "Time-stamping")]
    return int(worst(codes))


def _timestamp(path: str, arguments: dict[str, Any], given: dict[str, Any]) -> ExitCode:
    try:
        stamped = esign.timestamp(source_of(path), **arguments)
        target = given["output"] or _beside(path)
        if target == "-":
            stamped.write_to(sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return ExitCode.PASSED
        stamped.write(target, overwrite=given["overwrite"])
    except EsignError as error:
        tell_error(path, str(error))
        return code_of(error)
    click.echo(f"{target}: {stamped.describe()}")
    return ExitCode.PASSED


def _beside(path: str) -> str:
    if path == "-":
        return "-"
    source = Path(path)
    return str(source.with_name(f"{source.stem}-timestamped{source.suffix}"))
