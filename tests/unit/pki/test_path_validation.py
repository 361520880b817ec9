"""RFC 5280 §6.1 over one path; every refused path has an accepted sibling.

Spec: RFC 5280 §6.1.3 to §6.1.5
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier

from esign.asn1.reader import parse
from esign.asn1.writer import bit_string, encode, integer, oid, sequence
from esign.pki.certificate import Certificate
from esign.pki.path_validation import ChainVerdict, judge_chain, verifies
from esign.pki.policies import PolicyInputs
from esign.pki.problems import PathProblemCode
from esign.terms import CertificateRole
from tests.support.chains import Made, make

ROOT = make("Root")
CA = make("CA", ROOT)
UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")


def judge(*chain: Made, inputs: PolicyInputs | None = None) -> ChainVerdict:
    """Return the verdict on a chain given leaf first, the anchor last."""
    *certificates, anchor = (made.ours for made in chain)
    return judge_chain(
        tuple(certificates), anchor, CertificateRole.SIGNER, inputs or PolicyInputs()
    )


def codes(*chain: Made) -> Sequence[PathProblemCode]:
    """Return the kinds of problems of a chain."""
    return [p.code for p in judge(*chain).problems]


def test_sound_chain_has_no_problems() -> None:
    """Leaf, authority and root as RFC 5280 wants them pass."""
    assert codes(make("Leaf", CA, ca=False), CA, ROOT) == []


def test_signature_of_another_key_is_refused() -> None:
    """A certificate that the issuer's key did not sign is refused."""
    forged = make("Leaf", CA, ca=False, signed_with=make("Thief").key)
    assert codes(forged, CA, ROOT) == [PathProblemCode.BAD_SIGNATURE]
    assert not verifies(forged.ours, CA.ours)


def test_names_must_chain() -> None:
    """A certificate whose issuer is somebody else's name is refused, whatever its signature."""
    strange = make("Leaf", CA, ca=False, issuer_name="Somebody else")
    assert codes(strange, CA, ROOT) == [PathProblemCode.NAME_CHAINING]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ca": False, "usage": ("key_cert_sign", "crl_sign")}, PathProblemCode.NOT_A_CA),
        ({"ca": None, "usage": ("key_cert_sign", "crl_sign")}, PathProblemCode.NOT_A_CA),
        ({"usage": ("crl_sign", "digital_signature")}, PathProblemCode.KEY_USAGE),
        ({"extensions": ((UNKNOWN, True),)}, PathProblemCode.UNKNOWN_CRITICAL_EXTENSION),
    ],
)
def test_unfit_authority_is_refused(changed: dict[str, object], code: PathProblemCode) -> None:
    """An authority that is none, may not sign certificates, or is not understood is refused."""
    unfit = make("CA", ROOT, **changed)  # type: ignore[arg-type]
    assert codes(make("Leaf", unfit, ca=False), unfit, ROOT) == [code]


def test_authority_without_key_usage_may_issue() -> None:
    """Key usage restricts only where it is present."""
    ca = make("CA", ROOT, usage=())
    assert codes(make("Leaf", ca, ca=False), ca, ROOT) == []


def test_unknown_critical_extension_of_the_leaf_is_refused() -> None:
    """What is critical and not understood fails the path; uncritical it does not."""
    critical = make("Leaf", CA, ca=False, extensions=[(UNKNOWN, True)])
    harmless = make("Leaf", CA, ca=False, extensions=[(UNKNOWN, False)])
    assert codes(critical, CA, ROOT) == [PathProblemCode.UNKNOWN_CRITICAL_EXTENSION]
    assert codes(harmless, CA, ROOT) == []


def test_path_length_is_kept() -> None:
    """An authority that allows none below it makes the next one too many."""
    last = make("CA", ROOT, path_length=0)
    below = make("Below", last)
    assert codes(make("Leaf", below, ca=False), below, last, ROOT) == [
        PathProblemCode.PATH_TOO_LONG
    ]
    assert codes(make("Leaf", last, ca=False), last, ROOT) == []


def test_self_issued_authority_does_not_count() -> None:
    """A rollover certificate, self-issued, does not use up the path length."""
    last = make("CA", ROOT, path_length=0)
    renewed = make("CA", last, key="CA's new key", path_length=0)
    assert renewed.ours.is_self_issued
    assert codes(make("Leaf", renewed, ca=False), renewed, last, ROOT) == []


def test_anchor_must_be_an_authority_to_issue() -> None:
    """A trusted certificate that is no authority, or may not sign any, issues nothing."""
    person = make("Person", ca=False)
    assert PathProblemCode.NOT_A_CA in codes(make("Leaf", person, ca=False), person)
    unable = make("Root", usage=("crl_sign",))
    assert codes(make("Leaf", unable, ca=False), unable) == [PathProblemCode.KEY_USAGE]


def test_anchor_without_extensions_is_taken_at_the_callers_word() -> None:
    """An old root of version 1 style, with no extension at all, may be an anchor, not a link."""
    old = make("Old root", ca=None, usage=())
    assert codes(make("Leaf", old, ca=False), old) == []
    link = make("CA", ROOT, ca=None, usage=())
    assert codes(make("Leaf", link, ca=False), link, ROOT) == [PathProblemCode.NOT_A_CA]


def test_path_length_of_the_anchor_is_kept() -> None:
    """The anchor's own path length counts too (RFC 5937)."""
    short = make("Root", path_length=0)
    ca = make("CA", short)
    assert codes(make("Leaf", ca, ca=False), ca, short) == [PathProblemCode.PATH_TOO_LONG]


def _constrained(permitted: str) -> list[tuple[x509.ExtensionType, bool]]:
    base = x509.DirectoryName(x509.Name.from_rfc4514_string(permitted))
    return [(x509.NameConstraints(permitted_subtrees=[base], excluded_subtrees=None), True)]


@pytest.mark.parametrize("where", ["anchor", "authority"])
def test_name_constraints_are_kept(where: str) -> None:
    """A name outside what an authority or the anchor may certify is refused."""
    limits = _constrained("O=Ministry,C=AZ")
    root = make("Root", extensions=limits) if where == "anchor" else ROOT
    ca = make("CN=CA,O=Ministry,C=AZ", root, extensions=limits if where == "authority" else ())
    inside = make("CN=Clerk,O=Ministry,C=AZ", ca, ca=False)
    outside = make("CN=Clerk,O=Bank,C=AZ", ca, ca=False)
    assert codes(inside, ca, root) == []
    assert codes(outside, ca, root) == [PathProblemCode.NAME_CONSTRAINTS]


def test_unreadable_constraints_fail_the_path() -> None:
    """Name constraints that cannot be read are not skipped, critical or not."""
    broken = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.30"), b"\x30\x03\x02\x01\x00")
    ca = make("CA", ROOT, extensions=[(broken, False)])
    assert PathProblemCode.MALFORMED in codes(make("Leaf", ca, ca=False), ca, ROOT)


def test_required_policy_must_be_there() -> None:
    """Where an authority requires an explicit policy, a path without one is refused."""
    policy = x509.CertificatePolicies(
        [x509.PolicyInformation(ObjectIdentifier("1.3.6.1.4.1.99999.5"), None)]
    )
    demanding = x509.PolicyConstraints(require_explicit_policy=0, inhibit_policy_mapping=None)
    ca = make("CA", ROOT, extensions=[(demanding, True), (policy, False)])
    with_policy = make("Leaf", ca, ca=False, extensions=[(policy, False)])
    without = make("Leaf", ca, ca=False)
    assert judge(with_policy, ca, ROOT).policies == {"1.3.6.1.4.1.99999.5"}
    assert codes(with_policy, ca, ROOT) == []
    assert PathProblemCode.POLICY in codes(without, ca, ROOT)


def test_profile_violations_are_refused_except_in_anchors() -> None:
    """A certificate that breaks RFC 5280's profile is no link of a path, but may be an anchor."""
    authority_key = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.35"), b"\x04\x01")
    leaf = make("Leaf", CA, ca=False, extensions=[(authority_key, False)])
    root = make("Root", extensions=[(authority_key, False)])
    assert codes(leaf, CA, ROOT) == [PathProblemCode.MALFORMED]
    assert codes(make("Leaf", root, ca=False), root) == []


def test_anchor_whose_constraints_cannot_be_read_is_no_anchor() -> None:
    """An anchor that says something about its limits which cannot be read is not followed."""
    broken = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.30"), b"\x30\x00")
    root = make("Root", extensions=[(broken, False)])
    assert codes(make("Leaf", root, ca=False), root) == [PathProblemCode.MALFORMED]


def test_two_faults_of_an_authority_are_both_told() -> None:
    """An authority that maps anyPolicy is refused, whatever else the path says of policies."""
    any_policy = "2.5.29.32.0"
    value = sequence(sequence(oid(any_policy), oid("1.2.3")))
    mapping = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.33"), value)
    ca = make("CA", ROOT, extensions=[(mapping, True)])
    assert codes(make("Leaf", ca, ca=False), ca, ROOT) == [PathProblemCode.POLICY]


def test_key_that_openssl_cannot_use_verifies_nothing() -> None:
    """A key bound to RSA-PSS with parameters that cannot be read verifies nothing, quietly."""
    pss = sequence(oid("1.2.840.113549.1.1.10"), sequence(integer(1)))
    spki = sequence(pss, bit_string(sequence(integer(3), integer(3))))
    tbs, *rest = parse(CA.ours.der).children
    body = encode(0x30, tbs.content.replace(CA.ours.public_key.spki, spki))
    broken = Certificate.from_der(encode(0x30, body + b"".join(r.encoded for r in rest)))
    assert not verifies(make("Leaf", CA, ca=False).ours, broken)
