"""Octets of a list become what it says, or a sentence why not."""

from __future__ import annotations

import pytest

from esign.errors import InputError, MalformedTrustedListError, MalformedXMLError
from esign.trustlists.reading import read_list
from tests.support.lists import altered, fixture


def test_head_and_services_are_read() -> None:
    """Territory, numbers, dates, providers and services come out as they went in."""
    listed = read_list(fixture("zy.xml"))
    assert (listed.territory, listed.sequence, listed.version) == ("ZY", 2, 6)
    assert listed.operator == "Ministry of Digital Affairs of Zyland"
    assert [each.name for each in listed.services] == [
        "Zyland Trust & Co: issuing",
        "Zyland Trust & Co: ec-issuing",
    ]
    assert listed.services[0].provider_id.startswith("NTRZY-")
    assert listed.defects == ()


def test_other_xml_is_no_list() -> None:
    """A root element of another name is refused by name."""
    with pytest.raises(MalformedTrustedListError, match="root element is order"):
        read_list(b"<order/>")
    with pytest.raises(MalformedXMLError):
        read_list(b"not xml")


@pytest.mark.parametrize("gone", [b"ListIssueDateTime", b"NextUpdate"])
def test_a_list_without_dates_is_refused(gone: bytes) -> None:
    """Without the dates nobody could tell whether it is current."""
    with pytest.raises(InputError):
        read_list(altered("zz.xml", (gone, b"Something")))


def test_an_empty_next_update_closes_the_list() -> None:
    """An empty element says that no further issue follows."""
    octets = altered("zz.xml")
    start, end = octets.index(b"<NextUpdate>"), octets.index(b"</NextUpdate>")
    closed = octets[:start] + b"<NextUpdate>" + octets[end:]
    assert read_list(closed).next_update is None


def test_a_service_with_an_unreadable_status_is_left_out_whole() -> None:
    """The unreadable status may be the one that withdrew it, so the service gives no trust."""
    listed = read_list(altered("zz.xml", (b"2025-03-01T00:00:00Z", b"yesterday")))
    assert listed.services == ()
    assert len(listed.defects) == 2
    assert "yesterday" in listed.defects[0]


def test_a_number_that_is_none_is_a_defect() -> None:
    """A version nobody can read is version 0, which is refused later."""
    listed = read_list(altered("zz.xml", (b"Identifier>6<", b"Identifier>six<")))
    assert listed.version == 0
    assert listed.defects
