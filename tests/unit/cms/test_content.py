"""Content is digested wherever it lies."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from esign.cms.content import CoveredContent, document_digest
from esign.document import Document
from esign.errors import UnsupportedAlgorithmError
from esign.messages import Message
from tests.support import cms_making as make


def test_digest_is_that_of_the_document() -> None:
    """Every digest, SHAKE256 with its 512 bits included."""
    document = Document.of(make.CONTENT)
    for name, expected in (
        ("SHA256", hashlib.sha256(make.CONTENT).digest()),
        ("SHA3-384", hashlib.sha3_384(make.CONTENT).digest()),
        ("SHAKE256", hashlib.shake_256(make.CONTENT).digest(64)),
    ):
        assert document_digest(document, make.digest_by_name(name)) == expected


def test_digest_nobody_offers_is_our_error() -> None:
    """A digest that this machine's OpenSSL lacks is named, not a ValueError."""
    absent = replace(make.digest_by_name("SHA256"), hashlib_name="no-such-digest")
    with pytest.raises(UnsupportedAlgorithmError):
        document_digest(Document.of(make.CONTENT), absent)


def test_whole_document_is_the_content() -> None:
    """Its name is the document's."""
    content = CoveredContent.of(Document.of(make.CONTENT, name="letter.txt"))
    assert content.name == "letter.txt"
    assert content.digest is not None
    assert content.digest(make.digest_by_name("SHA256")) == hashlib.sha256(make.CONTENT).digest()


def test_missing_content_has_a_reason_and_no_digest() -> None:
    """What was not found cannot be digested."""
    content = CoveredContent.missing(Message("Gone."), ambiguous=True)
    assert content.digest is None
    assert content.ambiguous
    assert str(content.problem) == "Gone."
