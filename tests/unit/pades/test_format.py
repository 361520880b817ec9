"""The five verbs for PDF: recognise, parse, open, fill, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esign.ades.evidence import Evidence
from esign.ades.format import SignatureFormat, Slot
from esign.ades.signature import AdESSignature
from esign.cms import builder
from esign.crypto.algorithms import digest_by_name
from esign.document import Document
from esign.errors import LevelUnreachableError, ReservationTooSmallError, UsageError
from esign.limits import Budget
from esign.pades.format import PADES
from esign.terms import Packaging, SignatureForm, SlotKind, TimestampKind
from tests.support import cms_making
from tests.support.pdf_making import document, is_sound, only, parsed, request, signed

SHA256 = digest_by_name("SHA256")


def test_it_is_a_format() -> None:
    """Type checkers and callers see the seam."""
    pades: SignatureFormat = PADES
    assert pades.form is SignatureForm.PADES


@pytest.mark.parametrize(
    ("octets", "known"),
    [
        (document(), True),
        (b"\xef\xbb\xbf%PDF-1.4", True),
        (b"", False),
        (b"<PDF>", False),
        (b"0%PDF-", False),
    ],
)
def test_recognised_by_content(octets: bytes, known: bool) -> None:
    """A PDF begins with its mark; what carries one further inside is something else."""
    assert PADES.recognise(Document.of(octets)) is known


def test_detached_content_is_refused() -> None:
    """A PDF signature covers its own file."""
    with pytest.raises(UsageError):
        PADES.parse(Document.of(signed()), Budget(), detached=[Document.of(b"x")])


def test_other_packaging_is_refused() -> None:
    """Only ENVELOPED makes sense."""
    wanted = replace(request(), packaging=Packaging.DETACHED)
    with pytest.raises(UsageError):
        PADES.open_slot(Document.of(document()), wanted, Budget())


@pytest.mark.parametrize(
    ("person", "algorithm"), [("citizen", "RSA_PKCS1_SHA256"), ("citizen-ed25519", "ED25519")]
)
def test_the_hole_is_exactly_as_large_as_the_signature(person: str, algorithm: str) -> None:
    """RSA and EdDSA leave not one octet of padding."""
    octets = signed(None, person, algorithm)
    start = octets.index(b"/Contents <") + 11
    end = octets.index(b">", start)
    size = int(octets[start + 4 : start + 8], 16) + 4
    assert octets[start : start + 4] == b"3082"
    assert (end - start) // 2 == size


def test_an_ecdsa_signature_leaves_at_most_a_few_octets() -> None:
    """Its length varies; the largest is reserved."""
    octets = signed(None, "citizen-p256", "ECDSA_SHA256")
    assert octets.count(b"00000000>") <= 1
    assert is_sound(only(octets))


def test_a_value_that_does_not_fit_is_refused_with_sizes() -> None:
    """Needed and reserved are told; nothing is written."""
    slot = PADES.open_slot(Document.of(document()), request(), Budget())
    with pytest.raises(ReservationTooSmallError) as caught:
        PADES.fill(slot, bytes(1000))
    needed, reserved = (caught.value.values[key] for key in ("needed", "reserved"))
    assert isinstance(needed, int)
    assert isinstance(reserved, int)
    assert needed == reserved + 1000 - 256


def _timestamp_slot(octets: bytes) -> Slot:
    return PADES.open_timestamp_slot(
        Document.of(octets),
        SlotKind.SIGNATURE_TIMESTAMP,
        Budget(),
        signature_id=only(octets).id,
        digest_algorithm=SHA256,
    )


def _stamped(octets: bytes) -> AdESSignature:
    slot = _timestamp_slot(octets)
    assert slot.imprint is not None
    return only(PADES.fill(slot, cms_making.token(slot.imprint)).whole())


def test_a_timestamp_is_put_into_the_hole() -> None:
    """The signature stays the same, the file as long, and the imprint matches."""
    token = cms_making.token(bytes(32))
    octets = signed(timestamp_reserve=len(token))
    signature = _stamped(octets)
    assert signature.id == only(octets).id
    assert is_sound(signature)
    (stamp,) = signature.timestamps
    assert stamp.kind is TimestampKind.SIGNATURE_TIMESTAMP
    assert stamp.imprint.intact


def test_a_second_timestamp_needs_room_too() -> None:
    """Twice the reserve takes two."""
    token = cms_making.token(bytes(32))
    octets = signed(timestamp_reserve=2 * len(token) + 100)
    slot = _timestamp_slot(octets)
    assert slot.imprint is not None
    once = PADES.fill(slot, cms_making.token(slot.imprint)).whole()
    assert len(_stamped(once).timestamps) == 2


def test_a_timestamp_without_room_is_refused_with_sizes() -> None:
    """Needed and reserved are told."""
    slot = _timestamp_slot(signed(timestamp_reserve=100))
    assert slot.imprint is not None
    token = cms_making.token(slot.imprint)
    with pytest.raises(ReservationTooSmallError) as caught:
        PADES.fill(slot, token)
    needed, reserved = (caught.value.values[key] for key in ("needed", "reserved"))
    assert isinstance(needed, int)
    assert isinstance(reserved, int)
    assert needed > reserved + len(token) - 200


def test_the_reserve_is_kept_beside_the_signers_part() -> None:
    """The hole grows by the reserve and the attribute around the token."""
    wanted = request(timestamp_reserve=3000)
    slot = PADES.open_slot(Document.of(document()), wanted, Budget())
    filled = PADES.fill(slot, cms_making.value(slot.octets or b"")).whole()
    start = filled.index(b"/Contents <") + 11
    room = (filled.index(b">", start) - start) // 2
    assert room == builder.signer_info_size(wanted) + 3000 + 64


def test_what_is_not_made_yet_is_named() -> None:
    """Archive time-stamps and validation material have an error of their own."""
    octets = signed()
    identifier = only(octets).id
    with pytest.raises(LevelUnreachableError):
        PADES.open_timestamp_slot(
            Document.of(octets),
            SlotKind.ARCHIVE_TIMESTAMP,
            Budget(),
            signature_id=identifier,
            digest_algorithm=SHA256,
        )
    with pytest.raises(LevelUnreachableError):
        PADES.add_material(Document.of(octets), identifier, Evidence(), Budget())


def test_a_foreign_slot_is_refused() -> None:
    """Slots belong to the format that opened them."""
    with pytest.raises(UsageError):
        PADES.fill(Slot(kind=SlotKind.SIGNATURE, form=SignatureForm.CADES), b"")


def test_the_result_need_not_be_hashed_again() -> None:
    """The self-check reuses the digest computed while the original streamed by."""
    source = Document.of(document())
    slot = PADES.open_slot(source, request(), Budget())
    assert slot.octets is not None
    result = PADES.fill(slot, cms_making.value(slot.octets))
    assert len(result._digests) == 1
    assert all(map(is_sound, PADES.parse(result, Budget()).signatures))
    assert len(result._digests) == 1
    assert parsed(result.whole()).signatures[0].id == only(result.whole()).id
