"""Which names an authority may certify.

Spec: RFC 5280 §4.2.1.10
"""

from __future__ import annotations

import pytest
from cryptography import x509

from esign.asn1.writer import encode, explicit, implicit, integer, sequence
from esign.errors import MalformedError
from esign.pki.constraints import (
    NameConstraints,
    NameConstraintState,
    Subjects,
    read_name_constraints,
)
from esign.pki.distinguished import relative_names
from esign.pki.general_names import GeneralName, NameKind

EMAIL, DNS, URI, IP, OTHER = (
    NameKind.EMAIL,
    NameKind.DNS,
    NameKind.URI,
    NameKind.IP,
    NameKind.OTHER,
)


def name(kind: NameKind, value: str | bytes) -> GeneralName:
    """Return a general name."""
    return GeneralName(kind=kind, value=value.encode() if isinstance(value, str) else value)


def allows(
    subject: GeneralName,
    *,
    permitted: tuple[GeneralName, ...] = (),
    excluded: tuple[GeneralName, ...] = (),
) -> bool:
    """Return whether one certificate's constraints let one name through."""
    state = NameConstraintState()
    state.add(NameConstraints(permitted=permitted, excluded=excluded))
    return state.offending(Subjects(directory=(), names=(subject,))) is None


@pytest.mark.parametrize(
    ("kind", "base", "inside", "outside"),
    [
        (DNS, "example.test", "example.test", "example.tes"),
        (DNS, "example.test", "A.Example.test", "notexample.test"),
        (DNS, ".example.test", "a.example.test", "example.test"),
        (DNS, "", "anything.test", "not a host"),
        (DNS, "example.test", "*.example.test", "*.test"),
        (EMAIL, "clerk@example.test", "clerk@EXAMPLE.test", "Clerk@example.test"),
        (EMAIL, "example.test", "anna@example.test", "anna@sub.example.test"),
        (EMAIL, ".example.test", "anna@sub.example.test", "anna@example.test"),
        (EMAIL, "example.test", "a@b@example.test", "example.test"),
        (URI, "example.test", "https://example.test/x", "https://a.example.test/"),
        (URI, ".example.test", "https://a.example.test:8/", "https://example.test/"),
        (URI, "example.test", "ldap://u@example.test", "https://example.test@evil.test/"),
        (URI, "example.test", "https://EXAMPLE.test?q", "urn:example.test"),
        (EMAIL, "", "anna@example.test", "@example.test"),
        (IP, b"\x0a\0\0\0\xff\0\0\0", b"\x0a\1\2\3", b"\x0a\1\2"),
        (IP, b"\x0a\0\0\0\xff\0\0\0", b"\x0a\1\2\3", b"\x0b\1\2\3"),
        (IP, b"\x0a\0\0\0\xff\0\0\0", b"\x0a\0\0\0", b"\x0a\0\0\0" * 4),
        (IP, b"\x20\1" + b"\0" * 14 + b"\xff\xff" + b"\0" * 14, b"\x20\1" * 8, b"\x20\2" * 8),
    ],
)
def test_permitted_subtree(
    kind: NameKind, base: str | bytes, inside: str | bytes, outside: str | bytes
) -> None:
    """A name inside the permitted subtree passes, one outside or unclear does not."""
    subtree = (name(kind, base),)
    assert allows(name(kind, inside), permitted=subtree)
    assert not allows(name(kind, outside), permitted=subtree)


@pytest.mark.parametrize(
    ("kind", "base", "value"),
    [
        (DNS, "example.test", "a.example.test"),
        (DNS, "a.example.test", "*.example.test"),
        (DNS, "example.test", "no host\0.test"),
        (EMAIL, "example.test", "anna@example.test"),
        (EMAIL, "example.test", "no address"),
        (URI, "example.test", "https://example.test/"),
        (URI, "example.test", "https://[::1]/"),
        (URI, "example.test", "https://192.0.2.1/"),
        (IP, b"\x0a\0\0\0\xff\0\0\0", b"\x0a\1\2\3"),
        (OTHER, b"whatever", b"something else"),
    ],
)
def test_excluded_subtree(kind: NameKind, base: str | bytes, value: str | bytes) -> None:
    """A name inside an excluded subtree, or one that cannot be told from it, is refused."""
    assert not allows(name(kind, value), excluded=(name(kind, base),))


def test_other_kinds_are_not_touched() -> None:
    """A constraint on hosts says nothing about addresses of e-mail."""
    assert allows(name(EMAIL, "anna@example.test"), permitted=(name(DNS, "other.test"),))


def test_kinds_not_understood_are_refused_when_constrained() -> None:
    """A constrained kind of name that cannot be compared never passes."""
    subject = name(NameKind.REGISTERED_ID, b"\x2a\x03")
    assert allows(subject)
    assert not allows(subject, permitted=(name(NameKind.REGISTERED_ID, b"\x2a\x03"),))


def test_permitted_subtrees_narrow_each_other() -> None:
    """What one authority permits, the one below can only narrow."""
    state = NameConstraintState()
    state.add(NameConstraints(permitted=(name(DNS, "example.test"),)))
    state.add(NameConstraints(permitted=(name(DNS, "a.example.test"), name(DNS, "evil.test"))))

    def refused(host: str) -> bool:
        return state.offending(Subjects(directory=(), names=(name(DNS, host),))) is not None

    assert not refused("a.example.test")
    assert refused("b.example.test")
    assert refused("evil.test")


def _directory(text: str) -> bytes:
    return x509.Name.from_rfc4514_string(text).public_bytes()


def test_directory_names_are_compared_from_the_top() -> None:
    """A directory subtree is a beginning of the name, compared without regard to case."""
    state = NameConstraintState()
    base = name(NameKind.DIRECTORY, _directory("O=Ministry,C=AZ"))
    state.add(NameConstraints(permitted=(base,)))
    inside = relative_names(_directory("CN=Clerk,O=MINISTRY,C=az"))
    outside = relative_names(_directory("O=Ministry,CN=Clerk,C=AZ"))
    assert state.offending(Subjects(directory=(inside,), names=())) is None
    assert state.offending(Subjects(directory=(outside,), names=())) is not None


def test_comparisons_are_bounded() -> None:
    """Thousands of names times thousands of subtrees are refused, not computed."""
    state = NameConstraintState()
    state.add(NameConstraints(excluded=tuple(name(DNS, f"h{n}.test") for n in range(1000))))
    names = tuple(name(DNS, f"x{n}.test") for n in range(1000))
    assert "compared" in str(state.offending(Subjects(directory=(), names=names)))


def test_extension_is_read_as_an_independent_library_writes_it() -> None:
    """Permitted and excluded subtrees come out as they were put in."""
    value = x509.NameConstraints(
        permitted_subtrees=[x509.DNSName("example.test")],
        excluded_subtrees=[x509.RFC822Name("example.test")],
    ).public_bytes()
    zero = sequence(explicit(0, sequence(_HOST, implicit(0, integer(0)))))
    assert read_name_constraints(zero).permitted == (name(DNS, "example.test"),)
    assert read_name_constraints(value) == NameConstraints(
        permitted=(name(DNS, "example.test"),), excluded=(name(EMAIL, "example.test"),)
    )


_HOST = encode(0x82, b"example.test")


@pytest.mark.parametrize(
    "value",
    [
        sequence(),
        sequence(explicit(0)),
        sequence(explicit(2, sequence(_HOST))),
        sequence(explicit(0, sequence(_HOST, implicit(0, integer(1))))),
        sequence(explicit(0, sequence(_HOST, implicit(1, integer(1))))),
        sequence(explicit(0, sequence(_HOST)), explicit(0, sequence(_HOST))),
        sequence(explicit(0, sequence(encode(0xA4, sequence(integer(1)))))),
    ],
)
def test_broken_extension_is_refused(value: bytes) -> None:
    """Empty, repeated or unknown parts, and distances, are errors, never no constraint."""
    with pytest.raises(MalformedError):
        read_name_constraints(value)
