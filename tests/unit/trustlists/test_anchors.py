"""What services may be trusted for, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from esign.terms import Purpose
from esign.trustlists.anchors import anchors_of
from esign.trustlists.reading import read_list
from tests.support.lists import GRANTED, WITHDRAWN, altered, certificate, fixture

_CA = b"Svctype/CA/QC"


def _anchors(octets: bytes):
    return {each.certificate: each for each in anchors_of(read_list(octets), "a list")}


def test_service_types_give_purposes() -> None:
    """A certificate issuer serves signers and a time-stamping authority serves time."""
    found = _anchors(fixture("zz.xml"))
    assert found[certificate("issuing")].purposes == {Purpose.SIGNER}
    assert found[certificate("tsa-root")].purposes == {Purpose.TSA}


def test_a_withdrawn_service_keeps_its_past() -> None:
    """The window closes just before the withdrawal, and the entries behind it are named."""
    anchor = _anchors(fixture("zy.xml"))[certificate("issuing")]
    assert anchor.not_before == GRANTED
    assert anchor.is_trusted_at(WITHDRAWN - timedelta(seconds=1))
    assert not anchor.is_trusted_at(WITHDRAWN)
    assert [(each.territory, each.sequence) for each in anchor.services] == [("ZY", 2)]


def test_windows_that_touch_are_one() -> None:
    """From one approved status to another the trust does not end."""
    octets = altered("zy.xml", (b"Svcstatus/withdrawn", b"Svcstatus/recognisedatnationallevel"))
    anchor = _anchors(octets)[certificate("issuing")]
    assert (anchor.not_before, anchor.not_after) == (GRANTED, None)
    assert len(anchor.services) == 2


@pytest.mark.parametrize(
    "change",
    [
        (_CA, b"Svctype/Certstatus/OCSP/QC"),
        (b"Svcstatus/granted", b"Svcstatus/suspended"),
        (b"ForeSignatures", b"ForWebSiteAuthentication"),
        (
            b"</AdditionalServiceInformation></Extension>",
            (
                b'</AdditionalServiceInformation></Extension><Extension Critical="true">'
                b'<New xmlns="urn:new"/></Extension>'
            ),
        ),
    ],
)
def test_everything_else_gives_no_anchor(change: tuple[bytes, bytes]) -> None:
    """Another service, an unknown status, websites alone, or a rule nobody understands."""
    assert certificate("issuing") in _anchors(altered("zz.xml"))
    assert certificate("issuing") not in _anchors(altered("zz.xml", change))
