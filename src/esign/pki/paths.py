"""Find a certification path among certificates that anybody may have put there.

The bag of candidates comes with the document, so it is hostile: same names with other keys,
loops, hundreds of look-alikes. The search is best-first (near an anchor, matching key
identifier, valid now, short), checks a signature before it goes on from a certificate, and
counts its steps. A limit ends it with a named problem, never with a guess.

Trust comes from the store alone. A :class:`ValidatedPath` is made here and nowhere else:
having one is the proof.

Spec: RFC 5280 §6.1, RFC 4158 §3, EN 319 102-1 §5.2.6
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush, nsmallest
from typing import NamedTuple

from esign.crypto.signatures import PublicKey
from esign.limits import DEFAULT_LIMITS, Budget
from esign.pki.certificate import Certificate
from esign.pki.names import Name
from esign.pki.path_problems import (
    budget_exceeded,
    no_anchor,
    sunset,
    validity_problem,
)
from esign.pki.path_validation import bad_signature, judge_chain, verifies
from esign.pki.policies import ANY_POLICY_ACCEPTED, PolicyInputs
from esign.pki.problems import PathProblem, PathProblemCode, describe, problem
from esign.pki.purposes import timestamping_eku_problem
from esign.pki.trust import TrustAnchor, TrustStore
from esign.terms import CertificateRole, Purpose

__all__ = [
    "PathProblem",
    "PathProblemCode",
    "PathResult",
    "ValidatedPath",
    "describe",
    "find_path",
    "problem",
    "timestamping_eku_problem",
]


class ValidatedPath(NamedTuple):
    """A path that holds at a time, from the leaf to an anchor; made by :func:`find_path` only.

    The leaf's own validity period is apart (``PathResult.leaf_validity``), because
    EN 319 102-1 judges it apart.
    """

    certificates: tuple[Certificate, ...]
    """Leaf first; without the anchor's certificate, unless the leaf is it."""
    anchor: TrustAnchor
    at: datetime
    policies: frozenset[str] = frozenset()
    """Certificate policies the whole path is valid for; anyPolicy as 2.5.29.32.0."""

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """Leaf first, the anchor's certificate last."""
        last = self.anchor.certificate
        return self.certificates if self.certificates[-1] == last else (*self.certificates, last)

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        """The key of each certificate of :attr:`chain`, with the parameters it inherits.

        Spec: RFC 5280 §6.1.4 (d) to (f)
        """
        above, *below = reversed(self.chain)
        keys = [above.public_key]
        for certificate in below:
            keys.append(certificate.public_key.inheriting(keys[-1]))
        return tuple(reversed(keys))

    @property
    def issuer(self) -> Certificate | None:
        """The certificate that issued the leaf; None when the leaf is the anchor."""
        chain = self.chain
        return chain[1] if len(chain) > 1 else None


class PathResult(NamedTuple):
    """A path, or the best attempt at one and why it does not hold."""

    path: ValidatedPath | None
    chain: tuple[Certificate, ...]
    """The path, or the best attempt: leaf first, including the anchor's certificate."""
    problems: tuple[PathProblem, ...]
    """Most useful first; with a path only ``leaf_validity``, if that."""
    leaf_validity: PathProblem | None = None
    """EXPIRED or NOT_YET_VALID about the leaf; does not keep ``path`` from being there."""

    @property
    def holds(self) -> bool:
        """There is a path, and the leaf lies within its own validity too."""
        return self.path is not None and self.leaf_validity is None


def find_path(  # noqa: PLR0913 - each is an input of RFC 5280 §6.1.1 in its own right
    certificate: Certificate,
    *,
    candidates: Sequence[Certificate],
    trust: TrustStore,
    purpose: Purpose,
    at: datetime,
    budget: Budget,
    role: CertificateRole,
    policies: PolicyInputs = ANY_POLICY_ACCEPTED,
) -> PathResult:
    """Return a path from the certificate to an anchor that holds at ``at``, or why there is none.

    Args:
        certificate: the leaf.
        candidates: certificates that may lie between; nothing of them is trusted.
        trust: the anchors.
        purpose: which of them count.
        at: the time of judgement, aware.
        budget: of the whole call; the path limits count per search.
        role: the leaf's part, named in every sentence.
        policies: what the caller asks of certificate policies.

    Spec: RFC 5280 §6.1, EN 319 102-1 §5.2.6.4
    """
    bag = tuple(candidates)
    question = (certificate, bag, purpose, role)
    kept = (
        policies is ANY_POLICY_ACCEPTED
        and budget.limits is DEFAULT_LIMITS
        and len(bag) <= _MOST_CERTIFICATES
    )
    if kept and isinstance(found := trust.found_paths.at(question, at), _Found):
        return found.again(at, budget)
    query = _Query(
        leaf=certificate,
        candidates=bag,
        trust=trust,
        purpose=purpose,
        at=at,
        budget=budget,
        role=role,
        policies=policies,
    )
    search = _Search(query)
    result = search.run()
    if (
        kept
        and result.holds
        and (sum(len(each.der) for each in (certificate, *bag)) <= _LARGEST_QUESTION)
    ):
        start, end = _period(query)
        if start <= at <= end:
            trust.found_paths.keep(question, start, end, _Found(result, search.signatures))
    return result


_MOST_CERTIFICATES = 16
"""More of them have no kept answer, and nobody needs to look for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Query:
    """What :func:`find_path` was asked."""

    leaf: Certificate
    candidates: tuple[Certificate, ...]
    trust: TrustStore
    purpose: Purpose
    at: datetime
    budget: Budget
    role: CertificateRole
    policies: PolicyInputs


_LARGEST_QUESTION = 16 * 1024
"""Octets of certificates that are kept with the path found among them: a chain of four
certificates has some 6 KiB, and nobody may fill the memory with documents full of others."""


class _Found(NamedTuple):
    """A path found before, and what finding it cost."""

    result: PathResult
    signatures: int

    def again(self, at: datetime, budget: Budget) -> PathResult:
        """Return the result for another moment of the same period.

        The search is spared, not what it costs: the same input ends the same way.
        """
        budget.spend("public_key_operations", self.signatures)
        path = self.result.path
        assert path is not None
        again = ValidatedPath(path.certificates, path.anchor, at, path.policies)
        return PathResult(again, self.result.chain, ())


def _period(query: _Query) -> tuple[datetime, datetime]:
    """Return between which moments everything the search looks at is valid.

    Nothing else of a search depends on the moment.
    """
    anchors = query.trust.anchors_for(query.purpose)
    certificates = (query.leaf, *query.candidates)
    starts = [each.not_before for each in certificates]
    ends = [each.not_after for each in certificates]
    starts += [each.not_before for each in anchors if each.not_before is not None]
    ends += [each.not_after for each in anchors if each.not_after is not None]
    return max(starts), min(ends)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A chain that was tried and did not hold."""

    rank: tuple[int, int]
    chain: tuple[Certificate, ...]
    problems: tuple[PathProblem, ...]


# Ranks of failed attempts: what tells the most about the true path comes first.
_ANCHORED, _SAME_NAME, _OPEN = 0, 1, 2

_Chain = tuple[Certificate, ...]
_Rank = tuple[int, int, int, int]
"""Anchor near or not, key identifier matching or not, valid now or not, length."""


class _Search:
    """One best-first search; see the module's docstring."""

    __slots__ = (
        "at",
        "best",
        "budget",
        "by_subject",
        "candidates",
        "counter",
        "hints",
        "leaf",
        "open",
        "policies",
        "purpose",
        "refuted",
        "role",
        "signatures",
        "steps",
        "trust",
    )

    def __init__(self, query: _Query) -> None:
        self.leaf = query.leaf
        self.candidates = query.candidates
        self.trust = query.trust
        self.purpose = query.purpose
        self.at = query.at
        self.budget = query.budget
        self.role = query.role
        self.policies = query.policies
        self.open: list[tuple[_Rank, int, _Chain]] = []
        self.by_subject: dict[Name, list[Certificate]] | None = None
        self.hints: dict[Certificate, tuple[int, int]] = {}
        self.refuted: set[tuple[Certificate, PublicKey]] = set()
        self.best: _Attempt | None = None
        self.counter = self.steps = self.signatures = 0

    def run(self) -> PathResult:
        for anchor in self.trust.by_certificate(self.purpose, self.leaf):
            found = self._judge((), anchor)
            if found is not None:
                return found
        heappush(self.open, ((0, 0, 0, 0), 0, (self.leaf,)))
        while self.open:
            _, _, chain = heappop(self.open)
            self.steps += 1
            if self.steps > self.budget.limits.path_steps:
                return self._over("path_steps")
            if not self._signature_holds(chain):
                if self.signatures > self.budget.limits.path_signatures:
                    return self._over("path_signatures")
                continue
            found = self._finish(chain)
            if found is not None:
                return found
            self._extend(chain)
        return self._failure()

    def _finish(self, chain: _Chain) -> PathResult | None:
        """Try every anchor that bears the name of the last certificate's issuer."""
        for anchor in self.trust.by_subject(self.purpose, chain[-1].issuer):
            if not self._spend_signature():
                return self._over("path_signatures")
            if verifies(chain[-1], anchor.certificate):
                found = self._judge(chain, anchor)
                if found is not None:
                    return found
            else:
                wrong = bad_signature(chain[-1], anchor.certificate, self._role_of(chain))
                self._remember(_SAME_NAME, (*chain, anchor.certificate), (wrong,))
        return None

    def _extend(self, chain: _Chain) -> None:
        """Put every continuation of the chain into the queue, best first."""
        top = chain[-1]
        if len(chain) >= self.budget.limits.path_length:
            wrong = budget_exceeded(self.leaf, self.role, "path_length", len(chain))
            self._remember(_OPEN, chain, (wrong,))
            return
        issuers = [c for c in self._named(top.issuer) if not _repeats(chain, c)]
        # Where hundreds bear one name, the best as many as could be looked at are enough.
        most = self.budget.limits.path_steps
        # Equals are told apart by fingerprint, so that the order of the bag decides nothing.
        ranked = ((self._rank(top, c, len(chain)), c.fingerprint, c) for c in issuers)
        for rank, _, issuer in nsmallest(most, ranked) if len(issuers) > 1 else ranked:
            self.counter += 1
            heappush(self.open, (rank, self.counter, (*chain, issuer)))
        if not issuers:
            wrong = no_anchor(chain, self._role_of(chain), self.trust, self.purpose)
            self._remember(_OPEN, chain, (wrong,))

    def _rank(self, child: Certificate, issuer: Certificate, length: int) -> _Rank:
        hint = self.hints.get(issuer)
        if hint is None:
            near = self.trust.by_subject(self.purpose, issuer.issuer)
            hint = self.hints[issuer] = (0 if near else 1, 0 if issuer.is_valid_at(self.at) else 1)
        wanted, offered = child.authority_key_identifier, issuer.subject_key_identifier
        key = 1 if wanted is None or offered is None else 0 if wanted == offered else 2
        return hint[0], key, hint[1], length

    def _named(self, subject: Name) -> list[Certificate]:
        if self.by_subject is None:
            self.by_subject = {}
            for candidate in dict.fromkeys(self.candidates):
                self.by_subject.setdefault(candidate.subject, []).append(candidate)
        return self.by_subject.get(subject, [])

    def _signature_holds(self, chain: _Chain) -> bool:
        """Check the newest link of the chain; the links before it were checked already."""
        if len(chain) < 2:
            return True
        if chain[-1].public_key.lacks_parameters:
            return True  # Its issuer knows them; the whole chain is checked once it is there.
        link = (chain[-2], chain[-1].public_key)
        if link in self.refuted or not self._spend_signature():
            return False
        if verifies(chain[-2], chain[-1]):
            return True
        self.refuted.add(link)
        wrong = bad_signature(chain[-2], chain[-1], self._role_of(chain[:-1]))
        self._remember(_SAME_NAME, chain, (wrong,))
        return False

    def _spend_signature(self) -> bool:
        # Counted even where the answer is remembered: the same input ends the same way.
        self.budget.spend("public_key_operations")
        self.signatures += 1
        return self.signatures <= self.budget.limits.path_signatures

    def _judge(self, chain: _Chain, anchor: TrustAnchor) -> PathResult | None:
        """Apply RFC 5280 §6.1 to a complete chain; an empty one means the leaf is the anchor."""
        certificates = chain or (self.leaf,)
        problems: tuple[PathProblem, ...] = ()
        agreed: frozenset[str] = frozenset()
        if chain:
            verdict = judge_chain(chain, anchor.certificate, self.role, self.policies)
            problems, agreed = verdict.problems, verdict.policies
        for authority in chain[1:]:
            if not authority.is_valid_at(self.at):
                problems += (validity_problem(authority, CertificateRole.CA, self.at),)
        if not anchor.is_trusted_at(self.at):
            problems += (sunset(anchor, self.at),)
        whole = (*chain, anchor.certificate)
        if problems:
            self._remember(_ANCHORED, whole, problems)
            return None
        late = None
        if not self.leaf.is_valid_at(self.at):
            late = validity_problem(self.leaf, self.role, self.at)
        return PathResult(
            path=ValidatedPath(
                certificates=certificates, anchor=anchor, at=self.at, policies=agreed
            ),
            chain=whole,
            problems=() if late is None else (late,),
            leaf_validity=late,
        )

    def _role_of(self, chain: _Chain) -> CertificateRole:
        return self.role if len(chain) == 1 else CertificateRole.CA

    def _remember(self, kind: int, chain: _Chain, problems: tuple[PathProblem, ...]) -> None:
        size = -len(chain) if kind == _OPEN else len(problems)
        attempt = _Attempt((kind, size), chain, problems)
        if self.best is None or attempt.rank < self.best.rank:
            self.best = attempt

    def _over(self, limit: str) -> PathResult:
        bound: int = getattr(self.budget.limits, limit)
        return self._failure(budget_exceeded(self.leaf, self.role, limit, bound))

    def _failure(self, *first: PathProblem) -> PathResult:
        best = self.best
        problems = first + (best.problems if best else ())
        late = None
        if not self.leaf.is_valid_at(self.at):
            late = validity_problem(self.leaf, self.role, self.at)
            problems += (late,)
        chain = best.chain if best else (self.leaf,)
        return PathResult(path=None, chain=chain, problems=problems, leaf_validity=late)


def _repeats(chain: _Chain, candidate: Certificate) -> bool:
    """Return whether name and key are in the chain already (RFC 4158 §5.2)."""
    return any(
        candidate == known
        or (candidate.public_key == known.public_key and candidate.subject == known.subject)
        for known in chain
    )
