"""The sentences of ``esign trust``, in any language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from esign.cli.trust_lines import (
    anchor_lines,
    by_certificate,
    content_of,
    differences,
    moment_of,
    with_two_windows,
)
from esign.pki.trust import TrustStore
from esign.terms import Purpose
from esign.trustlists.snapshot import TrustListSnapshot
from tests.support.lists import GRANTED, NOW, fixture, kept
from tests.support.pki import PKI

LATER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def listed() -> TrustStore:
    """The anchors of a list."""
    return TrustListSnapshot(lists=(kept(fixture("zz.xml")),), at=NOW).trust_store()


def test_an_anchor_is_told_in_aligned_lines(listed: TrustStore) -> None:
    """Entry, window and usability; the values stand below each other in each language."""
    (anchor,) = listed.anchors_for(Purpose.SIGNER)
    for language in ("en", "az"):
        first, *facts, last = anchor_lines(anchor, NOW, language)
        assert first == str(anchor.certificate.subject)
        column = facts[0].index(anchor.certificate.fingerprint)
        assert all(line[column - 1] == " " != line[column] for line in facts)
        assert any("ZZ 1: Zedland Certification Ltd" in line for line in facts)
        assert any(moment_of(GRANTED) in line for line in facts)
        assert moment_of(NOW) in last
    early = datetime(2020, 1, 1, tzinfo=UTC)
    assert "NOT USABLE" in list(anchor_lines(anchor, early, "en"))[-1]
    assert "NOT USABLE" not in list(anchor_lines(anchor, NOW, "en"))[-1]


def test_constraints_are_told(pki: PKI) -> None:
    """Length, names, or that there are none."""
    for name, sentence in (
        ("issuing-permits-az", "limits the names"),
        ("policy-length-0", "at most 0 authorities"),
        ("root", "no constraints"),
    ):
        (anchor,) = TrustStore.of(pki.certificate(name)).anchors
        assert sentence in "\n".join(anchor_lines(anchor, pki.now, "en"))


def test_differences_name_each_side(pki: PKI, listed: TrustStore) -> None:
    """Gone, come, changed, and the date by which to read again."""
    assert list(differences(listed, listed)) == []
    other = TrustStore.of(pki.certificate("root"))
    signs = [sign for sign, _ in differences(listed, other)]
    assert signs == ["-", "-", "+", "~"]
    ended = TrustStore(
        [replace(each, not_after=LATER) for each in listed.anchors],
        valid_until=listed.valid_until,
    )
    assert [sign for sign, _ in differences(listed, ended)] == ["~-", "~+"] * 2
    assert moment_of(LATER) in "".join(str(each) for _, each in differences(listed, ended))


def test_another_window_is_noticed(listed: TrustStore) -> None:
    """The same window is not another one."""
    ended = TrustStore(replace(each, not_after=LATER) for each in listed.anchors)
    assert len(list(with_two_windows(listed, ended))) == len(listed)
    assert list(with_two_windows(listed, listed)) == []
    assert set(by_certificate(listed)) == {e.certificate.fingerprint for e in listed.anchors}


def test_the_whole_has_its_hash(listed: TrustStore) -> None:
    """So that a reader compares two machines."""
    assert listed.hash in str(content_of(listed))
    assert moment_of(None) == "-"
