"""What a list says, as values."""

from __future__ import annotations

from datetime import timedelta

from esign.trustlists.model import Pointer, is_list_of_lists, short
from esign.trustlists.reading import read_list
from tests.support.lists import GRANTED, WITHDRAWN, fixture


def test_the_status_at_a_moment_is_found() -> None:
    """A period holds from its start until the next begins, and nothing holds before the first."""
    service = read_list(fixture("zy.xml")).services[0]
    before = service.period_at(WITHDRAWN - timedelta(seconds=1))
    after = service.period_at(WITHDRAWN)
    assert before is not None
    assert after is not None
    assert (before.state, after.state) == ("granted", "withdrawn")
    assert service.period_at(GRANTED - timedelta(seconds=1)) is None


def test_an_unreadable_certificate_gives_no_trust() -> None:
    """It is left out; a readable one beside it stays."""
    good = read_list(fixture("zz.xml")).services[0].listed_certificates[0]
    pointer = Pointer(
        location="", territory="ZZ", type="", mime_type="", listed_certificates=("!", "AAAA", good)
    )
    assert len(pointer.signers) == 1


def test_kinds_of_lists_and_services_are_told() -> None:
    """Type URIs of any community end the same way."""
    assert is_list_of_lists("http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists")
    assert not is_list_of_lists("http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric")
    assert short("http://uri.etsi.org/TrstSvc/Svctype/CA/QC") == "CA/QC"
    assert short("urn:other") == "urn:other"
