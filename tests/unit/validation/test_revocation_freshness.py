"""How recent revocation data must be (EN 319 102-1 §5.2.5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from esign.ades.evidence import Evidence
from esign.pki.revocation import RevocationState, RevocationStatus
from esign.validation.policy import Policy
from esign.validation.revocation_freshness import fresh_until, is_fresh
from tests.support.scenes import (
    Scene,
    outcome,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def test_stale_list(scene: Scene) -> None:
    """A list past its nextUpdate is TRY_LATER; a time-stamp it was fresh for clears it."""
    stale = {
        "this_update": scene.pki.signing_time - DAY,
        "next_update": scene.pki.signing_time + DAY,
    }
    crls = (scene.crl("issuing", **stale), scene.pki.crl("root"), scene.pki.crl("tsa-root"))
    evidence = Evidence(crls=crls)
    assert outcome(scene.first(scene.cades(), evidence=evidence)) == "INDETERMINATE/TRY_LATER"
    assert outcome(scene.first(scene.cades(tsa="tsa"), evidence=evidence)) == "TOTAL_PASSED"
    lax = Policy(unsafe_without_freshness=True)
    assert outcome(scene.first(scene.cades(), evidence=evidence, policy=lax)) == "TOTAL_PASSED"


def test_policy_limit_on_age(scene: Scene) -> None:
    """The policy's own limit replaces the interval to nextUpdate."""
    parsed = scene.cades()
    strict = Policy(maximum_revocation_age=HOUR)
    assert outcome(scene.first(parsed, policy=strict)) == "INDETERMINATE/TRY_LATER"
    enough = Policy(maximum_revocation_age=2 * DAY)
    assert outcome(scene.first(parsed, policy=enough)) == "TOTAL_PASSED"


def test_ocsp_without_next_update(scene: Scene) -> None:
    """An answer without nextUpdate is fresh for an hour, and not longer."""
    for age, expected in ((HOUR / 2, "TOTAL_PASSED"), (2 * HOUR, "INDETERMINATE/TRY_LATER")):
        answer = scene.ocsp("citizen", this_update=scene.pki.now - age, next_update=False)
        evidence = Evidence(crls=(scene.pki.crl("root"),), ocsp_responses=(answer,))
        assert outcome(scene.first(scene.cades(), evidence=evidence)) == expected


def test_a_list_without_next_update_is_never_fresh(scene: Scene) -> None:
    """A CRL that does not say until when it holds is not fresh, unless the policy has a limit."""
    source = scene.pki.crl("issuing")
    status = RevocationStatus(
        certificate=scene.certificate("citizen"),
        issuer=scene.certificate("issuing"),
        state=RevocationState.GOOD,
        source=source,
        this_update=source.this_update,
    )
    assert fresh_until(status, Policy()) is None
    assert not is_fresh(status, Policy(), source.this_update)
    limit = Policy(maximum_revocation_age=HOUR)
    assert fresh_until(status, limit) == source.this_update + HOUR
    unknown = replace(status, this_update=None)
    assert fresh_until(unknown, Policy()) is None


def test_the_end_itself_is_not_fresh(scene: Scene) -> None:
    """§5.2.5.4: fresh means later than the moment minus the interval, so the end is excluded."""
    source = scene.pki.crl("issuing")
    assert source.next_update is not None
    status = RevocationStatus(
        certificate=scene.certificate("citizen"),
        issuer=scene.certificate("issuing"),
        state=RevocationState.GOOD,
        source=source,
        this_update=source.this_update,
        next_update=source.next_update,
    )
    assert is_fresh(status, Policy(), source.next_update - HOUR / 3600)
    assert not is_fresh(status, Policy(), source.next_update)
