"""The entry point: finds the command, imports only what it needs, turns errors into codes."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from esign.cli.outcome import ExitCode, code_of
from esign.errors import EsignError
from esign.version import __version__

_COMMANDS = {
    "sign": ("esign.cli.sign", "Sign documents."),
    "verify": ("esign.cli.verify", "Say what signed documents are worth, and why."),
    "timestamp": ("esign.cli.timestamp", "Raise an existing signature to level T."),
    "inspect": ("esign.cli.inspect", "Show what is in a file, without judging it."),
    "demo": ("esign.cli.demo", "See the whole job done with an embedded test PKI."),
    "tsa": ("esign.cli.tsa", "Run a time-stamping authority."),
    "cert": ("esign.cli.cert", "Say what certificates are worth by themselves."),
    "trust": ("esign.cli.trust", "Look at trust anchors, collect them, compare them."),
    "cache": ("esign.cli.cache", "Show and prune the evidence kept from earlier runs."),
    "tl": ("esign.cli.tl", "Make, sign and check a national trusted list."),
    "completion": ("esign.cli.completion", "Print the shell completion script."),
}


class _LazyGroup(click.Group):
    """Imports a command's module only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(_COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.command(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all passed, 10 some INDETERMINATE, 11 some TOTAL_FAILED, 12 no "
    "signature, 13 all passed but some cover a part only, 2 usage, 3 input, 4 key or token, "
    "5 network or TSA, 6 not made or not written, 70 internal error. Errors win over verdicts.",
)
@click.version_option(__version__, prog_name="esign")
def cli() -> None:
    """Sign and verify CAdES, XAdES and PAdES documents."""


def leave(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with the code of its outcome."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    try:
        result = cli.main(args=arguments, prog_name="esign", standalone_mode=False)
        return int(result or 0)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return int(ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; nothing more was written.", err=True)
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        return _without_output()
    except OSError as error:  # files say so in our own errors; what is left are the streams
        click.echo(f"esign: the output cannot be written: {error.strerror or error}.", err=True)
        return _without_output()
    except EsignError as error:
        click.echo(f"esign: {error}", err=True)
        return int(code_of(error))
    except Exception as error:  # noqa: BLE001 - the outermost boundary: a crash gets its own code
        return _crashed(error)


def _without_output() -> int:
    """Silence the interpreter's own flush at exit, which would fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return int(ExitCode.NOT_MADE)


def _crashed(error: Exception) -> int:
    if os.environ.get("ESIGN_DEBUG"):
        sys.excepthook(type(error), error, error.__traceback__)
    click.echo(
        f"esign: internal error ({type(error).__name__}). This is a fault of esign, not of your "
        "file. Run again with ESIGN_DEBUG=1 and report what it prints.",
        err=True,
    )
    return int(ExitCode.INTERNAL)
