"""OCSP responses read in place.

Spec: RFC 6960 §4.2
"""

from __future__ import annotations

import pickle

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import ocsp
from hypothesis import given, settings
from hypothesis import strategies as st

from esign.asn1.reader import parse
from esign.asn1.writer import (
    bit_string,
    encode,
    enumerated,
    explicit,
    generalized_time,
    implicit,
    integer,
    null,
    octet_string,
    oid,
    sequence,
)
from esign.crypto.algorithms import digest_by_name
from esign.errors import EsignError, MalformedCertificateError
from esign.pki.ocsp import NONCE, CertificateStatus, OCSPResponse, ResponseStatus, key_hash
from tests.support.chains import NOW, OCSP_SIGNING, extension, make, make_ocsp

ROOT = make("Root")
ANNA = make("Anna", ROOT, ca=False)
BORIS = make("Boris", ROOT, ca=False)
RESPONDER = make("Responder", ROOT, ca=False, purposes=[OCSP_SIGNING])


def test_facts_agree_with_an_independent_library() -> None:
    """Status, times and responder are those another library put in and reads."""
    response = make_ocsp(ANNA, ROOT, status="REVOKED", reason=1)
    theirs = ocsp.load_der_ocsp_response(response.der)
    (single,) = response.about(ANNA.ours, ROOT.ours)
    assert response.status == ResponseStatus.SUCCESSFUL
    assert response.produced_at == theirs.produced_at_utc
    assert response.responder_name == ROOT.ours.subject
    assert single.status is CertificateStatus.REVOKED
    assert single.this_update == theirs.this_update_utc
    assert single.next_update == theirs.next_update_utc
    assert single.revoked_at == theirs.revocation_time_utc
    assert single.reason == 1


@pytest.mark.parametrize("digest", ["SHA1", "SHA256", "SHA384", "SHA512", "SHA3-256"])
def test_certificate_is_found_under_any_digest(digest: str) -> None:
    """The CertID is matched whatever digest the responder chose."""
    response = make_ocsp(ANNA, ROOT, digest=digest)
    assert len(response.about(ANNA.ours, ROOT.ours)) == 1
    assert response.about(BORIS.ours, ROOT.ours) == ()


def test_same_number_under_another_issuer_is_another_certificate() -> None:
    """Issuer name and issuer key both take part in the CertID."""
    response = make_ocsp(ANNA, ROOT)
    other_key = make("Root", key="Another key")
    other_name = make("Another root", key="Root")
    for issuer in (other_key, other_name):
        twin = make("Anna", issuer, ca=False, serial=ANNA.x509.serial_number)
        assert response.about(twin.ours, issuer.ours) == ()


def test_responder_is_named_by_name_or_key() -> None:
    """Both forms of responder identifier name the responder and nobody else."""
    for by_key in (False, True):
        response = make_ocsp(ANNA, ROOT, responder=RESPONDER, by_key=by_key)
        assert response.names_responder(RESPONDER.ours)
        assert not response.names_responder(ROOT.ours)
        assert response.certificates == (RESPONDER.ours,)


def test_signature_is_checked() -> None:
    """The response verifies under its signer's key and no other."""
    response = make_ocsp(ANNA, ROOT, responder=RESPONDER)
    assert response.signed_by(RESPONDER.ours.public_key)
    assert not response.signed_by(ROOT.ours.public_key)


def test_bare_response_is_the_same_answer() -> None:
    """A BasicOCSPResponse, as signatures embed it, equals the wrapped answer."""
    wrapped = make_ocsp(ANNA, ROOT)
    assert wrapped.basic_der is not None
    bare = OCSPResponse.from_basic(wrapped.basic_der)
    assert bare == wrapped == OCSPResponse.from_der(wrapped.basic_der)
    assert hash(bare) == hash(wrapped)
    assert bare.id == wrapped.id
    assert bare.wrapped_der == wrapped.der
    assert pickle.loads(pickle.dumps(bare)) == wrapped


def test_refusal_holds_no_answer() -> None:
    """A responder that refuses is read as that, without any single response."""
    refused = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    response = OCSPResponse.from_der(refused.public_bytes(serialization.Encoding.DER))
    assert response.status == ResponseStatus.TRY_LATER
    assert response.responses == ()
    assert not response.signed_by(ROOT.ours.public_key)


def test_nonce_is_read() -> None:
    """The nonce comes out as it went in."""
    for value in (octet_string(b"n" * 32), b"n" * 32):  # older responders leave out the wrapping
        assert make_ocsp(ANNA, ROOT, extensions=extension(NONCE, value)).nonce == b"n" * 32
    assert make_ocsp(ANNA, ROOT).nonce is None


@pytest.mark.parametrize(
    "octets", [b"", b"\x30\x00", b"no answer", ROOT.ours.der, make_ocsp(ANNA, ROOT).der + b"\0"]
)
def test_what_is_no_response_is_refused(octets: bytes) -> None:
    """Anything but a whole response is a named error."""
    with pytest.raises(MalformedCertificateError):
        OCSPResponse.from_der(octets)


@given(st.binary(min_size=1, max_size=40), st.integers(min_value=0, max_value=400))
@settings(max_examples=200, deadline=None)
def test_damage_ends_in_our_own_errors(junk: bytes, at: int) -> None:
    """A damaged response is read or refused; nothing but our own errors comes out."""
    good = make_ocsp(ANNA, ROOT)
    damaged = good.der[:at] + junk + good.der[at + len(junk) :]
    try:
        response = OCSPResponse.from_der(damaged)
        singles = response.about(ANNA.ours, ROOT.ours)
        _ = (response.certificates, response.nonce, [s.archive_cutoff for s in singles])
        if singles and response.signed_by(ROOT.ours.public_key):
            assert response.responses == good.responses
    except EsignError:
        pass


def _basic(*, named: bytes | None = None, status: bytes | None = None, last: bytes = b"") -> bytes:
    """Return an unsigned BasicOCSPResponse with one thing changed."""
    moment = generalized_time(NOW)
    cert_id = sequence(sequence(oid("1.3.14.3.2.26")), *(octet_string(b"x"),) * 2, integer(1))
    single = sequence(cert_id, status or implicit(0, null()), moment, last)
    data = sequence(named or explicit(2, octet_string(b"x" * 20)), moment, sequence(single))
    return sequence(data, sequence(oid("1.3.101.112")), bit_string(b"\0" * 64))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"named": explicit(3, octet_string(b"x"))}, "neither by name nor by key"),
        ({"status": implicit(3, null())}, "none of the three"),
        ({"last": explicit(2, generalized_time(NOW))}, "not known here"),
    ],
)
def test_unknown_alternatives_are_refused(changed: dict[str, bytes], words: str) -> None:
    """A responder, status or field that the standard does not know is an error."""
    assert len(OCSPResponse.from_basic(_basic()).responses) == 1
    with pytest.raises(MalformedCertificateError, match=words):
        OCSPResponse.from_basic(_basic(**changed))


def test_other_response_types_are_refused() -> None:
    """A response of another type than the basic one is not read as it."""
    body = sequence(oid("1.2.3"), octet_string(_basic()))
    with pytest.raises(MalformedCertificateError, match="basic"):
        OCSPResponse.from_der(sequence(enumerated(0), explicit(0, body)))


def test_broken_certificates_in_the_bag_are_left_out() -> None:
    """A response's broken certificate authorises nothing and hides nothing."""
    good = _basic()
    content = parse(good).content + explicit(0, sequence(sequence(), ROOT.ours.der))
    response = OCSPResponse.from_basic(encode(0x30, content))
    assert response.certificates == (ROOT.ours,)
    twice = encode(0x30, content + explicit(0, sequence()))
    with pytest.raises(MalformedCertificateError, match="follows"):
        OCSPResponse.from_basic(twice)


def test_key_that_cannot_be_read_is_nobodys() -> None:
    """No hash is computed of a key that is no SubjectPublicKeyInfo."""
    sha1 = digest_by_name("SHA1")
    assert key_hash(ROOT.ours.public_key.spki, sha1) is not None
    for broken in (b"", b"\x30\x00", b"\x30\x03\x02\x01\x00"):
        assert key_hash(broken, sha1) is None


def test_response_is_shown_by_responder_and_time() -> None:
    """The representation names the responder and the time, and no other object is equal."""
    response = make_ocsp(ANNA, ROOT)
    assert "CN=Root" in repr(response)
    assert "key " in repr(make_ocsp(ANNA, ROOT, by_key=True))
    assert response.wrapped_der == response.der
    assert response != response.der
