"""The parser refuses traps and keeps everything else."""

from __future__ import annotations

import time

import pytest

from esign.errors import LimitExceededError, MalformedXMLError, UsageError
from esign.limits import Budget, Limits
from esign.xml.parser import looks_like_xml, parse_own, parse_xml
from tests.support.xml_making import xml


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", ["", "<!-- c -->\n", "<?pi x?>"])
def test_document_types_are_refused(encoding: str, before: str) -> None:
    """A DTD is refused wherever it stands in the prolog and however it is encoded."""
    text = f"{before}<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"
    if encoding in ("utf-16-le", "utf-16-be"):
        text = "\ufeff" + text
    with pytest.raises(MalformedXMLError, match=r"DTD|document type"):
        parse_xml(text.encode(encoding), Budget())


@pytest.mark.parametrize(
    "content", ["<a><!-- <!DOCTYPE a> --></a>", "<a><![CDATA[<!DOCTYPE]]></a>"]
)
def test_talk_about_document_types_is_none(content: str) -> None:
    """The words ``<!DOCTYPE`` in a comment or in text are no DTD."""
    assert xml(content).root.tag == "a"


@pytest.mark.parametrize(
    "content", [b"", b"<a>", b"<a/><b/>", b"plain", b"<a>\x01</a>", b"<a b=1/>"]
)
def test_malformed_is_an_error_of_ours(content: bytes) -> None:
    """What is not well-formed ends in MalformedXMLError."""
    with pytest.raises(MalformedXMLError):
        parse_xml(content, Budget())


def test_undeclared_entity_is_refused() -> None:
    """An entity nobody declared does not parse."""
    with pytest.raises(MalformedXMLError):
        xml("<a>&unknown;</a>")


def test_depth_is_limited() -> None:
    """Elements nested deeper than allowed are refused, one less is not."""
    limits = Limits(xml_depth=10)
    assert parse_xml(b"<a>" * 10 + b"</a>" * 10, Budget(limits))
    with pytest.raises(LimitExceededError):
        parse_xml(b"<a>" * 11 + b"</a>" * 11, Budget(limits))


def test_default_depth_holds_for_small_and_large() -> None:
    """The default depth is kept by libxml2 below 10 MB and by us above."""
    deep = b"<a>" * 300 + b"%s" + b"</a>" * 300
    with pytest.raises(MalformedXMLError):
        parse_xml(deep % b"", Budget())
    with pytest.raises(LimitExceededError):
        parse_xml(deep % (b"x" * 10_000_001), Budget())


def test_elements_are_limited() -> None:
    """More elements than allowed are refused."""
    limits = Limits(xml_nodes=3)
    assert parse_xml(b"<a><b/><b/></a>", Budget(limits))
    with pytest.raises(LimitExceededError):
        parse_xml(b"<a><b/><b/><b/></a>", Budget(limits))


def test_size_is_limited_before_parsing() -> None:
    """A document larger than allowed is not even parsed."""
    with pytest.raises(LimitExceededError):
        parse_xml(b"<not xml", Budget(Limits(xml_octets=3)))


def test_long_text_is_no_trap() -> None:
    """Eleven megabytes of text in one element are read."""
    text = "x" * 11_000_000
    assert xml(f"<a>{text}</a>").root.text == text


def test_ids_of_all_spellings_are_found() -> None:
    """An element answers to Id, ID, id and xml:id alike."""
    document = xml('<a><b Id="1"/><b ID="2"/><b id="3"/><b xml:id="4"/></a>')
    assert all(len(document.by_id(str(number))) == 1 for number in range(1, 5))
    assert document.by_id("5") == ()


def test_same_id_under_two_spellings_is_two() -> None:
    """One value on two elements is found twice, whatever the attributes are called."""
    assert len(xml('<a Id="x"><b id="x"/></a>').by_id("x")) == 2
    assert len(xml('<a><b Id="x" id="x"/></a>').by_id("x")) == 1


def test_very_many_of_one_id_cost_nothing() -> None:
    """A hundred thousand elements of one id are as ambiguous as two, and as quick."""
    document = xml(f"""<a>{'<b Id="x"/>' * 100_000}</a>""")
    start = time.perf_counter()
    assert len(document.by_id("x")) == 2
    assert time.perf_counter() - start < 5


def test_selection_wants_exactly_one_element() -> None:
    """The caller's XPath must lead to one element."""
    document = xml('<a xmlns:p="urn:p"><b/><b/><p:c/></a>')
    assert document.select("/a/p:c").tag == "{urn:p}c"
    for wrong in ("//b", "//d", "count(//b)", "][", "//p:c/text()"):
        with pytest.raises(UsageError):
            document.select(wrong)


def test_outer_instructions_are_noticed() -> None:
    """Processing instructions around the root count, comments do not."""
    assert xml("<?go x?><a/>").has_outer_instructions
    assert xml("<a/><?go x?>").has_outer_instructions
    assert not xml("<!-- c --><a><?go x?></a>").has_outer_instructions


def test_beginnings_of_xml_are_recognised() -> None:
    """XML is told from its first octets in UTF-8 and UTF-16, with and without a mark."""
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be"):
        assert looks_like_xml("  <a/>".encode(encoding))
    assert not looks_like_xml(b"%PDF-1.7")
    assert not looks_like_xml(b"")


def test_own_output_is_read_back() -> None:
    """What this process wrote is parsed without the checks for strangers."""
    assert parse_own(b"<a><b/></a>").tag == "a"


def test_attributes_that_parts_inherit_are_seen() -> None:
    """An attribute of the XML namespace counts wherever it stands, and text about one never."""
    assert xml('<a><b xml:lang="az"/></a>').has_xml_attributes
    assert not xml('<a lang="az">xml:lang="az"<!-- xml:lang="az" --></a>').has_xml_attributes
