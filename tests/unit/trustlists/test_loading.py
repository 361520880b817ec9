"""From a list of lists with pivots to a snapshot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from esign.errors import NetworkError, TrustedListError
from esign.limits import Budget
from esign.trustlists.cache import read_cache
from esign.trustlists.loading import FirstList, load, pivots_of
from esign.trustlists.reading import read_list
from esign.trustlists.sources import ListSource
from tests.support.lists import (
    EXPIRED,
    ISSUED,
    NOW,
    Shelf,
    altered,
    certificate,
    fixture,
    issue,
    list_of_lists,
)

BASE = "https://lists.esign.test"
PUBLICATION = "https://journal.esign.test/1"


class Silent:
    """A network on which nobody answers."""

    def fetch(self, location: str, known: str | None, budget: Budget) -> bytes | None:
        """Raise, whatever is asked."""
        raise NetworkError("{url} does not answer.", url=location)


def _first(name: str = "lotl", signer: str = "zz-list", publication: str = "") -> FirstList:
    return FirstList(
        location=f"{BASE}/{name}.xml",
        signers=(certificate(signer),),
        territory="ZZ",
        publication=publication,
    )


def _shelf(**changes: bytes) -> Shelf:
    lotl = list_of_lists(("ZZ", f"{BASE}/lotl.xml", "zz-list"), ("ZY", f"{BASE}/zy.xml", "zy-list"))
    return Shelf(**{"lotl": issue(lotl), "zy": fixture("zy.xml"), **changes})


def _pivoted(*, first_pivot_signer: str = "zz-list", announced: str = "zy-list") -> Shelf:
    """A list of lists whose signer changed: its pivot is signed by the old one."""
    pivot = f"{BASE}/lotl-pivot-1.xml"
    own = ("ZZ", f"{BASE}/lotl.xml", announced)
    lotl = list_of_lists(own, ("ZY", f"{BASE}/zy.xml", "zy-list"), pivots=(pivot, PUBLICATION))
    return Shelf(
        **{
            "lotl": issue(lotl, "zy-list"),
            "lotl-pivot-1": issue(list_of_lists(own, pivots=(pivot,)), first_pivot_signer),
            "zy": fixture("zy.xml"),
        }
    )


def test_a_list_of_lists_brings_its_lists() -> None:
    """The list pointed to is fetched and checked against whom the pointer announces."""
    snapshot = load(_first(), source=_shelf(), at=NOW)
    assert [each.territory for each in snapshot.lists] == ["ZZ", "ZY"]
    assert snapshot.problems(NOW) == ()
    assert len(snapshot.trust_store()) == len(snapshot.anchors) > 0


def test_one_national_list_is_enough() -> None:
    """A country outside any community begins with its own list."""
    snapshot = load(_first("zz"), source=Shelf(zz=fixture("zz.xml")), at=NOW)
    assert [each.territory for each in snapshot.lists] == ["ZZ"]


def test_a_list_that_fails_makes_the_snapshot_incomplete() -> None:
    """One altered list is named, and gives no trust store unless that is accepted."""
    broken = fixture("zy.xml").replace(b"withdrawn", b"granted")
    snapshot = load(_first(), source=_shelf(zy=broken), at=NOW)
    assert [each.territory for each in snapshot.failures] == ["ZY"]
    with pytest.raises(TrustedListError, match="not ready"):
        snapshot.trust_store()


def test_a_list_signed_by_somebody_else_than_announced_fails() -> None:
    """The pointer decides who signs, not the list."""
    snapshot = load(_first(), source=_shelf(zy=issue(altered("zy.xml"), "zz-list")), at=NOW)
    assert [each.territory for each in snapshot.failures] == ["ZY"]


def test_a_list_of_another_territory_fails() -> None:
    """A sound list of ZZ does not pass for the one of ZY."""
    wrong = issue(altered("zz.xml"), "zy-list")
    snapshot = load(_first(), source=_shelf(zy=wrong), at=NOW)
    assert "A trusted list of ZY was expected" in str(snapshot.failures[0].message)


def test_a_wrong_signer_of_the_first_list_is_an_error() -> None:
    """Without the first list there is nothing to begin with."""
    with pytest.raises(TrustedListError, match="does not hold"):
        load(_first(signer="citizen"), source=_shelf(), at=NOW)


def test_an_expired_first_list_is_an_error() -> None:
    """Loud, not an empty snapshot."""
    with pytest.raises(TrustedListError, match="expired"):
        load(_first(), source=_shelf(), at=EXPIRED)


def test_pivots_lead_to_a_new_signer() -> None:
    """The caller knows the old signer; the pivot it signed announces the new one."""
    snapshot = load(_first(publication=PUBLICATION), source=_pivoted(), at=NOW)
    assert snapshot.failures == ()
    assert snapshot.lists[0].signer == certificate("zy-list").fingerprint


@pytest.mark.parametrize("changes", [{"first_pivot_signer": "zy-list"}, {"announced": "citizen"}])
def test_pivots_that_do_not_connect_are_refused(changes: dict[str, str]) -> None:
    """A pivot by the new signer itself, or one that announces another, proves nothing."""
    with pytest.raises(TrustedListError):
        load(_first(publication=PUBLICATION), source=_pivoted(**changes), at=NOW)


def test_a_new_publication_is_said() -> None:
    """When the list no longer names the publication, its signers are out of date."""
    with pytest.raises(TrustedListError, match="published anew"):
        load(_first(publication="https://journal.esign.test/0"), source=_pivoted(), at=NOW)


def test_only_pivots_before_the_publication_count() -> None:
    """Older ones led to the signers that the publication replaced."""
    listed = replace(
        read_list(fixture("zz.xml")),
        scheme_uris=("https://a/pivot-2.xml", PUBLICATION, "https://a/pivot-1.xml"),
    )
    assert pivots_of(listed, PUBLICATION) == ("https://a/pivot-2.xml",)
    assert len(pivots_of(listed)) == 2
    many = replace(listed, scheme_uris=tuple(f"https://a/pivot-{n}.xml" for n in range(30)))
    with pytest.raises(TrustedListError, match="30 pivots"):
        pivots_of(many)


def _load(source: ListSource, cache: Path, at=NOW, **first: str):
    return load(_first(**first), source=source, at=at, cache=cache)


def test_what_is_kept_is_not_fetched_again(tmp_path: Path) -> None:
    """Unchanged lists come from the cache, and their content is the same."""
    cache, shelf = tmp_path / "lists", _shelf()
    first = _load(shelf, cache)
    shelf.fetched.clear()
    second = _load(shelf, cache)
    assert shelf.fetched == []
    assert second.hash == first.hash
    assert second.trust_store() == first.trust_store()


def test_a_silent_server_is_bridged_until_the_list_expires(tmp_path: Path) -> None:
    """What is kept stands in while it is current, and no longer."""
    cache = tmp_path / "lists"
    _load(_shelf(), cache)
    assert _load(Silent(), cache).failures == ()
    with pytest.raises(NetworkError):
        _load(Silent(), cache, at=EXPIRED)


def test_pivots_are_kept_too(tmp_path: Path) -> None:
    """Offline the chain from the caller's signers to today's still holds, or still does not."""
    cache = tmp_path / "lists"
    first = _first(publication=PUBLICATION)
    load(first, source=_pivoted(), at=NOW, cache=cache)
    assert load(first, source=Silent(), at=NOW, cache=cache).failures == ()
    with pytest.raises(NetworkError):
        load(
            replace(first, signers=(certificate("citizen"),)), source=Silent(), at=NOW, cache=cache
        )


def test_a_sequence_number_that_goes_back_is_refused(tmp_path: Path) -> None:
    """An older issue with a sound signature does not replace the newer one."""
    cache = tmp_path / "lists"
    _load(_shelf(), cache)
    older = issue(altered("zy.xml", (b"Number>2<", b"Number>1<")), "zy-list")
    snapshot = _load(_shelf(zy=older), cache)
    assert "An old list is being served" in str(snapshot.failures[0].message)
    assert {each.territory: each.sequence for each in read_cache(cache)}["ZY"] == 2


def test_a_kept_list_whose_signer_is_no_longer_announced_is_refused(tmp_path: Path) -> None:
    """The cache remembers who signed, and the list of lists may have changed its mind."""
    cache = tmp_path / "lists"
    _load(_shelf(), cache)
    pointers = (("ZZ", f"{BASE}/lotl.xml", "zz-list"), ("ZY", f"{BASE}/zy.xml", "citizen"))
    lotl = issue(list_of_lists(*pointers), at=ISSUED + timedelta(days=1))
    snapshot = _load(_shelf(lotl=lotl), cache)
    assert "no longer announced" in str(snapshot.failures[0].message)
    again = tmp_path / "again"
    _load(_shelf(), again)
    with pytest.raises(TrustedListError, match="no longer announced"):
        _load(_shelf(), again, signer="citizen")


def test_only_the_territories_asked_for_are_fetched() -> None:
    """A verifier of one country's documents need not read thirty lists."""
    shelf = _shelf()
    snapshot = load(_first(), source=shelf, at=NOW, territories=("XX",))
    assert [each.territory for each in snapshot.lists] == ["ZZ"]
    assert shelf.fetched == [f"{BASE}/lotl.xml"]
