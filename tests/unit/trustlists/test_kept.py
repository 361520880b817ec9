"""A checked list."""

from __future__ import annotations

from datetime import timedelta

from esign.trustlists.reading import read_list
from tests.support.lists import EXPIRED, NOW, fixture, kept


def test_the_head_is_at_hand_and_the_content_follows() -> None:
    """Sequence, territory and digest are those of the list."""
    listed = read_list(fixture("zz.xml"))
    found = kept(fixture("zz.xml"))
    assert (found.territory, found.sequence, found.digest) == ("ZZ", 1, listed.digest)
    assert found.content == listed
    assert found.label == listed.label == "ZZ, sequence number 1"


def test_a_list_is_current_until_its_next_update() -> None:
    """On the day itself it is, a second later it is not."""
    found = kept(fixture("zz.xml"))
    assert found.next_update is not None
    assert found.is_current_at(NOW)
    assert found.is_current_at(found.next_update)
    assert not found.is_current_at(found.next_update + timedelta(seconds=1))
    assert not found.is_current_at(EXPIRED)
