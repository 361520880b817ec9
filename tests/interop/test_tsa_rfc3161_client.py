"""rfc3161-client, a library of other people, asks our authority and accepts its tokens."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.x509 import Certificate, load_der_x509_certificate
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from esign.service.tsa import TSAServer
from tests.support.authority import POLICY, make_authority

pytestmark = pytest.mark.interop
DATA = b"what is to be time-stamped"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TSAServer]:
    """Our authority."""
    with TSAServer(
        make_authority(), policy=POLICY, serials=tmp_path / "serials", accuracy=1
    ) as running:
        yield running


def _theirs(ours: object) -> Certificate:
    return load_der_x509_certificate(ours.der)  # type: ignore[attr-defined]


def _ask(server: TSAServer, request: TimeStampRequest) -> TimeStampResponse:
    asked = urllib.request.Request(
        server.url,
        data=request.as_bytes(),
        headers={"Content-Type": "application/timestamp-query"},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return decode_timestamp_response(answer.read())


@pytest.mark.parametrize("digest", [HashAlgorithm.SHA256, HashAlgorithm.SHA512])
def test_the_token_is_accepted(server: TSAServer, digest: HashAlgorithm) -> None:
    """Signature, chain, nonce and message hold for the other library."""
    request = TimestampRequestBuilder().data(DATA).hash_algorithm(digest).nonce(nonce=True).build()
    response = _ask(server, request)
    verifier = (
        VerifierBuilder.from_request(request)
        .add_root_certificate(_theirs(make_authority().root))
        .build()
    )
    assert verifier.verify_message(response, DATA)
    with pytest.raises(VerificationError):
        verifier.verify_message(response, DATA + b"!")


def test_the_fields_are_read(server: TSAServer) -> None:
    """Policy, serial number and accuracy arrive."""
    request = TimestampRequestBuilder().data(DATA).build()
    info = _ask(server, request).tst_info
    assert info.policy.dotted_string == POLICY
    assert info.nonce == request.nonce
    assert info.accuracy.seconds == 1
    assert info.serial_number > 2**64


def test_a_token_without_certificates_needs_one(server: TSAServer) -> None:
    """Without certReq the other library wants the certificate supplied, and then accepts."""
    request = TimestampRequestBuilder().data(DATA).cert_request(cert_request=False).build()
    response = _ask(server, request)
    assert len(response.signed_data.certificates) == 0
    builder = VerifierBuilder.from_request(request).add_root_certificate(
        _theirs(make_authority().root)
    )
    with pytest.raises((VerificationError, ValueError)):
        builder.build().verify_message(response, DATA)
    supplied = builder.tsa_certificate(_theirs(make_authority().certificate)).build()
    assert supplied.verify_message(response, DATA)


def test_another_root_is_refused(server: TSAServer) -> None:
    """The sibling judged under another authority's root is refused."""
    request = TimestampRequestBuilder().data(DATA).build()
    verifier = (
        VerifierBuilder.from_request(request)
        .add_root_certificate(_theirs(make_authority(rsa_key=True).root))
        .build()
    )
    with pytest.raises(VerificationError):
        verifier.verify_message(_ask(server, request), DATA)
