"""Each kind of time-stamp covers exactly the octets the standard names."""

from __future__ import annotations

import pytest

from esign.document import Document
from esign.terms import Packaging
from esign.xades import imprints
from esign.xades.facts import SignatureFacts
from esign.xml.nodeset import UnresolvedError
from esign.xml.tree import Element
from tests.support.xml_making import DSIG, read, sign, xml

V132 = "http://uri.etsi.org/01903/v1.3.2#"
V141 = "http://uri.etsi.org/01903/v1.4.1#"
EXCLUSIVE = (
    f'<ds:CanonicalizationMethod xmlns:ds="{DSIG}"'
    ' Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
)
ENVELOPING = sign(b"content", Packaging.ENVELOPING).whole()


def _with_unsigned(content: bytes, *properties: str) -> tuple[SignatureFacts, Element]:
    """Return the facts, and the last of the unsigned properties put in."""
    unsigned = (
        f'<xades:UnsignedProperties><xades:UnsignedSignatureProperties xmlns:n="{V141}">'
        + "".join(properties)
        + "</xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
    ).encode()
    end = b"</xades:SignedProperties>"
    facts = read(content.replace(end, end + unsigned))[0].facts
    return facts, facts.qualifying.unsigned[-1]


def test_signature_value_in_its_context() -> None:
    """The whole element is covered, canonicalised as the property says."""
    facts, stamp = _with_unsigned(
        ENVELOPING, f"<xades:SignatureTimeStamp>{EXCLUSIVE}</xades:SignatureTimeStamp>"
    )
    octets = imprints.signature_octets(facts, stamp)
    assert octets.startswith(f'<ds:SignatureValue xmlns:ds="{DSIG}" Id="value-'.encode())
    assert octets.endswith(b"</ds:SignatureValue>")


def test_method_defaults_to_canonical_xml() -> None:
    """Without a method, or with an empty one, Canonical XML 1.0 applies; others stop."""
    for inside in "", f'<ds:CanonicalizationMethod xmlns:ds="{DSIG}" Algorithm=""/>':
        method = imprints.method_of(xml(f"<t>{inside}</t>").root)
        assert not method.exclusive
    unknown = f'<ds:CanonicalizationMethod xmlns:ds="{DSIG}" Algorithm="urn:x"/>'
    with pytest.raises(UnresolvedError):
        imprints.method_of(xml(f"<t>{unknown}</t>").root)


def test_archive_covers_everything_before_it() -> None:
    """References, own parts, earlier properties, and the object whose base64 was decoded."""
    facts, stamp = _with_unsigned(
        ENVELOPING,
        "<xades:CertificateValues/>",
        f"<n:ArchiveTimeStamp>{EXCLUSIVE}</n:ArchiveTimeStamp>",
    )
    octets = imprints.archive_octets(facts, stamp)
    order = [b"content", b"<xades:SignedProperties", b"<ds:SignedInfo", b"<ds:SignatureValue"]
    order += [b"<ds:KeyInfo", b"<xades:CertificateValues", b'Encoding="http']
    positions = [octets.index(part) for part in order]
    assert positions == sorted(positions)
    assert b"ArchiveTimeStamp" not in octets


def test_archive_leaves_later_properties_out() -> None:
    """What was added after an archive time-stamp does not break it."""
    stamp = f"<n:ArchiveTimeStamp>{EXCLUSIVE}</n:ArchiveTimeStamp>"
    facts, first = _with_unsigned(ENVELOPING, stamp)
    before = imprints.archive_octets(facts, first)
    later, _ = _with_unsigned(ENVELOPING, stamp, "<xades:CertificateValues/>")
    assert imprints.archive_octets(later, later.qualifying.unsigned[0]) == before


def test_old_archive_form_takes_a_named_object_as_covered() -> None:
    """The form of 1.3.2 does not repeat an object that a reference names."""
    facts, stamp = _with_unsigned(
        ENVELOPING, f"<xades:ArchiveTimeStamp>{EXCLUSIVE}</xades:ArchiveTimeStamp>"
    )
    assert b'Encoding="http' not in imprints.archive_octets(facts, stamp)


def test_content_is_what_the_references_lead_to() -> None:
    """A content time-stamp covers the references' octets without the signed properties."""
    facts, stamp = _with_unsigned(ENVELOPING, "<xades:AllDataObjectsTimeStamp/>")
    assert imprints.all_content_octets(facts, stamp) == b"content"


def test_included_references_in_order() -> None:
    """Individual content time-stamps cover what they include, in that order."""
    files = [Document.of(b"one", name="one"), Document.of(b"two", name="two")]
    document = sign(files[0], Packaging.DETACHED, detached=files[1:]).whole()
    facts = read(document, files)[0].facts
    include = "".join(
        f'<x:Include URI="#r-0123456789abcdef-{number}" referencedData="true"/>'
        for number in (2, 1)
    )
    stamp = xml(f'<x:T xmlns:x="{V132}">{include}</x:T>').root
    assert imprints.individual_content_octets(facts, stamp) == b"twoone"
    for wrong in "", '<x:Include URI="#xades-0123456789abcdef"/>', '<x:Include URI="#none"/>':
        stamp = xml(f'<x:T xmlns:x="{V132}">{wrong}</x:T>').root
        with pytest.raises(UnresolvedError):
            imprints.individual_content_octets(facts, stamp)


def test_references_in_the_order_of_each_version() -> None:
    """1.4.1 takes references as they stand, 1.3.2 in the order it lists them."""
    before = (
        "<xades:CompleteRevocationRefs/>",
        "<xades:CompleteCertificateRefs/>",
        "<xades:Other/>",
    )
    for name, order in (
        (
            f"<n:RefsOnlyTimeStampV2>{EXCLUSIVE}</n:RefsOnlyTimeStampV2>",
            ["Revocation", "Certificate"],
        ),
        (
            f"<xades:RefsOnlyTimeStamp>{EXCLUSIVE}</xades:RefsOnlyTimeStamp>",
            ["Certificate", "Revocation"],
        ),
    ):
        facts, stamp = _with_unsigned(ENVELOPING, *before, name)
        octets = imprints.references_octets(facts, stamp).decode()
        assert sorted(order, key=octets.index) == order
        assert "Other" not in octets
        assert imprints.complete_octets(facts, stamp).startswith(b"<ds:SignatureValue")


def test_missing_value_is_said() -> None:
    """Without a SignatureValue there is nothing to time-stamp."""
    start, end = ENVELOPING.index(b"<ds:SignatureValue"), ENVELOPING.index(b"<ds:KeyInfo")
    facts, stamp = _with_unsigned(
        ENVELOPING[:start] + ENVELOPING[end:], "<xades:SignatureTimeStamp/>"
    )
    with pytest.raises(UnresolvedError):
        imprints.signature_octets(facts, stamp)
