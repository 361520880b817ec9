"""Holds that were lifted: from when to when, by whatever tells of them.

Spec: RFC 5280 §5.3.1, §5.2.4
"""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509

from esign.pki.crl import CRL
from esign.pki.crl_evidence import crl_statements
from esign.pki.revocation import RevocationState
from esign.pki.revocation_model import Statement, Suspension
from esign.pki.suspensions import lifted, suspensions
from tests.support.chains import NOW, make_crl
from tests.support.crl_questions import ANNA, CA, question

HELD = "certificate_hold"
REMOVED = "remove_from_crl"


def _list(reason: str | None, *, issued: float, entry: float, number: int = 1) -> CRL:
    revoked = {} if reason is None else {ANNA: reason}
    return make_crl(CA, revoked=revoked, days=(issued, 6), revoked_days=entry, number=number)


def _delta(reason: str | None, *, issued: float, entry: float, number: int) -> CRL:
    revoked = {} if reason is None else {ANNA: reason}
    return make_crl(
        CA,
        revoked=revoked,
        days=(issued, 6),
        revoked_days=entry,
        number=number,
        extensions=[(x509.DeltaCRLIndicator(1), True)],
    )


def _spans(*crls: CRL) -> list[tuple[float, float]]:
    """Return the spans in days from now."""
    statements = crl_statements(question(*crls))[0]
    chosen = max(statements, key=lambda each: each.this_update)
    return [_days(each) for each in suspensions(statements, chosen)]


def _days(span: Suspension) -> tuple[float, float]:
    day = timedelta(days=1)
    return ((span.begins - NOW) / day, (span.ends - NOW) / day)


def test_the_release_is_dated_by_its_entry_where_that_can_be() -> None:
    """A date between hold and list counts; the hold's own date repeated does not."""
    base = _list(HELD, issued=-8, entry=-9)
    assert _spans(base, _delta(REMOVED, issued=-1, entry=-5, number=2)) == [(-9, -5)]
    assert _spans(base, _delta(REMOVED, issued=-1, entry=-9, number=2)) == [(-9, -1)]


def test_a_release_without_its_hold_counts_from_the_base() -> None:
    """The complete list tells of no hold, so it began after that list."""
    base = _list(None, issued=-8, entry=-9)
    assert _spans(base, _delta(REMOVED, issued=-1, entry=-5, number=2)) == [(-8, -5)]
    assert _spans(base, _delta(None, issued=-1, entry=-5, number=2)) == []


def test_an_older_delta_tells_when_the_hold_began() -> None:
    """Hold in one delta list, release in the next."""
    base = _list(None, issued=-8, entry=-9)
    hold = _delta(HELD, issued=-6, entry=-7, number=2)
    release = _delta(REMOVED, issued=-1, entry=-3, number=3)
    assert _spans(base, hold, release) == [(-7, -3)]
    (statement,) = crl_statements(question(base, hold, release))[0]
    assert statement.state is RevocationState.GOOD


def test_complete_lists_alone_tell_it_too() -> None:
    """Listed in one and not in the next: it ended when the next was issued, at the latest."""
    held, after = _list(HELD, issued=-8, entry=-9), _list(None, issued=-3, entry=0, number=2)
    latest = _list(None, issued=-1, entry=0, number=3)
    assert _spans(held, after, latest) == [(-9, -3)]
    assert _spans(after, latest) == []


def test_a_hold_that_became_a_revocation_ends_there() -> None:
    """Between hold and revocation it was suspended; a revocation from its start leaves none."""
    held = _list(HELD, issued=-8, entry=-9)
    assert _spans(held, _list("key_compromise", issued=-1, entry=-4, number=2)) == [(-9, -4)]
    assert _spans(held, _list("key_compromise", issued=-1, entry=-9, number=2)) == []


def test_nothing_held_and_nothing_removed_is_no_span() -> None:
    """Only what an object tells of counts."""
    (base,), _ = crl_statements(question(_list(None, issued=-8, entry=-9)))
    assert isinstance(base, Statement)
    assert lifted(base, (), base) == ()
