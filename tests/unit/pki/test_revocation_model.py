"""The question that evidence is asked.

Spec: RFC 5280 §6.3
"""

from __future__ import annotations

from datetime import timedelta

from esign.limits import Budget
from esign.pki.revocation_model import (
    CLOCK_SKEW,
    RevocationQuestion,
    RevocationState,
    RevocationStatus,
    describe_source,
)
from esign.pki.trust import TrustStore
from esign.terms import Purpose
from tests.support.chains import NOW, make, make_crl, make_ocsp

ROOT = make("Root")
ANNA = make("Anna", ROOT, ca=False)


def _question(asked: list[RevocationQuestion]) -> RevocationQuestion:
    def answer(question: RevocationQuestion) -> RevocationStatus:
        asked.append(question)
        return RevocationStatus(
            certificate=question.certificate, issuer=question.issuer, state=RevocationState.GOOD
        )

    return RevocationQuestion(
        certificate=ANNA.ours,
        issuer=ROOT.ours,
        crls=(),
        ocsp_responses=(),
        candidates=(),
        trust=TrustStore.empty(),
        purpose=Purpose.SIGNER,
        at=NOW,
        budget=Budget(),
        answer=answer,
    )


def test_clocks_may_differ_by_minutes() -> None:
    """Five minutes ahead are forgiven, a second more is the future."""
    question = _question([])
    assert not question.is_future(NOW + CLOCK_SKEW)
    assert question.is_future(NOW + CLOCK_SKEW + timedelta(seconds=1))


def test_question_about_oneself_has_no_answer() -> None:
    """A status that would depend on itself is unknown, and nobody is asked."""
    asked: list[RevocationQuestion] = []
    question = _question(asked)
    assert question.status_of(ANNA.ours, ROOT.ours).state is RevocationState.UNKNOWN
    assert asked == []


def test_questions_do_not_go_on_without_end() -> None:
    """A responder's responder may be asked about, but not its responder's."""
    asked: list[RevocationQuestion] = []
    question = _question(asked)
    names = ("First", "Second", "Third")
    states = []
    for name in names:
        states.append(question.status_of(make(name, ROOT, ca=False).ours, ROOT.ours).state)
        question = asked[-1]
    assert states == [RevocationState.GOOD, RevocationState.GOOD, RevocationState.UNKNOWN]


def test_objects_are_named_for_people() -> None:
    """Lists by issuer and date, responses by responder and date."""
    assert "“CN=Root” of 2026-05-31T12:00:00Z" in str(describe_source(make_crl(ROOT)))
    assert "OCSP response of “CN=Root”" in str(describe_source(make_ocsp(ANNA, ROOT)))
    refusal = _question([]).refuse(make_crl(ROOT), "RFC 5280 §5", "it is {what}.", what="late")
    assert str(refusal.message).endswith("it is late.")
    assert refusal.object_id == make_crl(ROOT).id
