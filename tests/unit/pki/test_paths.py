"""The search for a path among certificates that anybody may have put there.

Spec: RFC 5280 §6.1, RFC 4158 §3
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esign.errors import MalformedError
from esign.limits import DEFAULT_LIMITS, Budget, Limits
from esign.pki.certificate import Certificate
from esign.pki.paths import PathProblemCode, PathResult, find_path
from esign.pki.trust import TrustAnchor, TrustStore
from esign.terms import CertificateRole, Purpose
from tests.support.chains import NOW, Made, make

ROOT = make("Root")
ISSUING = make("Issuing", ROOT)
CITIZEN = make("Citizen", ISSUING, ca=False)
TRUST = TrustStore.of(ROOT.ours)


def find(
    leaf: Made,
    *candidates: Made,
    trust: TrustStore = TRUST,
    purpose: Purpose = Purpose.SIGNER,
    at: datetime = NOW,
    limits: Limits = DEFAULT_LIMITS,
) -> PathResult:
    """Return the search's result among certificates made on the spot."""
    return find_path(
        leaf.ours,
        candidates=[c.ours for c in candidates],
        trust=trust,
        purpose=purpose,
        at=at,
        budget=Budget(limits),
        role=CertificateRole.SIGNER,
    )


def codes(result: PathResult) -> Sequence[PathProblemCode]:
    """Return the kinds of problems, most useful first."""
    return [p.code for p in result.problems]


def test_chain_to_a_root_is_found() -> None:
    """Leaf, issuing authority and root make a path that ends at the anchor."""
    result = find(CITIZEN, ISSUING)
    assert result.holds
    assert result.path is not None
    assert result.path.certificates == (CITIZEN.ours, ISSUING.ours)
    assert result.path.chain == result.chain == (CITIZEN.ours, ISSUING.ours, ROOT.ours)
    assert result.path.issuer == ISSUING.ours
    assert result.problems == ()


def test_missing_intermediate_is_named() -> None:
    """Without the issuing authority the problem names whose certificate is missing."""
    result = find(CITIZEN)
    assert result.path is None
    assert codes(result) == [PathProblemCode.NO_ANCHOR]
    assert "CN=Issuing" in str(result.problems[0].remedy)


def test_untrusted_root_is_no_anchor() -> None:
    """A root that comes with the document is evidence, not trust."""
    other = TrustStore.of(make("Other root").ours)
    result = find(CITIZEN, ISSUING, ROOT, trust=other)
    assert result.path is None
    assert codes(result) == [PathProblemCode.NO_ANCHOR]
    assert result.chain == (CITIZEN.ours, ISSUING.ours, ROOT.ours)


def test_no_anchor_at_all_is_said() -> None:
    """An empty store gives a sentence about what was not given."""
    result = find(CITIZEN, ISSUING, ROOT, trust=TrustStore.empty())
    assert "was given" in str(result.problems[0].message)


def test_anchor_serves_its_purpose_alone() -> None:
    """A root trusted for signers is none for time-stamping authorities."""
    signers = TrustStore.of(ROOT.ours, purposes={Purpose.SIGNER})
    assert find(CITIZEN, ISSUING, trust=signers).holds
    assert find(CITIZEN, ISSUING, trust=signers, purpose=Purpose.TSA).path is None


def test_intermediate_may_be_the_anchor() -> None:
    """A path ends at the first certificate that is trusted."""
    result = find(CITIZEN, trust=TrustStore.of(ISSUING.ours))
    assert result.path is not None
    assert result.path.certificates == (CITIZEN.ours,)


def test_leaf_may_be_the_anchor() -> None:
    """A leaf that was given as trusted is its own path."""
    result = find(CITIZEN, trust=TrustStore.of(CITIZEN.ours))
    assert result.path is not None
    assert result.path.certificates == result.path.chain == (CITIZEN.ours,)
    assert result.path.issuer is None


def test_copy_of_an_anchor_leaf_is_not_it() -> None:
    """Name and key of a trusted leaf in another certificate are not that leaf."""
    copy = make("Citizen", ca=False, days=(-1, 10000))
    assert find(copy, trust=TrustStore.of(CITIZEN.ours)).path is None


def test_trusted_leaf_issues_nothing() -> None:
    """A trusted end user's certificate is no authority."""
    forged = make("Forged", CITIZEN, ca=False)
    result = find(forged, trust=TrustStore.of(CITIZEN.ours))
    assert result.path is None
    assert PathProblemCode.NOT_A_CA in codes(result)


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (NOW + timedelta(days=4000), PathProblemCode.EXPIRED),
        (NOW - timedelta(days=400), PathProblemCode.NOT_YET_VALID),
    ],
)
def test_leaf_validity_is_told_apart(moment: datetime, code: PathProblemCode) -> None:
    """A leaf outside its validity keeps its path, and the result does not hold."""
    old_ca = make("Issuing", ROOT, days=(-5000, 5000))
    result = find(CITIZEN, old_ca, at=moment)
    assert result.path is not None
    assert result.leaf_validity is not None
    assert result.leaf_validity.code is code
    assert not result.holds


def test_expired_authority_fails_the_path() -> None:
    """An expired intermediate leaves no path."""
    expired = make("Issuing", ROOT, days=(-300, -1))
    result = find(CITIZEN, expired)
    assert result.path is None
    assert codes(result) == [PathProblemCode.EXPIRED]
    assert result.problems[0].role is CertificateRole.CA


def test_forged_leaf_is_named() -> None:
    """A leaf signed with a stranger's key is refused by its signature."""
    forged = make("Citizen", ISSUING, ca=False, signed_with=make("Stranger").key)
    result = find(forged, ISSUING)
    assert result.path is None
    assert codes(result) == [PathProblemCode.BAD_SIGNATURE]


def test_forged_intermediate_is_refused() -> None:
    """An authority that only bears the right names leads nowhere."""
    forged = make("Issuing", ROOT, key="Thief", signed_with=make("Stranger").key)
    victim = make("Victim", forged, ca=False)
    result = find(victim, forged, ISSUING)
    assert result.path is None
    assert PathProblemCode.BAD_SIGNATURE in codes(result)


def test_lookalikes_do_not_hide_the_path() -> None:
    """Among 60 authorities of the same name with other keys the right one is found."""
    lookalikes = [make("Issuing", ROOT, key=f"Lookalike {n}") for n in range(60)]
    bag = [*lookalikes, ISSUING]
    random.Random(1).shuffle(bag)
    assert find(CITIZEN, *bag).holds


def test_one_wrong_key_is_tried_once() -> None:
    """A thousand certificates of one wrong key cost one signature check, and hide nothing."""
    copies = [make("Issuing", ROOT, key="Wrong", serial=n) for n in range(1, 300)]
    limits = replace(DEFAULT_LIMITS, path_signatures=3)
    assert find(CITIZEN, *copies, ISSUING, limits=limits).holds


def test_leaf_that_also_expired_is_told_both() -> None:
    """A leaf without a path that is also expired gets both problems."""
    result = find(CITIZEN, at=NOW + timedelta(days=4000))
    assert codes(result) == [PathProblemCode.NO_ANCHOR, PathProblemCode.EXPIRED]
    assert result.leaf_validity is not None


def test_too_many_lookalikes_end_in_a_named_limit() -> None:
    """More signature checks than allowed end the search with a problem that says so."""
    lookalikes = [make("Issuing", ROOT, key=f"Lookalike {n}") for n in range(30)]
    result = find(CITIZEN, *lookalikes, limits=replace(DEFAULT_LIMITS, path_signatures=20))
    assert result.path is None
    assert codes(result)[0] is PathProblemCode.BUDGET
    assert "path_signatures" in str(result.problems[0].message)


@pytest.mark.parametrize("limit", ["path_steps", "path_signatures"])
def test_each_limit_ends_the_search_by_its_name(limit: str) -> None:
    """A search that needs more steps or signatures than allowed says which limit it was."""
    result = find(CITIZEN, ISSUING, limits=replace(DEFAULT_LIMITS, **{limit: 1}))
    assert result.path is None
    assert limit in str(result.problems[0].message)
    assert find(CITIZEN, ISSUING, limits=replace(DEFAULT_LIMITS, **{limit: 2})).holds


def test_same_input_spends_the_same() -> None:
    """Remembered signatures cost what fresh ones cost, so that a limit is no accident."""
    spent = []
    for _ in range(2):
        budget = Budget()
        find_path(
            CITIZEN.ours,
            candidates=[ISSUING.ours],
            trust=TRUST,
            purpose=Purpose.SIGNER,
            at=NOW,
            budget=budget,
            role=CertificateRole.SIGNER,
        )
        spent.append(dict(budget.spent))
    assert spent[0] == spent[1]


def test_dated_leaf_anchor_may_still_have_a_path() -> None:
    """A leaf whose own trust has ended may lead to a root whose trust has not."""
    old = TrustAnchor(certificate=CITIZEN.ours, not_after=NOW - timedelta(days=1))
    assert find(CITIZEN, ISSUING, trust=TrustStore([old])).path is None
    both = TrustStore([old, TrustAnchor(certificate=ROOT.ours)])
    assert find(CITIZEN, ISSUING, trust=both).holds


def test_mesh_of_cross_certificates_ends() -> None:
    """Authorities that all certify each other do not keep the search from ending."""
    keys = [f"Mesh {n}" for n in range(8)]
    bag = [make(a, make(b), key=a) for a in keys for b in keys if a != b]
    leaf = make("Leaf", make("Mesh 0"), ca=False)
    result = find(leaf, *bag)
    assert result.path is None
    budget_ended = PathProblemCode.BUDGET in codes(result)
    assert budget_ended or PathProblemCode.NO_ANCHOR in codes(result)


def test_path_leads_through_a_mesh() -> None:
    """The one authority of a mesh that a root certified is found."""
    keys = [f"Mesh {n}" for n in range(8)]
    bag = [make(a, make(b), key=a) for a in keys for b in keys if a != b]
    bag.append(make("Mesh 5", ROOT))
    result = find(make("Leaf", make("Mesh 0"), ca=False), *bag)
    assert result.holds
    assert len(result.chain) == 4


def test_cross_certificate_gives_a_second_way() -> None:
    """An expired certificate of an authority does not hide its valid cross certificate."""
    other_root = make("Other root")
    expired = make("Issuing", other_root, days=(-300, -1))
    trust = TrustStore.of(other_root.ours, ROOT.ours)
    assert find(CITIZEN, expired, ISSUING, trust=trust).holds
    assert not find(CITIZEN, expired, trust=trust).holds


def test_path_longer_than_the_limit_is_not_followed() -> None:
    """A chain of more certificates than the limit is not walked to its end."""
    top = ROOT
    bag = []
    for number in range(6):
        top = make(f"Sub {number}", top)
        bag.append(top)
    leaf = make("Deep", top, ca=False)
    assert find(leaf, *bag).holds
    limited = find(leaf, *bag, limits=replace(DEFAULT_LIMITS, path_length=4))
    assert limited.path is None
    assert codes(limited)[0] is PathProblemCode.BUDGET


def test_sunset_ends_trust() -> None:
    """An anchor whose trust ended before the time of judgement is none any more."""
    end = NOW - timedelta(days=1)
    store = TrustStore([TrustAnchor(certificate=ROOT.ours, not_after=end)])
    result = find(CITIZEN, ISSUING, trust=store)
    assert result.path is None
    assert codes(result) == [PathProblemCode.ANCHOR_SUNSET]
    assert find(CITIZEN, ISSUING, trust=store, at=end).holds


def test_order_and_repetition_change_nothing() -> None:
    """The same bag in any order, with copies, gives the same answer."""
    twin = make("Issuing", ROOT, serial=7)  # as good as the other: one of them is chosen
    bag = [ISSUING, twin, ROOT, make("Issuing", ROOT, key="Other"), CITIZEN]
    expected = find(CITIZEN, *bag)
    for seed in range(10):
        shuffled = bag * 2
        random.Random(seed).shuffle(shuffled)
        found = find(CITIZEN, *shuffled)
        assert (found.path, found.chain) == (expected.path, expected.chain)


def test_most_complete_failure_is_told() -> None:
    """Of several failed attempts the one that reached an anchor is told."""
    expired = make("Issuing", ROOT, days=(-300, -1))
    unrelated = make("Issuing", make("Nobody"))
    result = find(CITIZEN, unrelated, expired)
    assert codes(result)[0] is PathProblemCode.EXPIRED


def test_sentences_name_the_certificate() -> None:
    """A problem names subject, issuer, serial number and role."""
    sentence = str(find(CITIZEN).problems[0].message)
    assert "CN=Citizen" in sentence
    assert "CN=Issuing" in sentence
    assert f"{CITIZEN.ours.serial_number:X}" in sentence
    assert "signer" in sentence


@given(st.integers(min_value=0, max_value=2), st.integers(min_value=0), st.integers(1, 255))
@settings(max_examples=400, deadline=None)
def test_changed_octet_never_passes(which: int, position: int, mask: int) -> None:
    """One changed octet in leaf, authority or anchor's copy never leaves a path that holds.

    Only what the signature does not cover (its own encoding) may change without notice.
    """
    chain = [CITIZEN.ours, ISSUING.ours, ROOT.ours]
    octets = bytearray(chain[which].der)
    octets[position % len(octets)] ^= mask
    try:
        changed = Certificate.from_der(bytes(octets))
    except MalformedError:
        return
    genuine = chain[which]
    chain[which] = changed
    result = find_path(
        chain[0],
        candidates=chain[1:2],
        trust=TrustStore.of(chain[2]),
        purpose=Purpose.SIGNER,
        at=NOW,
        budget=Budget(),
        role=CertificateRole.SIGNER,
    )
    if result.holds and which < 2:
        assert changed.tbs == genuine.tbs


def test_unreadable_candidates_are_in_nobodys_way() -> None:
    """Candidates with broken keys, names and extensions neither pass nor stop the search."""
    broken_key = ISSUING.ours.der.replace(b"\x06\x03\x2b\x65\x70", b"\x06\x03\x2b\x65\x7f")
    broken = Certificate.from_der(broken_key)
    result = find_path(
        CITIZEN.ours,
        candidates=[broken, ISSUING.ours],
        trust=TRUST,
        purpose=Purpose.SIGNER,
        at=NOW,
        budget=Budget(),
        role=CertificateRole.SIGNER,
    )
    assert result.holds


def test_a_path_found_before_costs_and_says_the_same() -> None:
    """The second search is spared; moment, chain and signatures counted are its own."""
    trust = TrustStore.of(ROOT.ours)
    first = find(CITIZEN, ISSUING, trust=trust)
    budgets = [Budget(), Budget()]
    later = NOW + timedelta(days=1)
    for budget, store in zip(budgets, (trust, TrustStore.of(ROOT.ours)), strict=True):
        again = find_path(
            CITIZEN.ours,
            candidates=[ISSUING.ours],
            trust=store,
            purpose=Purpose.SIGNER,
            at=later,
            budget=budget,
            role=CertificateRole.SIGNER,
        )
        assert again.chain == first.chain
        assert again.path is not None
        assert again.path.at == later
    assert budgets[0].spent == budgets[1].spent


def test_a_path_found_before_ends_with_its_period() -> None:
    """After the issuing authority's end a remembered path is no path; before it, it is."""
    trust = TrustStore.of(ROOT.ours)
    issuing = make("Ending", ROOT, days=(-10, 10))
    leaf = make("Lasting", issuing, ca=False)
    assert find(leaf, issuing, trust=trust).holds
    assert find(leaf, issuing, trust=trust, at=NOW + timedelta(days=9)).holds
    assert find(leaf, issuing, trust=trust, at=NOW + timedelta(days=11)).path is None
    assert find(leaf, issuing, trust=trust, at=NOW + timedelta(days=9)).holds


def test_a_path_found_before_ends_with_the_trust() -> None:
    """A dated anchor is not believed after its sunset, whatever was found before."""
    anchor = TrustAnchor(certificate=ROOT.ours, not_after=NOW + timedelta(days=5))
    trust = TrustStore([anchor])
    assert find(CITIZEN, ISSUING, trust=trust).holds
    assert find(CITIZEN, ISSUING, trust=trust, at=NOW + timedelta(days=6)).path is None


def test_a_path_found_for_one_purpose_serves_no_other() -> None:
    """What led to an anchor for signers says nothing of time-stamping authorities."""
    trust = TrustStore.of(ROOT.ours, purposes=[Purpose.SIGNER])
    assert find(CITIZEN, ISSUING, trust=trust).holds
    assert find(CITIZEN, ISSUING, trust=trust, purpose=Purpose.TSA).path is None


def test_a_path_among_many_certificates_is_not_kept() -> None:
    """Whoever fills documents with certificates fills no memory; among a few the path is kept."""
    few, many = TrustStore.of(ROOT.ours), TrustStore.of(ROOT.ours)
    crowd = [make(f"Stranger {number}", ROOT) for number in range(90)]
    assert find(CITIZEN, ISSUING, trust=few).holds
    assert find(CITIZEN, ISSUING, *crowd, trust=many).holds
    role, purpose = CertificateRole.SIGNER, Purpose.SIGNER
    own, others = (ISSUING.ours,), (ISSUING.ours, *(each.ours for each in crowd))
    assert few.found_paths.at((CITIZEN.ours, own, purpose, role), NOW) is not None
    assert many.found_paths.at((CITIZEN.ours, others, purpose, role), NOW) is None
