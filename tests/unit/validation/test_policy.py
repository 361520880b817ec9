"""The policy value: strict by default, and what weakens it says so."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from datetime import timedelta

import pytest

from esign.errors import UsageError
from esign.terms import CertificateRole
from esign.validation.policy import Policy


def test_the_default_asks_revocation_of_everybody() -> None:
    """Every role needs revocation data, and nothing is weak."""
    policy = Policy()
    assert all(policy.asks_revocation(role) for role in CertificateRole)
    assert policy.weaknesses == ()


def test_weak_policies_say_so() -> None:
    """Each way to weaken the policy leaves its sentence in the report."""
    without = Policy.unsafe_without_revocation()
    assert not any(without.asks_revocation(role) for role in CertificateRole)
    assert "Unsafe" in without.name
    assert "signer" in str(without.weaknesses[0])
    legacy = Policy.unsafe_with_legacy_algorithms()
    assert "Unsafe" in legacy.name
    assert "broken" in str(legacy.weaknesses[0])
    weak = Policy(unsafe_without_freshness=True, unsafe_without_signing_certificate_reference=True)
    assert len(weak.weaknesses) == 2


def test_every_field_named_unsafe_is_reported() -> None:
    """No field with unsafe in its name can be set without a warning."""
    for field in fields(Policy):
        if "unsafe" in field.name:
            value = frozenset(CertificateRole) if "roles" in field.name else True
            assert Policy(**{field.name: value}).weaknesses, field.name


def test_a_policy_cannot_be_changed() -> None:
    """A policy is shared by threads, so it never changes."""
    with pytest.raises(FrozenInstanceError):
        Policy().name = "mine"  # type: ignore[misc]


@pytest.mark.parametrize(
    "name",
    [
        "maximum_revocation_age",
        "ocsp_age_without_next_update",
        "clock_skew",
        "maximum_timestamp_delay",
    ],
)
@pytest.mark.parametrize("span", [timedelta(seconds=-1), timedelta.max])
def test_spans_that_are_none(name: str, span: timedelta) -> None:
    """A negative span, or one beyond every calendar, is the caller's mistake."""
    with pytest.raises(UsageError, match=name):
        Policy(**{name: span})
    Policy(**{name: timedelta(days=1)})
