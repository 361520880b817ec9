"""Who signed, as the certificate says it: name parts, serial number, organisation.

Spec: EN 319 412-2 §4.2.4 (natural persons), EN 319 412-3 §4.2.1 (legal persons)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from esign.pki.certificate import Certificate

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

    @classmethod
    def of(cls, certificate: Certificate) -> SignerIdentity:
        """Return the identity a certificate states."""
        name = certificate.subject
        parts = {part: name.get(oid) for part, oid in _ATTRIBUTES.items()}
        return cls(subject=str(name), **parts)

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
