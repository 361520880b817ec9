"""How the public API is used, as mypy sees it; the file is checked, never run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import assert_type

import esign


def verify_a_file() -> None:
    """A path goes in, a report with typed signatures comes out."""
    trust = esign.TrustStore.load("roots/", Path("tsa.pem"))
    report = esign.verify("signed.pdf", trust=trust, at=datetime(2026, 5, 1, tzinfo=UTC))
    assert_type(report, esign.Report)
    for signature in report.signatures:
        assert_type(signature, esign.SignatureReport)
        assert_type(signature.indication, esign.Indication)
        assert_type(signature.sub_indication, esign.SubIndication | None)
    report.require_passed()


def sign_a_file() -> None:
    """A signer and a level go in, a document to be written comes out."""
    signer = esign.load_signer("citizen.p12", password="secret")
    signed = esign.sign(
        "application.pdf",
        signer=signer,
        level="T",
        tsa=esign.TimestampClient("http://tsa.example/"),
        trust=esign.TrustStore.load("roots/"),
        properties=esign.SignerProperties(claimed_roles=("clerk",)),
        pdf=esign.PDFOptions(reason="Approved", page=1, box=(20.0, 20.0, 220.0, 80.0)),
    )
    assert_type(signed, esign.SignedDocument)
    signed.write("signed.pdf")


def sign_in_two_sittings() -> None:
    """What is to be signed goes out, the value comes back later."""
    signer = esign.load_signer("citizen.pem")
    prepared = esign.prepare(b"content", certificate=signer.certificate, chain=signer.chain)
    assert_type(prepared, esign.PreparedSignature)


async def verify_awaited() -> None:
    """The same call, awaited."""
    report = await esign.aio.verify(b"...", trust=esign.TrustStore.load("roots/"))
    assert_type(report, esign.Report)


def misuse() -> None:
    """What a type checker refuses: each line holds an error that has to be there."""
    esign.verify("signed.pdf")  # type: ignore[call-arg]
    esign.verify("signed.pdf", trust="roots/")  # type: ignore[arg-type]
    esign.sign("application.pdf", signer="citizen.p12")  # type: ignore[arg-type]
    esign.Indication.PASSED  # type: ignore[attr-defined]
