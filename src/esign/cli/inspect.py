"""``esign inspect``: what is in a file, stated and not judged."""

from __future__ import annotations

import click

import esign
from esign.cli.outcome import ExitCode, code_of, worst
from esign.cli.terminal import print_json, source_of, tell_error
from esign.errors import EsignError
from esign.reports.inspection import inspection_text, inspection_to_json


@click.command("inspect")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--detached",
    type=click.Path(exists=True, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="The signed content of a detached signature.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON; several files: one line each.")
def command(*, files: tuple[str, ...], detached: tuple[str, ...], as_json: bool) -> int:
    """Show what is in a file, without judging it.

    References and values are computed, but nobody is trusted and nothing is concluded:
    for a verdict use `esign verify`.
    """
    return int(worst([_inspect(path, detached, len(files) > 1, as_json) for path in files]))


def _inspect(path: str, detached: tuple[str, ...], several: bool, as_json: bool) -> ExitCode:
    try:
        parsed = esign.inspect(source_of(path), detached=detached)
    except EsignError as error:
        tell_error(path, str(error))
        return code_of(error)
    if as_json:
        print_json({"file": path, **inspection_to_json(parsed)}, one_line=several)
    else:
        click.echo(inspection_text(parsed, name=path))
    return ExitCode.PASSED if parsed.signatures or parsed.timestamps else ExitCode.NO_SIGNATURE
