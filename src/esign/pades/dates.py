"""PDF dates, ``D:20260401093000+04'00'``.

Spec: ISO 32000-1 §7.9.4
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from esign.pades.objects import Value

_DATE = re.compile(
    rb"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)(?:00'?00'?)?|([+-])(\d\d)'?(?:(\d\d)'?)?)?"
)


def read_date(value: Value) -> datetime | None:
    """Return the moment in UTC, or None for what is no date; without a zone it is UTC."""
    match = _DATE.fullmatch(value) if isinstance(value, bytes) else None
    if match is None:
        return None
    parts = zip(match.groups()[:6], (1, 1, 1, 0, 0, 0), strict=True)
    year, month, day, hour, minute, second = (int(part or default) for part, default in parts)
    offset = timedelta(hours=int(match[9] or 0), minutes=int(match[10] or 0))
    try:
        zone = timezone(-offset if match[8] == b"-" else offset)
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def write_date(moment: datetime) -> bytes:
    """Return the moment as a PDF date in UTC."""
    return moment.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'").encode()
