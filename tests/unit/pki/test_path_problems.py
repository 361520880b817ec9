"""Problems of time, trust and limits, in words.

Spec: RFC 5280 §6.1.3 (a)(2), EN 319 102-1 §5.2.6
"""

from __future__ import annotations

from datetime import timedelta

from esign.pki.path_problems import budget_exceeded, no_anchor, sunset, validity_problem, written
from esign.pki.problems import PathProblemCode
from esign.pki.trust import TrustAnchor, TrustStore
from esign.terms import CertificateRole, Purpose
from tests.support.chains import NOW, make

ROOT = make("Root")
ANNA = make("Anna", ROOT, ca=False, days=(-1, 1))
ROLE = CertificateRole.SIGNER


def test_expired_and_not_yet_valid_are_told_apart() -> None:
    """Before its time and after it, each with the date that matters and what would mend it."""
    early = validity_problem(ANNA.ours, ROLE, NOW - timedelta(days=2))
    late = validity_problem(ANNA.ours, ROLE, NOW + timedelta(days=2))
    assert early.code is PathProblemCode.NOT_YET_VALID
    assert written(ANNA.ours.not_before) in str(early.message)
    assert late.code is PathProblemCode.EXPIRED
    assert written(ANNA.ours.not_after) in str(late.message)
    assert late.remedy is not None


def test_sunset_names_the_period() -> None:
    """A dated anchor's problem gives both ends of the period, a missing one as a dash."""
    end = NOW - timedelta(days=1)
    found = sunset(TrustAnchor(certificate=ROOT.ours, not_after=end), NOW)
    assert found.code is PathProblemCode.ANCHOR_SUNSET
    assert f"from - to {written(end)}" in str(found.message)


def test_missing_anchor_says_what_would_help() -> None:
    """No anchors at all, an untrusted root and a missing issuer have different remedies."""
    other = TrustStore.of(make("Other").ours)
    empty = no_anchor((ANNA.ours,), ROLE, TrustStore.empty(), Purpose.TSA)
    untrusted = no_anchor((ANNA.ours, ROOT.ours), ROLE, other, Purpose.SIGNER)
    missing = no_anchor((ANNA.ours,), ROLE, other, Purpose.SIGNER)
    elsewhere = TrustStore.of(ROOT.ours, purposes={Purpose.TSA}).merged(
        TrustStore.of(make("Other").ours, purposes={Purpose.SIGNER})
    )
    otherwise = no_anchor((ANNA.ours,), ROLE, elsewhere, Purpose.SIGNER)
    assert "another purpose only" in str(otherwise.remedy)
    assert "tsa" in str(empty.remedy)
    assert "If you do trust “CN=Root”" in str(untrusted.remedy)
    assert "Supply the certificate of “CN=Root”" in str(missing.remedy)


def test_limit_is_named() -> None:
    """A search ended by a limit names it and its bound."""
    found = budget_exceeded(ANNA.ours, ROLE, "path_steps", 400)
    assert found.code is PathProblemCode.BUDGET
    assert "path_steps (400)" in str(found.message)
