"""One SignerInfo answers the three questions, and no flipped bit gets past them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esign.asn1 import writer
from esign.asn1.reader import parse
from esign.cms import builder, oids
from esign.cms.claims import attribute
from esign.terms import Packaging, ReferenceKind, Severity, SignatureForm
from tests.support import cms_making as make

KINDS = [
    ("citizen", "RSA_PKCS1_SHA256"),
    ("citizen", "RSA_PKCS1_SHA512"),
    ("citizen", "RSA_PSS_SHA256"),
    ("citizen-rsa3072", "RSA_PSS_SHA384"),
    ("citizen-p256", "ECDSA_SHA256"),
    ("citizen-p384", "ECDSA_SHA384"),
    ("citizen-p521", "ECDSA_SHA512"),
    ("citizen-brainpool", "ECDSA_SHA256"),
    ("citizen-ed25519", "ED25519"),
    ("citizen-ed448", "ED448"),
]


@pytest.mark.parametrize(("name", "algorithm"), KINDS)
@pytest.mark.parametrize("packaging", [Packaging.ENVELOPING, Packaging.DETACHED])
def test_every_algorithm_verifies(name: str, algorithm: str, packaging: Packaging) -> None:
    """Attached and detached, under each kind of key: found, intact, verifying, baseline."""
    octets = make.signed(name=name, algorithm=algorithm, packaging=packaging)
    detached = (make.CONTENT,) if packaging is Packaging.DETACHED else ()
    signature = make.only(octets, *detached)
    assert make.is_sound(signature, name)
    assert not signature.value_verifies(make.certificate("agency").public_key)
    assert signature.structure_findings() == ()
    assert signature.packaging is packaging
    assert signature.form is SignatureForm.CADES
    assert signature.algorithm is not None
    assert signature.algorithm.name == algorithm


def test_ed448_names_shake256_with_its_length() -> None:
    """Ed448 goes with id-shake256-len and 512 bits (RFC 8419 §2.3); other lengths are unknown."""
    octets = make.signed(name="citizen-ed448", algorithm="ED448")
    identifier = writer.sequence(writer.oid(oids.SHAKE256_LEN), writer.integer(512))
    assert octets.count(identifier) == 3  # announced, used, protected
    shorter = writer.sequence(writer.oid(oids.SHAKE256_LEN), writer.integer(256))
    signature = make.only(octets.replace(identifier, shorter))
    (reference,) = signature.references()
    assert reference.found
    assert not reference.intact
    assert reference.digest_algorithm is None


def test_changed_content_is_found_and_not_intact() -> None:
    """A changed content leaves the value good and the reference broken."""
    octets = make.signed().replace(b"building", b"castle .")
    signature = make.only(octets)
    (reference,) = signature.references()
    assert reference.found
    assert not reference.intact
    assert signature.value_verifies(make.certificate().public_key)


def test_missing_content_is_not_found() -> None:
    """A detached signature without its document verifies in value and finds nothing."""
    signature = make.only(make.signed(packaging=Packaging.DETACHED))
    (reference,) = signature.references()
    assert not reference.found
    assert not reference.intact
    assert reference.kind is ReferenceKind.CONTENT
    assert "not given" in str(reference.problem)
    assert signature.value_verifies(make.certificate().public_key)


def test_unknown_digest_is_no_crash() -> None:
    """A digest algorithm of unknown name leaves the reference unproven, and says which."""
    octets = make.signed()
    identifier = make.digest_by_name("SHA256").identifier()
    unknown = identifier[:-1] + b"\x63"
    signature = make.only(octets.replace(identifier, unknown))
    (reference,) = signature.references()
    assert reference.found
    assert not reference.intact
    assert "2.16.840.1.101.3.4.2.99" in str(reference.problem)


def test_unknown_signature_algorithm_never_verifies() -> None:
    """An unknown signature algorithm is named by its OID and verifies under no key."""
    octets = make.signed()
    identifier = make.request().algorithm.identifier()
    unknown = identifier.replace(b"\x01\x01\x0b", b"\x01\x01\x63")
    signature = make.only(octets.replace(identifier, unknown))
    assert signature.algorithm is None
    assert signature.algorithm_name == "1.2.840.113549.1.1.99"
    assert not signature.value_verifies(make.certificate().public_key)


def test_rsa_encryption_takes_the_digest_beside_it() -> None:
    """rsaEncryption as signature algorithm is bound by the digest algorithm."""
    octets = make.with_attributes(make.attributes(make.CONTENT, oids.ALGORITHM_PROTECTION))
    bare = writer.sequence(writer.oid("1.2.840.113549.1.1.1"), writer.null())
    at = octets.rindex(make.request().algorithm.identifier())
    changed = octets[:at] + bare + octets[at + len(bare) :]
    signature = make.only(changed)
    assert make.is_sound(signature)
    assert signature.algorithm is not None
    assert signature.algorithm.name == "RSA_PKCS1_SHA256"


def test_signer_named_by_key_identifier() -> None:
    """A SignerInfo of version 3 finds its certificate by subjectKeyIdentifier."""
    request = make.request()
    octets = writer.set_of(*make.attributes())
    key_identifier = request.certificate.subject_key_identifier
    assert key_identifier is not None
    info = writer.sequence(
        writer.integer(3),
        writer.implicit(0, writer.octet_string(key_identifier)),
        request.digest_algorithm.identifier(),
        writer.implicit(0, octets),
        request.algorithm.identifier(),
        writer.octet_string(make.value(octets)),
    )
    signature = make.only(builder.signed_data(request, info, content=make.CONTENT))
    assert make.is_sound(signature)
    assert signature.signer.candidates == (request.certificate,)
    assert signature.signer.issuer_name is None
    assert make.codes(signature) == {"signed-data-version"}


def test_several_signers_are_each_judged() -> None:
    """Two SignerInfos give two signatures; a damaged third does not hide them."""
    first, second = make.request(), make.request("citizen-p256", "ECDSA_SHA256")
    infos = [_info("citizen", "RSA_PKCS1_SHA256"), _info("citizen-p256", "ECDSA_SHA256")]
    octets = _together([*infos, writer.sequence(writer.integer(1))])
    signatures = make.parsed(octets)
    assert len(signatures) == 3
    names = {signature.name for signature in signatures}
    assert names == {"signer 1", "signer 2", "signer 3"}
    for request, name in ((first, "citizen"), (second, "citizen-p256")):
        assert any(make.is_sound(each, name) for each in signatures), request
    (damaged,) = (each for each in signatures if "signer-info-malformed" in make.codes(each))
    assert not damaged.value_verifies(first.certificate.public_key)


def test_the_same_signature_twice_is_malformed() -> None:
    """A repeated SignerInfo is found, even when only one copy has an unsigned attribute."""
    info = _info("citizen", "RSA_PKCS1_SHA256")
    extra = attribute("1.3.6.1.4.1.55555.8", writer.null())
    element = parse(info)
    longer = writer.sequence(
        *(child.encoded for child in element.children), writer.implicit(1, writer.set_of(extra))
    )
    for signature in make.parsed(_together([info, longer])):
        assert "signature-repeated" in make.codes(signature)
    for signature in make.parsed(_together([info, _info("citizen-p256", "ECDSA_SHA256")])):
        assert "signature-repeated" not in make.codes(signature)


def test_counter_signature_covers_the_value() -> None:
    """A counter-signature is intact over this value, and not when moved to another."""
    own = make.only(make.signed()).signature_value
    counter = _counter_signature(own)
    parts = make.attributes()
    signature = make.only(make.with_attributes(parts, unsigned=[counter]))
    (found,) = signature.counter_signatures
    assert found.references()[0].kind is ReferenceKind.COUNTER_SIGNED
    assert signature.signature_value == own
    assert make.is_sound(found)
    assert make.codes(found) == set()
    moved = make.only(
        make.with_attributes(make.attributes(make.CONTENT, oids.SIGNING_TIME), unsigned=[counter])
    )
    (elsewhere,) = moved.counter_signatures
    assert elsewhere.references()[0].found
    assert not elsewhere.references()[0].intact


def test_identifier_survives_unsigned_attributes() -> None:
    """Adding a time-stamp does not change the id; another signature has another."""
    octets = make.signed()
    added = builder.with_unsigned_attribute(
        octets, 0, attribute("1.3.6.1.4.1.55555.8", writer.null())
    )
    assert added != octets
    assert make.only(added).id == make.only(octets).id
    assert make.only(make.signed(b"other")).id != make.only(octets).id
    assert make.only(octets).id.startswith("S-")
    assert len(make.only(octets).id) == 66


def test_indefinite_lengths_verify_as_definite_ones() -> None:
    """BER around the same signed octets verifies with the same id."""
    octets = make.signed()
    signature = make.only(make.berified(octets))
    assert make.is_sound(signature)
    assert signature.structure_findings() == ()
    assert signature.id == make.only(octets).id


ORIGINAL = make.signed()
SIGNATURE = make.only(ORIGINAL)


def _stretch(octets: bytes) -> tuple[int, int]:
    at = ORIGINAL.rindex(octets)
    return at, at + len(octets)


INFO = SIGNATURE.facts.signer_info  # type: ignore[attr-defined]
COVERED = [
    _stretch(make.CONTENT),
    _stretch(INFO.signed_attributes.content),
    _stretch(INFO.signature),
]


@given(st.sampled_from(COVERED), st.data(), st.integers(0, 7))
@settings(max_examples=250, deadline=None)
def test_no_flipped_bit_verifies(stretch: tuple[int, int], data: st.DataObject, bit: int) -> None:
    """Any flipped bit in content, signed attributes or value leaves nothing sound."""
    at = data.draw(st.integers(stretch[0], stretch[1] - 1))
    changed = bytearray(ORIGINAL)
    changed[at] ^= 1 << bit
    for signature in make.parsed(bytes(changed)):
        assert not make.is_sound(signature)
        signature.structure_findings()
        assert signature.signed_properties is not None


@given(st.integers(0, len(ORIGINAL) - 1), st.integers(1, 255))
@settings(max_examples=300, deadline=None)
def test_any_changed_octet_ends_in_facts_or_our_error(at: int, mask: int) -> None:
    """Whatever octet of the file changes, what still comes out sound says the same."""
    changed = bytearray(ORIGINAL)
    changed[at] ^= mask
    try:
        signatures = make.parsed(bytes(changed))
    except make.EsignError:
        return
    for signature in signatures:
        signature.structure_findings(), signature.material, signature.timestamps
        if make.is_sound(signature):
            assert signature.signed_properties == SIGNATURE.signed_properties
            assert signature.signer.references == SIGNATURE.signer.references


def _info(name: str, algorithm: str) -> bytes:
    octets = make.signed(name=name, algorithm=algorithm)
    return make.only(octets).facts.signer_info.element.encoded  # type: ignore[attr-defined]


def _together(infos: list[bytes]) -> bytes:
    """Return a SignedData with several SignerInfos and both signers' certificates."""
    request = make.request(chain=(make.certificate("citizen-p256"),))
    head, tail = builder.signed_data_parts(request, b"", content_size=len(make.CONTENT))
    data = parse(head + make.CONTENT + tail).children[1].children[0]
    *parts, _ = (each.encoded for each in data.children)
    body = writer.sequence(*parts, writer.set_of(*infos))
    return writer.sequence(writer.oid(oids.SIGNED_DATA), writer.explicit(0, body))


def _counter_signature(value: bytes) -> bytes:
    parts = make.attributes(value, oids.CONTENT_TYPE)
    octets = writer.set_of(*parts)
    info = builder.signer_info(make.request(), octets, make.value(octets))
    return attribute(oids.COUNTER_SIGNATURE, info)


def test_damaged_value_severity() -> None:
    """A finding for a damaged SignerInfo is MALFORMED, the worst there is."""
    signatures = make.parsed(_together([writer.sequence(writer.integer(1))]))
    (finding,) = signatures[0].structure_findings()
    assert finding.severity is Severity.MALFORMED
