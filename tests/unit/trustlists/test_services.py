"""One service with its history."""

from __future__ import annotations

from esign.trustlists.reading import read_list
from tests.support.lists import WITHDRAWN, altered, fixture

_CRITICAL = (
    b"</AdditionalServiceInformation></Extension>",
    (
        b'</AdditionalServiceInformation></Extension><Extension Critical="true">'
        b'<New xmlns="urn:new"/></Extension>'
    ),
)


def test_history_gives_windows() -> None:
    """The older status ends where the newer begins."""
    current, past = read_list(fixture("zy.xml")).services[0].periods
    assert (current.starts, current.ends) == (WITHDRAWN, None)
    assert past.ends == WITHDRAWN
    assert [uri.rpartition("/")[2] for uri in past.additional] == ["ForeSignatures", "ForeSeals"]


def test_an_older_entry_never_reaches_into_a_newer_one() -> None:
    """History dated after the current status does not outlive it: withdrawn stays withdrawn."""
    late = altered("zy.xml", (b"2025-03-01T00:00:00Z", b"2026-05-01T00:00:00Z"))
    service = read_list(late).services[0]
    at = service.periods[1].starts
    found = service.period_at(at)
    assert found is not None
    assert found.state == "withdrawn"


def test_an_unknown_critical_extension_is_noted() -> None:
    """A critical one that nobody knows is kept by name; a plain one is not."""
    (listed, _) = read_list(altered("zz.xml", _CRITICAL)).services
    assert listed.periods[0].unknown_critical == ("{urn:new}New",)
    plain = (_CRITICAL[0], _CRITICAL[1].replace(b'"true"', b'"false"'))
    (listed, _) = read_list(altered("zz.xml", plain)).services
    assert listed.periods[0].unknown_critical == ()
