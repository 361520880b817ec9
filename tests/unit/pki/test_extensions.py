"""Extensions of CRLs and OCSP messages.

Spec: RFC 5280 §4.1.2.9
"""

from __future__ import annotations

import pytest

from esign.asn1.reader import parse
from esign.asn1.writer import integer, octet_string, oid, sequence
from esign.errors import MalformedCertificateError
from esign.pki.extensions import read_extensions, reading, unknown_critical
from tests.support.chains import extension


def test_extensions_are_read_with_their_criticality() -> None:
    """OID, criticality and content come out; an absent BOOLEAN means uncritical."""
    found = read_extensions(
        parse(sequence(extension("1.2.3", b"a"), extension("1.2.4", b"b", critical=True)))
    )
    assert [(e.oid, e.critical, e.value) for e in found.values()] == [
        ("1.2.3", False, b"a"),
        ("1.2.4", True, b"b"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        sequence(extension("1.2.3", b"a"), extension("1.2.3", b"b")),
        sequence(sequence(oid("1.2.3"), integer(1), octet_string(b""))),
        sequence(sequence(oid("1.2.3"), octet_string(b""), octet_string(b""), octet_string(b""))),
    ],
)
def test_repeated_or_misshapen_extensions_are_refused(wrong: bytes) -> None:
    """A second copy, or a part too many, is an error, never the last one read."""
    with pytest.raises(MalformedCertificateError):
        read_extensions(parse(wrong))


def test_unknown_critical_is_told() -> None:
    """Only what is critical and not known is told."""
    found = read_extensions(
        parse(sequence(extension("1.2.3", b""), extension("1.2.4", b"", critical=True)))
    )
    assert unknown_critical(found, frozenset()) == "1.2.4"
    assert unknown_critical(found, frozenset({"1.2.4"})) is None


@pytest.mark.parametrize("cause", [ValueError("x"), IndexError("x")])
def test_accidents_while_reading_have_one_name(cause: Exception) -> None:
    """Whatever goes wrong while a structure is taken apart becomes one named error."""
    with pytest.raises(MalformedCertificateError, match="RFC 5280"), reading("It", "RFC 5280 §5"):
        raise cause
