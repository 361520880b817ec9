"""A PDF is read as the signatures and time-stamps it has, in their order."""

from __future__ import annotations

import pytest

from esign.errors import EncryptedPDFError, MalformedPDFError
from esign.terms import SignatureForm
from tests.support.pdf_making import document, parsed, signed, timestamped, updated


def test_a_document_without_signatures_has_none() -> None:
    """That is no error."""
    found = parsed(document())
    assert (found.form, found.signatures, found.timestamps, found.findings) == (
        SignatureForm.PADES,
        (),
        (),
        (),
    )


def test_signatures_come_in_the_order_of_their_revisions() -> None:
    """Whatever their names are."""
    octets = timestamped(signed(signed(field_name="Zulu"), field_name="Alpha", unique="f" * 16))
    assert [signature.name for signature in parsed(octets).signatures] == ["Zulu", "Alpha"]
    assert len(parsed(octets).timestamps[0].covered) == 2


def test_one_damaged_signature_does_not_hide_another() -> None:
    """Both are there; each speaks for itself."""
    octets = signed(signed(), unique="f" * 16)
    start = octets.rindex(b"/Contents <") + 11
    damaged = octets[:start] + b"0" * 40 + octets[start + 40 :]
    first, second = parsed(damaged).signatures
    assert first.references()[0].intact
    assert not second.references()[0].intact


def test_a_document_that_cannot_be_read_is_our_own_error() -> None:
    """Malformed and encrypted have their own names."""
    with pytest.raises(MalformedPDFError):
        parsed(b"%PDF-1.7 and nothing else")
    with pytest.raises(EncryptedPDFError):
        parsed(updated(document(), {7: b"<< >>"}, trailer=b"/Root 1 0 R /Encrypt 7 0 R"))
