"""Does a certificate meet the condition under which a list says something about it?

Three answers, as a condition may ask what cannot be told: True, False, and None for not
known. A qualifier is taken into account on True alone, and its absence is not relied on
when the answer was None.

Spec: TS 119 612 §5.5.9.2.2
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from esign.asn1.lazy import lazy
from esign.errors import MalformedError
from esign.pki.certificate import Certificate
from esign.pki.policies import read_policy_facts
from esign.trustlists.model import Criterion

_POLICIES = "2.5.29.32"


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """What conditions ask of a certificate."""

    certificate: Certificate

    @lazy
    def policies(self) -> frozenset[str]:
        """OIDs of its policies; none where the extension cannot be read."""
        extension = self.certificate.extension(_POLICIES)
        if extension is None:
            return frozenset()
        try:
            return read_policy_facts(extension.value, None, None, None).policies or frozenset()
        except MalformedError:
            return frozenset()

    def meets(self, criterion: Criterion) -> bool | None:
        """Return whether the certificate meets the condition; None when that is not known."""
        test = _TESTS.get(criterion.kind)
        return None if test is None else test(self, criterion)


def _all(facts: CertificateFacts, criterion: Criterion) -> bool | None:
    answers = [facts.meets(part) for part in criterion.parts]
    if False in answers:
        return False
    # A list without any condition says nothing about anybody: it is not met.
    return None if None in answers else bool(answers)


def _at_least_one(facts: CertificateFacts, criterion: Criterion) -> bool | None:
    answers = [facts.meets(part) for part in criterion.parts]
    if True in answers:
        return True
    return None if None in answers else False


def _none(facts: CertificateFacts, criterion: Criterion) -> bool | None:
    met = _at_least_one(facts, criterion)
    return None if met is None else not met


def _key_usage(facts: CertificateFacts, criterion: Criterion) -> bool:
    """Every bit named is as asked; bits not named do not matter (§5.5.9.2.2.1)."""
    usages = facts.certificate.key_usage or frozenset()
    return bool(criterion.values) and all(
        (value[1:] in usages) is value.startswith("+") for value in criterion.values
    )


def _policy_set(facts: CertificateFacts, criterion: Criterion) -> bool:
    """Every policy named is in the certificate (§5.5.9.2.2.2)."""
    return bool(criterion.values) and facts.policies.issuperset(criterion.values)


def _extended_key_usage(facts: CertificateFacts, criterion: Criterion) -> bool:
    usages = facts.certificate.extended_key_usage or ()
    return bool(criterion.values) and set(usages).issuperset(criterion.values)


def _subject(facts: CertificateFacts, criterion: Criterion) -> bool:
    """Every attribute type named is in the subject."""
    types = {oid for oid, _ in facts.certificate.subject.attributes}
    return bool(criterion.values) and types.issuperset(criterion.values)


_TESTS: Mapping[str, Callable[[CertificateFacts, Criterion], bool | None]] = {
    "all": _all,
    "atLeastOne": _at_least_one,
    "none": _none,
    "KeyUsage": _key_usage,
    "PolicySet": _policy_set,
    "ExtendedKeyUsage": _extended_key_usage,
    "SubjectDN": _subject,
}
