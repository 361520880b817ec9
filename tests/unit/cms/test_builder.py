"""What is written can be read back, and additions move nothing that is signed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esign.ades.format import SignerProperties
from esign.ades.signature import CommitmentType
from esign.asn1 import writer
from esign.asn1.reader import parse
from esign.cms import builder, oids
from esign.cms.claims import attribute
from esign.cms.signed_data import parse_signed_data
from esign.document import Document
from esign.errors import UsageError
from esign.terms import Packaging
from tests.support import cms_making as make

EXTRA = attribute("1.3.6.1.4.1.55555.8", writer.octet_string(bytes(300)))


@given(st.binary(max_size=2000))
@settings(max_examples=60, deadline=None)
def test_parse_and_write_are_inverse(content: bytes) -> None:
    """Any content comes back as it was, attached, with nothing to remark."""
    signature = make.only(make.signed(content))
    found = signature.facts.signed_data.content  # type: ignore[attr-defined]
    assert found.read(0, found.size) == content
    assert make.is_sound(signature)
    assert signature.structure_findings() == ()


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65_535, 65_536, 70_000])
def test_lengths_are_right_at_every_step(size: int) -> None:
    """The headers around the content are DER where a length needs another octet."""
    octets = make.signed(bytes(size))
    assert make.is_sound(make.only(octets))
    assert writer.sequence(parse(octets).content) == octets


def test_attributes_are_der() -> None:
    """Signed attributes are a sorted SET OF, so the octets signed are the octets sent."""
    octets = builder.signed_attributes(make.request(), bytes(32))
    assert octets == writer.set_of(*(child.encoded for child in parse(octets).children))


def test_pades_leaves_out_what_the_dictionary_says() -> None:
    """In a PDF neither signing-time nor place nor media type are CMS attributes.

    Spec: EN 319 142-1 §6.3
    """
    properties = SignerProperties(media_type="application/pdf", content_description="d")
    request = make.request(properties=properties)
    cades = builder.signed_attributes(request, bytes(32))
    pades = builder.signed_attributes(request, bytes(32), pades=True)
    for oid in (oids.SIGNING_TIME, oids.MIME_TYPE, oids.CONTENT_HINTS):
        assert writer.oid(oid) in cades
        assert writer.oid(oid) not in pades


def test_digest_that_does_not_fit_the_algorithm_is_refused() -> None:
    """A SHA-512 message digest under RSA with SHA-256 is the caller's mistake."""
    request = make.request(digest_algorithm=make.digest_by_name("SHA512"))
    with pytest.raises(UsageError, match="needs the digest SHA256"):
        builder.signed_attributes(request, bytes(64))


@pytest.mark.parametrize(
    ("name", "algorithm"),
    [
        ("citizen", "RSA_PKCS1_SHA256"),
        ("citizen-rsa3072", "RSA_PSS_SHA384"),
        ("citizen-p256", "ECDSA_SHA256"),
        ("citizen-p384", "ECDSA_SHA384"),
        ("citizen-p521", "ECDSA_SHA512"),
        ("citizen-brainpool", "ECDSA_SHA256"),
        ("citizen-ed25519", "ED25519"),
        ("citizen-ed448", "ED448"),
    ],
)
def test_size_is_known_beforehand(name: str, algorithm: str) -> None:
    """The computed size is exact, but for the few octets by which ECDSA values vary."""
    request = make.request(
        name,
        algorithm,
        packaging=Packaging.DETACHED,
        chain=(make.certificate("issuing"),),
        properties=SignerProperties(commitments=(CommitmentType(identifier="1.2.3"),)),
    )
    size = builder.signer_info_size(request)
    digest = bytes(request.digest_algorithm.size)
    attributes = builder.signed_attributes(request, digest, pades=True)
    value = make.value(attributes, name, algorithm)
    made = len(builder.signed_data(request, builder.signer_info(request, attributes, value)))
    slack = 12 if algorithm.startswith("ECDSA") else 0
    assert made <= size <= made + slack


@pytest.mark.parametrize("octets", [make.signed(), make.berified(make.signed())])
@pytest.mark.parametrize("times", [1, 2, 5])
def test_unsigned_attributes_are_added_without_moving_the_rest(octets: bytes, times: int) -> None:
    """After each addition the value verifies and every older octet of the signer is there."""
    before = make.only(octets)
    added = octets
    for _ in range(times):
        added = builder.with_unsigned_attribute(added, 0, EXTRA)
    after = make.only(added)
    facts = after.facts  # type: ignore[attr-defined]
    assert make.is_sound(after)
    assert after.id == before.id
    assert facts.signer_info.own_octets == before.facts.signer_info.own_octets  # type: ignore[attr-defined]
    assert len(facts.unsigned_attributes.values("1.3.6.1.4.1.55555.8")) == times
    assert added.count(EXTRA) == times


def test_addition_under_definite_lengths_stays_der() -> None:
    """All lengths around the addition are mended, also where one needs another octet."""
    for size in (0, 40, 100, 60_000, 65_000):
        extra = attribute("1.3.6.1.4.1.55555.8", writer.octet_string(bytes(size)))
        added = builder.with_unsigned_attribute(make.signed(), 0, extra)
        assert writer.sequence(parse(added).content) == added
        assert make.is_sound(make.only(added))


def test_addition_goes_to_the_signer_asked_for() -> None:
    """With two signers only the chosen one gets the attribute."""
    info = make.only(make.signed()).facts.signer_info.element.encoded  # type: ignore[attr-defined]
    other = make.only(make.signed(name="citizen-p256", algorithm="ECDSA_SHA256"))
    second = other.facts.signer_info.element.encoded  # type: ignore[attr-defined]
    data = parse(make.signed()).children[1].children[0]
    body = writer.sequence(
        *(each.encoded for each in data.children[:-1]), writer.set_of(info, second)
    )
    octets = writer.sequence(writer.oid(oids.SIGNED_DATA), writer.explicit(0, body))
    added = make.parsed(builder.with_unsigned_attribute(octets, 1, EXTRA))
    has = ["1.3.6.1.4.1.55555.8" in each.facts.unsigned_attributes for each in added]  # type: ignore[attr-defined]
    assert has == [False, True]


def test_addition_shares_the_content() -> None:
    """A large content is not copied when an attribute is added behind it."""
    content = bytes(3 << 20)
    document = Document.of(make.signed(content))
    result = builder.add_unsigned_attribute(parse_signed_data(document), 0, EXTRA)
    assert document.size < result.size < document.size + 400
    assert make.is_sound(make.only(result.read(0, result.size)))
