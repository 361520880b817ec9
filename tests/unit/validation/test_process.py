"""The whole judgement: a pure function with named limits (EN 319 102-1 §5.1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esign.ades.evidence import Evidence
from esign.errors import EsignError, LimitExceededError, UsageError
from esign.limits import Budget, Limits
from esign.pki.trust import TrustStore
from esign.terms import (
    Scope,
    SignatureLevel,
)
from esign.validation.checks import ALLOWED_PAIRS
from esign.validation.policy import Policy
from esign.validation.process import validate
from tests.support.pki import PKI
from tests.support.scenes import (
    CONTENT,
    Scene,
    outcome,
)


@pytest.mark.parametrize(
    "name", ["citizen", "agency", "citizen-p256", "citizen-ed25519", "citizen-ed448"]
)
def test_a_sound_signature_passes(scene: Scene, name: str) -> None:
    """A sound B-B signature of any key type is TOTAL_PASSED and proves no time."""
    report = scene.first(scene.cades(name))
    assert outcome(report) == "TOTAL_PASSED"
    assert report.level is SignatureLevel.B
    assert report.proven_time is None
    assert report.coverage is Scope.FULL
    assert report.reasons == ()


def test_a_time_stamped_signature_reaches_t(scene: Scene) -> None:
    """A time-stamp that passes makes level T and proves its own time."""
    report = scene.first(scene.cades(tsa="tsa"))
    assert outcome(report) == "TOTAL_PASSED"
    assert report.level is SignatureLevel.T
    assert report.proven_time == scene.pki.signing_time
    assert report.timestamps[0].passed


def test_same_input_gives_same_report(scene: Scene) -> None:
    """Order and repetition of evidence never change the report."""
    parsed = scene.cades(tsa="tsa")
    evidence = scene.pki.evidence()
    turned = Evidence(crls=(*evidence.crls[::-1], *evidence.crls))
    assert scene.judge(parsed, evidence=turned) == scene.judge(parsed, evidence=evidence)


def test_evidence_about_strangers_changes_nothing(scene: Scene) -> None:
    """Certificates and answers about others never change a verdict."""
    parsed = scene.cades()
    more = scene.pki.evidence(ocsp=("agency",), certificates=("other-root", "citizen-p256"))
    assert scene.judge(parsed, evidence=more) == scene.judge(parsed)


def test_level_without_any_trust_tells_what_is_there(scene: Scene) -> None:
    """Judged without anchors, an intact time-stamp still makes the level T, proving nothing."""
    report = scene.first(scene.cades(tsa="tsa"), trust=TrustStore.empty())
    assert outcome(report) == "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND"
    assert report.level is SignatureLevel.T
    assert report.proven_time is None
    signer_only = scene.pki.trust_of(signer=("root",))
    report = scene.first(scene.cades(tsa="tsa"), trust=signer_only)
    assert outcome(report) == "TOTAL_PASSED"
    assert report.level is SignatureLevel.B


def test_naive_time_is_refused(scene: Scene) -> None:
    """A time without a zone is the caller's mistake."""
    with pytest.raises(UsageError, match="time zone"):
        scene.judge(scene.cades(), at=scene.pki.now.replace(tzinfo=None))


def test_budget_of_signatures(scene: Scene) -> None:
    """More signatures than the limit end in a named error."""
    parsed = scene.cades()
    with pytest.raises(LimitExceededError) as caught:
        validate(
            parsed,
            trust=scene.pki.trust,
            policy=Policy(),
            at=scene.pki.now,
            budget=Budget(Limits(signatures=0)),
        )
    assert caught.value.values["limit"] == "signatures"


def spans(octets: bytes, *parts: bytes) -> set[int]:
    """Return the positions of the parts in the octets; each occurs once."""
    found: set[int] = set()
    for part in parts:
        assert octets.count(part) == 1
        start = octets.index(part)
        found |= set(range(start, start + len(part)))
    return found


@pytest.fixture(scope="module")
def stamped(pki: PKI) -> tuple[Scene, bytes, set[int]]:
    """A time-stamped signature, and which of its octets are covered or are the value."""
    scene = Scene(pki)
    seen: list[bytes] = []

    def keep(octets: bytes) -> bytes:
        seen.append(octets)
        return octets

    octets = scene.stamped(scene.octets(attributes=keep, value=keep))
    attributes, value = seen
    # In the SignerInfo the SET OF is written with another tag; its content is what is signed.
    return scene, octets, spans(octets, CONTENT, attributes[1:], value)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_no_flipped_covered_bit_passes(
    stamped: tuple[Scene, bytes, set[int]], data: st.DataObject
) -> None:
    """Whatever single bit of what is covered changes, the signature does not pass."""
    scene, octets, covered = stamped
    position = data.draw(st.sampled_from(sorted(covered)))
    changed = bytearray(octets)
    changed[position] ^= 1 << data.draw(st.integers(0, 7))
    try:
        parsed = scene.parse(bytes(changed))
    except EsignError:
        return
    assert not any(signature.passed for signature in scene.judge(parsed).signatures)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_no_flipped_bit_is_an_accident(
    stamped: tuple[Scene, bytes, set[int]], data: st.DataObject
) -> None:
    """Whatever single bit changes, the end is a verdict or a named error; what passes is whole."""
    scene, octets, covered = stamped
    position = data.draw(st.integers(0, len(octets) - 1))
    changed = bytearray(octets)
    changed[position] ^= 1 << data.draw(st.integers(0, 7))
    try:
        parsed = scene.parse(bytes(changed))
    except EsignError:
        return
    report = scene.judge(parsed)
    for signature in report.signatures:
        assert signature.verdict.sub_indication in ALLOWED_PAIRS[signature.verdict.status]
        assert not signature.passed or position not in covered


def test_threads_share_everything(scene: Scene) -> None:
    """Eight threads over one trust store, policy and document give the report of one."""
    parsed, policy, evidence = scene.cades(tsa="tsa"), Policy(), scene.pki.evidence()
    alone = scene.judge(parsed, policy=policy, evidence=evidence)
    with ThreadPoolExecutor(8) as threads:
        found = threads.map(
            lambda _: scene.judge(parsed, policy=policy, evidence=evidence), range(32)
        )
        assert all(report == alone for report in found)
