"""Extensions say what they say; broken ones say the least they can."""

from __future__ import annotations

import pytest

from esign.asn1 import tags, writer
from esign.pki.extension_facts import (
    AUTHORITY_INFORMATION_ACCESS,
    AUTHORITY_KEY_IDENTIFIER,
    BASIC_CONSTRAINTS,
    CRL_DISTRIBUTION_POINTS,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    SUBJECT_KEY_IDENTIFIER,
    Extension,
    ExtensionFacts,
)


def _facts(*extensions: tuple[str, bytes], unreadable: bool = False) -> ExtensionFacts:
    return ExtensionFacts(
        [Extension(oid=oid, critical=False, value=value) for oid, value in extensions],
        unreadable=unreadable,
    )


def test_nothing_said_means_no_ca_and_no_restriction() -> None:
    """A certificate without extensions is no CA and restricts no usage."""
    facts = _facts()
    assert (facts.is_ca, facts.path_length, facts.key_usage) == (False, None, None)
    assert facts.extended_key_usage is None
    assert facts.problems == ()


def test_unreadable_extensions_allow_nothing() -> None:
    """Where the extensions cannot be read, no usage is left."""
    facts = _facts(unreadable=True)
    assert facts.key_usage == frozenset()
    assert facts.extended_key_usage == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (writer.sequence(), (False, None)),
        (writer.sequence(writer.boolean(True)), (True, None)),
        (writer.sequence(writer.boolean(True), writer.integer(0)), (True, 0)),
        (writer.sequence(writer.boolean(False), writer.integer(3)), (False, 3)),
        (writer.sequence(writer.integer(1)), (False, 1)),
    ],
)
def test_basic_constraints(value: bytes, expected: tuple[bool, int | None]) -> None:
    """CA flag and path length, each optional."""
    facts = _facts((BASIC_CONSTRAINTS, value))
    assert (facts.is_ca, facts.path_length) == expected
    assert facts.problems == ()


@pytest.mark.parametrize(
    "value",
    [
        b"",
        writer.sequence(writer.boolean(True), writer.integer(-1)),
        writer.sequence(writer.boolean(True), writer.integer(1), writer.integer(1)),
        writer.sequence(writer.boolean(True), writer.boolean(True)),
        writer.set_of(writer.boolean(True)),
    ],
)
def test_broken_basic_constraints_make_no_ca(value: bytes) -> None:
    """A negative length or a stray field makes no CA, and is told."""
    facts = _facts((BASIC_CONSTRAINTS, value))
    assert (facts.is_ca, facts.path_length) == (False, None)
    assert len(facts.problems) == 1


def test_key_usage_bits_have_their_names() -> None:
    """The bits of both octets are named as RFC 5280 names them."""
    assert _facts((KEY_USAGE, writer.bit_string(b"\xc0", 6))).key_usage == frozenset(
        {"digitalSignature", "nonRepudiation"}
    )
    both = _facts((KEY_USAGE, writer.bit_string(b"\x01\x80", 7)))
    assert both.key_usage == frozenset({"encipherOnly", "decipherOnly"})


def test_a_broken_key_usage_allows_nothing() -> None:
    """It never means that everything is allowed."""
    facts = _facts((KEY_USAGE, b"\x04\x01\xff"))
    assert facts.key_usage == frozenset()
    assert len(facts.problems) == 1


def test_extended_key_usages_are_told_in_order() -> None:
    """OIDs as written; a broken list is an empty one."""
    sound = writer.sequence(writer.oid("1.3.6.1.5.5.7.3.8"), writer.oid("1.2.3"))
    assert _facts((EXTENDED_KEY_USAGE, sound)).extended_key_usage == (
        "1.3.6.1.5.5.7.3.8",
        "1.2.3",
    )
    broken = _facts((EXTENDED_KEY_USAGE, writer.sequence(writer.null())))
    assert broken.extended_key_usage == ()
    assert len(broken.problems) == 1


def test_key_identifiers() -> None:
    """Subject's and authority's key identifier, the latter among other fields."""
    authority = writer.sequence(
        writer.implicit(0, writer.octet_string(b"key")),
        writer.implicit(2, writer.integer(7)),
    )
    facts = _facts(
        (SUBJECT_KEY_IDENTIFIER, writer.octet_string(b"own")),
        (AUTHORITY_KEY_IDENTIFIER, authority),
    )
    assert (facts.subject_key_identifier, facts.authority_key_identifier) == (b"own", b"key")


def _uri(text: bytes) -> bytes:
    return writer.encode(tags.context(6, constructed=False), text)


def test_urls_are_told_by_their_method() -> None:
    """OCSP, issuers and CRLs; names that are no URIs are passed over."""
    access = writer.sequence(
        writer.sequence(writer.oid("1.3.6.1.5.5.7.48.1"), _uri(b"http://ocsp.test/")),
        writer.sequence(writer.oid("1.3.6.1.5.5.7.48.2"), _uri(b"http://ca.test/ca.cer")),
        writer.sequence(writer.oid("1.3.6.1.5.5.7.48.3"), _uri(b"http://other.test/")),
    )
    points = writer.sequence(
        writer.sequence(writer.explicit(0, writer.explicit(0, _uri(b"http://a.test/1.crl")))),
        writer.sequence(writer.explicit(0, writer.explicit(1, writer.null()))),
    )
    facts = _facts((AUTHORITY_INFORMATION_ACCESS, access), (CRL_DISTRIBUTION_POINTS, points))
    assert facts.ocsp_urls == ("http://ocsp.test/",)
    assert facts.issuer_urls == ("http://ca.test/ca.cer",)
    assert facts.crl_urls == ("http://a.test/1.crl",)
