"""RFC 5280 §6.1 over one path that somebody else found, without regard to time.

Everything here depends on the certificates alone, so the outcome of a path is remembered.
Validity periods depend on the time of judgement and are looked at afresh each time, in
:mod:`esign.pki.paths`.

The anchor's own basic constraints, key usage, name and policy constraints are honoured
(RFC 5937): whoever trusts an authority trusts it for what its certificate says.

Spec: RFC 5280 §6.1, RFC 5937 §3, RFC 9618
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from esign.crypto.signatures import PublicKey
from esign.errors import MalformedError, UnsupportedAlgorithmError
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.constraints import NameConstraintState
from esign.pki.path_facts import PathFacts, path_facts
from esign.pki.policies import ANY_POLICY_ACCEPTED, PolicyInputs, PolicyState
from esign.pki.problems import PathProblem, PathProblemCode, problem
from esign.terms import CertificateRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainVerdict:
    """What is wrong with a path at any time, and the policies it is valid for."""

    problems: tuple[PathProblem, ...]
    policies: frozenset[str]
    """Policies that path and caller agree on; empty when the path states none."""


def verifies(certificate: Certificate, issuer: Certificate) -> bool:
    """Return whether the certificate's signature verifies under the issuer's key."""
    return verifies_under(certificate, issuer.public_key)


def verifies_under(certificate: Certificate, key: PublicKey) -> bool:
    """Return whether the certificate's signature verifies under a key."""
    try:
        return certificate.signed_by(key)
    except (MalformedError, UnsupportedAlgorithmError):
        return False


@lru_cache(maxsize=2048)
def judge_chain(
    certificates: tuple[Certificate, ...],
    anchor: Certificate,
    role: CertificateRole,
    inputs: PolicyInputs = ANY_POLICY_ACCEPTED,
) -> ChainVerdict:
    """Return what is wrong with the path, validity periods aside.

    Args:
        certificates: leaf first, without the anchor; not empty.
        anchor: the certificate that is trusted.
        role: the leaf's part, for the sentences.
        inputs: what the caller asks of policies.
    """
    return _Validation(certificates, anchor, role, inputs).run()


class _Validation:
    """The state variables of RFC 5280 §6.1.2 and the steps over them."""

    __slots__ = ("anchor", "chain", "constraints", "max_path_length", "policy", "problems", "role")

    def __init__(
        self,
        chain: tuple[Certificate, ...],
        anchor: Certificate,
        role: CertificateRole,
        inputs: PolicyInputs,
    ) -> None:
        self.chain = chain
        self.anchor = anchor
        self.role = role
        self.max_path_length = len(chain)
        self.constraints = NameConstraintState()
        self.policy = PolicyState(inputs, len(chain))
        self.problems: list[PathProblem] = []

    def run(self) -> ChainVerdict:
        self._start_from_anchor()
        issuer, key = self.anchor, self.anchor.public_key
        for certificate in reversed(self.chain[1:]):
            self._check_signature(certificate, issuer, key, CertificateRole.CA)
            self._process(certificate, issuer, path_facts(certificate), is_leaf=False)
            self._prepare_next(certificate, path_facts(certificate))
            # §6.1.4 (d) to (f): the working key, with inherited parameters where it has none.
            issuer, key = certificate, certificate.public_key.inheriting(key)
        leaf = self.chain[0]
        self._check_signature(leaf, issuer, key, self.role)
        self._process(leaf, issuer, path_facts(leaf), is_leaf=True)
        self._refuse_unknown(leaf, path_facts(leaf), self.role)
        policies = self.policy.wrap_up(path_facts(leaf).policies)
        if policies is None:
            self._policy_problem(leaf, self.role, "RFC 5280 §6.1.5")
        return ChainVerdict(problems=tuple(self.problems), policies=policies or frozenset())

    def _start_from_anchor(self) -> None:
        """Take over what the anchor's certificate says about itself (RFC 5937 §3.2)."""
        facts = path_facts(self.anchor)
        if facts.malformed is not None:
            self._malformed(self.anchor, facts.malformed, CertificateRole.CA)
            return
        if self.anchor.extensions:
            # A certificate without any extension is of X.509 version 1 and cannot say that
            # it is an authority; as an anchor the caller said so.
            self._require_authority(self.anchor, facts)
        if facts.path_length is not None:
            self.max_path_length = min(self.max_path_length, facts.path_length)
        if facts.constraints is not None:
            self.constraints.add(facts.constraints)
        self.policy.limit(facts.policies)

    def _check_signature(
        self, certificate: Certificate, issuer: Certificate, key: PublicKey, role: CertificateRole
    ) -> None:
        """Apply §6.1.3 (a)(1)."""
        if not verifies_under(certificate, key):
            self.problems.append(bad_signature(certificate, issuer, role))

    def _process(
        self, certificate: Certificate, issuer: Certificate, facts: PathFacts, *, is_leaf: bool
    ) -> None:
        """Apply §6.1.3 (a)(4), (b) to (f)."""
        role = self.role if is_leaf else CertificateRole.CA
        if certificate.issuer != issuer.subject:
            self._add(
                PathProblemCode.NAME_CHAINING,
                certificate,
                role,
                "RFC 5280 §6.1.3 (a)(4)",
                "its issuer's name is not the subject “{found}” of the next certificate.",
                found=str(issuer.subject),
            )
        for fault in facts.profile:
            self._malformed(certificate, fault, role)
        if facts.malformed is not None:
            return
        if is_leaf or not certificate.is_self_issued:
            self._check_names(certificate, facts, role)
        fits = self.policy.process(
            facts.policies, self_issued_ca=certificate.is_self_issued and not is_leaf
        )
        if not fits:
            self._policy_problem(certificate, role, "RFC 5280 §6.1.3 (f)")

    def _check_names(
        self, certificate: Certificate, facts: PathFacts, role: CertificateRole
    ) -> None:
        if self.constraints.is_empty or facts.subjects is None:
            return
        offending = self.constraints.offending(facts.subjects)
        if offending is not None:
            self._add(
                PathProblemCode.NAME_CONSTRAINTS,
                certificate,
                role,
                "RFC 5280 §6.1.3 (b), (c)",
                "an authority above it may not certify this name ({name}).",
                name=offending,
            )

    def _prepare_next(self, certificate: Certificate, facts: PathFacts) -> None:
        """Apply §6.1.4."""
        if facts.malformed is not None:
            return
        role = CertificateRole.CA
        if not self.policy.prepare_next(facts.policies, self_issued=certificate.is_self_issued):
            self._policy_problem(certificate, role, "RFC 5280 §6.1.4 (a)")
        if facts.constraints is not None:
            self.constraints.add(facts.constraints)
        self._require_authority(certificate, facts)
        if not certificate.is_self_issued:
            if self.max_path_length <= 0:
                self._add(
                    PathProblemCode.PATH_TOO_LONG,
                    certificate,
                    role,
                    "RFC 5280 §6.1.4 (l)",
                    "an authority above it allows no further authority at this depth.",
                )
            self.max_path_length -= 1
        if facts.path_length is not None:
            self.max_path_length = min(self.max_path_length, facts.path_length)
        self._refuse_unknown(certificate, facts, role)

    def _require_authority(self, certificate: Certificate, facts: PathFacts) -> None:
        """Apply §6.1.4 (k) and (n)."""
        if not facts.is_ca:
            self._add(
                PathProblemCode.NOT_A_CA,
                certificate,
                CertificateRole.CA,
                "RFC 5280 §6.1.4 (k)",
                "it is not the certificate of an authority, so what it issued counts for nothing.",
            )
        if facts.key_usage is not None and "keyCertSign" not in facts.key_usage:
            self._add(
                PathProblemCode.KEY_USAGE,
                certificate,
                CertificateRole.CA,
                "RFC 5280 §6.1.4 (n)",
                "its key may not sign certificates (keyCertSign is missing).",
            )

    def _refuse_unknown(
        self, certificate: Certificate, facts: PathFacts, role: CertificateRole
    ) -> None:
        if facts.unknown_critical is not None:
            self._add(
                PathProblemCode.UNKNOWN_CRITICAL_EXTENSION,
                certificate,
                role,
                "RFC 5280 §4.2",
                "it has a critical extension ({oid}) that is not understood here.",
                oid=facts.unknown_critical,
            )

    def _policy_problem(self, certificate: Certificate, role: CertificateRole, clause: str) -> None:
        self._add(
            PathProblemCode.POLICY,
            certificate,
            role,
            clause,
            "the path requires a certificate policy, and none is valid for all of it.",
        )

    def _malformed(self, certificate: Certificate, why: Message, role: CertificateRole) -> None:
        self._add(
            PathProblemCode.MALFORMED,
            certificate,
            role,
            "RFC 5280 §4.1",
            "it is not a sound certificate: {cause}",
            cause=why,
        )

    def _add(
        self,
        code: PathProblemCode,
        certificate: Certificate,
        role: CertificateRole,
        clause: str,
        template: str,
        **values: object,
    ) -> None:
        found = problem(code, certificate, role, clause, template, remedy=None, **values)
        self.problems.append(found)


def bad_signature(
    certificate: Certificate, issuer: Certificate, role: CertificateRole
) -> PathProblem:
    """Return the problem that a certificate's signature does not verify."""
    return problem(
        PathProblemCode.BAD_SIGNATURE,
        certificate,
        role,
        "RFC 5280 §6.1.3 (a)(1)",
        "its signature does not verify under the key of “{issuer_found}” (serial {its_serial}).",
        issuer_found=str(issuer.subject),
        its_serial=f"{issuer.serial_number:X}",
        remedy=Message(
            "Look for another certificate of the issuer with the right key; if there is none, "
            "this certificate is forged or damaged."
        ),
    )
