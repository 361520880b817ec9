"""The media type of what is signed comes from the caller or from the content."""

from __future__ import annotations

import pytest

from esign.ades.format import SignerProperties
from esign.ades.signature import ContentFormat
from esign.cades.media_types import UNKNOWN, media_type_of
from esign.document import Document
from tests.support import cms_making as make


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"<?xml version='1.0'?><a/>", "text/xml"),
        (b"PK\x03\x04....", "application/zip"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"PDF-1.7", UNKNOWN),
        (b"", UNKNOWN),
    ],
)
def test_content_shows_its_kind(octets: bytes, expected: str) -> None:
    """The first octets decide, whatever the name says."""
    assert media_type_of(Document.of(octets, name="letter.docx")) == expected


def test_stated_media_type_wins() -> None:
    """What the document or the signer states is written; the signer has the last word."""
    document = Document.of(b"%PDF-1.7")
    document.media_type = "text/plain"
    assert media_type_of(document) == "text/plain"
    said = SignerProperties(media_type="text/csv")
    for properties, expected in ((said, "text/csv"), (SignerProperties(), UNKNOWN)):
        read = make.only(make.signed(properties=properties)).signed_properties
        assert read.content_formats == (ContentFormat(media_type=expected),)
