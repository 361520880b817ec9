"""Tokens: what is read, and what is no token."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esign.ades.format import SignatureRequest
from esign.asn1 import writer
from esign.cms.builder import signed_attributes, signed_data, signer_info
from esign.crypto.algorithms import digest_by_name
from esign.errors import EsignError, MalformedError
from esign.terms import Packaging, Severity, SignatureForm
from esign.tsa.issuing import TokenIssuer
from esign.tsa.messages import MessageImprint, read_response, request_octets
from esign.tsa.token import parse_token
from esign.tsa.tst_info import CONTENT_TYPE, TSTExtension, TSTInfo
from tests.support.authority import NOW, POLICY, make_authority

SHA256 = digest_by_name("SHA256")
DIGEST = hashlib.sha256(b"data").digest()
INFO = TSTInfo(
    policy=POLICY,
    imprint=MessageImprint(algorithm_oid=SHA256.oid, algorithm=SHA256, octets=DIGEST),
    serial_number=1,
    generation_time=NOW,
)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A token of an authority of ours."""

    class OneNumber:
        def next(self) -> int:
            return 5

        def next_in_order(self, _: object) -> None:
            return None

    issuer = TokenIssuer(make_authority(), policy=POLICY, serials=OneNumber())
    return read_response(issuer.answer(request_octets(DIGEST, SHA256), NOW), authority="tsa")


def _signed(content: bytes | None, *, content_type: str = CONTENT_TYPE, signers: int = 1) -> bytes:
    authority = make_authority()
    request = SignatureRequest(
        form=SignatureForm.TIMESTAMP,
        packaging=Packaging.ENVELOPING,
        certificate=authority.certificate,
        algorithm=authority.algorithms[0],
        digest_algorithm=SHA256,
        signing_time=NOW,
        unique="0" * 16,
    )
    digest = SHA256.digest(content or b"")
    attributes = signed_attributes(request, digest, content_type=content_type)
    value = authority.sign(attributes, request.algorithm)
    info = signer_info(request, attributes, value)
    return signed_data(request, info * signers, content_type=content_type, content=content)


def test_a_token_is_form_rfc3161(token: bytes) -> None:
    """Form, packaging, octets and identifier are those of a time-stamp."""
    read = parse_token(token, name="first")
    assert (read.form, read.packaging, read.name) == (
        SignatureForm.TIMESTAMP,
        Packaging.ENVELOPING,
        "first",
    )
    assert read.encoded == token
    assert read.id.startswith("S-")
    assert read.serial_number == 5
    assert "2026-11-24" in repr(read)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x30\x00",
        b"garbage",
        _signed(b"hello", content_type="1.2.840.113549.1.7.1"),
        _signed(INFO.encoded(), content_type="1.2.840.113549.1.7.1"),
        _signed(b"hello"),
        _signed(None),
        _signed(INFO.encoded(), signers=2),
        _signed(INFO.encoded() + b"\x00"),
    ],
)
def test_what_is_no_token_is_refused(octets: bytes) -> None:
    """A signature over something else, several signers, or no content make no token."""
    with pytest.raises(MalformedError):
        parse_token(octets)


def test_the_sound_sibling_is_read() -> None:
    """The token from which the refused ones are made is itself fine."""
    assert parse_token(_signed(INFO.encoded())).imprint == DIGEST


def test_octets_after_the_token_are_refused(token: bytes) -> None:
    """A token is its octets and nothing more."""
    with pytest.raises(MalformedError, match="octets follow"):
        parse_token(token + b"\0\0")


@pytest.mark.parametrize(
    ("extension", "code"),
    [
        (TSTExtension(oid="1.2.3", critical=True, value=b""), {"tst-unknown-critical-extension"}),
        (TSTExtension(oid="1.2.3", critical=False, value=b""), set()),
        (TSTExtension(oid="1.3.6.1.5.5.7.1.3", critical=True, value=b"0\0"), set()),
    ],
)
def test_unknown_critical_extensions_are_found(extension: TSTExtension, code: set[str]) -> None:
    """What the authority declares indispensable and we do not know cannot be passed over."""
    info = TSTInfo(
        policy=POLICY,
        imprint=INFO.imprint,
        serial_number=1,
        generation_time=NOW,
        extensions=(extension,),
    )
    found = parse_token(_signed(info.encoded())).structure_findings()
    assert {f.code for f in found if f.severity >= Severity.CONSTRAINT} == code


def test_an_imprint_of_another_length_is_found() -> None:
    """A SHA-256 imprint of 31 octets is malformed."""
    imprint = MessageImprint(algorithm_oid=SHA256.oid, algorithm=SHA256, octets=DIGEST[:-1])
    info = TSTInfo(policy=POLICY, imprint=imprint, serial_number=1, generation_time=NOW)
    found = parse_token(_signed(info.encoded())).structure_findings()
    assert "tst-imprint-length" in {f.code for f in found if f.severity is Severity.MALFORMED}


def test_an_unknown_imprint_algorithm_is_read() -> None:
    """The OID stays readable where the digest is unknown."""
    imprint = MessageImprint(algorithm_oid="1.2.3.4", algorithm=None, octets=b"x")
    info = TSTInfo(policy=POLICY, imprint=imprint, serial_number=1, generation_time=NOW)
    read = parse_token(_signed(info.encoded()))
    assert (read.imprint_algorithm, read.imprint_oid) == (None, "1.2.3.4")


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_flipped_bit_goes_unnoticed(token: bytes, data: st.DataObject) -> None:
    """A token with one bit changed in statement, attributes or value never verifies."""
    sound = parse_token(token)
    key = make_authority().certificate.public_key
    attributes = sound.facts.signer_info.signed_attributes
    assert attributes is not None
    covered = [
        position
        for part in (sound.info.encoded(), attributes.encoded, sound.signature_value)
        for position in range(token.index(part), token.index(part) + len(part))
    ]
    position = data.draw(st.sampled_from(covered))
    changed = bytearray(token)
    changed[position] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read = parse_token(bytes(changed))
    except EsignError:
        return
    intact = all(reference.intact for reference in read.references())
    assert not (intact and read.value_verifies(key))


def test_a_token_without_certificate_reference_is_found(token: bytes) -> None:
    """The attribute that RFC 3161 demands is missed when it is not there."""
    authority = make_authority()
    content = INFO.encoded()
    attributes = writer.set_of(
        writer.sequence(
            writer.oid("1.2.840.113549.1.9.3"), writer.set_of(writer.oid(CONTENT_TYPE))
        ),
        writer.sequence(
            writer.oid("1.2.840.113549.1.9.4"),
            writer.set_of(writer.octet_string(SHA256.digest(content))),
        ),
    )
    request = SignatureRequest(
        form=SignatureForm.TIMESTAMP,
        packaging=Packaging.ENVELOPING,
        certificate=authority.certificate,
        algorithm=authority.algorithms[0],
        digest_algorithm=SHA256,
        signing_time=NOW,
        unique="0" * 16,
    )
    info = signer_info(request, attributes, authority.sign(attributes, request.algorithm))
    octets = signed_data(request, info, content_type=CONTENT_TYPE, content=content)
    read = parse_token(octets)
    assert read.value_verifies(authority.certificate.public_key)
    assert "tst-no-signing-certificate" in {f.code for f in read.structure_findings()}
