"""``esign sign``: sign one document or many with a key in a file."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

import esign
from esign.ades.format import PDFOptions, SignerProperties
from esign.ades.signature import CommitmentType, SignaturePolicyIdentifier, SignerLocation
from esign.cli.authorities import load_authorities, tsa_options
from esign.cli.options import load_trust, network_options, trust_options
from esign.cli.outcome import ExitCode, code_of, worst
from esign.cli.passwords import password_source
from esign.cli.terminal import source_of, tell_error, with_progress
from esign.cli.trusted_lists import load_lists, trust_list_options, with_lists
from esign.crypto.algorithms import digest_by_name
from esign.document import Document
from esign.errors import EsignError, UsageError
from esign.pki.trust import TrustStore
from esign.terms import Packaging, SignatureForm, SignatureLevel

COMMITMENTS = {
    "origin": "1.2.840.113549.1.9.16.6.1",
    "receipt": "1.2.840.113549.1.9.16.6.2",
    "delivery": "1.2.840.113549.1.9.16.6.3",
    "sender": "1.2.840.113549.1.9.16.6.4",
    "approval": "1.2.840.113549.1.9.16.6.5",
    "creation": "1.2.840.113549.1.9.16.6.6",
}
"""The commitment types of TS 119 172-1 Annex B by their everyday names."""


class _Visible(click.ParamType):  # type: ignore[type-arg]  # generic only in newer versions
    """``PAGE:LEFT,BOTTOM,RIGHT,TOP`` in points; the page counts from 1, negative from the end."""

    name = "PAGE:L,B,R,T"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, tuple[float, float, float, float]]:
        """Return page and box, or end with a usage error that shows an example."""
        try:
            page, _, corners = str(value).partition(":")
            left, bottom, right, top = (float(part) for part in corners.split(","))
            return int(page), (left, bottom, right, top)
        except ValueError:
            self.fail(f"{value!r} is no page and box such as 1:36,36,236,96.", param, ctx)


_KEY_OPTIONS = (
    click.option(
        "--key",
        required=True,
        type=click.Path(exists=True, dir_okay=False),
        help="The private key: a PKCS#12, PEM or DER file.",
    ),
    click.option(
        "--certificate",
        type=click.Path(exists=True, dir_okay=False),
        help="The signer's certificate, when the key file does not hold it.",
    ),
    click.option(
        "--chain",
        type=click.Path(exists=True, dir_okay=False),
        multiple=True,
        help="Further certificates to embed.",
    ),
    click.option(
        "--password-file",
        type=click.Path(exists=True, dir_okay=False),
        help="Read the key's password from the first line of this file.",
    ),
    click.option(
        "--password-env", metavar="NAME", help="Read the key's password from this variable."
    ),
)

_FORM_OPTIONS = (
    click.option(
        "--level",
        type=click.Choice(["B", "T", "LT", "LTA"], case_sensitive=False),
        default="B",
        show_default=True,
        help="Baseline level; T and above need --tsa.",
    ),
    click.option(
        "--form",
        type=click.Choice(["cades", "xades", "pades"], case_sensitive=False),
        help="By default PDF gets PAdES, XML gets XAdES, everything else CAdES.",
    ),
    click.option(
        "--packaging",
        type=click.Choice(
            ["enveloped", "enveloping", "detached", "internally-detached"], case_sensitive=False
        ),
        help="Where the content lies. By default PDF and XML enveloped, else enveloping.",
    ),
    click.option("--digest", metavar="NAME", help="SHA256, SHA384, SHA512, SHA3-256, ..."),
    click.option("--algorithm", metavar="NAME", help="For example RSA_PSS_SHA256."),
)

_PROPERTY_OPTIONS = (
    click.option("--role", multiple=True, help="A role the signer claims. May be repeated."),
    click.option(
        "--commitment",
        multiple=True,
        metavar="NAME",
        help="origin, receipt, delivery, sender, approval, creation, or an OID.",
    ),
    click.option("--city", help="Where the signer claims to sign."),
    click.option("--state", help="State or province."),
    click.option("--postal-code", help="Postal code."),
    click.option("--country", help="Country, preferably its ISO 3166 code."),
    click.option("--policy", metavar="OID", help="Signature policy the signer follows."),
    click.option("--policy-file", type=click.Path(exists=True, dir_okay=False), help="Its text."),
    click.option("--policy-uri", help="Where the policy can be read."),
    click.option("--media-type", help="MIME type of the content; guessed by default."),
    click.option("--description", help="A few words on what the content is."),
)

_PDF_OPTIONS = (
    click.option("--field", help="PDF: the signature field to fill or make."),
    click.option("--reason", help="PDF: why this was signed."),
    click.option("--location", help="PDF: where this was signed."),
    click.option("--contact", help="PDF: how to reach the signer."),
    click.option("--name", help="PDF: the signer's name as shown."),
    click.option("--visible", type=_Visible(), help="PDF: draw the signature in this box."),
    click.option("--text", help="PDF: the text drawn; by default signer and time."),
)

_OUTPUT_OPTIONS = (
    click.option(
        "-o",
        "--output",
        metavar="FILE",
        help="The signed file, - for standard output; only for a single input.",
    ),
    click.option(
        "--output-dir",
        type=click.Path(file_okay=False, exists=True),
        help="Directory for the signed files; by default beside each input.",
    ),
    click.option("--overwrite", is_flag=True, help="Replace an output file that exists."),
)


def _all_options(command: Any) -> Any:
    groups = (_KEY_OPTIONS, _FORM_OPTIONS, _PROPERTY_OPTIONS, _PDF_OPTIONS, _OUTPUT_OPTIONS)
    for option in reversed([option for group in groups for option in group]):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What to do with every file."""

    arguments: dict[str, Any]
    """Keyword arguments of :func:`esign.sign`."""
    output: str | None
    output_dir: str | None
    overwrite: bool


@click.command("sign")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@_all_options
@tsa_options
@trust_options
@trust_list_options
@network_options
def command(*, files: tuple[str, ...], **given: Any) -> int:
    """Sign documents.

    FILE may be - for standard input (then --output says where to write). The output is
    written whole or not at all, and never over the input.
    """
    asked = _asked(files, given)
    return int(worst([_sign(path, asked) for path in with_progress(files, "Signing")]))


def _asked(files: tuple[str, ...], given: dict[str, Any]) -> _Asked:
    if given["output"] and len(files) > 1:
        raise UsageError("--output names one file; for several inputs use --output-dir.")
    level = SignatureLevel(given["level"].upper())
    if level is not SignatureLevel.B and not given["tsa"]:
        raise UsageError(
            "Level {level} needs a time-stamp: say where from with --tsa URL.", level=level.value
        )
    signer = esign.load_signer(
        given["key"],
        password=password_source(given["key"], given["password_file"], given["password_env"]),
        certificate=given["certificate"],
        chain=given["chain"],
    )
    arguments = {
        "signer": signer,
        "level": level,
        "form": SignatureForm[given["form"].upper()] if given["form"] else None,
        "packaging": _packaging(given["packaging"]),
        "digest": given["digest"],
        "algorithm": given["algorithm"],
        "properties": _properties(given),
        "pdf": _pdf_options(given),
        "tsa": load_authorities(given) if level is not SignatureLevel.B else None,
        "trust": _trust(given),
        "allow_hosts": given["allow_hosts"],
        "timeout": given["timeout"],
        "unsafe_unverified_tsa": given["unsafe_unverified_tsa"],
    }
    return _Asked(
        arguments=arguments,
        output=given["output"],
        output_dir=given["output_dir"],
        overwrite=given["overwrite"],
    )


def _trust(given: dict[str, Any]) -> TrustStore:
    store = load_trust(
        given["trust"],
        given["trust_signer"],
        given["trust_tsa"],
        system_trust=given["system_trust"],
    )
    return with_lists(store, load_lists(given["trust_list"], given["trust_list_signer"]))


def _packaging(name: str | None) -> Packaging | None:
    return Packaging[name.upper().replace("-", "_")] if name else None


def _properties(given: dict[str, Any]) -> SignerProperties:
    place = SignerLocation(
        city=given["city"],
        state=given["state"],
        postal_code=given["postal_code"],
        country=given["country"],
    )
    return SignerProperties(
        commitments=tuple(
            CommitmentType(identifier=COMMITMENTS.get(name, name)) for name in given["commitment"]
        ),
        location=None if place == SignerLocation() else place,
        claimed_roles=given["role"],
        policy=_signature_policy(given),
        media_type=given["media_type"],
        content_description=given["description"],
    )


def _signature_policy(given: dict[str, Any]) -> SignaturePolicyIdentifier | None:
    if not given["policy"]:
        return None
    if not given["policy_file"]:
        raise UsageError("--policy needs --policy-file: its hash is part of the signature.")
    return SignaturePolicyIdentifier(
        identifier=given["policy"],
        digest_algorithm=digest_by_name("SHA256"),
        digest=Document.of(given["policy_file"]).digest("sha256"),
        uri=given["policy_uri"],
    )


def _pdf_options(given: dict[str, Any]) -> PDFOptions:
    page, box = given["visible"] or (None, None)
    return PDFOptions(
        field_name=given["field"],
        reason=given["reason"],
        location=given["location"],
        contact=given["contact"],
        name=given["name"],
        page=page,
        box=box,
        text=given["text"],
    )


def _sign(path: str, asked: _Asked) -> ExitCode:
    try:
        document = Document.of(source_of(path))
        signed = esign.sign(document, **asked.arguments)
        target = _target(path, signed, asked)
        if target == "-":
            signed.write_to(sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return ExitCode.PASSED
        signed.write(target, overwrite=asked.overwrite)
    except EsignError as error:
        tell_error(path, str(error))
        return code_of(error)
    click.echo(f"{target}: {signed.describe()}")
    return ExitCode.PASSED


def _target(path: str, signed: esign.SignedDocument, asked: _Asked) -> str:
    if asked.output:
        return asked.output
    if path == "-":
        return "-"
    name = signed.suggested_name(Path(path).name)
    return str(Path(asked.output_dir or Path(path).parent) / name)
