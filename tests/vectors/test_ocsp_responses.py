"""OCSP responses made to be refused, and their sound siblings.

The vectors give a response and its authority, not the certificate asked about. So a
certificate with the number and issuer in question is made on the spot; what is judged is
whether the response is authentic evidence about it.

Spec: RFC 6960 §3.2, §4.2.2.2
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from esign.limits import Budget
from esign.pki.certificate import Certificate, load_certificates
from esign.pki.ocsp import OCSPResponse
from esign.pki.revocation import RevocationState, revocation_status
from esign.pki.trust import TrustStore
from esign.terms import Purpose
from tests.support.chains import key_of
from tests.support.corpus import corpus_folder

FOLDER = corpus_folder()
AT = datetime(2012, 10, 24, tzinfo=UTC)
"""The suite checks certificates as of 10 October and never looks at the responses' own dates;
most were made after it, so that day would refuse them as future-dated, whatever their fault."""

WITHOUT_NOCHECK = "D3.ors"
"""Its responder's certificate lacks ocsp-nocheck and names no way to check it. RFC 6960
§4.2.2.2.1 leaves such a one to the relying party: refused, unless the caller says otherwise."""


def _runs() -> list[Any]:
    missing = pytest.mark.skip(reason="the corpus of OCSP responses is not here (ESIGN_CORPUS)")
    if FOLDER is None:
        return [pytest.param({}, id="corpus", marks=missing)]
    lines = (FOLDER / "revocation" / "index.jsonl").read_text("utf-8").splitlines()
    runs = [json.loads(line) for line in lines]
    return [pytest.param(run, id=f"{n}-{run['id']}") for n, run in enumerate(runs)]


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@pytest.mark.parametrize("run", _runs())
def test_response(run: dict[str, Any]) -> None:
    """The response is evidence exactly when it is authentic, about the right issuer, and sound."""
    assert FOLDER is not None
    response = OCSPResponse.from_der(base64.b64decode((FOLDER / run["file"]).read_bytes()))
    anchors = load_certificates((FOLDER / run["ca"]).read_bytes())
    bag = load_certificates((FOLDER / run["untrusted"]).read_bytes()) if run["untrusted"] else ()
    asked = [
        _Asked(response, issuer, TrustStore.of(*anchors), (*bag, *anchors))
        for issuer in (*bag, *anchors)
    ]
    known = any(_is_known(each, unchecked=True) for each in asked)
    assert known is (run["expected"] == "verify ok")
    strictly = any(_is_known(each, unchecked=False) for each in asked)
    assert strictly is (known and (FOLDER / run["file"]).name != WITHOUT_NOCHECK)


@dataclass(frozen=True)
class _Asked:
    response: OCSPResponse
    issuer: Certificate
    trust: TrustStore
    candidates: tuple[Certificate, ...]


def _is_known(asked: _Asked, *, unchecked: bool) -> bool:
    (single,) = asked.response.responses
    status = revocation_status(
        _certificate(asked.issuer, single.cert_id.serial_number),
        asked.issuer,
        evidence_crls=(),
        evidence_ocsp=(asked.response,),
        candidates=asked.candidates,
        trust=asked.trust,
        purpose=Purpose.SIGNER,
        at=AT,
        budget=Budget(),
        unsafe_unchecked_responders=unchecked,
    )
    return status.state is not RevocationState.UNKNOWN


def _certificate(issuer: Certificate, serial_number: int) -> Certificate:
    theirs = x509.load_der_x509_certificate(issuer.der)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string("CN=Asked about"))
        .issuer_name(theirs.subject)
        .public_key(key_of("Asked about").public_key())
        .serial_number(serial_number)
        .not_valid_before(AT - timedelta(days=3000))
        .not_valid_after(AT + timedelta(days=3000))
        .sign(key_of("Whoever"), None)
    )
    return Certificate.from_der(made.public_bytes(serialization.Encoding.DER))
