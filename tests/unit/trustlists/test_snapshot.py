"""The snapshot is ready, or says why not."""

from __future__ import annotations

import pytest

from esign.errors import TrustedListError
from esign.messages import Message
from esign.terms import Purpose
from esign.trustlists.snapshot import ListFailure, TrustListSnapshot
from tests.support.lists import EXPIRED, NOW, altered, certificate, fixture, kept

ZZ, ZY = kept(fixture("zz.xml")), kept(fixture("zy.xml"), "https://lists.esign.test/zy.xml")
FAILURE = ListFailure(location="https://x.test/", territory="XX", message=Message("It is gone."))


def test_a_complete_snapshot_gives_its_anchors() -> None:
    """Each for its purpose, with the list as its source."""
    snapshot = TrustListSnapshot(lists=(ZZ, ZY), at=NOW)
    store = snapshot.trust_store()
    assert snapshot.problems(NOW) == ()
    assert [a.certificate for a in store.anchors_for(Purpose.TSA)] == [certificate("tsa-root")]
    assert any("trusted list ZZ" in anchor.source for anchor in store.anchors)


def test_an_incomplete_snapshot_gives_anchors_only_when_that_is_accepted() -> None:
    """The missing list is named; with the word unsafe what there is can be had."""
    snapshot = TrustListSnapshot(lists=(ZZ,), failures=(FAILURE,), at=NOW)
    with pytest.raises(TrustedListError, match="XX is missing"):
        snapshot.trust_store()
    assert len(snapshot.trust_store(unsafe_incomplete=True)) == 2


def test_no_anchor_at_all_is_always_loud() -> None:
    """Not even unsafely an empty store comes out."""
    empty = kept(altered("zz.xml", (b"Svcstatus/granted", b"Svcstatus/withdrawn")))
    snapshot = TrustListSnapshot(lists=(empty,), at=NOW)
    for unsafe in (False, True):
        with pytest.raises(TrustedListError, match="not one trust anchor"):
            snapshot.trust_store(unsafe_incomplete=unsafe)


def test_readiness_is_asked_anew_as_time_passes() -> None:
    """The same snapshot is ready today and not after a list expired."""
    snapshot = TrustListSnapshot(lists=(ZZ,), at=NOW)
    assert snapshot.problems(NOW) == ()
    assert "expired" in str(snapshot.problems(EXPIRED)[0])


def test_the_hash_names_the_lists_whatever_their_order() -> None:
    """The same lists give the same hash; one list less gives another."""
    both = TrustListSnapshot(lists=(ZZ, ZY), at=NOW)
    assert both.hash == TrustListSnapshot(lists=(ZY, ZZ), at=NOW).hash
    assert both.hash != TrustListSnapshot(lists=(ZZ,), at=NOW).hash


def test_services_are_found_by_certificate() -> None:
    """One issuer stands in two lists, a stranger in none."""
    snapshot = TrustListSnapshot(lists=(ZZ, ZY), at=NOW)
    found = snapshot.services_of(certificate("issuing"))
    assert [each.list.territory for each in found] == ["ZZ", "ZY"]
    assert snapshot.services_of(certificate("citizen")) == ()


def test_defects_are_passed_on() -> None:
    """A service left out is not forgotten."""
    damaged = kept(altered("zz.xml", (b"2025-03-01T00:00:00Z", b"yesterday")))
    assert TrustListSnapshot(lists=(ZZ,), at=NOW).defects == ()
    assert len(TrustListSnapshot(lists=(damaged,), at=NOW).defects) == 2
