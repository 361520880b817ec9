"""``esign tsa serve``: a small time-stamping authority."""

from __future__ import annotations

from pathlib import Path

import click

import esign
from esign.cli.passwords import password_source
from esign.service.tsa import serve


@click.group("tsa")
def command() -> None:
    """Run a time-stamping authority (RFC 3161 over HTTP)."""


@command.command("serve")
@click.option(
    "--key",
    required=True,
    type=click.Path(exists=True, dir_okay=False),
    help="Key and certificate (critical extended key usage timeStamping, nothing else).",
)
@click.option("--certificate", type=click.Path(exists=True, dir_okay=False))
@click.option("--chain", type=click.Path(exists=True, dir_okay=False), multiple=True)
@click.option("--password-file", type=click.Path(exists=True, dir_okay=False))
@click.option("--password-env", metavar="NAME")
@click.option("--policy", metavar="OID", required=True, help="OID of your time-stamping policy.")
@click.option(
    "--serials",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that keeps the last serial number; survives restarts.",
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=3161, show_default=True, type=click.IntRange(0, 65535))
@click.option("--accuracy", type=click.FloatRange(min=0), help="Seconds, stated in every token.")
@click.option("--ordering", is_flag=True, help="Promise that later tokens have later times.")
def serve_command(
    *,
    key: str,
    certificate: str | None,
    chain: tuple[str, ...],
    password_file: str | None,
    password_env: str | None,
    policy: str,
    serials: Path,
    host: str,
    port: int,
    accuracy: float | None,
    ordering: bool,
) -> int:
    """Answer time-stamp requests until interrupted."""
    signer = esign.load_signer(
        key,
        password=password_source(key, password_file, password_env),
        certificate=certificate,
        chain=chain,
    )
    serve(
        signer,
        policy=policy,
        serials=serials,
        host=host,
        port=port,
        accuracy=accuracy,
        ordering=ordering,
        announce=lambda url: click.echo(f"Time-stamping authority at {url}", err=True),
    )
    return 0
