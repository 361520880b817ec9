"""What a keeper of a list decides."""

from __future__ import annotations

from datetime import datetime

import pytest

from esign.errors import UsageError
from esign.trustlists.drafts import Address, SchemeDraft, ServiceDraft
from tests.support.lists import GRANTED, certificate

ADDRESS = Address(
    street="1 Street", locality="Town", country="ZZ", email="a@b.test", website="https://b.test"
)
SERVICE = {
    "provider": "P",
    "provider_id": "NTRZZ-1",
    "address": ADDRESS,
    "name": "S",
    "certificates": (certificate("issuing"),),
    "type": "CA/QC",
    "status": "granted",
    "since": GRANTED,
}


def test_short_names_become_uris() -> None:
    """Types and statuses may be given without what all have in common, or in full."""
    draft = ServiceDraft(**SERVICE)
    assert draft.type_uri == "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
    assert draft.status_uri == "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"
    full = ServiceDraft(
        **{**SERVICE, "type": "https://law.test/type", "status": "https://law.test/s"}
    )
    assert (full.type_uri, full.status_uri) == ("https://law.test/type", "https://law.test/s")


@pytest.mark.parametrize(
    "change",
    [{"certificates": ()}, {"uses": ("letters",)}, {"since": datetime(2026, 1, 1)}],
)
def test_a_service_needs_certificate_known_uses_and_a_real_moment(change) -> None:
    """Each is refused with its own sentence."""
    with pytest.raises(UsageError):
        ServiceDraft(**{**SERVICE, **change})


@pytest.mark.parametrize("territory", ["Z", "ZZZ", "12"])
def test_a_territory_is_two_letters(territory: str) -> None:
    """Anything else would be no country."""
    with pytest.raises(UsageError, match="two letters"):
        SchemeDraft(
            territory=territory,
            operator="O",
            address=ADDRESS,
            scheme_name="S",
            information_uri="https://b.test",
            legal_notice="L",
            distribution_point="https://b.test/l.xml",
        )
