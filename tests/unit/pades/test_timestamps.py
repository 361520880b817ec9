"""Document time-stamps state what they cover and whether it matches."""

from __future__ import annotations

import pytest

from esign.ades.signature import EmbeddedTimestamp
from esign.crypto.algorithms import digest_by_name
from esign.terms import Scope, TimestampKind
from tests.support.pdf_making import document, is_sound, parsed, signed, timestamped, updated

SIGNED = signed()


def _only(octets: bytes) -> EmbeddedTimestamp:
    (stamp,) = parsed(octets).timestamps
    return stamp


def test_a_timestamp_covers_the_signatures_before_it() -> None:
    """Its imprint matches, and it proves that the signature existed."""
    octets = timestamped(SIGNED)
    stamp = _only(octets)
    (signature,) = parsed(octets).signatures
    assert stamp.kind is TimestampKind.DOCUMENT_TIMESTAMP
    assert stamp.imprint.intact
    assert stamp.imprint.scope is Scope.FULL
    assert stamp.covered == (signature.id,)
    assert stamp.problem is None
    assert is_sound(signature)


def test_a_second_timestamp_covers_the_first() -> None:
    """Ids of tokens count like those of signatures."""
    first, second = parsed(timestamped(timestamped(SIGNED), unique="f" * 16)).timestamps
    assert first.token is not None
    assert len(first.covered) == 1
    assert second.covered[1] == first.token.id


def test_a_later_signature_is_not_covered() -> None:
    """Only what lies before the time-stamp is proven to have existed."""
    octets = signed(timestamped(document()), unique="f" * 16)
    assert _only(octets).covered == ()
    assert all(map(is_sound, parsed(octets).signatures))


def test_a_token_over_something_else_does_not_match() -> None:
    """A token of another document is found, and its imprint is not intact."""
    stamp = _only(timestamped(SIGNED, imprint=digest_by_name("SHA256").digest(b"other")))
    assert stamp.token is not None
    assert stamp.imprint.found
    assert not stamp.imprint.intact


@pytest.mark.parametrize("token", [b"", b"\x30\x00", b"\x30\x82"])
def test_what_is_no_token_has_a_problem(token: bytes) -> None:
    """Its octets are told to be unreadable; nothing is covered by it."""
    stamp = _only(timestamped(SIGNED, token=token))
    assert stamp.token is None
    assert stamp.problem is not None
    assert not stamp.imprint.intact


def test_octets_behind_the_token_are_a_problem() -> None:
    """The hole may not carry anything else."""
    octets = timestamped(SIGNED)
    end = octets.index(b">", octets.rindex(b"/Contents <"))
    stamp = _only(octets[: end - 4] + b"abcd" + octets[end:])
    assert stamp.token is None


def test_broken_ranges_find_nothing() -> None:
    """A time-stamp whose ranges are not the file's covers nothing that could match."""
    octets = timestamped(SIGNED)
    start = octets.rindex(b"/ByteRange [0 ") + 14
    digit = b"1" if octets[start : start + 1] != b"1" else b"2"
    stamp = _only(octets[:start] + digit + octets[start + 1 :])
    assert not stamp.imprint.found
    assert stamp.imprint.problem is not None


def test_a_change_after_the_timestamp_is_told_of_the_document() -> None:
    """The imprint still matches; the document is not what it was."""
    octets = updated(timestamped(document()), {4: b"<< >>"})
    found = parsed(octets)
    assert found.timestamps[0].imprint.intact
    assert found.timestamps[0].imprint.scope is Scope.PARTIAL
    assert "changed-after-signing" in {finding.code for finding in found.findings}
