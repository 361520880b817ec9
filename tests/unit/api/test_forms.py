"""Content, never the name, decides what a document is and becomes."""

from __future__ import annotations

import pytest

import esign
from esign.api.forms import form_to_make, format_of, recognised
from esign.document import Document
from esign.errors import UnrecognisedFormatError, UsageError
from esign.terms import SignatureForm
from tests.support.pdf_making import document as minimal_pdf

XML = "<?xml version='1.0'?><a/>"


@pytest.mark.parametrize(
    ("octets", "form"),
    [
        (minimal_pdf(), SignatureForm.PADES),
        (b"junk\n" + minimal_pdf(), SignatureForm.PADES),
        (XML.encode(), SignatureForm.XADES),
        (b"\xef\xbb\xbf" + XML.encode(), SignatureForm.XADES),
        (XML.encode("utf-16"), SignatureForm.XADES),
        (b"  \n<note>x</note>", SignatureForm.XADES),
        (b"<!-- c --><a/>", SignatureForm.XADES),
        ("<ərizə/>".encode(), SignatureForm.XADES),
        (b"<!DOCTYPE html><html/>", SignatureForm.CADES),
        (b"<HTML><p>", SignatureForm.CADES),
        (b"<3 is a heart", SignatureForm.CADES),
        (b"plain text", SignatureForm.CADES),
        (b"", SignatureForm.CADES),
        (b"PK\x03\x04", SignatureForm.CADES),
    ],
)
def test_the_form_a_document_gets(octets, form) -> None:
    """PDF and XML by their beginnings; everything else is CAdES."""
    assert form_to_make(Document.of(octets, name="misleading.pdf")) is form


def test_signed_documents_are_recognised(pki) -> None:
    """Each form by its own content."""
    signer = pki.signer()
    for octets, form in (
        (b"x", SignatureForm.CADES),
        (XML.encode(), SignatureForm.XADES),
        (minimal_pdf(), SignatureForm.PADES),
    ):
        signed = esign.sign(octets, signer=signer, at=pki.now).octets()
        assert recognised(Document.of(signed)).form is form


@pytest.mark.parametrize(
    ("octets", "word"), [(b"", "neither"), (b"text", "neither"), (b"PK\x03\x04zip", "ASiC")]
)
def test_what_is_no_signed_document_is_said_to_be_none(octets, word) -> None:
    """ZIP files get a sentence of their own."""
    with pytest.raises(UnrecognisedFormatError, match=word):
        recognised(Document.of(octets))


def test_a_form_nobody_makes_is_refused() -> None:
    """A bare time-stamp token is no form to sign with."""
    with pytest.raises(UsageError):
        format_of(SignatureForm.TIMESTAMP)
