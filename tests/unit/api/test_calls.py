"""What several calls accept, and what they refuse before doing anything."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from esign.api.calls import (
    authorities_of,
    default_policy,
    documents,
    moment,
    policy_or_default,
    trust_or_nobody,
    word,
)
from esign.errors import UsageError
from esign.terms import Packaging, SignatureForm, SignatureLevel


def test_a_moment_is_aware_and_in_utc() -> None:
    """An offset is turned into UTC; the default is the present."""
    baku = timezone(timedelta(hours=4))
    assert moment(datetime(2026, 5, 1, 4, tzinfo=baku)) == datetime(2026, 5, 1, tzinfo=UTC)
    assert moment(datetime(2026, 5, 1, 4, tzinfo=baku)).tzinfo is UTC
    assert abs(moment(None) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_time_without_a_zone_names_no_moment() -> None:
    """Guessing the zone could turn a verdict."""
    with pytest.raises(UsageError):
        moment(datetime(2026, 5, 1))


@pytest.mark.parametrize(
    ("kind", "given", "term"),
    [
        (SignatureLevel, "t", SignatureLevel.T),
        (SignatureLevel, SignatureLevel.B, SignatureLevel.B),
        (SignatureForm, "pades", SignatureForm.PADES),
        (SignatureForm, "CAdES", SignatureForm.CADES),
        (Packaging, "internally-detached", Packaging.INTERNALLY_DETACHED),
    ],
)
def test_words_become_terms(kind, given, term) -> None:
    """Case and dashes do not matter."""
    assert word(kind, given) is term


def test_an_unknown_word_is_refused_with_the_known_ones() -> None:
    """The error tells what would work."""
    with pytest.raises(UsageError, match="LTA"):
        word(SignatureLevel, "X")


@pytest.mark.parametrize(("given", "count"), [((), 0), (b"one", 1), ([b"a", b"b"], 2)])
def test_detached_contents_may_be_one_or_several(given, count) -> None:
    """Bytes are one document, a list is several."""
    assert len(documents(given)) == count


def test_nobody_is_trusted_unless_given() -> None:
    """None is the empty store; a path is no store."""
    assert len(trust_or_nobody(None)) == 0
    with pytest.raises(UsageError, match="TrustStore"):
        trust_or_nobody("roots/")


def test_authorities_keep_their_order() -> None:
    """One address, one client or several are all accepted."""
    client = object()
    assert authorities_of(None) == ()
    assert authorities_of("http://a.test/") == ("http://a.test/",)
    assert authorities_of(client) == (client,)
    assert authorities_of(["b", client]) == ("b", client)


@pytest.mark.parametrize(
    "given",
    [
        "2026-05-01T00:00:00Z",
        date(2026, 5, 1),
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=5))),
    ],
)
def test_what_names_no_moment_of_ours_is_refused(given) -> None:
    """Text, days, and the ends of the calendar are the caller's mistake."""
    with pytest.raises(UsageError):
        moment(given)


def test_a_policy_is_a_policy() -> None:
    """Its name is none; left out, the default is meant."""
    assert policy_or_default(None) is default_policy()
    with pytest.raises(UsageError):
        policy_or_default("strict")
