"""The pieces of a list, as markup in the order the standard asks for.

Spec: TS 119 612 §5, Annex C
"""

from __future__ import annotations

from datetime import UTC, datetime

from esign.trustlists.drafts import USES, Address, SchemeDraft, ServiceDraft
from esign.trustlists.names import DETERMINATION, LIST_TYPES, SCHEME_RULES, TAG, TSL
from esign.xml.markup import base64_text, tag, text

VERSION = "6"
"""TSLVersionIdentifier of TS 119 612 V2.3.1 and later."""
FOR_EVER = "65535"
"""HistoricalInformationPeriod: history is never removed (§5.3.12)."""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def list_markup(draft: SchemeDraft, *, issued: datetime, next_update: datetime) -> str:
    """Return a list without any service; it must not have an empty list of providers."""
    territory = draft.territory.upper()
    operator = named("SchemeOperatorName", draft.operator, draft.language)
    head = tag(
        "SchemeInformation",
        tag("TSLVersionIdentifier", VERSION),
        tag("TSLSequenceNumber", "1"),
        tag("TSLType", f"{LIST_TYPES}{territory}list"),
        operator,
        address_markup("SchemeOperatorAddress", draft.address),
        named("SchemeName", f"{territory}:{draft.scheme_name}", draft.language),
        uris("SchemeInformationURI", draft.information_uri),
        tag("StatusDeterminationApproach", f"{DETERMINATION}{territory}determination"),
        uris("SchemeTypeCommunityRules", f"{SCHEME_RULES}{territory}"),
        tag("SchemeTerritory", territory),
        tag(
            "PolicyOrLegalNotice",
            tag("TSLLegalNotice", text(draft.legal_notice), xml__lang=draft.language),
        ),
        tag("HistoricalInformationPeriod", FOR_EVER),
        tag("ListIssueDateTime", written(issued)),
        tag("NextUpdate", tag("dateTime", written(next_update))),
        tag("DistributionPoints", tag("URI", text(draft.distribution_point))),
    )
    return _HEAD + tag("TrustServiceStatusList", head, xmlns=TSL, TSLTag=TAG, Id="tl")


def provider_markup(draft: ServiceDraft) -> str:
    """Return a provider with its first service."""
    return tag(
        "TrustServiceProvider",
        tag(
            "TSPInformation",
            named("TSPName", draft.provider),
            named("TSPTradeName", draft.provider_id),
            address_markup("TSPAddress", draft.address),
            uris("TSPInformationURI", draft.address.website),
        ),
        tag("TSPServices", service_markup(draft)),
        xmlns=TSL,
    )


def service_markup(draft: ServiceDraft) -> str:
    """Return a service without history."""
    return tag("TSPService", information_markup(draft), xmlns=TSL)


def information_markup(draft: ServiceDraft) -> str:
    """Return the current status of a service."""
    return tag(
        "ServiceInformation",
        tag("ServiceTypeIdentifier", text(draft.type_uri)),
        named("ServiceName", draft.name),
        identity_markup(draft),
        tag("ServiceStatus", text(draft.status_uri)),
        tag("StatusStartingTime", written(draft.since)),
        _extensions(draft),
        xmlns=TSL,
    )


def identity_markup(draft: ServiceDraft) -> str:
    """Return the certificates that stand for the service's key (§5.5.3)."""
    digital = [
        tag("DigitalId", tag("X509Certificate", base64_text(each.der)))
        for each in draft.certificates
    ]
    digital.append(
        tag("DigitalId", tag("X509SubjectName", text(str(draft.certificates[0].subject))))
    )
    identifier = draft.certificates[0].subject_key_identifier
    if identifier is not None:
        digital.append(tag("DigitalId", tag("X509SKI", base64_text(identifier))))
    return tag("ServiceDigitalIdentity", *digital)


def named(element: str, name: str, language: str = "en") -> str:
    """Return names in one language (§5.1.4)."""
    return tag(element, tag("Name", text(name), xml__lang=language))


def uris(element: str, *addresses: str) -> str:
    """Return addresses of texts in English (§5.1.4)."""
    return tag(element, *(tag("URI", text(each), xml__lang="en") for each in addresses))


def address_markup(element: str, address: Address) -> str:
    """Return a postal and an electronic address (§5.3.5)."""
    postal = tag(
        "PostalAddress",
        tag("StreetAddress", text(address.street)),
        tag("Locality", text(address.locality)),
        "" if address.postal_code is None else tag("PostalCode", text(address.postal_code)),
        tag("CountryName", text(address.country.upper())),
        xml__lang="en",
    )
    return tag(
        element,
        tag("PostalAddresses", postal),
        uris("ElectronicAddress", f"mailto:{address.email}", address.website),
    )


def written(moment: datetime) -> str:
    """Return a moment as lists write it: UTC, whole seconds, Z (§5.1.3)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _extensions(draft: ServiceDraft) -> str:
    if not draft.uses:
        return ""
    return tag(
        "ServiceInformationExtensions",
        *(
            tag(
                "Extension",
                tag("AdditionalServiceInformation", uris_one(USES[use])),
                Critical="true",
            )
            for use in draft.uses
        ),
    )


def uris_one(address: str) -> str:
    """Return one address, marked as in English."""
    return tag("URI", text(address), xml__lang="en")
