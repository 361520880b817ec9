"""Transforms act in the document's order, and unknown ones stop the reference."""

from __future__ import annotations

import pytest

from esign.xml.c14n import method_for
from esign.xml.names import (
    C14N_10,
    C14N_EXCLUSIVE,
    TRANSFORM_BASE64,
    TRANSFORM_ENVELOPED,
    TRANSFORM_XPATH,
    TRANSFORM_XSLT,
)
from esign.xml.transforms import canonicalisation, transforms_of
from tests.support.xml_making import octets_of, outcomes, reference, unsigned, xml

NOT_SIGNATURE = (
    f'<ds:Transform Algorithm="{TRANSFORM_XPATH}">'
    "<ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath></ds:Transform>"
)


def test_base64_after_selection() -> None:
    """base64 decodes the text of the element; malformed text is reported."""
    sound = f'<a><b Id="i"> aG k= </b>{unsigned(reference("#i", TRANSFORM_BASE64))}</a>'
    assert octets_of(sound) == b"hi"
    (broken,) = outcomes(sound.replace("aG k=", "a?"))
    assert not broken.found


def test_canonicalised_octets_are_read_again() -> None:
    """An XML transform after a canonicalisation works on the document it made."""
    content = f"<a><b/>{unsigned(reference('', C14N_10, TRANSFORM_ENVELOPED, NOT_SIGNATURE))}</a>"
    assert octets_of(content) == b"<a><b></b></a>"


def test_octets_that_are_no_xml_stop_an_xml_transform() -> None:
    """A canonicalisation of decoded octets that are no XML is reported."""
    content = f'<a><b Id="i">aGk=</b>{unsigned(reference("#i", TRANSFORM_BASE64, C14N_10))}</a>'
    (outcome,) = outcomes(content)
    assert not outcome.found
    assert "not well-formed" in str(outcome.problem)


@pytest.mark.parametrize("uri", [TRANSFORM_XSLT, "urn:unknown", ""])
def test_unknown_transforms_stop_the_reference(uri: str) -> None:
    """XSLT is refused and an unknown transform is never skipped."""
    (outcome,) = outcomes(f'<a><b Id="i"/>{unsigned(reference("#i", uri))}</a>')
    assert not outcome.found
    assert outcome.problem is not None


def test_prefix_list_is_read() -> None:
    """InclusiveNamespaces belongs to the method."""
    element = xml(
        f'<t Algorithm="{C14N_EXCLUSIVE}"><i:InclusiveNamespaces xmlns:i="{C14N_EXCLUSIVE}"'
        ' PrefixList="a  #default"/></t>'
    ).root
    assert canonicalisation(element) == method_for(C14N_EXCLUSIVE, ("a", "#default"))


def test_every_list_of_transforms_counts() -> None:
    """A second ds:Transforms cannot hide transforms from the reader."""
    root = xml(unsigned(reference("", C14N_10))).root
    found = root[0][2]
    found.append(xml(unsigned(reference("", C14N_10))).root[0][2][0])
    assert len(transforms_of(found)) == 2
