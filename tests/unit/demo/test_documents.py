"""The demonstration's documents are what they say they are."""

from __future__ import annotations

import pytest
from lxml import etree
from PyPDF2 import PdfReader

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


def test_other_programs_read_them(tmp_path) -> None:
    """A PDF library reads the text, an XML parser the form, and the picture is a PNG."""
    import io

    pdf, xml, picture = demo_documents()
    assert "bakery" in PdfReader(io.BytesIO(pdf.octets)).pages[0].extract_text()
    assert etree.fromstring(xml.octets).tag.endswith("Application")
    assert picture.octets.startswith(b"\x89PNG\r\n\x1a\n")
