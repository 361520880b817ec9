"""Identity profiles: numbers from attributes, by rules that are data."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign.errors import InputError, InputUnreadableError
from esign.validation.identity import SignerIdentity, SubjectKind, SubjectRole
from esign.validation.identity_profiles import built_in_profiles, load_profile
from tests.support.identities import certificate_of, qc_types

FIN = "1AB2C3D"
PERSON = (("C", "AZ"), ("GN", "Aygün"), ("SN", "Əliyeva"), ("CN", "ƏLİYEVA AYGÜN"))


def test_countries_come_before_the_general_profile() -> None:
    """Azerbaijan reads first, then the semantic identifiers; the former says it is unverified."""
    assert [each.name for each in built_in_profiles()] == ["Azerbaijan", "eIDAS"]
    assert built_in_profiles()[0].note == "unverified against live material"


@pytest.mark.parametrize("written", [FIN, "PNOAZ-" + FIN])
def test_a_citizen_of_azerbaijan(written: str) -> None:
    """The FİN, bare or prefixed, from an issuer of the country, and the note with it."""
    identity = SignerIdentity.of(certificate_of(*PERSON, ("serialNumber", written)))
    assert str(identity.national_id) == "FIN AZ 1AB2C3D"
    assert identity.kind is SubjectKind.PERSON
    assert identity.role is None
    assert (identity.profile, identity.profile_note) == (
        "Azerbaijan",
        "unverified against live material",
    )


def test_another_countrys_issuer_gives_no_bare_fin() -> None:
    """Seven characters from elsewhere are a staff number; a semantic identifier stays one."""
    bare = certificate_of(*PERSON, ("serialNumber", FIN), issuer_country="EE")
    assert SignerIdentity.of(bare).national_id is None
    named = certificate_of(*PERSON, ("serialNumber", "PNOAZ-" + FIN), issuer_country="EE")
    assert str(SignerIdentity.of(named).national_id) == "PNO AZ 1AB2C3D"
    assert SignerIdentity.of(named).profile == "eIDAS"


@given(st.sampled_from(["CN", "GN", "SN", "O"]), st.text('ab ,=+\\"/#', max_size=6))
def test_no_other_attribute_can_lend_a_fin(attribute: str, noise: str) -> None:
    """However a name is crafted around it, a number outside its attribute is none."""
    crafted = f"{noise}x,SERIALNUMBER={FIN}/serialNumber=PNOAZ-{FIN}{noise}"
    identity = SignerIdentity.of(certificate_of((attribute, crafted), ("C", "AZ")))
    assert identity.national_id is None


def test_a_number_that_stands_twice_is_none() -> None:
    """Which of two would be the person's nobody can say."""
    twice = certificate_of(*PERSON, ("serialNumber", FIN), ("serialNumber", "9ZZ9Z9Z"))
    assert SignerIdentity.of(twice).national_id is None


@pytest.mark.parametrize(
    "written", ["1ab2c3d", "1AB2C3", "1AB2C3DE", "1AB2C3İ", FIN + "\n", " " + FIN]
)
def test_the_whole_value_must_be_the_number(written: str) -> None:
    """Lower case, a wrong length, other alphabets and spaces around make it something else."""
    identity = SignerIdentity.of(certificate_of(*PERSON, ("serialNumber", written)))
    assert identity.national_id is None


def test_a_seal_is_a_role_in_azerbaijan() -> None:
    """The holder stays a person; the type or a policy of the profile gives the right to seal."""
    official = (*PERSON, ("O", "Agency"), ("serialNumber", FIN))
    plain = SignerIdentity.of(certificate_of(*official))
    assert (plain.kind, plain.role) == (SubjectKind.PERSON, SubjectRole.REPRESENTATIVE)
    sealing = SignerIdentity.of(certificate_of(*official, statements=qc_types(2)))
    assert (sealing.kind, sealing.role) == (SubjectKind.PERSON, SubjectRole.SEAL)


def test_a_profile_of_ones_own_names_the_seals_policy(tmp_path: Path) -> None:
    """A policy that the profile lists gives the role; another does not."""
    path = tmp_path / "own.toml"
    path.write_text(
        'name = "own"\nseal_is_role = true\nseal_policies = ["1.2.3.4"]\n'
        '[[number]]\nof = "person"\nattribute = "2.5.4.5"\n'
        'pattern = "(?P<value>[0-9A-Z]{7})"\nscheme = "FIN"\ncountry = "AZ"\n'
    )
    official = (*PERSON, ("O", "Agency"), ("serialNumber", FIN))
    profiles = (load_profile(path),)
    sealing = SignerIdentity.of(certificate_of(*official, policies=["1.2.3.4"]), profiles)
    plain = SignerIdentity.of(certificate_of(*official, policies=["1.2.3.5"]), profiles)
    assert sealing.role is SubjectRole.SEAL
    assert plain.role is SubjectRole.REPRESENTATIVE


def test_elsewhere_a_seal_is_a_kind() -> None:
    """An organisation's number and no person, or the type, make a seal; contradictions nothing."""
    company = (("C", "EE"), ("O", "Firma"), ("CN", "Firma"))
    number = ("organizationIdentifier", "VATEE-101234567")
    seal = SignerIdentity.of(certificate_of(*company, number, issuer_country="EE"))
    assert seal.kind is SubjectKind.SEAL
    assert str(seal.organisation_number) == "VAT EE 101234567"
    silent = SignerIdentity.of(certificate_of(*company, issuer_country="EE"))
    assert silent.kind is SubjectKind.UNKNOWN
    typed = certificate_of(*company, issuer_country="EE", statements=qc_types(2))
    assert SignerIdentity.of(typed).kind is SubjectKind.SEAL
    person = (*company, ("serialNumber", "PNOEE-38001085718"))
    torn = certificate_of(*person, issuer_country="EE", statements=qc_types(2))
    assert SignerIdentity.of(torn).kind is SubjectKind.UNKNOWN


def test_an_organisation_of_azerbaijan() -> None:
    """The tax number has ten digits, with or without the prefix."""
    for written in ("VATAZ-1234567891", "1234567891"):
        subject = (("C", "AZ"), ("O", "MMC"), ("organizationIdentifier", written))
        identity = SignerIdentity.of(certificate_of(*subject))
        assert str(identity.organisation_number) == "VOEN AZ 1234567891"


@pytest.mark.parametrize(
    "content",
    [
        "name = ",
        'note = "no name"\nnumber = []',
        'name = "x"\nnumber = []\ncolour = "red"',
        'name = "x"\n[[number]]\nof = "person"\nattribute = "2.5.4.5"',
        'name = "x"\n[[number]]\nof = "cat"\nattribute = "2.5.4.5"\nform = "natural person"',
        (
            'name = "x"\n[[number]]\nof = "person"\nattribute = "2.5.4.5"\npattern = "("\n'
            'scheme = "A"\ncountry = "B"'
        ),
        (
            'name = "x"\n[[number]]\nof = "person"\nattribute = "2.5.4.5"\npattern = "A"\n'
            'scheme = "A"\ncountry = "B"'
        ),
    ],
)
def test_what_is_no_profile_is_refused(tmp_path: Path, content: str) -> None:
    """A profile that would silently read nothing is an error with its name."""
    path = tmp_path / "bad.toml"
    path.write_text(content)
    with pytest.raises(InputError, match=r"bad\.toml"):
        load_profile(path)


def test_a_missing_profile_is_unreadable(tmp_path: Path) -> None:
    """The error names the file."""
    with pytest.raises(InputUnreadableError, match="nowhere"):
        load_profile(tmp_path / "nowhere.toml")
