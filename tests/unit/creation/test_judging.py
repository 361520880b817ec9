"""Tokens are examined with the caller's anchors and evidence, or refused with reasons."""

from __future__ import annotations

import pytest

from esign.ades.evidence import Evidence
from esign.creation.judging import TimestampJudge
from esign.crypto.algorithms import digest_by_name
from esign.errors import TSATokenRefusedError, UsageError
from esign.limits import Budget
from esign.pki.trust import TrustStore
from esign.tsa.token import parse_token
from esign.validation.policy import Policy
from tests.support.scenes import Scene

SHA256 = digest_by_name("SHA256")
IMPRINT = SHA256.digest(b"value")


def _judge(pki, **changes) -> TimestampJudge:
    return TimestampJudge(
        **{"trust": pki.trust, "policy": Policy(), "read_token": parse_token, **changes}
    )


def _examine(pki, judge, *, tsa="tsa", imprint=IMPRINT, evidence=None):
    token = Scene(pki).token(IMPRINT, SHA256, tsa=tsa, time=pki.now)
    return judge.examine(
        token,
        imprint,
        SHA256,
        evidence=pki.evidence() if evidence is None else evidence,
        at=pki.now,
        budget=Budget(),
    )


def test_a_sound_token_passes_without_a_word(pki) -> None:
    """With its evidence nothing is wanted and nothing is to be said."""
    examination = _examine(pki, _judge(pki))
    assert examination.wants() == ()
    assert examination.require_sound() == ()


def test_an_authority_nobody_trusts_is_refused_with_the_reason(pki) -> None:
    """The error holds the outcome and what is missing."""
    judge = _judge(pki, trust=pki.trust_of(tsa=("other-root",)))
    with pytest.raises(TSATokenRefusedError, match="NO_CERTIFICATE_CHAIN_FOUND"):
        _examine(pki, judge).require_sound()


def test_a_revoked_authority_is_refused_also_with_a_lenient_second_look(pki) -> None:
    """Only ignorance is forgiven, never a known revocation."""
    with pytest.raises(TSATokenRefusedError, match="REVOKED"):
        _examine(pki, _judge(pki), tsa="tsa-revoked").require_sound()


def test_ignorance_about_revocation_is_told(pki) -> None:
    """Without evidence the token passes with a warning that names the certificate."""
    (warning,) = _examine(pki, _judge(pki), evidence=Evidence()).require_sound()
    assert "TSA" in str(warning) or "Time" in str(warning)


def test_another_imprint_is_refused_before_anything_else(pki) -> None:
    """Even an unverified token must be over what was asked for."""
    for unverified in (False, True):
        judge = _judge(pki, unsafe_unverified=unverified)
        with pytest.raises(TSATokenRefusedError, match="something else"):
            _examine(pki, judge, imprint=IMPRINT[::-1])


def test_unverified_wants_nothing_and_says_so(pki) -> None:
    """No evidence is asked for; the warning is always there."""
    judge = _judge(pki, trust=TrustStore.empty(), unsafe_unverified=True)
    judge.require_anchors()
    examination = _examine(pki, judge, tsa="tsa-wrong-eku", evidence=Evidence())
    assert examination.wants() == ()
    assert len(examination.require_sound()) == 1


def test_anchors_for_signers_are_none_for_time(pki) -> None:
    """The purpose counts."""
    _judge(pki).require_anchors()
    with pytest.raises(UsageError):
        _judge(pki, trust=pki.trust_of(signer=("root",))).require_anchors()
