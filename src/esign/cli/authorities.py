"""The options that name time-stamping authorities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

import esign
from esign.cli.passwords import password_source
from esign.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., object])


def tsa_options(command: Command) -> Command:
    """Add the options of a time-stamping client."""
    for option in (
        click.option(
            "--unsafe-unverified-tsa",
            is_flag=True,
            help="Build in a time-stamp without judging it. The result says so.",
        ),
        click.option("--tsa-policy", metavar="OID", help="Ask for this time-stamping policy."),
        click.option(
            "--tsa-header",
            multiple=True,
            metavar="NAME:VALUE",
            help="Send this header to the authority. May be repeated.",
        ),
        click.option(
            "--tsa-password-file",
            type=click.Path(exists=True, dir_okay=False),
            help="Password for --tsa-user, first line of this file.",
        ),
        click.option(
            "--tsa-password-env", metavar="NAME", help="Password for --tsa-user, this variable."
        ),
        click.option("--tsa-user", help="User name for HTTP basic authentication."),
        click.option(
            "--tsa",
            multiple=True,
            metavar="URL",
            help="Time-stamping authority; several are tried in order.",
        ),
    ):
        command = option(command)
    return command


def load_authorities(given: dict[str, Any]) -> tuple[esign.TimestampClient, ...]:
    """Return a client for each --tsa, in order."""
    password = None
    if given["tsa_user"]:
        source = password_source(
            given["tsa"][0], given["tsa_password_file"], given["tsa_password_env"]
        )
        password = source()
    return tuple(
        esign.TimestampClient(
            url,
            username=given["tsa_user"],
            password=password,
            headers=dict(_header(text) for text in given["tsa_header"]),
            policy=given["tsa_policy"],
        )
        for url in given["tsa"]
    )


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError("--tsa-header wants NAME:VALUE, not {text!r}.", text=text)
    return name.strip(), value.strip()
