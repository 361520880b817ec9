"""QC statements: what the issuer said, and nothing where it cannot be read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign.asn1 import writer
from esign.pki.qc_statements import (
    NOTHING_STATED,
    QcType,
    Semantics,
    qc_statements,
    read_qc_statements,
)
from tests.support.identities import certificate_of, qc_types, statement

_QC = "0.4.0.1862.1."


def _read(*statements: bytes):
    return read_qc_statements(writer.sequence(*statements))


def test_a_full_extension() -> None:
    """Every statement of EN 319 412-5 and the semantics of EN 319 412-1 are read."""
    location = writer.sequence(
        writer.encode(0x16, b"https://pki.example.test/pds.pdf"), writer.encode(0x13, b"EN")
    )
    money = writer.sequence(writer.encode(0x13, b"EUR"), writer.integer(25), writer.integer(3))
    found = _read(
        statement(_QC + "1"),
        statement(_QC + "4"),
        statement(_QC + "6", writer.sequence(writer.oid(_QC + "6.1"))),
        statement(_QC + "5", writer.sequence(location)),
        statement(_QC + "3", writer.integer(15)),
        statement(_QC + "7", writer.sequence(writer.encode(0x13, b"AZ"))),
        statement(_QC + "2", money),
        statement("1.3.6.1.5.5.7.11.2", writer.sequence(writer.oid("0.4.0.194121.1.1"))),
        statement("1.2.3.4"),
    )
    assert found.compliance
    assert found.sscd
    assert found.types == {QcType.ESIGN}
    assert [(each.url, each.language) for each in found.disclosure] == [
        ("https://pki.example.test/pds.pdf", "en")
    ]
    assert found.retention_years == 15
    assert found.countries == ("AZ",)
    assert found.limit is not None
    assert (found.limit.currency, found.limit.amount) == ("EUR", Decimal(25000))
    assert str(found.limit) == "25000 EUR"
    assert found.semantics is Semantics.NATURAL
    assert found.others == ("1.2.3.4",)
    assert found.problems == ()


def test_a_certificate_without_the_extension_states_nothing() -> None:
    """No extension: no statement and no problem; with one, its statements."""
    assert qc_statements(certificate_of(("CN", "A"))) is NOTHING_STATED
    sealed = certificate_of(("CN", "A"), statements=qc_types(2))
    assert qc_statements(sealed).types == {QcType.ESEAL}
    assert qc_statements(sealed).says_something


@pytest.mark.parametrize(
    "broken",
    [
        statement(_QC + "6", writer.sequence(writer.oid("1.2.3"))),
        statement(_QC + "6", writer.sequence()),
        statement(_QC + "1", writer.integer(1)),
        statement(_QC + "3", writer.integer(-1)),
        statement(_QC + "2", writer.sequence(writer.integer(978), writer.integer(1))),
        statement(
            _QC + "2",
            writer.sequence(writer.integer(978), writer.integer(1), writer.integer(10**9)),
        ),
        statement(_QC + "5", writer.sequence(writer.sequence(writer.integer(1)))),
        writer.integer(5),
        writer.sequence(),
    ],
)
def test_a_broken_statement_says_nothing_and_is_told(broken: bytes) -> None:
    """Its neighbour still counts; the reader is told of the broken one."""
    found = _read(statement(_QC + "4"), broken)
    assert found.sscd
    assert len(found.problems) == 1
    assert found.types == frozenset()
    assert found.limit is None
    assert not found.compliance


def test_currencies_may_be_numbers() -> None:
    """ISO 4217 knows three digits too, and exponents may be negative."""
    money = writer.sequence(writer.integer(31), writer.integer(150), writer.integer(-2))
    found = _read(statement(_QC + "2", money))
    assert found.limit is not None
    assert str(found.limit) == "1.50 031"


def test_contradicting_statements_say_nothing() -> None:
    """The same statement twice with the same words counts, with different words it does not."""
    esign = statement(_QC + "6", writer.sequence(writer.oid(_QC + "6.1")))
    eseal = statement(_QC + "6", writer.sequence(writer.oid(_QC + "6.2")))
    assert _read(esign, esign).types == {QcType.ESIGN}
    contradicting = _read(esign, eseal)
    assert contradicting.types == frozenset()
    assert len(contradicting.problems) == 1


def test_a_flood_of_statements_is_refused() -> None:
    """More statements than anybody writes are not read at all."""
    found = _read(*[statement(_QC + "4")] * 65)
    assert not found.sscd
    assert len(found.problems) == 1


@given(st.binary(max_size=120))
def test_octets_of_any_kind_are_survived(octets: bytes) -> None:
    """Whatever stands in the extension, reading ends in statements and problems."""
    read_qc_statements(octets)
    read_qc_statements(writer.sequence(octets))
