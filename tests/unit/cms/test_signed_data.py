"""SignedData gives its parts, and refuses a shell that is none."""

from __future__ import annotations

import pytest

from esign.asn1 import writer
from esign.asn1.reader import parse
from esign.cms import builder, oids
from esign.cms.signed_data import SignerInfo, looks_like_attributes, parse_signed_data
from esign.document import Document
from esign.errors import LimitExceededError, MalformedCMSError, MalformedError
from esign.limits import Budget, Limits
from tests.support import cms_making as make

SIGNED = make.signed(chain=(make.certificate("issuing"),))


def test_parts_are_what_was_written() -> None:
    """Version, types, certificates and signers of our own SignedData."""
    found = parse_signed_data(SIGNED)
    assert found.version == 1
    assert found.encap_content_type == oids.DATA
    assert found.digest_oids == {make.digest_by_name("SHA256").oid}
    assert set(found.certificates) == {make.certificate(), make.certificate("issuing")}
    assert (found.crls, found.ocsp_responses) == ((), ())
    assert found.trailing == b""
    (info,) = (SignerInfo(each) for each in found.signer_info_elements)
    assert info.version == 1
    assert info.issuer_and_serial == (
        make.certificate().issuer_der,
        make.certificate().serial_number,
    )
    assert info.subject_key_identifier is None
    assert info.signed_octets is not None
    assert info.signed_octets[0] == 0x31


def test_segmented_signature_value_is_joined() -> None:
    """A value that BER cut into segments is the same value."""
    info = parse_signed_data(SIGNED).signer_info_elements[0]
    *parts, value = (child.encoded for child in info.children)
    octets = parse(value).content
    segments = writer.octet_string(octets[:100]) + writer.octet_string(octets[100:])
    cut = writer.sequence(*parts, writer.encode(0x24, segments))
    assert make.is_sound(make.only(builder.signed_data(make.request(), cut, content=make.CONTENT)))


def _with_tail(*tail: bytes) -> bytes:
    *parts, _, _ = (each.encoded for each in parse(SIGNED).children[1].children[0].children)
    body = writer.sequence(*parts, *tail)
    return writer.sequence(writer.oid(oids.SIGNED_DATA), writer.explicit(0, body))


@pytest.mark.parametrize(
    "tail",
    [
        (),
        (writer.set_of(), writer.set_of()),
        (writer.explicit(0), writer.explicit(0), writer.set_of()),
        (writer.null(), writer.set_of()),
        (writer.explicit(0, b"\x30\x05\x01"), writer.set_of()),
    ],
)
def test_shell_of_another_build_is_refused(tail: tuple[bytes, ...]) -> None:
    """Parts missing, twice, unknown or broken are no SignedData."""
    with pytest.raises(MalformedError):
        parse_signed_data(_with_tail(*tail))


def test_no_signers_is_no_error() -> None:
    """A bag of certificates without signers has no signature."""
    assert make.parsed(_with_tail(writer.set_of())) == ()


def test_signers_without_number_are_a_named_limit() -> None:
    """A thousand and more signers end in a named limit."""
    octets = _with_tail(writer.set_of(*[writer.sequence()] * 9))
    with pytest.raises(LimitExceededError):
        parse_signed_data(octets, Budget(Limits(signatures=8)))


def test_other_content_types_are_named() -> None:
    """EnvelopedData is CMS and carries no signature."""
    with pytest.raises(MalformedCMSError, match="not SignedData"):
        parse_signed_data(writer.sequence(writer.oid("1.2.840.113549.1.7.3"), writer.explicit(0)))


def test_blank_octets_after_the_end_are_told_from_others() -> None:
    """Zeros and line ends are padding; anything else is not."""
    assert parse_signed_data(SIGNED + b"\0\r\n" * 5000).trailing_is_blank
    assert not parse_signed_data(SIGNED + bytes(10_000) + b"x").trailing_is_blank


@pytest.mark.parametrize(
    ("octets", "imitates"),
    [
        (writer.set_of(*make.attributes()), True),
        (b"\x31\x80" + b"".join(make.attributes()) + b"\0\0", True),
        (writer.sequence(*make.attributes()), False),
        (writer.set_of(*make.attributes()) + b"x", False),
        (writer.set_of(writer.sequence()), False),
        (writer.set_of(), False),
        (b"1", False),
        (b"", False),
    ],
)
def test_imitations_of_attributes_are_recognised(octets: bytes, imitates: bool) -> None:
    """Exactly a SET of type-and-SET pairs looks like signed attributes."""
    assert looks_like_attributes(Document.of(octets)) is imitates
