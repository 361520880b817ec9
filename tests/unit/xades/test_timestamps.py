"""Embedded time-stamps are found, and match only what they were made over."""

from __future__ import annotations

import base64
import hashlib

from esign.terms import SlotKind, TimestampKind
from esign.xades.format import XADES
from tests.support.cms_making import token
from tests.support.xml_making import read, sign, timestamp_slot


def _stamped(unique: str = "0123456789abcdef", wrong: bool = False) -> bytes:
    document = sign(b"<a/>", unique=unique)
    slot = timestamp_slot(document)
    assert slot.imprint is not None
    imprint = hashlib.sha256(b"other").digest() if wrong else slot.imprint
    return XADES.fill(slot, token(imprint)).whole()


def _property(content: bytes) -> bytes:
    end = b"</xades:SignatureTimeStamp>"
    return content[content.index(b"<xades:SignatureTimeStamp") : content.index(end) + len(end)]


def test_imprint_of_other_octets_does_not_match() -> None:
    """A token over something else is readable and not intact."""
    (stamp,) = read(_stamped(wrong=True))[0].timestamps
    assert stamp.token is not None
    assert (stamp.imprint.found, stamp.imprint.intact) == (True, False)


def test_copied_timestamp_does_not_match() -> None:
    """A time-stamp taken from another signature is not intact here."""
    mine, other = _stamped(), _stamped(unique="f" * 16)
    copied = mine.replace(_property(mine), _property(mine) + _property(other))
    own, foreign = read(copied)[0].timestamps
    assert own.imprint.intact
    assert not foreign.imprint.intact


def test_content_timestamp_outside_the_signed_properties_is_none() -> None:
    """Where anybody may have added it, a time-stamp over the content is not one."""
    mine = _stamped()
    moved = _property(mine).replace(b"SignatureTimeStamp", b"AllDataObjectsTimeStamp")
    stamps = read(mine.replace(_property(mine), _property(mine) + moved))[0].timestamps
    assert [each.kind for each in stamps] == [TimestampKind.SIGNATURE_TIMESTAMP]


def test_unreadable_token_is_reported() -> None:
    """What is no token has a problem, no token and no imprint."""
    content = _stamped()
    start = content.index(b"<xades:EncapsulatedTimeStamp>") + len(b"<xades:EncapsulatedTimeStamp>")
    end = content.index(b"</xades:EncapsulatedTimeStamp>")
    for inside in b"?", b"", base64.b64encode(b"no token"):
        (stamp,) = read(content[:start] + inside + content[end:])[0].timestamps
        assert stamp.token is None
        assert stamp.problem is not None
        assert (stamp.imprint.found, stamp.imprint.intact) == (False, False)


def test_timestamp_in_xml_form_is_reported() -> None:
    """An XMLTimeStamp is there but not read, and never intact."""
    content = _stamped().replace(b"xades:EncapsulatedTimeStamp>", b"xades:XMLTimeStamp>")
    (stamp,) = read(content)[0].timestamps
    assert stamp.token is None
    assert stamp.problem is not None
    assert not stamp.imprint.intact


def test_unknown_digest_of_the_token_is_reported() -> None:
    """A token whose digest is unknown has no imprint to compare."""
    document = sign(b"<a/>")
    slot = timestamp_slot(document)
    strange = token(b"x" * 32).replace(
        bytes.fromhex("0609608648016503040201"), bytes.fromhex("0609608648016503040277"), 1
    )
    (stamp,) = read(XADES.fill(slot, strange))[0].timestamps
    assert not stamp.imprint.intact


def test_tokens_that_an_archive_timestamp_covers() -> None:
    """An archive time-stamp proves the signature and every token before it."""
    document = sign(b"<a/>")
    for kind in SlotKind.SIGNATURE_TIMESTAMP, SlotKind.ARCHIVE_TIMESTAMP:
        slot = timestamp_slot(document, kind)
        assert slot.imprint is not None
        document = XADES.fill(slot, token(slot.imprint))
    (signature,) = read(document)
    first, second = signature.timestamps
    assert first.token is not None
    assert (first.kind, second.kind) == (
        TimestampKind.SIGNATURE_TIMESTAMP,
        TimestampKind.ARCHIVE_TIMESTAMP,
    )
    assert second.covered == (signature.id, first.token.id)
