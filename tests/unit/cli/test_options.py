"""How option values are read."""

from __future__ import annotations

from datetime import UTC, datetime

import click
import pytest

from esign.cli.options import Moment, load_evidence, load_trust, reading_language
from esign.errors import MalformedCertificateError


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-01", datetime(2026, 5, 1, tzinfo=UTC)),
        ("2026-05-01T12:00:00Z", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("2026-05-01T12:00:00+04:00", datetime(2026, 5, 1, 8, tzinfo=UTC)),
    ],
)
def test_moments(text, moment) -> None:
    """ISO 8601; UTC where no offset is given."""
    assert Moment().convert(text, None, None) == moment


def test_what_is_no_moment_is_a_usage_error() -> None:
    """With an example of one that is."""
    with pytest.raises(click.UsageError, match="ISO 8601"):
        Moment().convert("yesterday", None, None)


def test_the_language_follows_option_then_environment(monkeypatch) -> None:
    """Unknown languages fall back to English."""
    for name in ("ESIGN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert reading_language(None) == "en"
    monkeypatch.setenv("LANG", "az_AZ.UTF-8")
    assert reading_language(None) == "az"
    assert reading_language("en") == "en"
    monkeypatch.setenv("LANG", "xx")
    assert reading_language(None) == "en"


def test_evidence_is_told_apart_by_content(pki, desk) -> None:
    """CRLs and certificates from files; a stranger is refused by name."""
    paths = tuple(str(desk / name) for name in ("root.crl", "issuing.crl", "root.pem"))
    evidence = load_evidence(paths)
    assert (len(evidence.crls), len(evidence.certificates)) == (2, 1)
    with pytest.raises(MalformedCertificateError, match=r"note\.txt"):
        load_evidence((str(desk / "note.txt"),))


def test_trust_is_what_was_given(desk) -> None:
    """Nothing given is nobody trusted; each option gives its purpose."""
    root = (str(desk / "root.pem"),)
    assert len(load_trust((), (), (), system_trust=False)) == 0
    assert len(load_trust((), root, (), system_trust=False)) == 1
    both = load_trust(root, (), (), system_trust=False)
    one = load_trust((), (), root, system_trust=False)
    assert both.hash != one.hash
