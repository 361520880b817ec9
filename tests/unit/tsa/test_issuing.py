"""What an authority answers, read by this library and by independent ones."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, tsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from esign.asn1 import writer
from esign.crypto.algorithms import SignatureAlgorithm, digest_by_name
from esign.errors import KeyAccessError, OutputError, TSARejectedError, UsageError
from esign.terms import Severity
from esign.tsa.issuing import TokenIssuer
from esign.tsa.messages import read_response, request_octets
from esign.tsa.serials import SerialFile
from esign.tsa.token import Token, parse_token
from tests.support.authority import NOW, POLICY, TIME_STAMPING, KeyInMemory, make_authority

SHA256 = digest_by_name("SHA256")
DIGEST = hashlib.sha256(b"data").digest()
REQUEST = request_octets(DIGEST, SHA256, nonce=7)


@pytest.fixture
def serials(tmp_path: Path) -> SerialFile:
    """A fresh series of numbers."""
    return SerialFile(tmp_path / "serials")


@pytest.fixture
def issuer(serials: SerialFile) -> TokenIssuer:
    """An authority as most are."""
    return TokenIssuer(make_authority(), policy=POLICY, serials=serials)


def _token(issuer: TokenIssuer, request: bytes = REQUEST) -> Token:
    return parse_token(read_response(issuer.answer(request, NOW), authority="tsa"))


def _failure(issuer: TokenIssuer, request: bytes) -> str:
    with pytest.raises(TSARejectedError) as caught:
        read_response(issuer.answer(request, NOW), authority="tsa")
    (name,) = caught.value.values["failures"]  # type: ignore[misc]
    return str(name)


def test_a_token_says_what_was_asked(issuer: TokenIssuer) -> None:
    """Imprint, nonce, policy and time are those of the request and the authority."""
    token = _token(issuer)
    assert (token.imprint, token.imprint_algorithm, token.nonce) == (DIGEST, SHA256, 7)
    assert (token.policy, token.generation_time) == (POLICY, NOW.replace(microsecond=0))
    assert (token.accuracy_seconds, token.ordering) == (None, False)
    assert token.tsa_name == writer.explicit(4, make_authority().certificate.subject_der)


def test_a_token_is_a_sound_signature(issuer: TokenIssuer) -> None:
    """Content intact, value verifies under the authority's key, nothing wrong with the form."""
    token = _token(issuer)
    assert [(r.found, r.intact) for r in token.references()] == [(True, True)]
    assert token.value_verifies(make_authority().certificate.public_key)
    assert not token.value_verifies(make_authority(rsa_key=True).certificate.public_key)
    bad = [f.code for f in token.structure_findings() if f.severity >= Severity.LEVEL]
    assert bad == []
    assert token.signer.present
    assert (
        token.signer.references[0].digest
        == hashlib.sha256(make_authority().certificate.der).digest()
    )


def test_another_library_reads_the_token(issuer: TokenIssuer) -> None:
    """An independent CMS reader finds the TSTInfo and the attributes RFC 5816 wants."""
    response = tsp.TimeStampResp.load(issuer.answer(REQUEST, NOW), strict=True)
    assert response["status"]["status"].native == "granted"
    signed: cms.SignedData = response["time_stamp_token"]["content"]
    assert signed["version"].native == "v3"
    assert signed["encap_content_info"]["content_type"].native == "tst_info"
    attributes = {a["type"].native for a in signed["signer_infos"][0]["signed_attrs"]}
    assert {"content_type", "message_digest", "signing_certificate_v2"} <= attributes


@pytest.mark.parametrize("cert_req", [True, False])
def test_certificates_come_when_asked_for(issuer: TokenIssuer, cert_req: bool) -> None:
    """certReq decides whether the chain is embedded; the reference is there either way."""
    token = _token(issuer, request_octets(DIGEST, SHA256, cert_req=cert_req))
    authority = make_authority()
    expected = {authority.certificate, *authority.chain} if cert_req else set()
    assert set(token.material.certificates) == expected
    assert token.signer.present


def test_without_a_nonce_there_is_none(issuer: TokenIssuer) -> None:
    """A request without nonce gets a token without."""
    assert _token(issuer, request_octets(DIGEST, SHA256)).nonce is None


def test_serial_numbers_differ(issuer: TokenIssuer) -> None:
    """The same request twice gives two tokens."""
    assert _token(issuer).serial_number != _token(issuer).serial_number


@pytest.mark.parametrize("name", ["SHA256", "SHA384", "SHA512", "SHA3-256"])
def test_good_digests_are_stamped(issuer: TokenIssuer, name: str) -> None:
    """Every digest that may be used today is accepted."""
    algorithm = digest_by_name(name)
    token = _token(issuer, request_octets(algorithm.digest(b"x"), algorithm))
    assert token.imprint_algorithm is algorithm


def test_rsa_keys_sign_tokens(serials: SerialFile) -> None:
    """An RSA authority works like an EC one."""
    authority = make_authority(rsa_key=True)
    token = _token(TokenIssuer(authority, policy=POLICY, serials=serials))
    assert token.value_verifies(authority.certificate.public_key)


def test_accuracy_is_stated(serials: SerialFile) -> None:
    """Seconds and their parts arrive; below a second the time has its fraction."""
    authority = make_authority()
    token = _token(TokenIssuer(authority, policy=POLICY, serials=serials, accuracy=0.25))
    assert token.accuracy_seconds == 0.25
    assert token.generation_time == NOW


def test_ordered_tokens_have_growing_times(serials: SerialFile) -> None:
    """With ordering two tokens of one moment still have an order."""
    authority = make_authority()
    issuer = TokenIssuer(authority, policy=POLICY, serials=serials, ordering=True)
    first, second = _token(issuer), _token(issuer)
    assert first.ordering
    assert first.generation_time < second.generation_time


_UNKNOWN_DIGEST = writer.sequence(
    writer.integer(1),
    writer.sequence(writer.sequence(writer.oid("1.2.3.4")), writer.octet_string(DIGEST)),
)
_VERSION_2 = writer.sequence(
    writer.integer(2),
    writer.sequence(SHA256.identifier(), writer.octet_string(DIGEST)),
)
_EXTENSION = writer.sequence(
    writer.integer(1),
    writer.sequence(SHA256.identifier(), writer.octet_string(DIGEST)),
    writer.explicit(0, writer.sequence(writer.oid("1.2.3"), writer.octet_string(b""))),
)


@pytest.mark.parametrize(
    ("request_", "failure"),
    [
        (_UNKNOWN_DIGEST, "badAlg"),
        (request_octets(hashlib.sha1(b"x").digest(), digest_by_name("SHA1")), "badAlg"),
        (request_octets(hashlib.md5(b"x").digest(), digest_by_name("MD5")), "badAlg"),
        (_VERSION_2, "badRequest"),
        (request_octets(DIGEST[:-1], SHA256), "badDataFormat"),
        (request_octets(DIGEST, SHA256, policy="1.2.3"), "unacceptedPolicy"),
        (_EXTENSION, "unacceptedExtension"),
        (b"", "badDataFormat"),
        (b"garbage", "badDataFormat"),
        (REQUEST[:-1], "badDataFormat"),
        (REQUEST + b"\0", "badDataFormat"),
        (writer.sequence(*[writer.null()] * 5000), "badDataFormat"),
    ],
)
def test_refusals_carry_the_right_code(issuer: TokenIssuer, request_: bytes, failure: str) -> None:
    """Each kind of bad request has its failure code."""
    assert _failure(issuer, request_) == failure


def test_our_own_policy_may_be_asked_for(issuer: TokenIssuer) -> None:
    """Naming the policy that is issued anyway changes nothing."""
    assert _token(issuer, request_octets(DIGEST, SHA256, policy=POLICY)).policy == POLICY


def test_a_certificate_that_is_not_valid_issues_nothing(serials: SerialFile) -> None:
    """After the certificate's end there is no time to be had."""
    expired = make_authority(days=(-30, -1))
    issuer = TokenIssuer(expired, policy=POLICY, serials=serials)
    assert _failure(issuer, REQUEST) == "timeNotAvailable"


def test_a_clock_set_back_issues_nothing(serials: SerialFile) -> None:
    """An authority that promises order has no time when its clock went back."""
    issuer = TokenIssuer(make_authority(), policy=POLICY, serials=serials, ordering=True)
    issuer.answer(REQUEST, NOW + timedelta(minutes=1))
    assert _failure(issuer, REQUEST) == "timeNotAvailable"


class _BrokenKey(KeyInMemory):
    def sign(self, octets: bytes, algorithm: SignatureAlgorithm) -> bytes:
        raise KeyAccessError("The token in slot {slot} is gone.", slot=3)


def test_a_broken_key_is_a_system_failure(
    serials: SerialFile, caplog: pytest.LogCaptureFixture
) -> None:
    """The requester learns that it failed; the operator learns why."""
    sound = make_authority()
    broken = _BrokenKey(
        key=sound.key, certificate=sound.certificate, chain=sound.chain, root=sound.root
    )
    issuer = TokenIssuer(broken, policy=POLICY, serials=serials)
    with caplog.at_level(logging.ERROR, "esign.tsa"):
        answer = issuer.answer(REQUEST, NOW)
    assert b"slot" not in answer
    assert "slot 3" in caplog.text
    assert _failure(issuer, REQUEST) == "systemFailure"


class _NoNumbers:
    def next(self) -> int:
        raise OutputError("The disk is full.")

    def next_in_order(self, _: object) -> None:
        raise OutputError("The disk is full.")


@pytest.mark.parametrize("ordering", [True, False])
def test_without_numbers_nothing_is_issued(ordering: bool) -> None:
    """A full disk ends in a refusal, never in a number used twice."""
    issuer = TokenIssuer(make_authority(), policy=POLICY, serials=_NoNumbers(), ordering=ordering)
    assert _failure(issuer, REQUEST) == "systemFailure"


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        ({"usages": ()}, "no extended key usage"),
        ({"usages": (ExtendedKeyUsageOID.SERVER_AUTH,)}, "not timeStamping alone"),
        ({"usages": (TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)}, "not timeStamping alone"),
        ({"critical": False}, "not critical"),
        ({"key_usage": ("key_encipherment",)}, "may not sign"),
        ({"key_usage": ("digital_signature", "key_cert_sign")}, "may do more"),
    ],
)
def test_certificates_for_anything_else_are_refused_at_start(
    serials: SerialFile, made: dict[str, object], problem: str
) -> None:
    """An authority whose tokens nobody may accept does not start."""
    with pytest.raises(UsageError, match=problem):
        TokenIssuer(make_authority(**made), policy=POLICY, serials=serials)  # type: ignore[arg-type]


@pytest.mark.parametrize("key_usage", [(), ("content_commitment",), ("digital_signature",)])
def test_signing_usages_are_accepted(serials: SerialFile, key_usage: tuple[str, ...]) -> None:
    """A key that may sign, or says nothing about it, is fit."""
    TokenIssuer(make_authority(key_usage=key_usage), policy=POLICY, serials=serials)


@pytest.mark.parametrize("policy", ["", "abc", "1", "3.1.2", "1.2.x"])
def test_a_policy_is_an_oid(serials: SerialFile, policy: str) -> None:
    """A typing error in the policy is found at start."""
    with pytest.raises(UsageError, match="OID"):
        TokenIssuer(make_authority(), policy=policy, serials=serials)
