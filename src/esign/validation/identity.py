"""Who signed, as the certificate says it: name parts, numbers, organisation, kind and role.

Spec: EN 319 412-2 §4.2.4 (natural persons), EN 319 412-3 §4.2.1 (legal persons),
EN 319 412-1 §5.1 (their numbers), EN 319 412-5 §4.2.3 (what the certificate is for)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from esign.pki.certificate import Certificate
from esign.pki.path_facts import path_facts
from esign.pki.qc_statements import QcType, qc_statements
from esign.validation.identity_profiles import (
    IdentityNumber,
    IdentityProfile,
    NumberOwner,
    built_in_profiles,
)

_ATTRIBUTES = {
    "common_name": "2.5.4.3",
    "given_name": "2.5.4.42",
    "surname": "2.5.4.4",
    "pseudonym": "2.5.4.65",
    "serial_number": "2.5.4.5",
    "organisation": "2.5.4.10",
    "organisation_identifier": "2.5.4.97",
    "organisational_unit": "2.5.4.11",
    "title": "2.5.4.12",
    "country": "2.5.4.6",
}


class SubjectKind(StrEnum):
    """Who can stand behind a certificate."""

    PERSON = "person"
    SEAL = "seal"
    """An organisation, by a certificate of its own."""
    UNKNOWN = "unknown"
    """It does not say, or contradicts itself."""


class SubjectRole(StrEnum):
    """In what capacity a person acts, as the certificate says it."""

    REPRESENTATIVE = "representative"
    """The certificate names an organisation beside the person."""
    SEAL = "seal"
    """The person has the right to seal for the organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerIdentity:
    """The subject of the signing certificate in parts; what it does not say is None.

    The parts come from the attributes of the name itself, never from its printed form, so
    a common name that contains ``SERIALNUMBER=`` stays a common name.
    """

    common_name: str | None = None
    given_name: str | None = None
    surname: str | None = None
    pseudonym: str | None = None
    serial_number: str | None = None
    """The subject's serialNumber attribute: a personal or tax number, not the certificate's."""
    organisation: str | None = None
    organisation_identifier: str | None = None
    organisational_unit: str | None = None
    title: str | None = None
    country: str | None = None
    subject: str = ""
    """The whole name, RFC 4514."""
    kind: SubjectKind = SubjectKind.UNKNOWN
    role: SubjectRole | None = None
    national_id: IdentityNumber | None = None
    """The person's number, as the profile reads it."""
    organisation_number: IdentityNumber | None = None
    """The organisation's tax or register number."""
    profile: str = ""
    """The identity profile that read it; empty when none found a number."""
    profile_note: str = ""
    """What a reader must know of that profile."""

    @classmethod
    def of(
        cls, certificate: Certificate, profiles: Sequence[IdentityProfile] | None = None
    ) -> SignerIdentity:
        """Return the identity a certificate states.

        Args:
            certificate: the subject's.
            profiles: tried in this order, the first that finds a number reads the identity;
                by default those that come with the library.
        """
        name = certificate.subject
        parts = {part: name.get(oid) for part, oid in _ATTRIBUTES.items()}
        profile, person, organisation = _numbers(
            certificate, built_in_profiles() if profiles is None else profiles
        )
        return cls(
            subject=str(name),
            kind=_kind(certificate, profile, person, organisation),
            role=_role(certificate, profile, person),
            national_id=person,
            organisation_number=organisation,
            profile=profile.name,
            profile_note=profile.note,
            **parts,
        )

    @property
    def display_name(self) -> str:
        """The name people use: common name, given name and surname, or the organisation."""
        full = " ".join(part for part in (self.given_name, self.surname) if part)
        return self.common_name or full or self.pseudonym or self.organisation or self.subject

    def __str__(self) -> str:
        return ", ".join(self._words())

    def _words(self) -> Iterator[str]:
        yield self.display_name
        if self.serial_number and self.serial_number not in self.display_name:
            yield self.serial_number
        if self.organisation and self.organisation != self.display_name:
            yield self.organisation


_NO_PROFILE = IdentityProfile(name="")


def _numbers(
    certificate: Certificate, profiles: Sequence[IdentityProfile]
) -> tuple[IdentityProfile, IdentityNumber | None, IdentityNumber | None]:
    for profile in profiles:
        if not profile.applies_to(certificate.issuer):
            continue
        person = profile.number(NumberOwner.PERSON, certificate.subject)
        organisation = profile.number(NumberOwner.ORGANISATION, certificate.subject)
        if person or organisation:
            return profile, person, organisation
    return _NO_PROFILE, None, None


def _kind(
    certificate: Certificate,
    profile: IdentityProfile,
    person: IdentityNumber | None,
    organisation: IdentityNumber | None,
) -> SubjectKind:
    """Return the one kind that everything said agrees on.

    Spec: EN 319 412-2 §4.2.4, EN 319 412-3 §4.2.1, EN 319 412-5 §4.2.3
    """
    personal = person is not None or any(
        certificate.subject.get(_ATTRIBUTES[part])
        for part in ("given_name", "surname", "pseudonym")
    )
    if personal and profile.seal_is_role:
        return SubjectKind.PERSON
    types = qc_statements(certificate).types - {QcType.WEB}
    says_person = personal or QcType.ESIGN in types
    says_seal = QcType.ESEAL in types or (organisation is not None and not says_person)
    if says_person is says_seal:
        return SubjectKind.UNKNOWN
    return SubjectKind.PERSON if says_person else SubjectKind.SEAL


def _role(
    certificate: Certificate, profile: IdentityProfile, person: IdentityNumber | None
) -> SubjectRole | None:
    if person is None or certificate.subject.get(_ATTRIBUTES["organisation"]) is None:
        return None
    if profile.seal_is_role and _may_seal(certificate, profile):
        return SubjectRole.SEAL
    return SubjectRole.REPRESENTATIVE


def _may_seal(certificate: Certificate, profile: IdentityProfile) -> bool:
    if QcType.ESEAL in qc_statements(certificate).types:
        return True
    policies = path_facts(certificate).policies.policies
    return not profile.seal_policies.isdisjoint(policies or ())
