"""Make, edit and sign a national list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from esign.errors import UsageError
from esign.trustlists.drafts import ServiceDraft
from esign.trustlists.making import LONGEST_LIFE, add_service, sign_list
from esign.trustlists.reading import read_list
from fixtures import list_files
from fixtures.vector_files import KeptSigner
from tests.support.lists import GRANTED, ISSUED, WITHDRAWN, altered, certificate, fixture

SERVICE = ServiceDraft(
    provider="Zedland Certification Ltd",
    provider_id="NTRZZ-1",
    address=list_files._address("ZZ"),
    name="Second issuer",
    certificates=(certificate("ec-issuing"),),
    type="CA/QC",
    status="granted",
    since=GRANTED,
    uses=("eseal",),
)


def _sign(octets: bytes, **given):
    signer = KeptSigner(name="zz-list")
    return sign_list(octets, signer, **{"at": ISSUED, "unique": "0" * 32, **given})


def test_the_fixtures_are_what_the_tool_makes() -> None:
    """Built again, they are the same octets."""
    for name, octets in list_files.build().items():
        assert octets == fixture(name), name


def test_a_further_service_joins_its_provider() -> None:
    """The provider stands once, with both services."""
    octets = add_service(fixture("zz.xml"), SERVICE)
    assert octets.count(b"<TrustServiceProvider>") == 2
    names = [each.name for each in read_list(octets).services]
    assert names[:2] == ["Zedland Certification Ltd: issuing", "Second issuer"]


def test_an_edit_makes_the_draft_of_the_next_issue() -> None:
    """The signature goes and the number rises, but only once."""
    octets = add_service(fixture("zz.xml"), SERVICE)
    assert b"<ds:Signature" not in octets
    assert read_list(octets).sequence == 2
    other = replace(SERVICE, provider="Another", certificates=(certificate("ec-root"),))
    assert read_list(add_service(octets, other)).sequence == 2


def test_a_new_status_moves_the_old_one_into_the_history() -> None:
    """The service stands once, with both statuses and one certificate."""
    octets = add_service(fixture("zz.xml"), SERVICE)
    changed = add_service(octets, replace(SERVICE, status="withdrawn", since=WITHDRAWN))
    service = read_list(changed).services[1]
    assert [each.state for each in service.periods] == ["withdrawn", "granted"]
    assert len(service.listed_certificates) == 1
    third = add_service(changed, replace(SERVICE, since=WITHDRAWN + timedelta(days=9)))
    states = [each.state for each in read_list(third).services[1].periods]
    assert states == ["granted", "withdrawn", "granted"]


def test_history_cannot_be_written_into_the_past() -> None:
    """A status that began before the one listed now is refused."""
    octets = add_service(fixture("zz.xml"), SERVICE)
    with pytest.raises(UsageError, match="must begin later"):
        add_service(octets, replace(SERVICE, status="withdrawn", since=GRANTED))


def test_a_signed_list_is_not_signed_again() -> None:
    """Two signatures would make it one that readers refuse."""
    with pytest.raises(UsageError, match="signed already"):
        _sign(fixture("zz.xml"))


@pytest.mark.parametrize("life", [LONGEST_LIFE + timedelta(seconds=1), -timedelta(days=1)])
def test_the_next_issue_is_due_within_six_months(life: timedelta) -> None:
    """Neither later nor before the issue."""
    with pytest.raises(UsageError, match="six months"):
        _sign(altered("zz.xml"), next_update=ISSUED + life)
    soon = _sign(altered("zz.xml"), next_update=ISSUED + timedelta(days=30))
    assert read_list(soon).next_update == ISSUED + timedelta(days=30)
