"""The writer produces DER that an independent reader accepts."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from esign.asn1 import tags, writer


@given(st.integers(min_value=-(2**200), max_value=2**200))
def test_integers_are_der_to_another_reader(value: int) -> None:
    """asn1crypto writes the very same octets."""
    assert writer.integer(value) == core.Integer(value).dump()


@pytest.mark.parametrize("length", [0, 127, 128, 255, 256, 70000])
def test_lengths_take_the_fewest_octets(length: int) -> None:
    """The length octets equal those of asn1crypto at every boundary."""
    assert writer.octet_string(b"a" * length) == core.OctetString(b"a" * length).dump()


def test_a_set_is_sorted_by_encoding() -> None:
    """The order given does not matter."""
    parts = [writer.integer(300), writer.integer(2), writer.octet_string(b"")]
    assert writer.set_of(*parts) == writer.set_of(*reversed(parts))
    assert writer.set_of(*parts)[2:5] == writer.integer(2)


def test_times_change_form_in_2050() -> None:
    """UTCTime through 2049, GeneralizedTime afterwards, always UTC."""
    east = timezone(timedelta(hours=4))
    assert writer.utc_or_generalized(datetime(2049, 12, 31, 23, tzinfo=UTC))[0] == tags.UTC_TIME
    later = writer.utc_or_generalized(datetime(2050, 1, 1, 4, tzinfo=east))
    assert later[2:] == b"20500101000000Z"


def test_a_fraction_has_no_trailing_zeros() -> None:
    """X.690 §11.7.3: .25, not .250000; whole seconds have no point."""
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    assert writer.generalized_time(moment.replace(microsecond=250000))[2:] == b"20260501000000.25Z"
    assert writer.generalized_time(moment)[2:] == b"20260501000000Z"


def test_a_naive_time_is_refused() -> None:
    """A time without offset cannot be written."""
    with pytest.raises(ValueError, match="offset"):
        writer.generalized_time(datetime(2026, 5, 1))


@pytest.mark.parametrize(
    "dotted", ["1.2.840.113549.1.1.11", "2.999.3", "2.5.29.14", "0.4.0.1733.2.4"]
)
def test_object_identifiers_match_another_writer(dotted: str) -> None:
    """asn1crypto writes the same octets."""
    assert writer.oid(dotted) == core.ObjectIdentifier(dotted).dump()


def test_implicit_keeps_the_form() -> None:
    """A SEQUENCE under [1] stays constructed, an INTEGER primitive."""
    assert writer.implicit(1, writer.sequence())[0] == 0xA1
    assert writer.implicit(1, writer.integer(1))[0] == 0x81
