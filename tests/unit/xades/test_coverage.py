"""FULL means everything; whatever carries meaning outside makes it PARTIAL."""

from __future__ import annotations

import pytest

from esign.ades.format import XMLOptions
from esign.ades.signature import Reference
from esign.document import Document
from esign.terms import Packaging, Scope
from esign.xades.coverage import left_out, only_canonicalised, partly_read
from esign.xml.names import C14N_EXCLUSIVE, TRANSFORM_BASE64, TRANSFORM_FILTER2
from tests.support.xml_making import outcomes, read, reference, sign, unsigned, xml


def _content(document: Document | bytes, *given: Document) -> Reference:
    return read(document, given)[0].references()[0]


def _element(content: str) -> Reference:
    options = XMLOptions(target_id="o")
    return _content(sign(content.encode(), Packaging.INTERNALLY_DETACHED, xml=options))


@pytest.mark.parametrize(
    "content",
    [
        '<w><o Id="o">x</o></w>',
        '<w Id="w" xmlns="urn:w">\n  <o Id="o" a="1">x</o>\n</w>',
    ],
)
def test_bare_wrappers_do_not_count(content: str) -> None:
    """An element is the whole where only bare wrappers stand around it."""
    assert _element(content).scope is Scope.FULL


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ('<w><o Id="o">x</o><o>y</o></w>', "/w/o[2]"),
        ('<w><o Id="o">x</o>text</w>', "/w"),
        ('<w sum="1"><o Id="o">x</o></w>', "/w"),
        (
            '<w xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="t"><o Id="o">x</o></w>',
            "/w",
        ),
        ('<w><e/><o Id="o">x</o></w>', "/w/e"),
        ('<w><o Id="o">x</o><v a="b"/></w>', "/w/v"),
        ('<w><cancelled><o Id="o">x</o></cancelled></w>', "/w/cancelled"),
        ('<?go?><w><o Id="o">x</o></w>', "instructions"),
    ],
)
def test_anything_beside_makes_a_part(content: str, where: str) -> None:
    """Text, attributes, elements and instructions outside are named."""
    covered = _element(content)
    assert covered.intact
    assert covered.scope is Scope.PARTIAL
    assert where in str(covered.covers)


def test_moved_content_is_a_part() -> None:
    """The signed element under a new root beside other content is intact and a part."""
    options = XMLOptions(target_id="o")
    signed = sign(b'<o Id="o"><sum>1</sum></o>', xml=options).whole()
    assert _content(signed).scope is Scope.FULL
    wrapped = b"<o><sum>1000000</sum><hidden>" + signed + b"</hidden></o>"
    moved = _content(wrapped)
    assert moved.intact
    assert moved.scope is Scope.PARTIAL


def test_other_signatures_are_no_content_but_what_wraps_is() -> None:
    """A parallel signature is left aside; one that contains the signature is not."""
    signed = sign(sign(b"<a/>"), unique="f" * 16).whole()
    assert all(one.references()[0].scope is Scope.FULL for one in read(signed))
    inner = sign(b"<a>x</a>").whole()
    outer = (
        b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Object>'
        b"<b>y</b>" + inner.replace(b'URI=""', b'URI=""') + b"</ds:Object></ds:Signature>"
    )
    assert not [
        one for one in read(outer) for r in one.references() if r.intact and r.scope is Scope.FULL
    ]


def test_added_object_in_an_enveloping_signature_is_noticed() -> None:
    """A second ds:Object that nothing covers makes the first a part."""
    signed = sign(b"content", Packaging.ENVELOPING).whole()
    assert _content(signed).scope is Scope.FULL
    for extra in (b"<ds:Object>more</ds:Object>", b"<ds:Object><b/></ds:Object>"):
        at = signed.rindex(b"</ds:Signature>")
        assert _content(signed[:at] + extra + signed[at:]).scope is Scope.PARTIAL


def test_content_beside_qualifying_properties_is_noticed() -> None:
    """The Object of the qualifying properties hides nothing."""
    signed = sign(b"content", Packaging.ENVELOPING).whole()
    at = signed.index(b"</xades:QualifyingProperties>") + len(b"</xades:QualifyingProperties>")
    assert _content(signed[:at] + b"<b/>" + signed[at:]).scope is Scope.PARTIAL
    assert _content(signed[:at] + b"text" + signed[at:]).scope is Scope.PARTIAL


def test_given_document_that_is_not_signed_is_named() -> None:
    """A document given beside the signature that nothing covers makes the rest a part."""
    one, two = Document.of(b"1", name="one"), Document.of(b"2", name="two")
    document = sign(one, Packaging.DETACHED)
    assert _content(document, one).scope is Scope.FULL
    covered = _content(document, one, two)
    assert covered.scope is Scope.PARTIAL
    assert "two" in str(covered.covers)


SUBTRACT = (
    f'<ds:Transform Algorithm="{TRANSFORM_FILTER2}"><f:XPath xmlns:f="{TRANSFORM_FILTER2}"'
    ' Filter="{kind}">{path}</f:XPath></ds:Transform>'
)


@pytest.mark.parametrize(
    ("path", "whole"), [("//ds:Signature", True), ("//ds:Signature | //note", False)]
)
def test_what_a_transform_leaves_out_is_named(path: str, whole: bool) -> None:
    """Only signatures may be left out without being named."""
    transform = SUBTRACT.format(kind="subtract", path=path)
    content = f"<a><note>n</note>{unsigned(reference('', transform, C14N_EXCLUSIVE))}</a>"
    (outcome,) = outcomes(content)
    assert (partly_read(outcome) is None) is whole


def test_part_of_a_reread_document_is_a_part() -> None:
    """A selection made after a canonicalisation is a part of what the reference names."""
    transform = SUBTRACT.format(kind="intersect", path="//b")
    (outcome,) = outcomes(f"<a><b/>{unsigned(reference('', C14N_EXCLUSIVE, transform))}</a>")
    assert outcome.found
    assert partly_read(outcome) is not None
    assert not only_canonicalised(outcome)


@pytest.mark.parametrize(
    ("element", "whole"),
    [
        ('<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="i">eA==</ds:Object>', True),
        ('<doc Id="i">eA==</doc>', False),
        ('<doc Id="i"><x>eA==</x></doc>', False),
    ],
)
def test_decoding_covers_text_alone(element: str, whole: bool) -> None:
    """base64 of an element leaves its name and attributes unsigned."""
    (outcome,) = outcomes(f"<a>{element}{unsigned(reference('#i', TRANSFORM_BASE64))}</a>")
    assert outcome.found
    assert (partly_read(outcome) is None) is whole


def test_nothing_covered_leaves_the_root() -> None:
    """Without references everything is left out."""
    document = xml(f"<a>x{unsigned()}</a>")
    assert "/a" in str(left_out(document, document.root[0], [], []))


EVIL = b"<order><sum>1000000</sum></order>"
NESTED = (
    b"<xades:UnsignedProperties><xades:UnsignedSignatureProperties>%s"
    b"</xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
)
COUNTER = (
    b"<xades:CounterSignature><ds:Signature><ds:Object>%s</ds:Object></ds:Signature>"
    b"</xades:CounterSignature>"
)


@pytest.mark.parametrize(
    ("before", "hidden"),
    [
        (b"</ds:Signature>", EVIL),
        (b"</ds:Signature>", b"<ds:Object>" + EVIL + b"</ds:Object>"),
        (b"</ds:KeyInfo>", EVIL),
        (b"</ds:KeyInfo>", b"<ds:KeyName>" + EVIL + b"</ds:KeyName>"),
        (b"</xades:QualifyingProperties>", NESTED % EVIL),
        (b"</xades:QualifyingProperties>", NESTED % (COUNTER % EVIL)),
    ],
)
def test_content_hidden_in_the_signature_itself_is_noticed(before: bytes, hidden: bytes) -> None:
    """The enveloped transform leaves the whole signature out, whatever stands in it."""
    signed = sign(b"<order><sum>1</sum></order>").whole()
    assert signed.count(before) == 1
    covered = _content(signed.replace(before, hidden + before))
    assert covered.intact
    assert covered.scope is Scope.PARTIAL
    assert "/order/Signature" in str(covered.covers)


@pytest.mark.parametrize(
    "harmless",
    [
        NESTED % b"<xades:CertificateValues/>",
        NESTED % (COUNTER % b"<xades:QualifyingProperties/>"),
    ],
)
def test_evidence_in_the_signature_is_no_content(harmless: bytes) -> None:
    """The sibling: what belongs into unsigned properties leaves the whole covered."""
    signed = sign(b"<order><sum>1</sum></order>").whole()
    before = b"</xades:QualifyingProperties>"
    assert _content(signed.replace(before, harmless + before)).scope is Scope.FULL


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        (b"a@corp<!---->.evil", Scope.PARTIAL),
        (b"<!-- -->a@corp.evil", Scope.PARTIAL),
        (b"a@corp.evil<!-- -->", Scope.FULL),
    ],
)
def test_a_comment_that_splits_text_is_not_covered(text: bytes, scope: Scope) -> None:
    """Where comments are not signed, one put into a text changes what careless readers read."""
    signed = sign(b"<order><user>a@corp.evil</user></order>").whole()
    covered = _content(signed.replace(b"a@corp.evil", text))
    assert covered.intact
    assert covered.scope is scope
