"""Requests and responses, against an independent implementation."""

from __future__ import annotations

import hashlib

import pytest
from asn1crypto import tsp
from hypothesis import given
from hypothesis import strategies as st

from esign.asn1 import writer
from esign.asn1.reader import parse
from esign.crypto.algorithms import digest_by_name
from esign.errors import EsignError, MalformedASN1Error, TSARejectedError, TSAUnreachableError
from esign.tsa.messages import (
    FAILURE_NAMES,
    FailureInfo,
    granted_response,
    read_request,
    read_response,
    read_response_parts,
    rejection_response,
    request_octets,
)

SHA256 = digest_by_name("SHA256")
DIGEST = hashlib.sha256(b"data").digest()
TOKEN = writer.sequence(writer.oid("1.2.840.113549.1.7.2"), writer.explicit(0, writer.null()))


def test_a_request_is_what_another_library_reads() -> None:
    """Every field of our request arrives at an independent reader."""
    octets = request_octets(DIGEST, SHA256, policy="1.2.3", nonce=2**127 + 5, cert_req=True)
    read = tsp.TimeStampReq.load(octets, strict=True)
    assert read["message_imprint"]["hashed_message"].native == DIGEST
    assert read["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256"
    assert (read["req_policy"].native, read["nonce"].native) == ("1.2.3", 2**127 + 5)
    assert read["cert_req"].native is True
    assert read.dump(force=True) == octets


@given(
    digest=st.binary(min_size=32, max_size=32),
    nonce=st.none() | st.integers(-(2**160), 2**160),
    policy=st.none() | st.sampled_from(["1.2.3", "0.4.0.2023.1.1"]),
    cert_req=st.booleans(),
)
def test_reading_undoes_writing(
    digest: bytes, nonce: int | None, policy: str | None, cert_req: bool
) -> None:
    """What is asked for is what an authority reads."""
    read = read_request(
        request_octets(digest, SHA256, policy=policy, nonce=nonce, cert_req=cert_req)
    )
    assert (read.version, read.imprint.octets, read.imprint.algorithm) == (1, digest, SHA256)
    assert (read.nonce, read.policy, read.cert_req) == (nonce, policy, cert_req)
    assert read.extensions == ()


def test_extensions_are_read() -> None:
    """A request with an extension of another library names its OID."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST}
    extension = {"extn_id": "1.2.3.4", "critical": True, "extn_value": b"\x05\x00"}
    request = tsp.TimeStampReq(
        {"version": 1, "message_imprint": imprint, "extensions": [extension]}
    )
    assert read_request(request.dump()).extensions == ("1.2.3.4",)


def test_absent_and_null_parameters_are_repeated_as_they_came() -> None:
    """An answer's imprint has the very octets of the question's."""
    for parameters in (b"", writer.null()):
        imprint = writer.sequence(
            writer.sequence(writer.oid(SHA256.oid), parameters), writer.octet_string(DIGEST)
        )
        read = read_request(writer.sequence(writer.integer(1), imprint))
        assert read.imprint.encoded() == imprint
        assert read.imprint.algorithm is SHA256


def test_other_parameters_make_the_digest_unknown() -> None:
    """A digest with parameters nobody defined is no digest known here."""
    imprint = writer.sequence(
        writer.sequence(writer.oid(SHA256.oid), writer.integer(7)), writer.octet_string(DIGEST)
    )
    assert read_request(writer.sequence(writer.integer(1), imprint)).imprint.algorithm is None


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x30\x00",
        b"\x04\x01\x00",
        writer.sequence(writer.integer(1)),
        writer.sequence(writer.integer(1), writer.null()),
        writer.sequence(writer.integer(1), writer.sequence(writer.null())),
        request_octets(DIGEST, SHA256) + b"\x00",
        request_octets(DIGEST, SHA256)[:-1],
        writer.sequence(request_octets(DIGEST, SHA256)[2:], writer.null()),
        b"GET / HTTP/1.1\r\n",
    ],
)
def test_what_is_no_request_is_named_so(octets: bytes) -> None:
    """Anything but a TimeStampReq is one named error."""
    with pytest.raises(MalformedASN1Error):
        read_request(octets)


@given(st.binary(max_size=200))
def test_garbage_never_escapes(octets: bytes) -> None:
    """Readers raise nothing but errors of this library."""
    for read in (read_request, read_response_parts):
        try:
            read(octets)
        except EsignError:
            continue


def test_a_granted_token_comes_back_unchanged() -> None:
    """The token's octets are taken as they are."""
    assert read_response(granted_response(TOKEN), authority="tsa") == TOKEN


def test_granted_with_mods_is_granted() -> None:
    """Status 1 comes with a token too."""
    octets = writer.sequence(writer.sequence(writer.integer(1)), TOKEN)
    assert read_response(octets, authority="tsa") == TOKEN


@pytest.mark.parametrize("failure", list(FailureInfo))
def test_a_refusal_says_why_to_us_and_to_others(failure: FailureInfo) -> None:
    """Each failure code is read back by us, and by an independent reader."""
    octets = rejection_response(failure, "Səbəb: yox")
    # The other library wants a token in every response, so it reads the status alone.
    other = tsp.PKIStatusInfo.load(parse(octets).children[0].encoded, strict=True)
    assert other["status"].native == "rejection"
    (name,) = other["fail_info"].native
    assert name.removesuffix("s") == failure.name.lower()
    assert other["status_string"].native == ["Səbəb: yox"]
    with pytest.raises(TSARejectedError, match="Səbəb: yox") as caught:
        read_response(octets, authority="http://tsa.example/")
    assert caught.value.values["failures"] == (FAILURE_NAMES[failure],)
    assert caught.value.values["url"] == "http://tsa.example/"


@pytest.mark.parametrize("status", [2, 3, 4, 5, 99, -1])
def test_a_token_beside_a_refusal_is_not_taken(status: int) -> None:
    """Only granted means granted, whatever else is sent along."""
    octets = writer.sequence(writer.sequence(writer.integer(status)), TOKEN)
    with pytest.raises(TSARejectedError):
        read_response(octets, authority="tsa")


def test_granted_without_a_token_is_no_answer() -> None:
    """A grant that grants nothing is told."""
    octets = writer.sequence(writer.sequence(writer.integer(0)))
    with pytest.raises(TSAUnreachableError, match="sent none"):
        read_response(octets, authority="tsa")


@pytest.mark.parametrize("octets", [b"", b"<html>", TOKEN[:-1], writer.sequence()])
def test_what_is_no_response_is_named_so(octets: bytes) -> None:
    """An authority that answers with something else is named."""
    with pytest.raises(TSAUnreachableError, match=r"tsa\.example"):
        read_response(octets, authority="http://tsa.example/")


def test_status_texts_are_harmless() -> None:
    """A reason cannot rewrite the terminal, nor fill it."""
    octets = rejection_response(FailureInfo.BAD_ALG, "\x1b[2Jred\r\n" + "x" * 5000)
    with pytest.raises(TSARejectedError) as caught:
        read_response(octets, authority="tsa")
    text = str(caught.value)
    assert text.isprintable()
    assert len(text) < 700
