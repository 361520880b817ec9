"""Small documents that would be dear to canonicalise are refused while they are read."""

from __future__ import annotations

import time

import pytest

from esign.errors import LimitExceededError
from esign.limits import Budget
from esign.xml.parser import parse_xml
from tests.support.xml_making import read, reference, unsigned


def _attributes(count: int) -> bytes:
    return b"<a " + b" ".join(b'a%d="x"' % index for index in range(count)) + b"/>"


def _declarations(count: int, inside: bytes) -> bytes:
    declared = b" ".join(b'xmlns:a%d="urn:%d"' % (index, index) for index in range(count))
    return b"<a " + declared + b">" + inside + b"</a>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
def test_attributes_of_one_element_are_limited(encoding: str) -> None:
    """Sorting them takes their square, in whatever encoding they come."""

    def encoded(octets: bytes) -> bytes:
        declared = f'<?xml version="1.0" encoding="{encoding}"?>'
        text = octets.decode()
        if encoding == "utf-7":  # every sign that can be is written in base64
            return declared.encode() + text.replace("=", "+AD0-").encode()
        return (declared + text).encode(encoding)

    assert len(parse_xml(encoded(_attributes(256)), Budget()).root.attrib) == 256
    with pytest.raises(LimitExceededError, match="xml_attributes"):
        parse_xml(encoded(_attributes(257)), Budget())


def test_many_declarations_over_many_elements_are_limited() -> None:
    """A hundred kilobytes would take minutes."""
    assert parse_xml(_declarations(1000, b"<b/>" * 300), Budget()).steps > 0
    with pytest.raises(LimitExceededError, match="xml_namespace_steps"):
        parse_xml(_declarations(1000, b"<b/>" * 20_000), Budget())


def test_declarations_that_repeat_each_other_are_limited() -> None:
    """Few prefixes, declared again at each of many levels, cost as much as many."""
    level = b"<c " + b" ".join(b'xmlns:a%d="urn:%d"' % (i, i) for i in range(30)) + b">"
    nested = level * 200 + b"<b/>" * 20_000 + b"</c>" * 200
    with pytest.raises(LimitExceededError, match="xml_namespace_steps"):
        parse_xml(nested, Budget())


def test_an_ordinary_document_costs_nothing() -> None:
    """Each element with a declaration of its own, ten around it, is what programs write."""
    octets = _declarations(10, b'<b xmlns="urn:b"><c xmlns:d="urn:d"/></b>' * 1000)
    assert parse_xml(octets, Budget()).steps == 0


def test_references_over_a_dear_document_are_limited_together() -> None:
    """Each reference writes the document again."""
    inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    signature = unsigned(*[reference("", inclusive)] * 400).encode()
    octets = _declarations(300, b"<b/>" * 500 + signature)
    started = time.monotonic()
    with pytest.raises(LimitExceededError, match="xml_namespace_steps"):
        read(octets)[0].references()
    assert time.monotonic() - started < 5
