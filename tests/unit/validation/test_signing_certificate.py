"""Identification of the signing certificate (EN 319 102-1 §5.2.3)."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import esign.asn1.reader as reader
from esign.asn1 import writer
from esign.cms import oids
from esign.crypto.algorithms import digest_by_name
from esign.pki.trust import TrustStore
from esign.terms import SubIndication
from esign.validation.policy import Policy
from tests.support.facts import exchanged
from tests.support.scenes import (
    Scene,
    attribute,
    flipped,
    outcome,
    sha256,
    with_attribute,
    without_attribute,
)


def _without_certificates(octets: bytes) -> bytes:
    """Return the SignedData without its certificates field."""
    from esign.asn1 import reader, tags, writer

    outer = reader.parse(octets)
    inner = outer.children[1].children[0]
    kept = [c.encoded for c in inner.children if c.tag != tags.context(0)]
    return writer.sequence(outer.children[0].encoded, writer.explicit(0, writer.sequence(*kept)))


def test_no_signing_certificate(scene: Scene) -> None:
    """A certificate that is nowhere; supplied as evidence, it passes."""
    octets = scene.octets()
    der = scene.certificate("citizen").der
    other = scene.certificate("agency").der
    stripped = _without_certificates(octets)
    assert der not in stripped
    assert other not in stripped
    parsed = scene.parse(stripped)
    assert outcome(scene.first(parsed)) == "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND"
    given = scene.pki.evidence(certificates=("citizen", "issuing"))
    assert outcome(scene.first(parsed, evidence=given)) == "TOTAL_PASSED"


def test_reference_to_another_certificate(scene: Scene) -> None:
    """A reference that holds another certificate's digest identifies nobody here."""
    wrong = scene.certificate("citizen-revoked").der
    right = scene.certificate("citizen").der

    def exchange(octets: bytes) -> bytes:
        assert sha256(right) in octets
        return octets.replace(sha256(right), sha256(wrong))

    report = scene.first(scene.cades(attributes=exchange))
    assert outcome(report) == "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND"
    assert "another certificate" in str(report.reasons[0].message)
    # The value itself was made with the key the signature points to, and is said to be sound.
    assert report.signature_intact
    forged = scene.first(scene.cades(attributes=exchange, value=flipped))
    assert outcome(forged) == "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND"
    assert not forged.signature_intact


def nobody(report) -> str:
    """Return why nobody was identified."""
    assert outcome(report) == "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND"
    assert report.certificate is None
    assert report.signer is None
    return str(report.reasons[0].message)


def test_an_unreadable_reference_identifies_nobody(scene: Scene) -> None:
    """A reference that is there and cannot be read is not passed over in silence."""

    def spoil(octets: bytes) -> bytes:
        kept = without_attribute(oids.SIGNING_CERTIFICATE_V2)(octets)
        parts = [child.encoded for child in reader.parse(kept).children]
        return writer.set_of(*parts, attribute(oids.SIGNING_CERTIFICATE_V2, writer.null()))

    report = scene.first(scene.cades(attributes=spoil))
    assert not report.passed
    assert "cannot be read" in nobody(report)


def test_a_reference_under_an_unknown_digest(scene: Scene) -> None:
    """A digest nobody here can compute, or this machine lacks, identifies nobody."""
    parsed = scene.cades()
    claim = parsed.signatures[0].signer
    lacking = replace(digest_by_name("SHA256"), hashlib_name="no such digest")
    for algorithm in (None, lacking):
        unknown = replace(claim.references[0], digest_algorithm=algorithm)
        given = exchanged(parsed, signer=replace(claim, references=(unknown,)))
        assert "not known here" in nobody(scene.first(given))


def test_identifier_and_reference_must_agree(scene: Scene) -> None:
    """RFC 5035: where the unsigned identifier names another certificate, nobody is believed."""
    parsed = scene.cades()
    claim = parsed.signatures[0].signer
    other = replace(claim, serial_number=scene.certificate("agency").serial_number)
    assert "names another certificate" in nobody(scene.first(exchanged(parsed, signer=other)))


def test_issuer_and_serial_beside_the_digest_are_a_hint(scene: Scene) -> None:
    """A wrong serial number beside the right digest is a warning (§5.2.3.4 step 3)."""
    parsed = scene.cades()
    claim = parsed.signatures[0].signer
    for changes in (
        {"serial_number": 7},
        {"issuer_name": scene.certificate("root").issuer.der, "serial_number": None},
    ):
        wrong = replace(claim.references[0], **changes)
        report = scene.first(exchanged(parsed, signer=replace(claim, references=(wrong,))))
        assert outcome(report) == "TOTAL_PASSED"
        assert "differ from the certificate's" in str(report.warnings[0])


def test_key_identifier(scene: Scene) -> None:
    """A signer named by subject key identifier is found by it, and only by it."""
    parsed = scene.cades()
    claim = parsed.signatures[0].signer
    own = scene.certificate("citizen").subject_key_identifier
    by_key = replace(
        claim, issuer_name=None, serial_number=None, subject_key_identifier=own, references=()
    )
    lax = Policy(unsafe_without_signing_certificate_reference=True)
    bare = replace(by_key, present=False)
    assert outcome(scene.first(exchanged(parsed, signer=bare), policy=lax)) == "TOTAL_PASSED"
    nobody(scene.first(exchanged(parsed, signer=replace(bare, subject_key_identifier=b"x"))))


def test_without_any_hint_the_key_that_made_the_value_is_found(scene: Scene) -> None:
    """Where nothing points anywhere, the certificate whose key verifies is the signer's."""
    parsed = scene.cades()
    bare = type(parsed.signatures[0].signer)()
    report = scene.first(exchanged(parsed, signer=bare))
    assert report.certificate == scene.certificate("citizen")
    assert outcome(report) == "INDETERMINATE/SIG_CONSTRAINTS_FAILURE"
    nobody(scene.first(exchanged(scene.cades(value=flipped), signer=bare)))


def test_of_several_candidates_the_one_that_fits(scene: Scene) -> None:
    """Of the certificates a form points to, the one whose key made the value counts."""
    parsed = scene.cades()
    claim = type(parsed.signatures[0].signer)(
        candidates=(scene.certificate("agency"), scene.certificate("citizen"))
    )
    assert scene.first(exchanged(parsed, signer=claim)).certificate == scene.certificate("citizen")
    forged = scene.first(exchanged(scene.cades(value=flipped), signer=claim))
    assert forged.certificate == scene.certificate("agency")
    assert outcome(forged) == "TOTAL_FAILED/SIG_CRYPTO_FAILURE"


def test_a_reference_without_identifier(scene: Scene) -> None:
    """As in XML: only the signed reference names the signer; an anchor may be the one."""
    parsed = scene.parse(_without_certificates(scene.octets()))
    claim = parsed.signatures[0].signer
    given = replace(claim, issuer_name=None, serial_number=None, candidates=())
    report = scene.first(
        exchanged(parsed, signer=given), trust=TrustStore.of(scene.certificate("citizen"))
    )
    assert outcome(report) == "TOTAL_PASSED"
    assert report.sub_indication is not SubIndication.NO_SIGNING_CERTIFICATE_FOUND
    assert "neither in" in nobody(scene.first(exchanged(parsed, signer=given)))


def test_an_older_reference_to_another_certificate(scene: Scene) -> None:
    """Both forms of the reference are believed or none is; to one certificate they pass."""
    for name, expected in (
        ("citizen", "TOTAL_PASSED"),
        ("clerk", "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND"),
    ):
        digest = hashlib.sha1(scene.certificate(name).der, usedforsecurity=False).digest()
        reference = writer.sequence(writer.octet_string(digest))
        value = writer.sequence(writer.sequence(reference))
        older = with_attribute(attribute(oids.SIGNING_CERTIFICATE, value))
        assert outcome(scene.first(scene.cades(attributes=older))) == expected
