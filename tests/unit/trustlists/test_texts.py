"""Small pieces of a list."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from esign.errors import MalformedTrustedListError
from esign.trustlists.texts import moment, name_in, text_of
from esign.xml.parser import parse_own


def test_a_comment_does_not_cut_a_text() -> None:
    """What is signed is the whole text, so the whole is read."""
    assert text_of(parse_own(b"<a> gran<!-- not -->ted </a>")) == "granted"
    assert text_of(None) == ""


def test_english_comes_first() -> None:
    """The English name is taken, or else the first."""
    names = b'<Name xml:lang="az">bir</Name><Name xml:lang="en">one</Name>'
    names_only = b'<Name xml:lang="az">bir</Name>'
    wrap = b'<a xmlns="http://uri.etsi.org/02231/v2#">%s</a>'
    assert name_in(parse_own(wrap % names)) == "one"
    assert name_in(parse_own(wrap % names_only)) == "bir"
    assert name_in(None) == ""


def test_moments_are_utc() -> None:
    """An offset is honoured, and its absence means UTC."""
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert moment("2026-05-01T12:00:00Z", "x") == noon
    assert moment("2026-05-01T16:00:00+04:00", "x") == noon
    assert moment("2026-05-01T12:00:00", "x") == noon


@pytest.mark.parametrize("written", ["", "soon", "2026-13-01T00:00:00Z"])
def test_what_is_no_moment_is_refused(written: str) -> None:
    """The field is named in the sentence."""
    with pytest.raises(MalformedTrustedListError, match="NextUpdate"):
        moment(written, "NextUpdate")
