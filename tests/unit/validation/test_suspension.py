"""A remark on a suspension stops within its span only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from esign.ades.evidence import Evidence
from esign.messages import Message
from esign.pki.revocation import RevocationState, RevocationStatus
from esign.pki.revocation_model import Suspension
from esign.terms import CertificateRole, SubIndication
from esign.validation.checks import noted
from esign.validation.revocation_checks import REVOCATION
from esign.validation.suspension import judged_at, suspension_notes
from tests.support.pki import PKI
from tests.support.scenes import Scene, outcome

BEGINS = datetime(2026, 6, 1, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=3)
TICK = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("moment", "stops"),
    [(BEGINS - TICK, False), (BEGINS, True), (ENDS - TICK, True), (ENDS, False)],
)
def test_the_span_has_its_beginning_and_not_its_end(moment: datetime, stops: bool) -> None:
    """From the hold on, up to the release."""
    note = noted(REVOCATION, Message("It was suspended."))._replace(during=(BEGINS, ENDS))
    assert not note.stops
    assert judged_at(note, moment).stops is stops
    assert not judged_at(note._replace(during=None), moment).stops


def test_an_authority_has_its_own_word() -> None:
    """A suspended authority is not a suspended signer."""
    note = noted(REVOCATION, Message("It was suspended."))._replace(during=(BEGINS, ENDS))
    for role, word in (
        (CertificateRole.CA, SubIndication.REVOKED_CA_NO_POE),
        (CertificateRole.SIGNER, SubIndication.REVOKED_NO_POE),
    ):
        assert judged_at(note._replace(role=role), BEGINS).sub_indication is word


def test_a_time_stamp_made_while_its_authority_was_suspended_proves_nothing(pki: PKI) -> None:
    """The same token a day earlier proves its time."""
    scene = Scene(pki)
    day = timedelta(days=1)
    held = scene.crl(
        "tsa-root",
        revoked=[("tsa", pki.now - 9 * day, "certificateHold")],
        this_update=pki.now - 8 * day,
    )
    evidence = pki.evidence().merged(Evidence(crls=(held,)))
    for days, proven in ((10, True), (8.5, False)):
        report = scene.first(scene.cades(tsa="tsa", time=pki.now - days * day), evidence=evidence)
        assert report.timestamps[0].passed is proven
        assert (report.proven_time is not None) is proven
        assert outcome(report) == "TOTAL_PASSED"


def test_one_remark_for_each_span(pki: PKI) -> None:
    """A certificate that was never on hold is passed without a word."""
    person, issuer = pki.certificate("citizen"), pki.certificate("issuing")
    never = RevocationStatus(certificate=person, issuer=issuer, state=RevocationState.GOOD)
    role, words = CertificateRole.SIGNER, Message("It")
    assert list(suspension_notes(REVOCATION, never, words, role)) == []
    once = replace(never, suspensions=(Suspension(begins=BEGINS, ends=ENDS),))
    (note,) = suspension_notes(REVOCATION, once, words, role)
    assert (note.certificate, note.role, note.during) == (person, role, (BEGINS, ENDS))
    assert not note.stops
