"""Paths with one oddity each, and the sibling without it.

What public suites do not reach. Every row differs from a passing path in exactly what its
name says; the last column is how the path ends (None: it holds).

Spec: RFC 5280 §4, §6.1
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from esign.asn1 import tags
from esign.asn1.writer import (
    bit_string,
    boolean,
    encode,
    explicit,
    implicit,
    integer,
    octet_string,
    oid,
    sequence,
    set_of,
    utc_or_generalized,
    utf8_string,
)
from esign.limits import DEFAULT_LIMITS, Budget, Limits
from esign.pki.certificate import Certificate
from esign.pki.paths import PathProblemCode, PathResult, find_path
from esign.pki.trust import TrustStore
from esign.terms import CertificateRole, Purpose
from tests.support.chains import NOW, Made, key_of, make

ED25519 = sequence(oid("1.3.101.112"))
V3 = explicit(0, integer(2))


def name(text: str, *, tag: int = tags.UTF8_STRING) -> bytes:
    """Return a name of one common name, in a string type of choice."""
    encoded = text.encode("utf-16-be" if tag == tags.BMP_STRING else "utf-8")
    return sequence(set_of(sequence(oid("2.5.4.3"), encode(tag, encoded))))


def extension(identifier: str, value: bytes, *, critical: bool = False) -> bytes:
    """Return one encoded Extension."""
    return sequence(oid(identifier), boolean(True) if critical else b"", octet_string(value))


CA = extension("2.5.29.19", sequence(boolean(True)), critical=True)
SUBJECT_KEY = extension("2.5.29.14", octet_string(b"authority's key"))


@dataclass(frozen=True, kw_only=True)
class Written:
    """A certificate as it will be written, octet for octet."""

    subject: bytes
    key: str
    issuer: bytes
    signer: str
    extensions: tuple[bytes, ...] = ()
    version: bytes = V3
    serial: bytes = integer(7)
    outer: bytes = ED25519
    unique_ids: bytes = b""

    def certificate(self) -> Certificate:
        """Return it, signed."""
        key = key_of(self.key).public_key()
        tbs = sequence(
            self.version,
            self.serial,
            ED25519,
            self.issuer,
            sequence(
                utc_or_generalized(NOW - timedelta(days=9)),
                utc_or_generalized(NOW + timedelta(days=9)),
            ),
            self.subject,
            key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
            self.unique_ids,
            explicit(3, sequence(*self.extensions)) if self.extensions else b"",
        )
        value = key_of(self.signer).sign(tbs)
        return Certificate.from_der(sequence(tbs, self.outer, bit_string(value)))


ROOT = Written(subject=name("Root"), key="r", issuer=name("Root"), signer="r", extensions=(CA,))
AUTHORITY = Written(
    subject=name("Authority"),
    key="a",
    issuer=name("Root"),
    signer="r",
    extensions=(CA, SUBJECT_KEY),
)
LEAF = Written(subject=name("Leaf"), key="l", issuer=name("Authority"), signer="a")


def found(
    leaf: Certificate, *bag: Certificate, root: Certificate, limits: Limits = DEFAULT_LIMITS
) -> PathResult:
    """Return what the search finds."""
    return find_path(
        leaf,
        candidates=bag,
        trust=TrustStore.of(root),
        purpose=Purpose.SIGNER,
        at=NOW,
        budget=Budget(limits),
        role=CertificateRole.SIGNER,
    )


def judged(
    *, leaf: Written = LEAF, authority: Written = AUTHORITY, root: Written = ROOT
) -> PathResult:
    """Return the verdict on a chain of three."""
    written = authority.certificate()
    return found(leaf.certificate(), written, root=root.certificate())


def authority_key(identifier: bytes) -> bytes:
    """Return an authorityKeyIdentifier."""
    return extension("2.5.29.35", sequence(implicit(0, octet_string(identifier))))


def constraints(kind: int, base: bytes, *, excluded: bool = False) -> bytes:
    """Return nameConstraints of one subtree of a GeneralName."""
    subtree = sequence(encode(kind, base))
    value = sequence(encode(0xA1 if excluded else 0xA0, subtree))
    return extension("2.5.29.30", value, critical=True)


def alternative(kind: int, value: bytes) -> bytes:
    """Return a subjectAltName of one name."""
    return extension("2.5.29.17", sequence(encode(kind, value)))


BAD, POOR, NAMES, LONG = (
    PathProblemCode.BAD_SIGNATURE,
    PathProblemCode.MALFORMED,
    PathProblemCode.NAME_CONSTRAINTS,
    PathProblemCode.PATH_TOO_LONG,
)
MEGABYTE = extension("1.2.3.4", bytes(1024 * 1024))
CLIENT_ONLY = extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.2")))

ODD: dict[str, tuple[dict[str, Any], PathProblemCode | None]] = {
    "sound": ({}, None),
    "serial number zero": ({"serial": integer(0)}, POOR),
    "serial number negative": ({"serial": integer(-7)}, POOR),
    "serial number of 20 octets": ({"serial": integer((1 << 159) - 1)}, None),
    "serial number of 21 octets": ({"serial": integer(1 << 167)}, POOR),
    "version 1 without extensions": ({"version": b""}, None),
    "version 1 with an extension": ({"version": b"", "extensions": (MEGABYTE,)}, POOR),
    "version 2 without extensions": ({"version": explicit(0, integer(1))}, None),
    "version 2 with a unique identifier": (
        {"version": explicit(0, integer(1)), "unique_ids": implicit(1, bit_string(b"id"))},
        None,
    ),
    "version 2 with an extension": (
        {"version": explicit(0, integer(1)), "extensions": (MEGABYTE,)},
        POOR,
    ),
    "version 4": ({"version": explicit(0, integer(3))}, POOR),
    "an extension of a megabyte": ({"extensions": (MEGABYTE,)}, None),
    "the same extension twice": ({"extensions": (MEGABYTE, MEGABYTE)}, POOR),
    "another algorithm outside than inside": ({"outer": sequence(oid("1.3.101.113"))}, BAD),
    "issuer in capitals": ({"issuer": name("AUTHORITY")}, None),
    "issuer with more spaces": ({"issuer": name("  Authority ")}, None),
    "issuer as PrintableString": ({"issuer": name("Authority", tag=tags.PRINTABLE_STRING)}, None),
    "issuer as BMPString": ({"issuer": name("Authority", tag=tags.BMP_STRING)}, None),
    "issuer with another letter": ({"issuer": name("Authorita")}, PathProblemCode.NO_ANCHOR),
    "issuer empty": ({"issuer": sequence()}, PathProblemCode.NO_ANCHOR),
    "key identifier of somebody else": ({"extensions": (authority_key(b"elsewhere"),)}, None),
    "key identifier right, signature of another key": (
        {"extensions": (authority_key(b"authority's key"),), "signer": "x"},
        BAD,
    ),
    "critical extension nobody knows": (
        {"extensions": (extension("1.2.3.4", b"", critical=True),)},
        PathProblemCode.UNKNOWN_CRITICAL_EXTENSION,
    ),
}


@pytest.mark.parametrize("oddity", ODD)
def test_odd_leaf(oddity: str) -> None:
    """An odd leaf ends as RFC 5280 says, with the code of its oddity first or nearly so."""
    changes, code = ODD[oddity]
    result = judged(leaf=replace(LEAF, **changes))
    assert result.holds is (code is None), result.problems
    assert code is None or code in [each.code for each in result.problems]


ODD_AUTHORITY = {
    "extended key usage for clients only": ((CA, CLIENT_ONLY), None),
    "an extension of a megabyte": ((CA, MEGABYTE), None),
    "basicConstraints twice": ((CA, CA), POOR),
    "no basicConstraints": ((SUBJECT_KEY,), PathProblemCode.NOT_A_CA),
    "no extension at all": ((), PathProblemCode.NOT_A_CA),
}


@pytest.mark.parametrize("oddity", ODD_AUTHORITY)
def test_odd_authority(oddity: str) -> None:
    """An authority is one by basicConstraints alone; its own key's purposes bind its own key.

    Spec: RFC 5280 §4.2.1.9, §4.2.1.12
    """
    extensions, code = ODD_AUTHORITY[oddity]
    result = judged(authority=replace(AUTHORITY, extensions=extensions))
    assert result.holds is (code is None), result.problems
    assert code is None or code in [each.code for each in result.problems]


@pytest.mark.parametrize("version", [b"", explicit(0, integer(1))], ids=["1", "2"])
def test_authority_of_an_old_version_is_none(version: bytes) -> None:
    """Versions 1 and 2 cannot say that they are an authority; version 3 below does."""
    old = replace(AUTHORITY, version=version, extensions=())
    assert PathProblemCode.NOT_A_CA in [each.code for each in judged(authority=old).problems]
    assert judged().holds


FORMS = {
    "rfc822Name": (0x81, b"anna.test", b"anna@anna.test", b"anna@example.com"),
    "dNSName": (0x82, b"anna.test", b"www.anna.test", b"www.example.com"),
    "URI": (0x86, b"anna.test", b"http://anna.test/a", b"http://example.com/a"),
    "iPAddress": (
        0x87,
        bytes([10, 0, 0, 0, 255, 0, 0, 0]),
        bytes([10, 1, 2, 3]),
        bytes([11, 1, 2, 3]),
    ),
    "directoryName": (0xA4, name("Inside"), name("Inside"), name("Outside")),
    "registeredID": (0x88, bytes([0x2A, 3]), None, bytes([0x2A, 4])),
    "otherName": (
        0xA0,
        oid("1.2.3") + explicit(0, utf8_string("a")),
        None,
        oid("1.2.4") + explicit(0, utf8_string("b")),
    ),
}


PLACES = [
    (form, where)
    for form in FORMS
    for where in ("authority", "anchor")
    # An anchor that permits one name only would refuse the authority's own.
    if (form, where) != ("directoryName", "anchor")
]


@pytest.mark.parametrize(("form", "where"), PLACES)
def test_permitted_names(form: str, where: str) -> None:
    """Within the subtree passes, outside fails; forms nobody can compare fail when constrained.

    Spec: RFC 5280 §4.2.1.10; RFC 5937 §3.2 (constraints in the anchor)
    """
    kind, base, inside, outside = FORMS[form]
    bound = constraints(kind, base)
    above = {"root": replace(ROOT, extensions=(CA, bound))}
    if where == "authority":
        above = {"authority": replace(AUTHORITY, extensions=(CA, bound))}
    subject = sequence() if form == "directoryName" else LEAF.subject
    refused = replace(LEAF, subject=subject, extensions=(alternative(kind, outside),))
    assert NAMES in [each.code for each in judged(leaf=refused, **above).problems]
    if inside is not None:
        allowed = replace(refused, extensions=(alternative(kind, inside),))
        assert judged(leaf=allowed, **above).holds


@pytest.mark.parametrize("form", FORMS)
def test_names_excluded_by_the_anchor(form: str) -> None:
    """What the anchor excludes is refused below it, and what it does not exclude passes."""
    kind, base, inside, outside = FORMS[form]
    root = replace(ROOT, extensions=(CA, constraints(kind, base, excluded=True)))
    subject = sequence() if form == "directoryName" else LEAF.subject
    passing = replace(LEAF, subject=subject, extensions=(alternative(kind, outside),))
    if inside is None:  # nobody can compare this form, so any name of it is refused
        assert NAMES in [each.code for each in judged(leaf=passing, root=root).problems]
        return
    assert judged(leaf=passing, root=root).holds
    refused = replace(passing, extensions=(alternative(kind, inside),))
    assert NAMES in [each.code for each in judged(leaf=refused, root=root).problems]


def test_depth_of_a_hundred() -> None:
    """A path of a hundred authorities is followed when the limit allows, and named otherwise."""
    authorities = [make("Depth root")]
    for depth in range(100):
        authorities.append(make(f"Depth {depth}", authorities[-1]))
    leaf = make("Deep leaf", authorities[-1], ca=False)
    root, *bag = (each.ours for each in authorities)
    wide = replace(DEFAULT_LIMITS, path_length=128, path_signatures=500)
    assert found(leaf.ours, *bag, root=root, limits=wide).holds
    narrow = found(leaf.ours, *bag, root=root)
    assert narrow.path is None
    assert narrow.problems[0].code is PathProblemCode.BUDGET


def test_self_issued_authorities_do_not_count_but_are_bounded() -> None:
    """Key rollover certificates are not counted in the path length; others are."""
    root = make("Root", path_length=1)
    old = make("Authority", root, key="old")
    new = make("Authority", old, key="new")
    further = make("Further", old)
    leaf = make("Leaf", new, ca=False)
    assert found(leaf.ours, old.ours, new.ours, root=root.ours).holds
    below = found(make("Leaf", further, ca=False).ours, old.ours, further.ours, root=root.ours)
    assert LONG in [each.code for each in below.problems]


Attack = Callable[[int, Made, Made], Made]
HOSTILE: dict[str, Attack] = {
    "other keys": lambda n, root, _: make("Issuing", root, key=f"Other {n}"),
    "the honest key, issued by a stranger in the root's name": lambda n, root, _: make(
        "Issuing", root, serial=n + 1, signed_with=key_of("Stranger")
    ),
    "the honest key, issued by authorities that lead on": lambda n, _, stranger: make(
        "Issuing", make(f"Nowhere {n}", stranger), key="Issuing"
    ),
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_hundred_namesakes_end_by_the_budget(attack: str) -> None:
    """Among 100 namesakes of an attacker the honest path is found; without it the search ends.

    Either way after no more signature checks than ``Limits.path_signatures`` states.
    """
    root, stranger = make("Root"), make("Stranger")
    honest = make("Issuing", root)
    leaf = make("Leaf", honest, ca=False)
    bag = [HOSTILE[attack](n, root, stranger).ours for n in range(100)]
    bag += [make(f"Nowhere {n}", stranger).ours for n in range(100)]
    budget = Budget()

    def search(candidates: list[Certificate]) -> PathResult:
        return find_path(
            leaf.ours,
            candidates=candidates,
            trust=TrustStore.of(root.ours),
            purpose=Purpose.SIGNER,
            at=NOW,
            budget=budget,
            role=CertificateRole.SIGNER,
        )

    assert search([*bag, honest.ours]).holds
    spent = budget.spent["public_key_operations"]
    assert spent <= DEFAULT_LIMITS.path_signatures
    assert search(bag).path is None
    assert budget.spent["public_key_operations"] - spent <= DEFAULT_LIMITS.path_signatures + 1


def test_purposes_of_an_issuing_authority_are_its_own() -> None:
    """An issuing authority limited to OCSP signing by its own EKU still issued what it issued."""
    root = make("Root")
    issuing = make("Issuing", root, purposes=[ExtendedKeyUsageOID.OCSP_SIGNING])
    assert found(make("Leaf", issuing, ca=False).ours, issuing.ours, root=root.ours).holds
