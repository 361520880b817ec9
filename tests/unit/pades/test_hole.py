"""A time-stamp goes into an existing hole only while nothing covers it."""

from __future__ import annotations

import pytest

from esign.document import Document
from esign.errors import LevelUnreachableError, UsageError
from esign.limits import Budget
from esign.pades.hole import ExistingHole, find_hole
from tests.support.pdf_making import only, parsed, signed, stream, timestamped, updated

SIGNED = signed(timestamp_reserve=3000)


def _hole(octets: bytes, index: int = 0) -> ExistingHole:
    return find_hole(Document.of(octets), parsed(octets).signatures[index].id, Budget())


def test_the_hole_of_the_last_signature_is_found() -> None:
    """With its room, and the CMS without padding."""
    hole = _hole(SIGNED)
    assert hole.room > 3000 + len(hole.cms) - 100
    assert not hole.cms.endswith(b"\0\0")
    assert hole.filled(hole.cms).whole() == SIGNED


def test_the_covered_octets_are_not_hashed_again() -> None:
    """The digest goes along with the filled document."""
    filled = _hole(SIGNED).filled(b"anything")
    assert len(filled._digests) == 1
    ((name, ranges), digest) = next(iter(filled._digests.items()))
    assert Document.of(filled.whole()).digest(name, ranges) == digest


def test_a_covered_hole_is_not_touched() -> None:
    """A later signature or document time-stamp covers it."""
    for octets in (signed(SIGNED, unique="f" * 16), timestamped(SIGNED)):
        with pytest.raises(LevelUnreachableError, match="covers it"):
            _hole(octets)
    assert _hole(signed(SIGNED, unique="f" * 16), 1).room


def test_a_security_store_does_not_close_it() -> None:
    """A later revision that signs nothing covers nothing."""
    catalog = SIGNED[SIGNED.rindex(b"\n1 0 obj\n") + 9 :].partition(b"\nendobj")[0]
    changes = {1: catalog[:-2] + b"/DSS 20 0 R>>", 20: b"<< /Certs [21 0 R] >>", 21: stream(b"x")}
    assert _hole(updated(SIGNED, changes)).room


def test_an_unsound_signature_gets_no_timestamp() -> None:
    """A changed document is not worth it."""
    with pytest.raises(LevelUnreachableError, match="not sound"):
        _hole(updated(SIGNED, {4: stream(b"other")}))


def test_an_unknown_id_is_refused() -> None:
    """No signature, no hole."""
    assert only(SIGNED).id != "S-0"
    with pytest.raises(UsageError):
        find_hole(Document.of(SIGNED), "S-0", Budget())
