"""The pieces of a list as markup."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from esign.trustlists.drafts import Address, ServiceDraft
from esign.trustlists.markup import named, provider_markup, written
from esign.xml.parser import parse_own
from tests.support.lists import GRANTED, certificate

ADDRESS = Address(
    street="1 <Street>", locality="Town", country="zz", email="a@b.test", website="https://b.test"
)


def test_names_are_escaped() -> None:
    """Markup in a name stays text."""
    assert named("TSPName", "A & <B>") == (
        '<TSPName><Name xml:lang="en">A &amp; &lt;B&gt;</Name></TSPName>'
    )


def test_moments_are_written_in_utc_and_whole_seconds() -> None:
    """Lists know no offsets and no fractions."""
    local = datetime(2026, 5, 1, 16, 0, 0, 999999, tzinfo=timezone(timedelta(hours=4)))
    assert written(local) == "2026-05-01T12:00:00Z"


def test_a_provider_stands_in_the_order_of_the_standard() -> None:
    """Name, trade name, address and information come before the services."""
    draft = ServiceDraft(
        provider="P",
        provider_id="NTRZZ-1",
        address=ADDRESS,
        name="S",
        certificates=(certificate("issuing"),),
        type="CA/QC",
        status="granted",
        since=GRANTED,
        uses=("esig",),
    )
    provider = parse_own(provider_markup(draft).encode())
    names = [child.tag.rpartition("}")[2] for child in provider[0]]
    assert names == ["TSPName", "TSPTradeName", "TSPAddress", "TSPInformationURI"]
    information = next(provider.iter("{*}ServiceInformation"))
    assert [child.tag.rpartition("}")[2] for child in information] == [
        "ServiceTypeIdentifier",
        "ServiceName",
        "ServiceDigitalIdentity",
        "ServiceStatus",
        "StatusStartingTime",
        "ServiceInformationExtensions",
    ]
