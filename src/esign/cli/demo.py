"""``esign demo``: the whole job with an embedded test PKI, on loopback."""

from __future__ import annotations

from pathlib import Path

import click

from esign.demo.run import run_demo


@click.command("demo")
@click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-output"),
    show_default=True,
    help="Where the keys, documents and signed files are left for you to try.",
)
def command(*, directory: Path) -> int:
    """Make a test PKI, sign real documents at B-B and B-T, verify, tamper, verify again."""
    return run_demo(directory)
