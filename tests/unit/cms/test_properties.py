"""What the signer said is read back as it was said, in new forms and old."""

from __future__ import annotations

import pytest

from esign.ades.format import SignerProperties
from esign.ades.signature import (
    CommitmentType,
    ContentFormat,
    SignaturePolicyIdentifier,
    SignedProperties,
    SignerLocation,
)
from esign.asn1 import writer
from esign.asn1.reader import parse
from esign.cms import oids, properties
from esign.cms.claims import attribute
from esign.errors import UsageError
from tests.support import cms_making as make

SAID = SignerProperties(
    commitments=(
        CommitmentType(identifier="1.2.840.113549.1.9.16.6.1"),
        CommitmentType(identifier="1.2.840.113549.1.9.16.6.5"),
    ),
    location=SignerLocation(country="AZ", city="Gəncə", street="Nizami küçəsi 1"),
    claimed_roles=("notary", "müdir"),
    policy=SignaturePolicyIdentifier(
        identifier="1.2.3.4",
        digest_algorithm=make.digest_by_name("SHA256"),
        digest=bytes(range(32)),
        uri="https://example.org/policy",
        user_notice="Read before signing.",
    ),
    media_type="text/plain",
    content_description="A letter",
)


def _read(**said: object) -> SignedProperties:
    return make.only(make.signed(properties=SignerProperties(**said))).signed_properties  # type: ignore[arg-type]


def test_everything_said_is_read_back() -> None:
    """Commitments, place, roles, policy, description and media type survive writing."""
    signature = make.only(make.signed(properties=SAID))
    read = signature.signed_properties
    assert signature.structure_findings() == ()
    assert set(read.commitments) == set(SAID.commitments)
    assert read.location == SAID.location
    assert read.claimed_roles == SAID.claimed_roles
    assert read.policy == SAID.policy
    assert read.signing_time == make.TIME
    assert set(read.content_formats) == {
        ContentFormat(description="A letter", content_type_oid=oids.DATA),
        ContentFormat(media_type="text/plain"),
    }


def test_nothing_said_is_nothing_read() -> None:
    """Only the time and the algorithm protection are left."""
    read = _read()
    assert (read.location, read.claimed_roles, read.commitments, read.policy) == (
        None,
        (),
        (),
        None,
    )
    assert read.other.keys() == {"cms-algorithm-protection"}


def test_parts_of_an_address_without_field_become_lines() -> None:
    """CMS has no field for postal code and state; they are lines of the postal address."""
    location = SignerLocation(street="Main 1", postal_code="AZ1000", state="Absheron")
    assert _read(location=location).location == SignerLocation(street="Main 1, AZ1000, Absheron")


def test_implied_policy_is_read() -> None:
    """A policy that is only implied is NULL."""
    implied = SignaturePolicyIdentifier(implied=True)
    assert _read(policy=implied).policy == implied


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"policy": SignaturePolicyIdentifier(identifier="1.2.3")}, "digest of the policy"),
        ({"commitments": (CommitmentType(identifier="https://example.org/c"),)}, "identifier"),
    ],
)
def test_what_cms_cannot_say_is_refused(said: dict[str, object], words: str) -> None:
    """A policy without digest and a commitment by URI are the caller's mistakes."""
    with pytest.raises(UsageError, match=words):
        _read(**said)


def test_oid_as_urn_is_an_oid() -> None:
    """urn:oid: is only another spelling."""
    commitments = (CommitmentType(identifier="urn:oid:1.2.3"),)
    assert _read(commitments=commitments).commitments == (CommitmentType(identifier="1.2.3"),)


def test_old_signer_attributes_are_read() -> None:
    """The attribute that came before version 2 has the same claimed attributes.

    Spec: EN 319 122-1 §A.1.1
    """
    role = attribute("2.5.4.41", writer.utf8_string("clerk"))
    syntax = attribute(oids.AT_ROLE, writer.sequence(writer.explicit(1, b"\x82\x04host")))
    value = writer.sequence(writer.explicit(0, writer.sequence(role, syntax)))
    octets = make.with_attributes([*make.attributes(), attribute(oids.SIGNER_ATTRIBUTES, value)])
    assert make.only(octets).signed_properties.claimed_roles == ("clerk", "host")


def test_implicitly_tagged_forms_are_read() -> None:
    """Roles and address lines are read without the inner SEQUENCE that some writers leave out."""
    role = attribute(oids.AT_ROLE, writer.utf8_string("clerk"))
    assert properties.read_roles(parse(writer.sequence(writer.explicit(0, role)))) == ("clerk",)
    lines = writer.explicit(2, writer.utf8_string("a"), writer.utf8_string("b"))
    assert properties.read_location(parse(writer.sequence(lines))).street == "a, b"


def test_dictionary_fills_what_cms_leaves_open() -> None:
    """A PDF's claims complete the CMS ones and never override them."""
    own = SignedProperties(signing_time=make.TIME)
    claims = SignedProperties(
        signing_time=make.TIME.replace(year=2020), reason="r", location=SignerLocation(city="x")
    )
    completed = properties.completed(own, claims)
    assert completed.signing_time == make.TIME
    assert completed.reason == "r"
    assert completed.location == SignerLocation(city="x")
