"""Octets of a trusted list → :class:`~esign.trustlists.model.TrustedList`.

Reading judges nothing. What cannot be understood never adds trust: a service with one
unreadable period is left out as a whole, because the unreadable period may be the one that
withdrew it, and the list's ``defects`` say so.

Spec: TS 119 612 §5
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256

from esign.errors import MalformedTrustedListError
from esign.limits import Budget
from esign.trustlists.model import Pointer, Service, TrustedList
from esign.trustlists.names import tsl, tslx
from esign.trustlists.services import read_service
from esign.trustlists.texts import certificates_in, first_child, moment, name_in, text_of
from esign.xml.parser import parse_xml
from esign.xml.tree import Element

_LIST = tsl("TrustServiceStatusList")
_INFORMATION = tsl("SchemeInformation")
_PROVIDER_PATH = f"{tsl('TrustServiceProviderList')}/{tsl('TrustServiceProvider')}"
_POINTER_PATH = f"{tsl('PointersToOtherTSL')}/{tsl('OtherTSLPointer')}"
_MORE = tsl("AdditionalInformation")
_OTHER = tsl("OtherInformation")
_IDENTITIES = tsl("ServiceDigitalIdentities")
_LOCATION = tsl("TSLLocation")
_TERRITORY = tsl("SchemeTerritory")
_TYPE = tsl("TSLType")
_OPERATOR = tsl("SchemeOperatorName")
_MIME_TYPE = tslx("MimeType")
_SERVICE_PATH = f"{tsl('TSPServices')}/{tsl('TSPService')}"


def read_list(octets: bytes, budget: Budget | None = None) -> TrustedList:
    """Return what the list says; its signature is not looked at.

    Raises:
        MalformedXMLError: the octets are no XML.
        MalformedTrustedListError: they are no trusted list, or one without its head.
    """
    return list_in(parse_xml(octets, budget or Budget(), only_read=True).root, octets)


def list_in(root: Element, octets: bytes) -> TrustedList:
    """Return the list whose root is given; ``octets`` are those it was parsed from.

    Raises:
        MalformedTrustedListError: it is no trusted list, or one without its head.
    """
    if root.tag != _LIST:
        raise MalformedTrustedListError(
            "This is no trusted list: its root element is {name}, not TrustServiceStatusList of "
            "TS 119 612.",
            name=str(root.tag),
        )
    head = root.find(_INFORMATION)
    if head is None:
        raise MalformedTrustedListError("The trusted list has no SchemeInformation.")
    defects: list[str] = []
    return TrustedList(
        digest=sha256(octets).hexdigest(),
        version=_number(head, "TSLVersionIdentifier", defects),
        sequence=_number(head, "TSLSequenceNumber", defects),
        type=text_of(head.find(tsl("TSLType"))),
        operator=name_in(head.find(tsl("SchemeOperatorName"))),
        territory=text_of(head.find(tsl("SchemeTerritory"))),
        issued=moment(text_of(head.find(tsl("ListIssueDateTime"))), "ListIssueDateTime"),
        next_update=_next_update(head),
        scheme_name=name_in(head.find(tsl("SchemeName"))),
        scheme_uris=_texts(head.find(tsl("SchemeInformationURI"))),
        distribution_points=_texts(head.find(tsl("DistributionPoints"))),
        pointers=tuple(_pointer(each) for each in head.findall(_POINTER_PATH)),
        services=tuple(_services(root.findall(_PROVIDER_PATH), defects)),
        defects=tuple(defects),
    )


def _number(head: Element, name: str, defects: list[str]) -> int:
    """Return a whole number; 0, which no list may have, when it cannot be read."""
    written = text_of(head.find(tsl(name)))
    if written.isascii() and written.isdigit() and len(written) < _DIGITS:
        return int(written)
    defects.append(f"{name} is missing or no number.")
    return 0


_DIGITS = 12
"""Digits of a number; the EU's list of lists has reached 3 in ten years."""


def _next_update(head: Element) -> datetime | None:
    element = head.find(tsl("NextUpdate"))
    if element is None:
        # Only an *empty* element says that the list is closed (TS 119 612 §5.3.15).
        raise MalformedTrustedListError("The trusted list does not say when it expires.")
    written = text_of(element.find(tsl("dateTime")))
    return moment(written, "NextUpdate") if written else None


def _texts(parent: Element | None) -> tuple[str, ...]:
    return () if parent is None else tuple(text_of(child) for child in parent.iterchildren("*"))


def _pointer(element: Element) -> Pointer:
    more = first_child(element, _MORE)
    others = () if more is None else more.iterchildren(_OTHER)
    facts = {child.tag: child for other in others for child in other}
    identities = first_child(element, _IDENTITIES)
    return Pointer(
        location=text_of(first_child(element, _LOCATION)),
        territory=text_of(facts.get(_TERRITORY)),
        type=text_of(facts.get(_TYPE)),
        mime_type=text_of(facts.get(_MIME_TYPE)),
        operator=name_in(facts.get(_OPERATOR)),
        listed_certificates=() if identities is None else certificates_in(identities),
    )


def _services(providers: Iterable[Element], defects: list[str]) -> Iterator[Service]:
    for provider in providers:
        information = provider.find(tsl("TSPInformation"))
        name, identifier = "", ""
        if information is None:
            defects.append("A provider has no TSPInformation.")
        else:
            name = name_in(information.find(tsl("TSPName")))
            identifier = _registration(information.find(tsl("TSPTradeName")))
        for element in provider.iterfind(_SERVICE_PATH):
            try:
                yield read_service(element, provider=name, provider_id=identifier)
            except MalformedTrustedListError as error:
                defects.append(f"A service of {name or 'a provider without name'}: {error}")


def _registration(trade_names: Element | None) -> str:
    """Return the official registration identifier among the trade names (§5.4.2)."""
    for written in _texts(trade_names):
        if written[3:6].find("-") >= 0 or written[2:3] == ":":
            return written
    return ""
