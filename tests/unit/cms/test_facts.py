"""Facts of a SignerInfo: whose certificate it names, and what its value is over."""

from __future__ import annotations

from esign.asn1 import writer
from esign.asn1.reader import parse
from esign.cms import builder
from esign.cms.facts import SignerFacts
from esign.cms.signature import CMSSignature
from esign.crypto.algorithms import DigestAlgorithm
from esign.errors import UnsupportedAlgorithmError
from tests.support import cms_making as make


def _facts(octets: bytes) -> SignerFacts:
    return make.only(octets).facts  # type: ignore[attr-defined,no-any-return]


def test_candidates_are_those_the_signer_is_named_by() -> None:
    """Of the embedded certificates only the one with issuer and serial number fits."""
    facts = _facts(make.signed(chain=(make.certificate("issuing"), make.certificate("agency"))))
    assert len(facts.signed_data.certificates) == 3
    assert facts.candidates == (make.certificate(),)


def test_issuer_written_otherwise_is_the_same_issuer() -> None:
    """A SignerInfo that writes the issuer's name in another string type still finds its signer."""
    octets = make.signed()
    issuer = make.certificate().issuer_der
    at = _facts(octets).signer_info.element.children[1].children[0].start
    start = issuer.index(b"\x0c")  # a UTF8String, to be written as PrintableString
    sid = issuer[:start] + b"\x13" + issuer[start + 1 :]
    changed = octets[:at] + sid + octets[at + len(sid) :]
    assert changed != octets
    signature = make.only(changed)
    assert signature.signer.candidates == (make.certificate(),)
    assert signature.signer.issuer_name == sid
    assert make.is_sound(signature)
    broken = octets[:at] + sid[:start] + b"\x05" + sid[start + 1 :] + octets[at + len(sid) :]
    assert make.only(broken).signer.candidates == ()


def test_attributes_signed_as_der_but_sent_otherwise_verify() -> None:
    """A writer that signs the sorted set and sends it unsorted is understood.

    Spec: RFC 5652 §5.4
    """
    parts = sorted(make.attributes(), reverse=True)
    info = builder.signer_info(
        make.request(), writer.encode(0x31, b"".join(parts)), make.value(writer.set_of(*parts))
    )
    signature = make.only(builder.signed_data(make.request(), info, content=make.CONTENT))
    assert make.is_sound(signature)
    assert make.codes(signature) == {"signed-attributes-not-der"}


def test_other_attributes_than_those_signed_never_verify() -> None:
    """One attribute more, less, or twice is another set, in whatever order."""
    parts = make.attributes()
    value = make.value(writer.set_of(*parts))
    for sent in (parts[1:], [*parts, parts[0]], parts[::-1][1:]):
        info = builder.signer_info(make.request(), writer.encode(0x31, b"".join(sent)), value)
        signature = make.only(builder.signed_data(make.request(), info, content=make.CONTENT))
        assert not signature.value_verifies(make.certificate().public_key)


def test_indefinite_signed_attributes_verify_in_either_reading() -> None:
    """Signed attributes under an indefinite length, signed as DER, verify."""
    octets = writer.set_of(*make.attributes())
    info = parse(builder.signer_info(make.request(), octets, make.value(octets)))
    sent = b"\xa0\x80" + parse(octets).content + b"\0\0"
    children = [sent if each.tag == 0xA0 else each.encoded for each in info.children]
    signature = make.only(
        builder.signed_data(make.request(), writer.sequence(*children), content=make.CONTENT)
    )
    assert make.is_sound(signature)
    assert make.codes(signature) == {"signed-attributes-not-der"}


def test_eddsa_without_signed_attributes_takes_the_content_itself() -> None:
    """Ed25519 over bare content verifies over the octets, not over a digest."""
    request = make.request("citizen-ed25519", "ED25519")
    certificate = request.certificate
    info = writer.sequence(
        writer.integer(1),
        writer.sequence(certificate.issuer_der, writer.integer(certificate.serial_number)),
        request.digest_algorithm.identifier(),
        request.algorithm.identifier(),
        writer.octet_string(make.value(make.CONTENT, "citizen-ed25519")),
    )
    octets = builder.signed_data(request, info, content=make.CONTENT)
    assert make.is_sound(make.only(octets), "citizen-ed25519")
    changed = octets.replace(b"building", b"castle .")
    assert not make.only(changed).value_verifies(certificate.public_key)
    assert not make.only(changed).references()[0].intact
    detached = builder.signed_data(request, info)
    assert not make.only(detached).value_verifies(certificate.public_key)


def test_digest_nobody_offers_never_verifies() -> None:
    """Bare content under a digest this machine lacks verifies under no key, without an error."""
    facts = _facts(make.without_attributes(make.CONTENT))

    def refuse(algorithm: DigestAlgorithm) -> bytes:
        raise UnsupportedAlgorithmError("{name} is not offered.", name=algorithm.name)

    content = facts.content._replace(digest=refuse)
    signature = CMSSignature(facts.signed_data, facts.signer_info, content, facts.surroundings)
    assert not signature.value_verifies(make.certificate().public_key)
    assert not signature.references()[0].intact


def test_bare_content_changed_is_not_intact() -> None:
    """Without signed attributes a changed content fails reference and value alike."""
    octets = make.without_attributes(make.CONTENT)
    assert make.is_sound(make.only(octets))
    changed = make.only(octets.replace(b"building", b"castle ."))
    assert not changed.references()[0].intact
    assert not changed.value_verifies(make.certificate().public_key)
