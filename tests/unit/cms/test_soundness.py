"""The short way agrees with the rules asked one by one, whatever octet is changed."""

from __future__ import annotations

import pytest

from esign.asn1 import writer
from esign.cms import oids, structure
from esign.cms.claims import attribute
from esign.cms.signature import CMSSignature
from esign.cms.soundness import is_sound
from esign.errors import InputError
from tests.support import cms_making as make


def _facts(octets: bytes) -> list[structure.SignerFacts]:
    try:
        found = make.parsed(octets)
    except InputError:
        return []
    return [each.facts for each in found if isinstance(each, CMSSignature)]


def test_an_honest_signature_is_sound() -> None:
    """What we sign goes the short way."""
    (facts,) = _facts(make.signed())
    assert is_sound(facts)
    assert structure.findings(facts) == ()


@pytest.mark.parametrize("change", [0x01, 0x20, 0x80])
def test_what_is_sound_breaks_no_rule(change: int) -> None:
    """Each octet is changed once: no broken rule is passed over by the short way."""
    octets = make.signed()
    broken = 0
    for position in range(len(octets)):
        changed = bytearray(octets)
        changed[position] ^= change
        for facts in _facts(bytes(changed)):
            noticed = structure.findings(facts)
            broken += bool(noticed)
            assert not (noticed and is_sound(facts)), position
    assert broken > 50


@pytest.mark.parametrize(
    "member",
    [
        attribute(oids.CONTENT_TYPE, writer.oid(oids.DATA)),
        attribute("1.2.3.4", writer.null()),
        attribute(oids.SIGNATURE_POLICY, writer.octet_string(b"none")),
        attribute(oids.SIGNING_TIME, writer.null()),
        writer.null(),
    ],
    ids=["repeated", "unknown", "unreadable", "second time", "no attribute"],
)
def test_a_further_attribute_with_a_flaw_is_not_sound(member: bytes) -> None:
    """One member more than an honest signature has, and the rules are asked by name."""
    (honest,) = _facts(make.with_attributes(make.attributes()))
    (facts,) = _facts(make.with_attributes([*make.attributes(), member]))
    assert is_sound(honest)
    assert not is_sound(facts)
    assert structure.findings(facts)
