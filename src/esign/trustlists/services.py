"""One TSPService → its identity, its statuses, and what they say about certificates.

Spec: TS 119 612 §5.5, §5.6
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from esign.errors import MalformedTrustedListError
from esign.trustlists.criteria import read_qualifications
from esign.trustlists.model import QualificationElement, Service, ServicePeriod
from esign.trustlists.names import sie, tsl, tslx
from esign.trustlists.texts import certificates_in, first_child, moment, name_in, text_of
from esign.xml.tree import Element

_INFORMATION = tsl("ServiceInformation")
_HISTORY = tsl("ServiceHistory")
_INSTANCE = tsl("ServiceHistoryInstance")
_TYPE = tsl("ServiceTypeIdentifier")
_NAME = tsl("ServiceName")
_STATUS = tsl("ServiceStatus")
_START = tsl("StatusStartingTime")
_EXTENSIONS = tsl("ServiceInformationExtensions")
_ADDITIONAL = tsl("AdditionalServiceInformation")
_QUALIFICATIONS = sie("Qualifications")
_URI = tsl("URI")
_HARMLESS = frozenset({tslx("TakenOverBy"), tsl("ExpiredCertsRevocationInfo")})
"""Extensions that inform and change nothing about whom to trust (§5.5.9.1, §5.5.9.3)."""


def read_service(element: Element, *, provider: str, provider_id: str) -> Service:
    """Return one service with all its statuses, the current one first.

    Raises:
        MalformedTrustedListError: one status cannot be read.
    """
    current = first_child(element, _INFORMATION)
    if current is None:
        raise MalformedTrustedListError("there is no ServiceInformation.")
    periods: list[ServicePeriod] = []
    ends: datetime | None = None
    history = first_child(element, _HISTORY)
    past = () if history is None else history.iterchildren(_INSTANCE)
    for each in (current, *past):
        period = _period(each, ends)
        periods.append(period)
        # A later entry never reaches into the time of a newer one, whatever date it bears.
        ends = period.starts if ends is None else min(ends, period.starts)
    return Service(
        provider=provider,
        provider_id=provider_id,
        name=periods[0].name,
        listed_certificates=certificates_in(element),
        periods=tuple(periods),
    )


def _period(element: Element, ends: datetime | None) -> ServicePeriod:
    parts = {child.tag: child for child in element}  # one pass is faster than five searches
    status = text_of(parts.get(_STATUS))
    kind = text_of(parts.get(_TYPE))
    if not status or not kind:
        raise MalformedTrustedListError("a status or service type is missing.")
    extensions = _extensions(parts.get(_EXTENSIONS, ()))
    return ServicePeriod(
        type=kind,
        status=status,
        starts=moment(text_of(parts.get(_START)), "StatusStartingTime"),
        ends=ends,
        name=name_in(parts.get(_NAME)),
        additional=extensions.additional,
        qualifications=extensions.qualifications,
        unknown_critical=extensions.unknown_critical,
    )


class _Extensions(NamedTuple):
    additional: tuple[str, ...] = ()
    qualifications: tuple[QualificationElement, ...] = ()
    unknown_critical: tuple[str, ...] = ()


_NO_EXTENSIONS = _Extensions()


def _extensions(elements: Iterable[Element]) -> _Extensions:
    """Return what the extensions say (§5.5.9)."""
    additional: list[str] = []
    qualifications: list[QualificationElement] = []
    unknown: list[str] = []
    for extension in elements:
        for content in extension:
            if content.tag == _ADDITIONAL:
                additional.append(text_of(first_child(content, _URI)))
            elif content.tag == _QUALIFICATIONS:
                qualifications += read_qualifications(content)
            elif content.tag not in _HARMLESS and extension.get("Critical") in {"true", "1"}:
                unknown.append(str(content.tag))
    if not (additional or qualifications or unknown):
        return _NO_EXTENSIONS
    return _Extensions(tuple(additional), tuple(qualifications), tuple(unknown))
