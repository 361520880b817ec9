"""The demonstration's documents are what they say they are."""

from __future__ import annotations

import io

import pytest
from lxml import etree
from pyhanko.pdf_utils.reader import PdfFileReader

from esign.api.forms import form_to_make
from esign.demo.documents import demo_documents
from esign.document import Document


@pytest.mark.parametrize("document", demo_documents(), ids=lambda document: document.name)
def test_each_gets_its_form_and_says_the_honest_words_once(document) -> None:
    """The forgery keeps the length, so only a signature can notice it."""
    assert form_to_make(Document.of(document.octets)) is document.form
    assert document.octets.count(document.honest) == 1
    assert len(document.honest) == len(document.forged)
    assert document.tampered(document.octets) != document.octets


def test_other_programs_read_them() -> None:
    """A PDF library reads the page, an XML parser the form, and the picture is a PNG."""
    pdf, xml, picture = demo_documents()
    page = PdfFileReader(io.BytesIO(pdf.octets)).root["/Pages"]["/Kids"][0]
    assert b"bakery" in page["/Contents"].data
    assert etree.fromstring(xml.octets).tag.endswith("Application")
    assert picture.octets.startswith(b"\x89PNG\r\n\x1a\n")
