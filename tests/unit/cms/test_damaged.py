"""A SignerInfo that cannot be read still answers everything, and never verifies."""

from __future__ import annotations

import pytest

from esign.ades.signature import EmbeddedMaterial, SignedProperties, SigningCertificateClaim
from esign.asn1 import writer
from esign.cms import builder
from esign.terms import Severity, SignatureForm
from tests.support import cms_making as make


@pytest.mark.parametrize(
    "info",
    [
        writer.sequence(),
        writer.sequence(writer.integer(1)),
        writer.integer(1),
        writer.sequence(*[writer.null()] * 5),
        writer.sequence(*[writer.sequence()] * 6),
    ],
)
def test_damaged_signer_is_malformed_and_silent(info: bytes) -> None:
    """It is found, named, malformed, covers nothing, claims nothing."""
    signature = make.only(builder.signed_data(make.request(), info, content=make.CONTENT))
    (finding,) = signature.structure_findings()
    assert finding.code == "signer-info-malformed"
    assert finding.severity is Severity.MALFORMED
    assert not signature.value_verifies(make.certificate().public_key)
    (reference,) = signature.references()
    assert not reference.found
    assert not reference.intact
    assert signature.form is SignatureForm.CADES
    assert signature.name == "signer 1"
    assert signature.id.startswith("S-")
    assert signature.packaging is not None
    assert not signature.is_ades_baseline
    assert signature.algorithm is None
    assert signature.algorithm_name == ""
    assert signature.digest_algorithms == ()
    assert signature.signature_value == b""
    assert signature.signer == SigningCertificateClaim()
    assert signature.signed_properties == SignedProperties()
    assert signature.material == EmbeddedMaterial()
    assert signature.timestamps == ()
    assert signature.counter_signatures == ()
