"""One anchor: its window and its certificate's dates are two things."""

from __future__ import annotations

from datetime import timedelta

from esign.pki.anchors import AnchorSet, TrustAnchor, united
from esign.terms import Purpose
from tests.support.pki import PKI


def test_the_window_and_the_certificate_both_count_for_use(pki: PKI) -> None:
    """Usable needs both; trusted asks for the window alone."""
    root = pki.certificate("root")
    late = root.not_after + timedelta(days=1)
    assert TrustAnchor(certificate=root).is_usable_at(pki.now)
    assert TrustAnchor(certificate=root).is_trusted_at(late)
    assert not TrustAnchor(certificate=root).is_usable_at(late)
    ended = TrustAnchor(certificate=root, not_after=pki.now - timedelta(days=1))
    assert not ended.is_usable_at(pki.now)


def test_the_same_certificate_in_the_same_window_is_one(pki: PKI) -> None:
    """Purposes add up; another window stays another anchor."""
    root = pki.certificate("root")
    one, two = (TrustAnchor(certificate=root, purposes=frozenset({each})) for each in Purpose)
    (both,) = united((one, two))
    assert both.purposes == frozenset(Purpose)
    other = TrustAnchor(certificate=root, not_after=pki.now)
    assert len(united((one, other))) == 2


def test_the_hash_counts_what_changes_a_verdict(pki: PKI) -> None:
    """Window, purposes and validity count; the source does not."""
    root = pki.certificate("root")
    plain = AnchorSet(anchors=(TrustAnchor(certificate=root),))
    assert plain.hash == AnchorSet(anchors=(TrustAnchor(certificate=root, source="x"),)).hash
    for changed in (
        AnchorSet(anchors=(TrustAnchor(certificate=root, not_after=pki.now),)),
        AnchorSet(anchors=(TrustAnchor(certificate=root, purposes=frozenset({Purpose.TSA})),)),
        AnchorSet(anchors=plain.anchors, valid_until=pki.now),
    ):
        assert changed.hash != plain.hash
