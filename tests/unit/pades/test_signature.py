"""Each kind of PDF signature is named as what it is, and its rules are checked."""

# ruff: noqa: RUF001 -- Azerbaijani letters

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esign.ades.signature import AdESSignature
from esign.asn1 import writer
from esign.cms import builder, oids
from esign.crypto.algorithms import digest_by_name
from esign.errors import EsignError
from esign.terms import Packaging, Severity, SignatureForm
from tests.support import cms_making
from tests.support.pdf_making import codes, is_sound, only, parsed, request, signed

SIGNED = signed(reason="Təsdiq", location="Bakı", contact="12", name="Əliyeva")
START = SIGNED.index(b"/Contents <") + 11
END = SIGNED.index(b">", START)


def refilled(octets: bytes, cms: bytes) -> bytes:
    """Return the PDF with another CMS in its hole."""
    return (
        octets[:START] + cms.hex().encode().ljust(END - START, b"0")[: END - START] + octets[END:]
    )


def with_kind(kind: bytes, octets: bytes = SIGNED) -> bytes:
    """Return the PDF with another /SubFilter of the same length in octets."""
    return octets.replace(b"/ETSI.CAdES.detached", (b"/" + kind).ljust(20))


def covered(octets: bytes) -> bytes:
    """Return the octets that the byte ranges cover."""
    return octets[: START - 1] + octets[END + 1 :]


def cms_over(octets: bytes, *, pades: bool = True, content: bytes | None = None) -> bytes:
    """Return a CMS over the covered octets or over a content of its own."""
    wanted = request()
    subject = covered(octets) if content is None else content
    digest = digest_by_name("SHA256").digest(subject)
    attributes = builder.signed_attributes(wanted, digest, pades=pades)
    info = builder.signer_info(wanted, attributes, cms_making.value(attributes))
    return builder.signed_data(wanted, info, content=content)


def test_a_signature_says_what_its_dictionary_says() -> None:
    """Form, packaging, name and the claims in Azerbaijani come from the PDF."""
    signature = only(SIGNED)
    assert is_sound(signature)
    assert signature.is_ades_baseline
    assert (signature.form, signature.packaging) == (SignatureForm.PADES, Packaging.ENVELOPED)
    said = signature.signed_properties
    assert (signature.name, said.reason, said.contact, said.name) == (
        "Signature1",
        "Təsdiq",
        "12",
        "Əliyeva",
    )
    assert said.location is not None
    assert said.location.city == "Bakı"
    assert said.signing_time == cms_making.TIME


@pytest.mark.parametrize(
    "name", ["citizen", "citizen-p256", "citizen-p384", "citizen-ed25519", "citizen-ed448"]
)
def test_every_kind_of_key_signs(name: str) -> None:
    """RSA, ECDSA and EdDSA, each with the digest CMS wants for it."""
    algorithm = {
        "citizen": "RSA_PSS_SHA512",
        "citizen-p256": "ECDSA_SHA256",
        "citizen-p384": "ECDSA_SHA384",
        "citizen-ed25519": "ED25519",
        "citizen-ed448": "ED448",
    }[name]
    signature = only(signed(None, name, algorithm))
    assert is_sound(signature)
    assert signature.is_ades_baseline
    assert signature.algorithm is not None
    assert signature.algorithm.name == algorithm


COVERED = st.integers(0, len(SIGNED) - 1).filter(lambda at: not START <= at < END)


def _flipped(position: int, change: int) -> tuple[AdESSignature, ...]:
    octets = bytearray(SIGNED)
    octets[position] ^= change
    try:
        return parsed(bytes(octets)).signatures
    except EsignError:
        return ()


@settings(max_examples=100, deadline=None)
@given(COVERED, st.integers(1, 255))
def test_any_changed_covered_octet_is_noticed(position: int, change: int) -> None:
    """No signature is sound any more, or the file is refused."""
    assert not any(map(is_sound, _flipped(position, change)))


@settings(max_examples=100, deadline=None)
@given(st.integers(START, END - 1), st.integers(1, 255))
def test_any_octets_in_the_hole_end_in_facts(position: int, change: int) -> None:
    """Whatever stands in the hole, every question has an answer."""
    for signature in _flipped(position, change):
        is_sound(signature)
        assert signature.timestamps == ()
        assert signature.signed_properties is not None


@settings(max_examples=30, deadline=None)
@given(st.integers(0, len(SIGNED) - 1))
def test_a_truncated_file_is_refused_or_without_sound_signatures(length: int) -> None:
    """Cut anywhere, it ends in our own error or without a sound signature."""
    try:
        signatures = parsed(SIGNED[:length]).signatures
    except EsignError:
        return
    assert length == len(SIGNED) - 1 or not any(map(is_sound, signatures))


def test_anything_but_zeros_behind_the_cms_is_told() -> None:
    """The hole may not carry anything else."""
    octets = signed(timestamp_reserve=100)
    end = octets.index(b">", octets.index(b"/Contents <"))
    assert is_sound(only(octets))
    hidden = octets[: end - 4] + b"abcd" + octets[end:]
    assert "octets-after-signature" in codes(only(hidden))


def test_white_space_in_the_hole_is_told() -> None:
    """Readers differ in how they skip it."""
    octets = signed(timestamp_reserve=100)
    end = octets.index(b">", octets.index(b"/Contents <"))
    assert "contents-not-hexadecimal" in codes(only(octets[: end - 2] + b"  " + octets[end:]))


def test_a_signing_time_attribute_costs_the_level() -> None:
    """In PAdES the dictionary alone tells the time."""
    base = signed(timestamp_reserve=200)
    start = base.index(b"/Contents <") + 11
    end = base.index(b">", start)
    digest = digest_by_name("SHA256").digest(base[: start - 1] + base[end + 1 :])
    wanted = request()
    attributes = builder.signed_attributes(wanted, digest, pades=False)
    info = builder.signer_info(wanted, attributes, cms_making.value(attributes))
    cms = builder.signed_data(wanted, info).hex().encode()
    signature = only(base[:start] + cms.ljust(end - start, b"0") + base[end:])
    assert is_sound(signature)
    assert codes(signature) == {"signing-time-attribute"}
    assert not signature.is_ades_baseline


def test_encapsulated_content_is_refused() -> None:
    """A CMS that is sound over content of its own says nothing about the PDF."""
    base = signed(timestamp_reserve=200)
    start = base.index(b"/Contents <") + 11
    end = base.index(b">", start)
    cms = cms_over(base, content=b"other").hex().encode()
    signature = only(base[:start] + cms.ljust(end - start, b"0") + base[end:])
    assert "content-encapsulated" in codes(signature)
    assert not signature.references()[0].intact


def test_a_second_signer_info_is_refused() -> None:
    """One dictionary, one signer."""
    wanted = request()
    digest = digest_by_name("SHA256").digest(covered(SIGNED))
    attributes = builder.signed_attributes(wanted, digest, pades=True)
    info = builder.signer_info(wanted, attributes, cms_making.value(attributes))
    base = signed(timestamp_reserve=2000)
    start = base.index(b"/Contents <") + 11
    end = base.index(b">", start)
    doubled = builder.signed_data(wanted, info + info)
    signature = only(base[:start] + doubled.hex().encode().ljust(end - start, b"0") + base[end:])
    assert "several-signer-infos" in codes(signature)


@pytest.mark.parametrize(
    ("kind", "code"),
    [(b"adbe.pkcs7.detached", "sub-filter-not-etsi"), (b"Other", "sub-filter-unknown")],
)
def test_other_kinds_are_named(kind: bytes, code: str) -> None:
    """An older kind costs the level, an unknown one breaks the form."""
    octets = with_kind(kind)
    signature = only(refilled(octets, cms_over(octets)))
    assert signature.references()[0].intact
    assert code in codes(signature)
    assert not signature.is_ades_baseline


@pytest.mark.parametrize("sound", [True, False])
def test_adbe_pkcs7_sha1_signs_the_digest(sound: bool) -> None:
    """The content is the SHA-1 of the ranges, and SHA-1 counts among the digests."""
    octets = with_kind(b"adbe.pkcs7.sha1", signed(timestamp_reserve=200))
    start = octets.index(b"/Contents <") + 11
    end = octets.index(b">", start)
    subject = octets[: start - 1] + octets[end + 1 :]
    digest = digest_by_name("SHA1").digest(subject if sound else b"another document")
    cms = cms_over(octets, content=digest).hex().encode()
    signature = only(octets[:start] + cms.ljust(end - start, b"0") + octets[end:])
    assert is_sound(signature) is sound
    assert ("embedded-digest-differs" in codes(signature)) is not sound
    assert digest_by_name("SHA1") in signature.digest_algorithms


@pytest.mark.parametrize(
    "contents", [b"", b"\x30\x80\x00\x00", b"\x04\x01\x00", writer.sequence(writer.oid(oids.DATA))]
)
def test_a_hole_without_a_signature_still_answers(contents: bytes) -> None:
    """A broken CMS is a signature that never verifies and says why."""
    signature: AdESSignature = only(refilled(SIGNED, contents))
    assert codes(signature, Severity.MALFORMED)
    assert not is_sound(signature)
    assert signature.name == "Signature1"


def test_the_time_in_the_dictionary_is_in_utc() -> None:
    """Another zone in /M is the same moment."""
    octets = re.sub(rb"/M \(D:[^)]*\)", b"/M (D:20260301133000+04'00')", SIGNED)
    assert len(octets) == len(SIGNED)
    said = only(octets).signed_properties
    assert said.signing_time == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
