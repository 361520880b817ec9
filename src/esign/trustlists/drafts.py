"""What somebody who keeps a national list decides: the scheme, and one service at a time.

Spec: TS 119 612 §5.3, §5.4, §5.5
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from esign.errors import UsageError
from esign.pki.certificate import Certificate
from esign.trustlists.names import INFORMATION, SERVICE_TYPES, STATUSES

USES = {
    "esig": INFORMATION + "ForeSignatures",
    "eseal": INFORMATION + "ForeSeals",
    "web": INFORMATION + "ForWebSiteAuthentication",
}
"""What a qualified issuer's certificates may be for (§5.5.9.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where somebody can be reached; a list must say so (§5.3.5, §5.4.3)."""

    street: str
    locality: str
    country: str
    """Two letters."""
    postal_code: str | None = None
    email: str
    website: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeDraft:
    """The head of a new list."""

    territory: str
    """Two letters, as for countries; the European Union is EU."""
    operator: str
    address: Address
    scheme_name: str
    """Without the territory and colon that are put before it (§5.3.6)."""
    information_uri: str
    legal_notice: str
    distribution_point: str
    language: str = "en"
    """Of the texts; lists must have English."""

    def __post_init__(self) -> None:
        if not (len(self.territory) == len("ZZ") and self.territory.isalpha()):
            raise UsageError(
                "A territory is two letters such as AZ, not {territory}.", territory=self.territory
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDraft:
    """A service, or a new status of one that is listed already."""

    provider: str
    provider_id: str
    """Registration identifier: ``VATAZ-1234567890``, ``NTRAZ-…`` (§5.4.2)."""
    address: Address
    name: str
    certificates: tuple[Certificate, ...]
    type: str
    """Without the prefix: ``CA/QC``, ``TSA/QTST``."""
    status: str
    """Without the prefix: ``granted``, ``withdrawn``."""
    since: datetime
    """When the status began; aware, UTC."""
    uses: tuple[str, ...] = ()
    """``esig``, ``eseal``, ``web``."""

    def __post_init__(self) -> None:
        if not self.certificates:
            raise UsageError("A service needs the certificate that stands for its key.")
        if self.since.tzinfo is None:
            raise UsageError("The time since when a status holds needs a time zone.")
        unknown = [use for use in self.uses if use not in USES]
        if unknown:
            raise UsageError(
                "{use} is no use of certificates: choose from {known}.",
                use=unknown[0],
                known=", ".join(USES),
            )

    @property
    def type_uri(self) -> str:
        """The service type as lists write it."""
        return self.type if "://" in self.type else SERVICE_TYPES + self.type

    @property
    def status_uri(self) -> str:
        """The status as lists write it."""
        return self.status if "://" in self.status else STATUSES + self.status
