"""Identification of the signing certificate (EN 319 102-1 §5.2.3)."""

from __future__ import annotations

from tests.support.scenes import (
    Scene,
    outcome,
    sha256,
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
