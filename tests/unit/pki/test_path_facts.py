"""What one certificate contributes to a path.

Spec: RFC 5280 §4.2
"""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier

from esign.asn1.writer import oid, sequence
from esign.pki.constraints import NameConstraints, NameConstraintState
from esign.pki.general_names import GeneralName, NameKind
from esign.pki.path_facts import path_facts
from tests.support.chains import make

ROOT = make("Root")


def _extension(identifier: str, value: bytes) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(ObjectIdentifier(identifier), value)


def test_plain_certificate_constrains_nothing() -> None:
    """A certificate without such extensions adds no constraint, policy or fault."""
    facts = path_facts(make("Leaf", ROOT, ca=False).ours)
    assert facts.malformed is None
    assert facts.profile == ()
    assert facts.unknown_critical is None
    assert facts.constraints is None
    assert facts.policies.policies is None
    assert not facts.is_ca


@pytest.mark.parametrize("identifier", ["2.5.29.30", "2.5.29.32", "2.5.29.36", "2.5.29.17"])
def test_unreadable_extension_is_a_fault(identifier: str) -> None:
    """An extension a path depends on is never skipped when it cannot be read."""
    broken = make("Leaf", ROOT, ca=False, extensions=[(_extension(identifier, b"\x30\x05"), False)])
    facts = path_facts(broken.ours)
    assert facts.malformed is not None
    assert facts.profile


@pytest.mark.parametrize(
    ("statements", "known"),
    [
        (("0.4.0.1862.1.1", "0.4.0.1862.1.4"), True),
        (("0.4.0.1862.1.1", "1.2.3.4"), False),
    ],
)
def test_critical_statements_must_all_be_known(statements: tuple[str, ...], known: bool) -> None:
    """A critical qcStatements extension is understood only if each statement is."""
    value = sequence(*(sequence(oid(s)) for s in statements))
    qualified = make(
        "Leaf", ROOT, ca=False, extensions=[(_extension("1.3.6.1.5.5.7.1.3", value), True)]
    )
    assert (path_facts(qualified.ours).unknown_critical is None) is known


def _refused(subject: str, *names: x509.GeneralName) -> bool:
    extensions = [(x509.SubjectAlternativeName(list(names)), False)] if names else []
    facts = path_facts(make(subject, ROOT, ca=False, extensions=extensions).ours)
    assert facts.subjects is not None
    state = NameConstraintState()
    base = GeneralName(kind=NameKind.EMAIL, value=b"example.test")
    state.add(NameConstraints(permitted=(base,)))
    return state.offending(facts.subjects) is not None


def test_every_address_is_constrained() -> None:
    """An e-mail address counts wherever it is written, and one not comparable is refused."""
    mailbox = x509.OtherName(ObjectIdentifier("1.3.6.1.5.5.7.8.9"), b"\x0c\x03a@b")
    harmless = x509.OtherName(ObjectIdentifier("1.2.3.4"), b"\x0c\x03a@b")
    assert not _refused("Leaf", x509.RFC822Name("a@example.test"))
    assert _refused("Leaf", x509.RFC822Name("a@evil.test"))
    assert not _refused("1.2.840.113549.1.9.1=a@example.test,CN=Leaf")
    assert _refused("1.2.840.113549.1.9.1=a@evil.test,CN=Leaf")
    assert _refused("Leaf", mailbox)
    assert not _refused("Leaf", harmless)
