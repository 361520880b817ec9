"""The model keeps to its own promises in every format that fills it in."""

from __future__ import annotations

import pytest

import esign
from esign.ades.signature import Reference, SignedProperties
from esign.terms import ReferenceKind, Scope
from tests.support.pdf_making import document as minimal_pdf

XML = b"<form><amount>1</amount></form>"


@pytest.mark.parametrize("document", [b"text", XML, minimal_pdf()], ids=["cades", "xades", "pades"])
def test_every_form_answers_every_question(pki, document) -> None:
    """Facts are there, answers are kept, and the key that signed is the one that verifies."""
    octets = esign.sign(document, signer=pki.signer(), at=pki.now).octets()
    (signature,) = esign.inspect(octets).signatures
    assert signature.id.startswith("S-")
    assert len(signature.id) == 66
    assert signature.algorithm is not None
    assert signature.digest_algorithms
    assert signature.signer.present
    assert signature.signer.references
    assert signature.is_ades_baseline
    again = zip(signature.references(), signature.references(), strict=True)
    assert all(first is second for first, second in again)
    assert signature.structure_findings() == signature.structure_findings()
    assert all(each.found and each.intact for each in signature.references())
    assert signature.value_verifies(pki.certificate("citizen").public_key)
    assert not signature.value_verifies(pki.certificate("agency").public_key)
    assert pki.certificate("citizen") in signature.material.certificates


def test_nothing_is_claimed_by_default() -> None:
    """A reference covers everything unless it says otherwise; properties say nothing."""
    reference = Reference(
        name="x", kind=ReferenceKind.CONTENT, found=True, intact=True, digest_algorithm=None
    )
    assert reference.scope is Scope.FULL
    assert SignedProperties().signing_time is None
