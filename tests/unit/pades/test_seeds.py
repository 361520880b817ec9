"""What a field's author demands is met, or refused by name."""

from __future__ import annotations

import pytest

from esign.errors import CreationError
from tests.support.pdf_making import document, is_sound, only, parsed, signed

FORM = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] >> >>"


def _field(entries: bytes) -> bytes:
    field = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Agency) /Rect [0 0 0 0] %s >>"
    return document({1: FORM, 7: field % entries})


def _sign(entries: bytes, **options: object) -> bytes:
    return signed(_field(entries), field_name="Agency", **options)


@pytest.mark.parametrize(
    "entries",
    [
        b"",
        b"/SV << /Ff 2 /SubFilter [/adbe.pkcs7.detached /ETSI.CAdES.detached] >>",
        b"/SV << /Ff 1 /Filter /Adobe.PPKLite >>",
        b"/SV << /Ff 64 /DigestMethod [(SHA256) (SHA512)] >>",
        b"/SV << /Ff 8 /Reasons [(approved) (seen)] >>",
        b"/SV << /Ff 0 /Reasons [(other)] /SubFilter [/adbe.x509.rsa_sha1] >>",
        b"/SV << /MDP << /P 0 >> >>",
        b"/SV << /Ff 4 /V 2 >>",
        b"/SV << /TimeStamp << /URL (http://tsa.example/) /Ff 0 >> >>",
    ],
)
def test_demands_that_can_be_met_are_met(entries: bytes) -> None:
    """Also recommendations, which may be left aside."""
    assert is_sound(only(_sign(entries, reason="approved")))


@pytest.mark.parametrize(
    ("entries", "named"),
    [
        (b"/SV << /Ff 2 /SubFilter [/adbe.pkcs7.detached] >>", "SV/SubFilter"),
        (b"/SV << /Ff 1 /Filter /Entrust.PPKEF >>", "SV/Filter"),
        (b"/SV << /Ff 64 /DigestMethod [(SHA512)] >>", "SV/DigestMethod"),
        (b"/SV << /Ff 8 /Reasons [(refused)] >>", "SV/Reasons"),
        (b"/SV << /MDP << /P 1 >> >>", "SV/MDP"),
        (b"/SV << /Ff 4 /V 4 >>", "SV/V"),
        (b"/SV << /Ff 32 /AddRevInfo true >>", "SV/AddRevInfo"),
        (b"/SV << /Cert << /Ff 1 /Subject [<00>] >> >>", "SV/Cert"),
        (b"/SV << /TimeStamp << /URL (http://tsa.example/) /Ff 1 >> >>", "SV/TimeStamp"),
        (b"/Lock << /Action /All /P 1 >>", "Lock/P"),
        (b"/Lock << /Action /Sometimes >>", "Lock/Action"),
    ],
)
def test_other_demands_are_refused_by_name(entries: bytes, named: str) -> None:
    """The error names field and entry; nothing is signed."""
    with pytest.raises(CreationError) as caught:
        _sign(entries, reason="approved")
    assert caught.value.values["entry"] == named
    assert caught.value.values["field"] == "Agency"


def test_a_demanded_timestamp_needs_room() -> None:
    """With a reserve for it the field can be signed."""
    demand = b"/SV << /TimeStamp << /URL (http://tsa.example/) /Ff 1 >> >>"
    assert is_sound(only(_sign(demand, timestamp_reserve=5000)))


def test_a_lock_is_carried_out() -> None:
    """The signature says which fields it locks, and later signing them is refused."""
    octets = _sign(b"/Lock << /Type /SigFieldLock /Action /Include /Fields [(Later)] >>")
    assert b"/FieldMDP" in octets
    assert is_sound(only(octets))
    with pytest.raises(CreationError, match="Later"):
        signed(octets, field_name="Later", unique="f" * 16)
    other = signed(octets, field_name="Other", unique="f" * 16)
    assert all(map(is_sound, parsed(other).signatures))
