"""Signature, signer and date of a list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from esign.errors import TrustedListError
from esign.limits import Budget
from esign.trustlists.checking import require_signed, require_usable
from esign.trustlists.reading import read_list
from tests.support.lists import EXPIRED, NOW, altered, certificate, fixture, issue


def _check(octets: bytes, *signers: str):
    announced = tuple(certificate(name) for name in signers)
    return require_signed(read_list(octets), octets, announced, budget=Budget())


def test_the_announced_signer_is_returned() -> None:
    """One of several announced certificates signed the list."""
    assert _check(fixture("zz.xml"), "zy-list", "zz-list") == certificate("zz-list")


def test_a_signer_who_is_not_announced_is_refused() -> None:
    """The signature holds, and still it is somebody else's."""
    with pytest.raises(TrustedListError, match="does not hold"):
        _check(fixture("zz.xml"), "zy-list")
    with pytest.raises(TrustedListError, match="Nobody is announced"):
        _check(fixture("zz.xml"))


def test_an_issuer_announced_does_not_let_its_subjects_sign() -> None:
    """Only the certificate announced may sign, not whom it issued."""
    signed = issue(altered("zz.xml"), "citizen")
    with pytest.raises(TrustedListError):
        _check(signed, "issuing")
    assert _check(signed, "citizen") == certificate("citizen")


def test_one_changed_character_is_found() -> None:
    """The status of a service is covered."""
    octets = fixture("zy.xml").replace(b"Svcstatus/withdrawn", b"Svcstatus/granted")
    with pytest.raises(TrustedListError, match="HASH_FAILURE"):
        _check(octets, "zy-list")


def test_an_unsigned_list_is_refused() -> None:
    """No signature is not a signature that passed."""
    with pytest.raises(TrustedListError, match="0 signatures"):
        _check(altered("zz.xml"), "zz-list")


def test_a_signature_over_a_part_is_refused() -> None:
    """A list wrapped around the signed one is not covered."""
    signed = fixture("zz.xml").partition(b"\n")[2]
    head = altered("zy.xml").removesuffix(b"</TrustServiceStatusList>").replace(b'Id="tl"', b"")
    octets = head + signed + b"</TrustServiceStatusList>"
    with pytest.raises(TrustedListError):
        _check(octets, "zz-list")


def test_a_current_list_of_the_right_territory_is_usable() -> None:
    """Today, of this country, and no older than what was seen."""
    require_usable(read_list(fixture("zz.xml")), at=NOW, territory="zz", known_sequence=1)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"at": EXPIRED}, "expired on"),
        ({"at": NOW - timedelta(days=400)}, "Check the clock"),
        ({"territory": "ZY"}, "A trusted list of ZY was expected"),
        ({"known_sequence": 2}, "An old list is being served"),
    ],
)
def test_each_reason_not_to_use_a_list_is_said(given, sentence: str) -> None:
    """Expired, from the future, another country's, or an older one served again."""
    with pytest.raises(TrustedListError, match=sentence):
        require_usable(read_list(fixture("zz.xml")), **{"at": NOW, **given})


def test_an_unknown_version_is_refused() -> None:
    """What a future version means, nobody can tell today."""
    listed = read_list(altered("zz.xml", (b"Identifier>6<", b"Identifier>9<")))
    with pytest.raises(TrustedListError, match="version 9"):
        require_usable(listed, at=NOW)


def test_a_list_without_number_is_refused() -> None:
    """Without a sequence number nobody could tell that it went back."""
    listed = read_list(altered("zz.xml", (b"Number>1<", b"Number>one<")))
    with pytest.raises(TrustedListError, match="no sequence number"):
        require_usable(listed, at=NOW)
