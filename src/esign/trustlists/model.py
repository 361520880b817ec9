"""What a trusted list says, as values; nothing here says whether to believe it.

Spec: TS 119 612 §5
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from dataclasses import dataclass
from datetime import datetime

from esign.asn1.lazy import lazy
from esign.errors import MalformedCertificateError
from esign.pki.certificate import Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One condition on a certificate: what it must have, or a list of conditions.

    Spec: TS 119 612 §5.5.9.2.2
    """

    kind: str
    """``all``, ``atLeastOne``, ``none`` (over ``parts``), ``KeyUsage``, ``PolicySet``,
    ``ExtendedKeyUsage``, ``SubjectDN``, or ``unknown`` (which nobody may take for met)."""
    values: tuple[str, ...] = ()
    """OIDs; for KeyUsage bit names, each with ``+`` or ``-`` before it."""
    parts: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationElement:
    """What the list adds to, or takes from, the certificates that meet a condition.

    Spec: TS 119 612 §5.5.9.2
    """

    qualifiers: tuple[str, ...]
    """Last parts of the qualifiers' URIs: ``QCForESig``, ``NotQualified``."""
    criterion: Criterion


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePeriod:
    """One status of a service, from when until when.

    Spec: TS 119 612 §5.5.4, §5.5.5, §5.6
    """

    type: str
    """Service type URI."""
    status: str
    """Service status URI."""
    starts: datetime
    ends: datetime | None
    """When the next status began (this one no longer holds then); None for the current one."""
    name: str = ""
    additional: tuple[str, ...] = ()
    """URIs of additional service information: ``…/ForeSignatures``."""
    qualifications: tuple[QualificationElement, ...] = ()
    unknown_critical: tuple[str, ...] = ()
    """Critical extensions that are not understood; the period then gives no trust."""

    @property
    def kind(self) -> str:
        """The service type without what all have in common: ``CA/QC``, ``TSA/QTST``."""
        return short(self.type)

    @property
    def state(self) -> str:
        """The status without what all have in common: ``granted``."""
        return self.status.rpartition("/")[2]

    def holds_at(self, at: datetime) -> bool:
        """True when this was the service's status at ``at``."""
        return self.starts <= at and (self.ends is None or at < self.ends)


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service of one provider, with its history.

    Spec: TS 119 612 §5.5
    """

    provider: str
    provider_id: str = ""
    """The provider's registration identifier (a trade name such as ``VATAT-U…``)."""
    name: str
    listed_certificates: tuple[str, ...]
    """Base64 of DER, as listed; any period's identity counts for all (it is one key)."""
    periods: tuple[ServicePeriod, ...]
    """The current one first."""

    @lazy
    def certificates(self) -> tuple[Certificate, ...]:
        """The certificates that stand for the service's key; unreadable ones are left out."""
        return _readable(self.listed_certificates)

    def period_at(self, at: datetime) -> ServicePeriod | None:
        """Return the status that held at ``at``; None before the first."""
        return next((one for one in self.periods if one.holds_at(at)), None)


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """Where another list is, of what kind, and who signs it.

    Spec: TS 119 612 §5.3.13
    """

    location: str
    territory: str
    type: str
    mime_type: str
    operator: str = ""
    listed_certificates: tuple[str, ...] = ()
    """Base64 of the DER of the certificates announced as signers of that list."""

    @lazy
    def signers(self) -> tuple[Certificate, ...]:
        """The certificates announced as signers of that list; unreadable ones are left out."""
        return _readable(self.listed_certificates)

    @property
    def is_xml(self) -> bool:
        """True when a program can read what lies there (the others are for people)."""
        return self.mime_type == "application/vnd.etsi.tsl+xml"

    @property
    def is_list_of_lists(self) -> bool:
        """True when what lies there points to lists itself."""
        return is_list_of_lists(self.type)


@dataclass(frozen=True, kw_only=True)
class TrustedList:
    """One list as it was read.

    Spec: TS 119 612 §5.2, §5.3
    """

    digest: str
    """Hex SHA-256 over the list's octets."""
    version: int
    sequence: int
    type: str
    """TSL type URI."""
    operator: str
    territory: str
    issued: datetime
    next_update: datetime | None
    """None: the scheme has ended, and the list is its last (closed)."""
    scheme_name: str = ""
    scheme_uris: tuple[str, ...] = ()
    """Scheme information URIs; a list of lists names its pivots and its publication here."""
    distribution_points: tuple[str, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    services: tuple[Service, ...] = ()
    defects: tuple[str, ...] = ()
    """Where the list leaves its own form without being unreadable."""

    @property
    def is_list_of_lists(self) -> bool:
        """True when it points to lists rather than listing services."""
        return is_list_of_lists(self.type)

    @property
    def label(self) -> str:
        """What reports call it: ``EE, sequence number 57``."""
        return f"{self.territory}, sequence number {self.sequence}"


def _readable(listed: tuple[str, ...]) -> tuple[Certificate, ...]:
    """Return the certificates that can be read. One that cannot gives no trust to anybody."""
    found = []
    for one in listed:
        try:
            found.append(Certificate.from_der(a2b_base64(one)))
        except (Base64Error, MalformedCertificateError):
            continue
    return tuple(found)


def is_list_of_lists(kind: str) -> bool:
    """True for the type URI of a list of lists, the EU's or another community's."""
    return kind.lower().endswith("listofthelists")


def short(uri: str) -> str:
    """Return a service type without its prefix: ``CA/QC``."""
    return uri.partition("Svctype/")[2] or uri
