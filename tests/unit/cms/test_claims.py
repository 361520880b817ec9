"""The signer's words as DER."""

from __future__ import annotations

from esign.ades.format import SignerProperties
from esign.ades.signature import CommitmentType, SignerLocation
from esign.asn1 import writer
from esign.asn1.reader import parse, read_oid
from esign.cms import oids
from esign.cms.claims import attribute, attributes


def test_attribute_is_a_type_and_a_sorted_set() -> None:
    """The values of one attribute are a SET OF in DER order."""
    octets = attribute("1.2.3", writer.integer(2), writer.integer(1))
    assert octets == writer.sequence(writer.oid("1.2.3"), bytes.fromhex("3106020101020102"))


def test_commitments_share_one_attribute() -> None:
    """Several commitments are values of one attribute, as EN 319 122-1 §5.2.3 has it."""
    said = SignerProperties(
        commitments=tuple(CommitmentType(identifier=f"1.2.{n}") for n in (3, 4))
    )
    (octets,) = attributes(said, pades=False)
    kind, values = parse(octets).children
    assert read_oid(kind) == oids.COMMITMENT_TYPE
    assert len(values.children) == 2


def test_pdf_keeps_only_what_has_no_other_place() -> None:
    """Place, media type and description stay out of a PDF's CMS; commitments stay in."""
    said = SignerProperties(
        commitments=(CommitmentType(identifier="1.2.3"),),
        location=SignerLocation(city="x"),
        media_type="text/plain",
        content_description="y",
    )
    assert len(attributes(said, pades=True)) == 1
    assert len(attributes(said, pades=False)) == 4


def test_nothing_said_is_no_attribute() -> None:
    """An empty set of words adds nothing."""
    assert attributes(SignerProperties(), pades=False) == []
