"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import click

from esign.ades.evidence import Evidence
from esign.document import Document
from esign.errors import EsignError, MalformedCertificateError
from esign.messages import Message, languages
from esign.pki.certificate import load_certificates
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse
from esign.pki.trust import TrustStore
from esign.terms import Purpose

Command = TypeVar("Command", bound=Callable[..., object])

LANGUAGE_VARIABLE = "ESIGN_LANGUAGE"
SYSTEM_ROOTS = Message(
    "warning: the system's roots were made for TLS; that a server is who it says is no reason "
    "to believe a signature."
)


class Moment(click.ParamType):  # type: ignore[type-arg]  # generic only in newer versions
    """A point in time: ISO 8601, UTC where no offset is given; a date means its first second."""

    name = "TIME"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the moment, or end with a usage error that shows an example."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no ISO 8601 time such as 2026-05-01T12:00:00Z.", param, ctx)


def trust_options(command: Command) -> Command:
    """Add the options that say whom to trust."""
    for option in (
        click.option(
            "--system-trust",
            is_flag=True,
            help="Also trust the operating system's roots. Those are made for TLS, not for "
            "signatures; a warning says so.",
        ),
        click.option(
            "--trust-tsa",
            type=click.Path(exists=True),
            multiple=True,
            help="Anchors for time-stamping authorities only.",
        ),
        click.option(
            "--trust-signer",
            type=click.Path(exists=True),
            multiple=True,
            help="Anchors for signers only.",
        ),
        click.option(
            "--trust",
            type=click.Path(exists=True),
            multiple=True,
            help="Trust anchors: a PEM, DER or PKCS#7 file, or a directory (its sub-folders "
            "signer/ and tsa/ limit what their anchors are good for). May be repeated.",
        ),
    ):
        command = option(command)
    return command


def network_options(command: Command) -> Command:
    """Add the options that bound what is contacted and for how long."""
    for option in (
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            default=60.0,
            show_default=True,
            help="Seconds for each file, everything included.",
        ),
        click.option(
            "--allow-host",
            "allow_hosts",
            multiple=True,
            metavar="HOST",
            help="Allow private or loopback addresses under this name, address or network "
            "(host, host:port or CIDR) when a document points there.",
        ),
    ):
        command = option(command)
    return command


def cache_option(command: Command) -> Command:
    """Add the option that says whether evidence is kept between runs."""
    return click.option(
        "--cache/--no-cache",
        default=True,
        show_default=True,
        help="Keep what is fetched for later runs, and use what earlier ones kept (see "
        "“esign cache”).",
    )(command)


def load_trust(
    trust: tuple[str, ...],
    trust_signer: tuple[str, ...],
    trust_tsa: tuple[str, ...],
    *,
    system_trust: bool,
) -> TrustStore:
    """Return one store with every anchor given; empty when none was."""
    store = TrustStore.empty()
    if trust:
        store = store.merged(TrustStore.load(*trust))
    if trust_signer:
        store = store.merged(TrustStore.load(*trust_signer, purposes=frozenset({Purpose.SIGNER})))
    if trust_tsa:
        store = store.merged(TrustStore.load(*trust_tsa, purposes=frozenset({Purpose.TSA})))
    if system_trust:
        click.echo(f"esign: {SYSTEM_ROOTS}", err=True)
        store = store.merged(TrustStore.system())
    return store


def load_evidence(paths: tuple[str, ...]) -> Evidence:
    """Return the certificates, CRLs and OCSP responses the files hold, told apart by content.

    Raises:
        MalformedCertificateError: a file holds none of them.
    """
    evidence = Evidence()
    for path in paths:
        evidence = evidence.merged(_evidence_in(path, Document.of(path).whole()))
    return evidence


def _evidence_in(path: str, octets: bytes) -> Evidence:
    for read in (_as_crl, _as_ocsp, _as_certificates):
        try:
            return read(octets)
        except EsignError:
            continue
    raise MalformedCertificateError(
        "{path} holds neither certificates nor a CRL nor an OCSP response (PEM or DER).", path=path
    )


def _as_crl(octets: bytes) -> Evidence:
    return Evidence(crls=(CRL.load(octets),))


def _as_ocsp(octets: bytes) -> Evidence:
    return Evidence(ocsp_responses=(OCSPResponse.from_der(octets),))


def _as_certificates(octets: bytes) -> Evidence:
    return Evidence(certificates=load_certificates(octets))


def reading_language(asked: str | None) -> str:
    """Return the language to answer in: asked for, else the environment's, else English."""
    for value in (asked, os.environ.get(LANGUAGE_VARIABLE), *_locale_values()):
        if value and value[:2].lower() in languages():
            return value[:2].lower()
    return "en"


def _locale_values() -> tuple[str | None, ...]:
    return tuple(os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
