"""Who signed, read from the parts of the name and never from its printed form."""

from __future__ import annotations

from esign.validation.identity import SignerIdentity
from tests.support.scenes import Scene


def test_a_citizen(scene: Scene) -> None:
    """Name parts and the personal number of a natural person."""
    identity = SignerIdentity.of(scene.certificate("citizen"))
    assert identity.given_name == "Aygün"
    assert identity.surname == "Əliyeva"
    assert identity.serial_number == "PNOAZ-1AB2C3D"
    assert identity.display_name == "ƏLİYEVA AYGÜN"
    assert str(identity) == "ƏLİYEVA AYGÜN, PNOAZ-1AB2C3D"


def test_an_agency(scene: Scene) -> None:
    """Organisation and tax number of a legal person."""
    identity = SignerIdentity.of(scene.certificate("agency"))
    assert identity.organisation == "Test Agency"
    assert identity.organisation_identifier == "NTRAZ-1234567890"
    assert str(identity) == "Test Agency Seal, Test Agency"


def test_a_crafted_common_name_lends_no_number(scene: Scene) -> None:
    """A common name that looks like a serialNumber attribute stays a common name."""
    name = scene.variant("crafted", "citizen", subject={"CN": "X,SERIALNUMBER=PNOAZ-9ZZ9Z9Z"})
    identity = SignerIdentity.of(scene.certificate(name))
    assert identity.serial_number is None
    assert identity.display_name == "X,SERIALNUMBER=PNOAZ-9ZZ9Z9Z"


def test_names_without_common_name(scene: Scene) -> None:
    """Given name and surname, then organisation, then the whole name stand in."""
    for subject, expected in (
        ({"GN": "Aygün", "SN": "Əliyeva"}, "Aygün Əliyeva"),
        ({"O": "Agency"}, "Agency"),
        ({"C": "AZ"}, "C=AZ"),
    ):
        name = scene.variant("nameless", "citizen", subject=subject)
        assert SignerIdentity.of(scene.certificate(name)).display_name == expected
