"""Embedded time-stamps are found with their kind, and their imprints are computed."""

from __future__ import annotations

import pytest

from esign.asn1 import writer
from esign.cms import oids
from esign.cms.claims import attribute
from esign.cms.facts import SignerFacts, Surroundings
from esign.cms.signature import CMSSignature
from esign.terms import TimestampKind
from tests.support import cms_making as make

SHA256 = make.digest_by_name("SHA256")
VALUE = make.only(make.signed()).signature_value
REFERENCES = attribute(oids.COMPLETE_CERTIFICATE_REFERENCES, writer.sequence())
REVOCATIONS = attribute(oids.COMPLETE_REVOCATION_REFERENCES, writer.sequence())


def _content(element: bytes) -> bytes:
    from esign.asn1.reader import parse

    return parse(element).content


def _stamps(*unsigned: bytes) -> list[tuple[TimestampKind, bool, bool]]:
    signature = make.only(make.with_attributes(make.attributes(), unsigned=unsigned))
    assert signature.signature_value == VALUE
    return [(s.kind, s.imprint.found, s.imprint.intact) for s in signature.timestamps]


def test_signature_timestamp_covers_the_value() -> None:
    """A token over the value is intact; one over anything else is not."""
    for imprint, intact in ((SHA256.digest(VALUE), True), (SHA256.digest(b"other"), False)):
        stamp = attribute(oids.SIGNATURE_TIMESTAMP, make.token(imprint))
        assert _stamps(stamp) == [(TimestampKind.SIGNATURE_TIMESTAMP, True, intact)]


def test_signature_timestamp_proves_the_signature() -> None:
    """What it covers is named by the signature's id."""
    stamp = attribute(oids.SIGNATURE_TIMESTAMP, make.token(SHA256.digest(VALUE)))
    signature = make.only(make.with_attributes(make.attributes(), unsigned=[stamp]))
    (found,) = signature.timestamps
    assert found.covered == (signature.id,)
    assert found.token is not None
    assert found.token.generation_time == make.TIME
    assert found.name == "signature-time-stamp"


@pytest.mark.parametrize("content", [make.CONTENT, b"other"])
def test_content_timestamp_covers_the_content(content: bytes) -> None:
    """A content time-stamp is a signed attribute over the content, and proves no signature."""
    stamp = attribute(oids.CONTENT_TIMESTAMP, make.token(SHA256.digest(content)))
    signature = make.only(make.with_attributes([*make.attributes(), stamp]))
    (found,) = signature.timestamps
    assert found.kind is TimestampKind.CONTENT_TIMESTAMP
    assert found.imprint.found
    assert found.imprint.intact is (content == make.CONTENT)
    assert found.covered == ()


def test_content_timestamp_without_content_is_not_found() -> None:
    """When the document is missing, so is what the content time-stamp covers."""
    stamp = attribute(oids.CONTENT_TIMESTAMP, make.token(SHA256.digest(make.CONTENT)))
    octets = make.with_attributes([*make.attributes(), stamp], content=None)
    (found,) = make.only(octets).timestamps
    assert not found.imprint.found
    assert not found.imprint.intact
    (found,) = make.only(octets, make.CONTENT).timestamps
    assert found.imprint.intact


def test_reference_timestamps_cover_references() -> None:
    """The two kinds over references, each with its own input.

    Spec: EN 319 122-1 §A.1.5
    """
    references = _content(REFERENCES) + _content(REVOCATIONS)
    stamp = attribute(oids.SIGNATURE_TIMESTAMP, make.token(SHA256.digest(VALUE)))
    only = attribute(oids.REFERENCES_TIMESTAMP, make.token(SHA256.digest(references)))
    whole = SHA256.digest(VALUE + _content(stamp) + references)
    complete = attribute(oids.ESC_TIMESTAMP, make.token(whole))
    found = _stamps(REFERENCES, REVOCATIONS, stamp, only, complete)
    assert sorted(found) == [
        (TimestampKind.REFERENCES_TIMESTAMP, True, True),
        (TimestampKind.REFERENCES_TIMESTAMP, True, True),
        (TimestampKind.SIGNATURE_TIMESTAMP, True, True),
    ]


@pytest.mark.parametrize("oid", [oids.ARCHIVE_TIMESTAMP, oids.ARCHIVE_TIMESTAMP_V2])
def test_withdrawn_archive_forms_are_never_intact(oid: str) -> None:
    """What an old archive time-stamp covers is not computed, so it is not found."""
    stamp = attribute(oid, make.token(SHA256.digest(VALUE)))
    assert _stamps(stamp) == [(TimestampKind.ARCHIVE_TIMESTAMP, False, False)]


def test_broken_token_is_told_and_not_found() -> None:
    """Octets that are no token give an entry with the problem, never an error."""
    for octets in (writer.sequence(), writer.null(), make.signed()):
        signature = make.only(
            make.with_attributes(
                make.attributes(), unsigned=[attribute(oids.SIGNATURE_TIMESTAMP, octets)]
            )
        )
        (found,) = signature.timestamps
        assert found.token is None
        assert found.problem is not None
        assert not found.imprint.found
        assert not found.imprint.intact


def test_unknown_imprint_digest_is_not_found() -> None:
    """A token whose imprint has an unknown digest proves nothing."""
    token = make.token(SHA256.digest(VALUE))
    changed = token.replace(
        SHA256.identifier() + b"\x04\x20", SHA256.identifier()[:-1] + b"\x63\x04\x20"
    )
    assert changed != token
    stamps = _stamps(attribute(oids.SIGNATURE_TIMESTAMP, changed))
    assert stamps == [(TimestampKind.SIGNATURE_TIMESTAMP, False, False)]


def test_without_a_reader_nothing_is_intact() -> None:
    """Where the form gives no way to read tokens, they are listed unread."""
    stamp = attribute(oids.SIGNATURE_TIMESTAMP, make.token(SHA256.digest(VALUE)))
    honest = make.only(make.with_attributes(make.attributes(), unsigned=[stamp]))
    facts: SignerFacts = honest.facts  # type: ignore[attr-defined]
    bare = CMSSignature(facts.signed_data, facts.signer_info, facts.content, Surroundings())
    (found,) = bare.timestamps
    assert found.token is None
    assert not found.imprint.intact
