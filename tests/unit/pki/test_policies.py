"""Certificate policies as a graph.

Spec: RFC 5280 §6.1.2 to §6.1.5, RFC 9618 §5
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign.asn1.writer import implicit, integer, oid, sequence
from esign.errors import MalformedError
from esign.pki.policies import (
    ANY_POLICY,
    NO_POLICY_FACTS,
    PolicyFacts,
    PolicyInputs,
    PolicyState,
    read_policy_facts,
)

A, B, C = "1.2.3.1", "1.2.3.2", "1.2.3.3"


def run(*path: PolicyFacts, inputs: PolicyInputs | None = None) -> frozenset[str] | None:
    """Return the agreed policies over a path from the anchor down, None when it fails."""
    state = PolicyState(inputs or PolicyInputs(), len(path))
    for facts in path[:-1]:
        if not state.process(facts, self_issued_ca=False):
            return None
        if not state.prepare_next(facts, self_issued=False):
            return None
    if not state.process(path[-1], self_issued_ca=False):
        return None
    return state.wrap_up(path[-1])


def having(*policies: str, **more: object) -> PolicyFacts:
    """Return facts with these policies."""
    return PolicyFacts(policies=frozenset(policies), **more)  # type: ignore[arg-type]


def test_shared_policy_is_valid_for_the_path() -> None:
    """Only what every certificate states is valid for the path."""
    assert run(having(A, B), having(B, C)) == {B}


def test_path_without_policies_fails_only_when_one_is_asked() -> None:
    """No policy is enough until somebody requires one."""
    assert run(NO_POLICY_FACTS, NO_POLICY_FACTS) == frozenset()
    asked = PolicyInputs(explicit_policy=True)
    assert run(NO_POLICY_FACTS, NO_POLICY_FACTS, inputs=asked) is None


def test_callers_set_is_intersected() -> None:
    """The caller's policies and the path's are intersected."""
    asked = PolicyInputs(initial_policies=frozenset({A}), explicit_policy=True)
    assert run(having(A, B), having(A), inputs=asked) == {A}
    assert run(having(A, B), having(B), inputs=asked) is None


def test_any_policy_stands_for_all_below_it() -> None:
    """anyPolicy in the authority lets the leaf's policy through."""
    assert run(having(ANY_POLICY), having(A)) == {A}


def test_inhibited_any_policy_stands_for_nothing() -> None:
    """Once inhibited, anyPolicy in a certificate does not match."""
    asked = PolicyInputs(inhibit_any_policy=True, explicit_policy=True)
    assert run(having(A), having(ANY_POLICY), inputs=asked) is None
    assert run(having(A), having(ANY_POLICY), inputs=PolicyInputs(explicit_policy=True)) == {A}


def test_mapping_carries_the_anchors_name() -> None:
    """A mapped policy counts under the name of the anchor's domain."""
    mapped = having(A, mappings={A: frozenset({B})})
    assert run(mapped, having(B)) == {A}
    assert run(mapped, having(A), inputs=PolicyInputs(explicit_policy=True)) is None


def test_inhibited_mapping_maps_nothing() -> None:
    """Where mapping is inhibited the mapped policy is lost."""
    mapped = having(A, mappings={A: frozenset({B})})
    asked = PolicyInputs(inhibit_mapping=True, explicit_policy=True)
    assert run(mapped, having(B), inputs=asked) is None


def test_any_policy_is_never_mapped() -> None:
    """A mapping from or to anyPolicy fails the path."""
    assert run(having(ANY_POLICY, mappings={ANY_POLICY: frozenset({A})}), having(A)) is None
    assert run(having(A, mappings={A: frozenset({ANY_POLICY})}), having(A)) is None


def test_required_policy_counts_down() -> None:
    """requireExplicitPolicy of 1 spares one certificate, of 0 none."""
    for skip, expected in ((0, None), (2, frozenset[str]())):
        assert run(PolicyFacts(require_explicit=skip), NO_POLICY_FACTS) == expected


@given(
    st.lists(
        st.tuples(
            st.frozensets(st.sampled_from([A, B, C, ANY_POLICY])),
            st.dictionaries(
                st.sampled_from([A, B, C]), st.frozensets(st.sampled_from([A, B, C]), min_size=1)
            ),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_agreed_policies_are_always_among_the_anchors(
    path: list[tuple[frozenset[str], dict[str, frozenset[str]]]],
) -> None:
    """Whatever the path maps, the first certificate named (or allowed) every agreed policy."""
    facts = [PolicyFacts(policies=policies, mappings=mappings) for policies, mappings in path]
    agreed = run(*facts)
    first = path[0][0]
    assert agreed is None or ANY_POLICY in first or agreed <= first


def test_work_does_not_explode() -> None:
    """A path whose policies map onto each other everywhere stays small (RFC 9618 §3)."""
    many = frozenset(f"1.2.3.{n}" for n in range(50))
    mappings = dict.fromkeys(many, many)
    state = PolicyState(PolicyInputs(), 16)
    for _ in range(15):
        facts = PolicyFacts(policies=many, mappings=mappings)
        assert state.process(facts, self_issued_ca=False)
        assert state.prepare_next(facts, self_issued=False)
    assert state.process(PolicyFacts(policies=many), self_issued_ca=False)
    assert state.wrap_up(PolicyFacts(policies=many)) == many


def test_extensions_are_read() -> None:
    """The four extensions are read from their encodings."""
    facts = read_policy_facts(
        sequence(sequence(oid(A)), sequence(oid(B))),
        sequence(sequence(oid(A), oid(C)), sequence(oid(A), oid(B))),
        sequence(implicit(0, integer(3)), implicit(1, integer(0))),
        integer(2),
    )
    assert facts == PolicyFacts(
        policies=frozenset({A, B}),
        mappings={A: frozenset({B, C})},
        require_explicit=3,
        inhibit_mapping=0,
        inhibit_any=2,
    )


@pytest.mark.parametrize(
    "values",
    [
        (sequence(), None, None, None),
        (sequence(sequence(oid(A)), sequence(oid(A))), None, None, None),
        (None, sequence(), None, None),
        (None, None, sequence(), None),
        (None, None, sequence(implicit(2, integer(0))), None),
        (None, None, None, integer(-1)),
    ],
)
def test_broken_extensions_are_refused(
    values: tuple[bytes | None, bytes | None, bytes | None, bytes | None],
) -> None:
    """Empty, repeated, unknown or negative contents are errors, never nothing."""
    with pytest.raises(MalformedError):
        read_policy_facts(*values)
