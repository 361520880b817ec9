"""Certificate policies along a path, as a graph that cannot grow beyond its input.

RFC 5280 describes a tree, which a hostile path can make exponential. RFC 9618 replaces it
by a graph with at most one node per policy and depth; the answers are the same.

Spec: RFC 5280 §6.1.2 to §6.1.5, RFC 9618 §5
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from esign.asn1.reader import Element, parse, read_integer, read_oid
from esign.errors import MalformedCertificateError

ANY_POLICY = "2.5.29.32.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInputs:
    """What the caller asks of policies; the default asks nothing.

    Spec: RFC 5280 §6.1.1 (c), (e), (f), (g)
    """

    initial_policies: frozenset[str] = frozenset({ANY_POLICY})
    explicit_policy: bool = False
    inhibit_mapping: bool = False
    inhibit_any_policy: bool = False


ANY_POLICY_ACCEPTED = PolicyInputs()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFacts:
    """What one certificate says about policies."""

    policies: frozenset[str] | None = None
    """None when the extension is absent."""
    mappings: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Issuer domain policy to subject domain policies."""
    require_explicit: int | None = None
    inhibit_mapping: int | None = None
    inhibit_any: int | None = None

    @property
    def maps_any_policy(self) -> bool:
        """A mapping from or to anyPolicy, which is never allowed (§6.1.4 a)."""
        return ANY_POLICY in self.mappings or any(ANY_POLICY in s for s in self.mappings.values())


NO_POLICY_FACTS = PolicyFacts()


def read_policy_facts(
    certificate_policies: bytes | None,
    policy_mappings: bytes | None,
    policy_constraints: bytes | None,
    inhibit_any_policy: bytes | None,
) -> PolicyFacts:
    """Return the facts of the four extensions' values, each None where absent.

    Raises:
        MalformedError: one of them cannot be read, or names a policy twice.
    """
    explicit, mapping = _policy_constraints(policy_constraints)
    return PolicyFacts(
        policies=None if certificate_policies is None else _policies(certificate_policies),
        mappings={} if policy_mappings is None else _mappings(policy_mappings),
        require_explicit=explicit,
        inhibit_mapping=mapping,
        inhibit_any=None
        if inhibit_any_policy is None
        else _skip_certificates(parse(inhibit_any_policy)),
    )


def _policies(octets: bytes) -> frozenset[str]:
    found = [read_oid(information.children[0]) for information in _filled(parse(octets))]
    if len(set(found)) != len(found):
        raise MalformedCertificateError("The certificate policies name a policy twice.")
    return frozenset(found)


def _mappings(octets: bytes) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for mapping in _filled(parse(octets)):
        issuer, subject = (read_oid(part) for part in mapping.children)
        found[issuer] = found.get(issuer, frozenset()) | {subject}
    return found


def _filled(element: Element) -> tuple[Element, ...]:
    if not element.children or not all(child.children for child in element.children):
        raise MalformedCertificateError("A policy extension is empty.")
    return element.children


def _policy_constraints(octets: bytes | None) -> tuple[int | None, int | None]:
    if octets is None:
        return None, None
    values = {child.tag & 0x1F: _skip_certificates(child) for child in parse(octets).children}
    if not values or not values.keys() <= {0, 1}:
        raise MalformedCertificateError("The policy constraints are empty or not understood.")
    return values.get(0), values.get(1)


def _skip_certificates(element: Element) -> int:
    value = read_integer(element)
    if value < 0:
        raise MalformedCertificateError("A policy extension counts a negative number.")
    return value


@dataclass(slots=True)
class _Node:
    """A policy at one depth; ``parents`` are policies one depth above."""

    expected: frozenset[str]
    parents: set[str]


class PolicyState:
    """Steps (d) to (f), (a), (b) and (h) to (j) of RFC 5280 §6.1, one certificate at a time."""

    __slots__ = ("_graph", "_inputs", "explicit_policy", "inhibit_any_policy", "policy_mapping")

    def __init__(self, inputs: PolicyInputs, length: int) -> None:
        self._inputs = inputs
        self._graph: list[dict[str, _Node]] | None = [
            {ANY_POLICY: _Node(frozenset({ANY_POLICY}), set())}
        ]
        self.explicit_policy = 0 if inputs.explicit_policy else length + 1
        self.policy_mapping = 0 if inputs.inhibit_mapping else length + 1
        self.inhibit_any_policy = 0 if inputs.inhibit_any_policy else length + 1

    def process(self, facts: PolicyFacts, *, self_issued_ca: bool) -> bool:
        """Take one certificate in; False when a policy is required and none is left.

        Spec: RFC 5280 §6.1.3 (d) to (f)
        """
        if facts.policies is None:
            self._graph = None
        elif self._graph is not None:
            any_policy = self.inhibit_any_policy > 0 or self_issued_ca
            self._grow(self._graph, facts.policies, any_policy)
        return self.explicit_policy > 0 or self._graph is not None

    def prepare_next(self, facts: PolicyFacts, *, self_issued: bool) -> bool:
        """Carry on from a certificate to the one it issued; False for a forbidden mapping.

        Spec: RFC 5280 §6.1.4 (a), (b), (h), (i), (j)
        """
        if facts.mappings:
            if facts.maps_any_policy:
                return False
            if self._graph is not None:
                self._map(self._graph, facts.mappings)
        if not self_issued:
            self.explicit_policy = max(0, self.explicit_policy - 1)
            self.policy_mapping = max(0, self.policy_mapping - 1)
            self.inhibit_any_policy = max(0, self.inhibit_any_policy - 1)
        self.limit(facts)
        return True

    def limit(self, facts: PolicyFacts) -> None:
        """Lower the counters to what a certificate states.

        Spec: RFC 5280 §6.1.4 (i), (j)
        """
        self.explicit_policy = _least(self.explicit_policy, facts.require_explicit)
        self.policy_mapping = _least(self.policy_mapping, facts.inhibit_mapping)
        self.inhibit_any_policy = _least(self.inhibit_any_policy, facts.inhibit_any)

    def wrap_up(self, facts: PolicyFacts) -> frozenset[str] | None:
        """Return the policies the user's set and the path agree on; None when that fails.

        Spec: RFC 5280 §6.1.5 (a), (b), (g), RFC 9618 §5.5
        """
        self.explicit_policy = max(0, self.explicit_policy - 1)
        if facts.require_explicit == 0:
            self.explicit_policy = 0
        agreed = self._user_constrained()
        return agreed if agreed or self.explicit_policy > 0 else None

    def _grow(
        self, graph: list[dict[str, _Node]], policies: frozenset[str], any_policy: bool
    ) -> None:
        above = graph[-1]
        expecting: dict[str, set[str]] = {}
        for name, node in above.items():
            for expected in node.expected:
                expecting.setdefault(expected, set()).add(name)
        level: dict[str, _Node] = {}
        for policy in policies - {ANY_POLICY}:
            # (d)(1)(i) where a parent expects it, else (d)(1)(ii) below anyPolicy
            parents = expecting.get(policy) or ({ANY_POLICY} if ANY_POLICY in above else None)
            if parents:
                level[policy] = _Node(frozenset({policy}), set(parents))
        if ANY_POLICY in policies and any_policy:  # (d)(2)
            for policy, parents in expecting.items():
                if policy not in level:
                    level[policy] = _Node(frozenset({policy}), set(parents))
        if level:
            graph.append(level)
        else:  # (d)(3): nothing at this depth has a parent, so the whole graph is pruned
            self._graph = None

    def _map(self, graph: list[dict[str, _Node]], mappings: Mapping[str, frozenset[str]]) -> None:
        level = graph[-1]
        for issuer_policy, subject_policies in mappings.items():
            if self.policy_mapping > 0:  # (b)(1)
                node = level.get(issuer_policy)
                if node is not None:
                    node.expected = subject_policies
                elif ANY_POLICY in level:
                    level[issuer_policy] = _Node(subject_policies, {ANY_POLICY})
            else:  # (b)(2)
                level.pop(issuer_policy, None)
        if not level:
            self._graph = None

    def _user_constrained(self) -> frozenset[str]:
        if self._graph is None:
            return frozenset()
        if ANY_POLICY in self._inputs.initial_policies:
            return self._authority_constrained(self._graph)
        if ANY_POLICY in self._graph[-1]:
            return self._inputs.initial_policies
        return self._authority_constrained(self._graph) & self._inputs.initial_policies

    @staticmethod
    def _authority_constrained(graph: list[dict[str, _Node]]) -> frozenset[str]:
        """Return the policies of the anchor's own domain that reach the leaf.

        A node below anyPolicy is the policy in whose name the anchor's domain speaks; what
        it is mapped to further down does not change that name.
        """
        alive = set(graph[-1])
        found: set[str] = {ANY_POLICY} & alive
        for depth in range(len(graph) - 1, 0, -1):
            above: set[str] = set()
            for policy in alive:
                node = graph[depth][policy]
                if ANY_POLICY in node.parents and policy != ANY_POLICY:
                    found.add(policy)
                above |= node.parents
            alive = above
        return frozenset(found)


def _least(current: int, stated: int | None) -> int:
    return current if stated is None else min(current, stated)
