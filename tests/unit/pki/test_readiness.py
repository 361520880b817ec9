"""Losing the anchors is loud: each way in which a store cannot be relied on."""

from __future__ import annotations

import pickle
from datetime import timedelta

import pytest

from esign.errors import TrustNotReadyError, UsageError
from esign.messages import Message
from esign.pki.anchors import TrustAnchor
from esign.pki.trust import TrustStore
from esign.terms import Purpose
from tests.support.pki import PKI
from tests.support.scenes import Scene


@pytest.fixture
def scene(pki: PKI) -> Scene:
    """Makes documents over the test PKI and judges them at the control time."""
    return Scene(pki)


def test_a_store_with_a_valid_anchor_is_ready(pki: PKI) -> None:
    """Nothing is raised, for each purpose that has one."""
    pki.trust.require_ready(pki.now, purposes=Purpose)
    assert pki.trust.problems(pki.now, purposes=Purpose) == ()


def test_no_anchor_is_not_ready(pki: PKI) -> None:
    """Neither at all, nor for one purpose of those asked."""
    with pytest.raises(TrustNotReadyError, match="no trust anchor for the purpose signer"):
        TrustStore.empty().require_ready(pki.now)
    signers = pki.trust_of(signer=("root",))
    signers.require_ready(pki.now)
    with pytest.raises(TrustNotReadyError, match="purpose tsa"):
        signers.require_ready(pki.now, purposes=Purpose)


def test_anchors_past_their_time_are_not_ready(pki: PKI) -> None:
    """By the certificate's end or by the end of the trust."""
    store = pki.trust_of(signer=("root",))
    late = pki.certificate("root").not_after + timedelta(seconds=1)
    with pytest.raises(TrustNotReadyError, match="None of the 1 trust anchors"):
        store.require_ready(late)
    ended = TrustAnchor(certificate=pki.certificate("root"), not_after=pki.signing_time)
    with pytest.raises(TrustNotReadyError, match="None of the 1 trust anchors"):
        TrustStore([ended]).require_ready(pki.now)


def test_a_stale_store_is_not_ready(pki: PKI) -> None:
    """Up to its last moment it is; merged stores keep the earlier end."""
    stale = TrustStore(pki.trust.anchors, valid_until=pki.now)
    stale.require_ready(pki.now)
    with pytest.raises(TrustNotReadyError, match="was valid until"):
        stale.require_ready(pki.now + timedelta(seconds=1))
    later = TrustStore(valid_until=pki.now + timedelta(days=9))
    assert later.merged(stale).valid_until == pki.now
    assert pki.trust.merged(stale).valid_until == pki.now


def test_a_half_loaded_store_is_not_ready(pki: PKI) -> None:
    """What is missing is in the sentence, and survives merging, copying and the file."""
    half = TrustStore(pki.trust.anchors, incomplete=[Message("The list of EE is missing.")])
    for store in (half, pki.trust.merged(half), pickle.loads(pickle.dumps(half))):
        with pytest.raises(TrustNotReadyError, match="The list of EE is missing"):
            store.require_ready(pki.now)


def test_the_moment_needs_a_time_zone(pki: PKI) -> None:
    """A naive time names no moment."""
    with pytest.raises(UsageError):
        pki.trust.require_ready(pki.now.replace(tzinfo=None))


def test_purposes_go_by_name_too(pki: PKI) -> None:
    """A word does, an unknown word is a usage error."""
    pki.trust.require_ready(pki.now, purposes=("signer", "tsa"))
    with pytest.raises(UsageError, match="signer and tsa"):
        pki.trust.require_ready(pki.now, purposes=("server",))


def test_a_report_repeats_what_a_store_says_against_itself(scene: Scene) -> None:
    """Judged against a stale or half store, every report carries the sentence; else none does."""
    sound = scene.judge(scene.cades())
    stale = TrustStore(scene.pki.trust.anchors, valid_until=scene.pki.signing_time)
    (warning,) = scene.judge(scene.cades(), trust=stale).warnings
    assert "was valid until" in str(warning)
    assert sound.warnings == ()
