"""The same signature is recognised and read in DER, BER, PEM and base64."""

from __future__ import annotations

import base64

import pytest

from esign.asn1 import writer
from esign.cms import oids
from esign.cms.armour import is_signed_data, unarmoured
from esign.document import Document
from esign.errors import LimitExceededError, MalformedCMSError
from esign.limits import Budget, Limits
from tests.support import cms_making as make

SIGNED = make.signed()
TEXT = base64.encodebytes(SIGNED)


def _pem(label: bytes, text: bytes = TEXT) -> bytes:
    return b"-----BEGIN " + label + b"-----\n" + text + b"-----END " + label + b"-----\n"


@pytest.mark.parametrize(
    "octets",
    [
        SIGNED,
        make.berified(SIGNED),
        TEXT,
        base64.b64encode(SIGNED),
        b"\xef\xbb\xbf" + TEXT.replace(b"\n", b"\r\n"),
        b"\n\n " + TEXT,
        _pem(b"PKCS7"),
        _pem(b"CMS"),
        b"Some words of explanation.\n" + _pem(b"PKCS #7 SIGNED DATA"),
    ],
)
def test_every_wrapping_is_the_same_signature(octets: bytes) -> None:
    """Whatever it is wrapped in, it is recognised by content and verifies."""
    assert is_signed_data(Document.of(octets))
    signature = make.only(octets)
    assert make.is_sound(signature)
    assert signature.id == make.only(SIGNED).id


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"M",
        b"Mister Smith signed this.",
        b"%PDF-1.7\n",
        b"<?xml version='1.0'?><a/>",
        b"PK\x03\x04",
        writer.sequence(writer.oid(oids.DATA)),
        make.certificate().der,
        base64.encodebytes(make.certificate().der),
        _pem(b"CERTIFICATE", base64.encodebytes(make.certificate().der)),
        b"MIIB" * 20,
        b"M" + b"=" * 40,
    ],
)
def test_other_files_are_not_recognised(octets: bytes) -> None:
    """Text, other formats, and other ASN.1 are not taken for a signature."""
    assert not is_signed_data(Document.of(octets))


def test_binary_document_is_passed_on_untouched() -> None:
    """A DER file is not copied."""
    document = Document.of(SIGNED)
    assert unarmoured(document, Budget()) is document


def test_broken_base64_is_our_error() -> None:
    """Armour that does not decode is named as what it is."""
    broken = _pem(b"CMS", b"MIIBA")
    with pytest.raises(MalformedCMSError, match="base64"):
        unarmoured(Document.of(broken), Budget())


def test_armour_is_read_into_memory_only_within_the_limit() -> None:
    """A huge base64 file ends in a named limit instead of memory."""
    with pytest.raises(LimitExceededError):
        unarmoured(Document.of(TEXT), Budget(Limits(asn1_in_memory=1000)))
