"""New octets go in and no other octet changes."""

from __future__ import annotations

import pytest

from esign.errors import UsageError
from esign.limits import Budget
from esign.xml.parser import parse_xml
from esign.xml.splice import append_to, encoded, qualified_name
from tests.support.xml_making import xml


def _appended(octets: bytes, path: str = "/*", text: str = "<new/>") -> bytes:
    document = parse_xml(octets, Budget())
    place = append_to(document, document.select(path))
    middle = place.before + encoded(document, text) + place.after
    return document.octets[: place.start] + middle + document.octets[place.end :]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<a></a>", b"<a><new/></a>"),
        (b"<a/>", b"<a><new/></a>"),
        (b"<p:a xmlns:p='urn:p' b = '/>' />\n", b"<p:a xmlns:p='urn:p' b = '/>' ><new/></p:a>\n"),
        (b"<a>\r\n</a >\r\n<!-- </a> -->", b"<a>\r\n<new/></a >\r\n<!-- </a> -->"),
        (
            b"\xef\xbb\xbf<?xml version='1.0'?><a>\xc9\x99</a>",
            b"\xef\xbb\xbf<?xml version='1.0'?><a>\xc9\x99<new/></a>",
        ),
        (b"<a><![CDATA[</a>]]></a>", b"<a><![CDATA[</a>]]><new/></a>"),
    ],
)
def test_child_goes_last_into_the_root(before: bytes, after: bytes) -> None:
    """The new child is the last, and everything else is as it came."""
    assert _appended(before) == after


def test_child_goes_into_an_inner_element() -> None:
    """An inner element is found among others of its name."""
    content = b"<a><b/><!-- <b/> --><b x='>'><b/></b></a>"
    assert _appended(content, "/a/b[1]") == content.replace(b"<b/>", b"<b><new/></b>", 1)
    assert _appended(content, "/a/b[2]") == content.replace(b"</b></a>", b"<new/></b></a>")
    assert _appended(content, "/a/b[2]/b") == content.replace(b"<b/></b>", b"<b><new/></b></b>")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("body", ["<a>ə</a>", "<a b='>'/>"])
def test_two_octet_encodings(encoding: str, body: str) -> None:
    """A document in UTF-16 stays in UTF-16."""
    mark = "" if encoding == "utf-16" else "\ufeff"
    content = (mark + '<?xml version="1.0" encoding="UTF-16"?>' + body).encode(encoding)
    document = parse_xml(_appended(content), Budget())
    assert [child.tag for child in document.root] == ["new"]


def test_single_octet_encodings_get_references() -> None:
    """Letters an encoding may lack are written as character references."""
    content = '<?xml version="1.0" encoding="windows-1251"?><a>Я<b/></a>'.encode("cp1251")
    result = _appended(content, "/a/b", "<new>ə</new>")
    assert b"<new>&#601;</new>" in result
    assert parse_xml(result, Budget()).root[0][0].text == "ə"


def test_encoding_expat_cannot_read_is_a_usage_error() -> None:
    """Where positions cannot be told the caller learns what to do."""
    content = '<?xml version="1.0" encoding="Shift_JIS"?><a><b/></a>'.encode("shift_jis")
    document = parse_xml(content, Budget())
    with pytest.raises(UsageError, match="UTF-8"):
        append_to(document, document.root[0])


def test_names_keep_their_prefix() -> None:
    """The name is the one written in the tag."""
    assert qualified_name(xml('<p:a xmlns:p="urn:p"/>').root) == "p:a"
    assert qualified_name(xml('<a xmlns="urn:p"/>').root) == "a"
