"""PDF dates are read in every form the standard allows, and written in one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign.pades.dates import read_date, write_date
from esign.pades.objects import Name


@pytest.mark.parametrize(
    ("octets", "moment"),
    [
        (b"D:2026", datetime(2026, 1, 1, tzinfo=UTC)),
        (b"D:20260401093000Z", datetime(2026, 4, 1, 9, 30, tzinfo=UTC)),
        (b"D:20260401093000+04'00'", datetime(2026, 4, 1, 5, 30, tzinfo=UTC)),
        (b"D:20260401093000-04'30", datetime(2026, 4, 1, 14, 0, tzinfo=UTC)),
        (b"D:20260401093000Z00'00'", datetime(2026, 4, 1, 9, 30, tzinfo=UTC)),
    ],
)
def test_dates_are_read(octets: bytes, moment: datetime) -> None:
    """The moment comes out in UTC."""
    assert read_date(octets) == moment


@pytest.mark.parametrize("octets", [b"2026", b"D:20261301", b"D:", b"D:2026040109300", b"D:0000"])
def test_what_is_no_date_is_none(octets: bytes) -> None:
    """Missing marks, months beyond twelve and odd digits are no date; nor is a name."""
    assert read_date(octets) is None
    assert read_date(Name("D:2026")) is None


@given(st.datetimes(min_value=datetime(1900, 1, 2)), st.integers(-14, 14))
def test_a_written_date_is_read_back(moment: datetime, hours: int) -> None:
    """Any zone is written in UTC, to the second."""
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    if aware.year < 9999:
        assert read_date(write_date(aware)) == aware
