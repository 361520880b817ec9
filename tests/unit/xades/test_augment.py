"""Unsigned properties go in where they belong, and nothing else changes."""

from __future__ import annotations

import pytest

from esign.crypto.algorithms import digest_by_name
from esign.document import Document
from esign.errors import MalformedXMLError, UsageError
from esign.limits import Budget
from esign.terms import Packaging, SlotKind
from esign.xades.augment import Wanted, open_timestamp
from tests.support.xml_making import read, sign, unsigned

SIGNED = sign(b"<a/>").whole()
EMPTY_GROUPS = (
    b"<xades:UnsignedProperties/>",
    b"<xades:UnsignedProperties></xades:UnsignedProperties>",
    b"<xades:UnsignedProperties><xades:UnsignedSignatureProperties/></xades:UnsignedProperties>",
)


def _stamped(content: bytes, kind: SlotKind = SlotKind.SIGNATURE_TIMESTAMP) -> bytes:
    document = Document.of(content)
    wanted = Wanted(kind=kind, signature_id=read(content)[0].id, algorithm=digest_by_name("SHA256"))
    opened = open_timestamp(document, wanted, Budget(), ())
    return Document.join((*opened.pieces, b"TOKEN", *opened.rest)).whole()


def _removed(stamped: bytes, content: bytes) -> bool:
    """True when ``stamped`` is ``content`` with one stretch put in."""
    prefix = next(n for n in range(len(content), -1, -1) if stamped.startswith(content[:n]))
    return stamped.endswith(content[prefix:])


def test_wrappers_are_opened_where_missing() -> None:
    """Both wrappers are written into a signature that has none, and no octet is lost."""
    stamped = _stamped(SIGNED)
    assert stamped.count(b"UnsignedSignatureProperties>") == 2
    assert _removed(stamped, SIGNED)


@pytest.mark.parametrize("group", EMPTY_GROUPS)
def test_existing_wrappers_are_used(group: bytes) -> None:
    """Empty wrappers, closed or self-closing, are filled and not repeated."""
    end = b"</xades:SignedProperties>"
    stamped = _stamped(SIGNED.replace(end, end + group))
    (signature,) = read(stamped)
    assert len(signature.facts.qualifying.unsigned) == 1
    assert stamped.count(b"<xades:UnsignedProperties") == 1
    assert all(one.intact for one in signature.references())


def test_second_property_stands_after_the_first() -> None:
    """The order of properties is the order of adding."""
    twice = _stamped(_stamped(SIGNED), SlotKind.ARCHIVE_TIMESTAMP)
    names = [one.tag.rpartition("}")[2] for one in read(twice)[0].facts.qualifying.unsigned]
    assert names == ["SignatureTimeStamp", "ArchiveTimeStamp"]


def test_older_version_is_kept() -> None:
    """A signature of version 1.2.2 gets a property of 1.2.2."""
    old = SIGNED.replace(b"01903/v1.3.2#", b"01903/v1.2.2#")
    (added,) = read(_stamped(old))[0].facts.qualifying.unsigned
    assert added.tag == "{http://uri.etsi.org/01903/v1.2.2#}SignatureTimeStamp"


def test_second_signature_is_the_one_stamped() -> None:
    """Of two signatures the one asked for gets the time-stamp."""
    both = sign(SIGNED, unique="f" * 16)
    wanted = Wanted(
        kind=SlotKind.SIGNATURE_TIMESTAMP,
        signature_id=read(both)[1].id,
        algorithm=digest_by_name("SHA256"),
    )
    opened = open_timestamp(both, wanted, Budget(), ())
    first, second = read(Document.join((*opened.pieces, b"TOKEN", *opened.rest)))
    assert first.facts.qualifying.unsigned == ()
    assert len(second.facts.qualifying.unsigned) == 1


def test_no_such_signature_and_no_place_are_said() -> None:
    """A stranger's id and a plain XML signature are usage errors; no XML is malformed."""
    wanted = Wanted(
        kind=SlotKind.SIGNATURE_TIMESTAMP,
        signature_id="S-none",
        algorithm=digest_by_name("SHA256"),
    )
    with pytest.raises(UsageError, match="S-none"):
        open_timestamp(Document.of(SIGNED), wanted, Budget(), ())
    with pytest.raises(UsageError, match="plain XML Signature"):
        _stamped(f"<a>{unsigned()}</a>".encode())
    with pytest.raises(MalformedXMLError):
        open_timestamp(Document.of(b"no xml"), wanted, Budget(), ())


def test_archive_needs_the_signed_files() -> None:
    """What an archive time-stamp covers includes the files a detached signature names."""
    document = sign(Document.of(b"x", name="x"), Packaging.DETACHED)
    with pytest.raises(UsageError, match="not given"):
        _stamped(document.whole(), SlotKind.ARCHIVE_TIMESTAMP)
