"""Time-stamp responses of other authorities: what they say, and what they are worth.

Each is judged one minute after its own time, with the roots its source names trusted for
time-stamping, and without asking for revocation data, which no longer exists.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from esign.ades.evidence import Evidence
from esign.ades.signature import Reference
from esign.crypto.algorithms import digest_by_name
from esign.limits import Budget
from esign.pki.certificate import Certificate, load_certificates
from esign.pki.trust import TrustStore
from esign.terms import BlockStatus, Purpose, ReferenceKind, SubIndication
from esign.tsa.messages import MessageImprint, read_request, read_response
from esign.tsa.token import Token, parse_token
from esign.validation.policy import Policy
from esign.validation.process import validate_timestamp
from esign.validation.report import TimestampReport
from tests.support.corpus import corpus_folder

SOURCE = "rfc3161-client:"
PASSED = (BlockStatus.PASSED, None)
VERDICTS = {
    f"{SOURCE}sigstage/response-invalid-signature.tsr": (
        BlockStatus.FAILED,
        SubIndication.SIG_CRYPTO_FAILURE,
    ),
    # The chain beside it is of an earlier run of that authority, with other keys.
    f"{SOURCE}test_tsa/other_response.tsr": (
        BlockStatus.INDETERMINATE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    ),
}
"""Every entry that is not PASSED. "Expired" is judged apart: its certificate expired after
the time stated, so it passes then and not today."""

EXPIRED = f"{SOURCE}sigstore.mock/response-expired.tsr"
HELLO = {"response-sha256": "SHA256", "response-sha384": "SHA384", "response-sha512": "SHA512"}


@cache
def _entries() -> tuple[dict[str, Any], ...]:
    folder = corpus_folder()
    index = None if folder is None else folder / "timestamps" / "index.jsonl"
    if index is None or not index.exists():
        return ()
    return tuple(json.loads(line) for line in index.read_text("utf-8").splitlines())


def _parameters() -> list[Any]:
    absent = pytest.mark.skip("no corpus beside the checkout and ESIGN_CORPUS is not set")
    found = [pytest.param(entry, id=entry["id"]) for entry in _entries()]
    return found or [pytest.param({}, marks=absent, id="absent")]


def _file(name: str) -> Path:
    folder = corpus_folder()
    assert folder is not None
    return folder / name


def _token(entry: dict[str, Any]) -> Token:
    return parse_token(read_response(_file(entry["file"]).read_bytes(), authority=entry["id"]))


def _chain(entry: dict[str, Any]) -> list[Certificate]:
    return [c for name in entry["chain"] for c in load_certificates(_file(name).read_bytes())]


def _judged(
    entry: dict[str, Any],
    *,
    at: datetime | None = None,
    imprint: Reference | None = None,
    supply: bool = True,
) -> TimestampReport:
    token, chain = _token(entry), _chain(entry)
    roots = [certificate for certificate in chain if certificate.is_self_issued]
    above = [c for c in chain if c.is_ca]
    return validate_timestamp(
        token,
        imprint,
        Evidence(certificates=tuple(chain if supply else above)),
        trust=TrustStore.of(*roots, purposes={Purpose.TSA}),
        policy=Policy.unsafe_without_revocation(),
        at=at or token.generation_time + timedelta(minutes=1),
        budget=Budget(),
    )


@pytest.mark.parametrize("entry", _parameters())
def test_verdicts_are_as_the_sources_say(entry: dict[str, Any]) -> None:
    """Signature, certificate and chain of each token come out as expected."""
    report = _judged(entry)
    verdict = (report.indication, report.sub_indication)
    assert verdict == VERDICTS.get(entry["id"], PASSED)
    assert report.signature_intact == ("invalid-signature" not in entry["id"])


@pytest.mark.parametrize("entry", _parameters())
def test_anchors_for_signers_serve_no_authority(entry: dict[str, Any]) -> None:
    """The same roots, trusted for signers only, make no token pass."""
    token, chain = _token(entry), _chain(entry)
    roots = [certificate for certificate in chain if certificate.is_self_issued]
    report = validate_timestamp(
        token,
        None,
        Evidence(certificates=tuple(chain)),
        trust=TrustStore.of(*roots, purposes={Purpose.SIGNER}),
        policy=Policy.unsafe_without_revocation(),
        at=token.generation_time + timedelta(minutes=1),
        budget=Budget(),
    )
    assert not report.passed


@pytest.mark.parametrize("entry", [p for p in _parameters() if p.id in (EXPIRED, "absent")])
def test_an_expired_certificate_does_not_pass_today(entry: dict[str, Any]) -> None:
    """After the certificate's end the token alone proves nothing any more."""
    report = _judged(entry, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert report.indication is BlockStatus.INDETERMINATE


@pytest.mark.parametrize(
    "entry", [p for p in _parameters() if "no-embedded-cert" in str(p.id) or p.id == "absent"]
)
def test_a_token_without_certificate_needs_it_supplied(entry: dict[str, Any]) -> None:
    """Without the authority's certificate there is nobody to have signed."""
    assert _judged(entry).passed
    report = _judged(entry, supply=False)
    assert report.sub_indication is SubIndication.NO_SIGNING_CERTIFICATE_FOUND


@pytest.mark.parametrize("entry", _parameters())
def test_imprints_are_those_of_what_was_asked(entry: dict[str, Any]) -> None:
    """Where question or data are known, the imprint, nonce and digest are theirs."""
    token, file = _token(entry), Path(entry["file"])
    question = _question(entry)
    if question is not None:
        asked = read_request(_file(question).read_bytes())
        assert token.imprint == asked.imprint.octets
        assert token.imprint_oid == asked.imprint.algorithm_oid
        # The other response answers a later question over the same data.
        assert (token.nonce == asked.nonce) == (file.stem != "other_response")
    elif file.stem in HELLO:
        assert token.imprint == digest_by_name(HELLO[file.stem]).digest(b"hello")
    elif file.parent.name == "sigstore.mock":
        payload = _file(str(file.parent / "payload")).read_bytes()
        assert token.imprint == hashlib.sha256(payload).digest()
    else:
        pytest.skip("neither question nor data of this token are known")


@pytest.mark.parametrize(
    "entry", [p for p in _parameters() if "response-sha256" in str(p.id) or p.id == "absent"]
)
@pytest.mark.parametrize("data", [b"hello", b"hellp"])
def test_other_data_fails(entry: dict[str, Any], data: bytes) -> None:
    """The token passes over its own data, and over no other."""
    token = _token(entry)
    imprint = MessageImprint(
        algorithm_oid=token.imprint_oid,
        algorithm=token.imprint_algorithm,
        octets=hashlib.sha256(data).digest(),
    )
    reference = Reference(
        name="imprint",
        kind=ReferenceKind.MESSAGE_IMPRINT,
        found=True,
        intact=imprint.octets == token.imprint,
        digest_algorithm=token.imprint_algorithm,
    )
    report = _judged(entry, imprint=reference)
    expected = PASSED if data == b"hello" else (BlockStatus.FAILED, SubIndication.HASH_FAILURE)
    assert (report.indication, report.sub_indication) == expected


def _question(entry: dict[str, Any]) -> str | None:
    """Return the file that holds the request of a response, where there is one."""
    known = {
        "test_tsa/response.tsr": "request.der",
        "test_tsa/response-injected-certs.tsr": "request.der",
        "test_tsa/other_response.tsr": "other_request.der",
    }
    name = known.get(entry["id"].removeprefix(SOURCE))
    if name is not None:
        return str(Path(entry["file"]).parent / name)
    query = entry.get("query")
    return None if query is None else str(query)
