"""Make and keep a national list: begin one, list services and their statuses, sign an issue.

A list is edited as the XML it is, so whatever others wrote into it stays. An edit of a
signed issue takes the signature away and counts the sequence number up: it is the draft of
the next issue. A status that changes moves the old one into the history, which is never
removed.

Spec: TS 119 612 §5.3.2, §5.5, §5.6, §5.7
"""

from __future__ import annotations

from datetime import datetime, timedelta

from esign.ades.format import XMLOptions
from esign.ades.ports import Signer
from esign.creation.order import SignerFacts, Wishes, signature_request
from esign.document import Document
from esign.errors import TrustedListError, UsageError
from esign.limits import Budget
from esign.terms import Packaging, SignatureForm
from esign.trustlists.checking import require_signed
from esign.trustlists.drafts import SchemeDraft, ServiceDraft
from esign.trustlists.markup import (
    information_markup,
    list_markup,
    provider_markup,
    service_markup,
    written,
)
from esign.trustlists.names import TSL, tsl
from esign.trustlists.reading import list_in, read_list
from esign.trustlists.texts import certificates_in, moment, name_in, text_of
from esign.xades.format import XADES
from esign.xml.c14n import DEFAULT_METHOD, canonicalise
from esign.xml.markup import base64_text, tag
from esign.xml.names import ds
from esign.xml.parser import parse_own, parse_xml
from esign.xml.tree import Element

LONGEST_LIFE = timedelta(days=183)
"""Between issue and next update: six months at most (§5.3.15)."""
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_INFORMATION = tsl("SchemeInformation")
_PROVIDERS = tsl("TrustServiceProviderList")


def new_list(draft: SchemeDraft, *, at: datetime) -> bytes:
    """Return an unsigned list without services."""
    return list_markup(draft, issued=at, next_update=at + LONGEST_LIFE).encode()


def add_service(octets: bytes, draft: ServiceDraft) -> bytes:
    """Return the list with a service, or with a new status of a service listed already.

    Raises:
        MalformedError: the octets are no list.
        UsageError: the status began before the one listed now.
    """
    root = _draft_root(octets)
    service = _listed(root, draft)
    if service is not None:
        _change_status(service, draft)
    else:
        _insert(root, draft)
    return _written(root)


def sign_list(
    octets: bytes,
    signer: Signer,
    *,
    at: datetime,
    next_update: datetime | None = None,
    unique: str,
) -> bytes:
    """Return the issue: dated, signed, and checked as its readers will check it.

    Args:
        octets: the unsigned list.
        signer: the scheme operator's key.
        at: time of issue and of signing (aware, UTC).
        next_update: when the next issue is due at the latest; six months from ``at`` if None.
        unique: 16 or more hex digits, fresh for each issue.

    Raises:
        UsageError: the list is signed already, or lives longer than allowed.
        TrustedListError: what was made does not stand up.
    """
    due = next_update or at + LONGEST_LIFE
    if not at < due <= at + LONGEST_LIFE:
        raise UsageError("The next update must be due after the issue and within six months.")
    dated = _dated(octets, at, due)
    request = signature_request(
        SignatureForm.XADES,
        SignerFacts(certificate=signer.certificate, chain=(), algorithms=signer.algorithms),
        Wishes(
            form=SignatureForm.XADES,
            packaging=Packaging.ENVELOPED,
            xml=XMLOptions(only_signature=True),
        ),
        at=at,
        unique=unique,
    )
    budget = Budget()
    slot = XADES.open_slot(Document.of(dated), request, budget)
    assert slot.octets is not None
    signed = XADES.fill(slot, signer.sign(slot.octets, request.algorithm)).whole()
    require_signed(read_list(signed, budget), signed, (signer.certificate,), budget=budget)
    return signed


def _dated(octets: bytes, at: datetime, due: datetime) -> bytes:
    root = parse_xml(octets, Budget()).root
    list_in(root, octets)  # refuses what is no list
    if root.find(ds("Signature")) is not None:
        raise UsageError(
            "This list is signed already. Edit it, which makes the draft of its next issue, or "
            "publish it as it is."
        )
    head = _require(root, _INFORMATION)
    _require(head, tsl("ListIssueDateTime")).text = written(at)
    next_update = _require(head, tsl("NextUpdate"))
    for child in list(next_update):
        next_update.remove(child)
    next_update.append(_element(tag("dateTime", written(due), xmlns=TSL)))
    return _written(root)


def _draft_root(octets: bytes) -> Element:
    """Return the root of the draft: without a signature, and with the next number if it had one."""
    root = parse_xml(octets, Budget()).root
    listed = list_in(root, octets)
    signatures = root.findall(ds("Signature"))
    for signature in signatures:
        root.remove(signature)
    if signatures:
        number = _require(_require(root, _INFORMATION), tsl("TSLSequenceNumber"))
        number.text = str(listed.sequence + 1)
    return root


def _listed(root: Element, draft: ServiceDraft) -> Element | None:
    """Return the service of that provider, kind and key, if the list has it."""
    wanted = {base64_text(each.der) for each in draft.certificates}
    for provider in _providers_named(root, draft.provider):
        for service in provider.iter(tsl("TSPService")):
            information = _require(service, tsl("ServiceInformation"))
            kind = text_of(information.find(tsl("ServiceTypeIdentifier")))
            if kind == draft.type_uri and wanted & set(certificates_in(information)):
                return service
    return None


def _providers_named(root: Element, name: str) -> list[Element]:
    path = f"{_PROVIDERS}/{tsl('TrustServiceProvider')}"
    where = f"{tsl('TSPInformation')}/{tsl('TSPName')}"
    return [each for each in root.findall(path) if name_in(each.find(where)) == name]


def _change_status(service: Element, draft: ServiceDraft) -> None:
    """Put the new status in place and the old one first into the history (§5.6)."""
    current = _require(service, tsl("ServiceInformation"))
    since = moment(text_of(current.find(tsl("StatusStartingTime"))), "StatusStartingTime")
    if draft.since <= since:
        raise UsageError(
            "The status listed now began on {since}; a new one must begin later, not on {new}.",
            since=since,
            new=draft.since,
        )
    history = service.find(tsl("ServiceHistory"))
    if history is None:
        history = _element(tag("ServiceHistory", xmlns=TSL))
        service.append(history)
    past = _element(tag("ServiceHistoryInstance", xmlns=TSL))
    for child in list(current):
        if child.tag in _HISTORIC:
            past.append(child)
    _strip_certificates(past)
    history.insert(0, past)
    service.replace(current, _element(information_markup(draft)))


_HISTORIC = frozenset(
    tsl(name)
    for name in (
        "ServiceTypeIdentifier",
        "ServiceName",
        "ServiceDigitalIdentity",
        "ServiceStatus",
        "StatusStartingTime",
        "ServiceInformationExtensions",
    )
)
"""What of a status stays in the history."""


def _strip_certificates(past: Element) -> None:
    """Leave the names and the key identifier, if there is one, to tell whose history it is."""
    identity = _require(past, tsl("ServiceDigitalIdentity"))
    if next(identity.iter(tsl("X509SKI")), None) is None:
        return
    for digital in list(identity):
        if digital.find(tsl("X509Certificate")) is not None:
            identity.remove(digital)


def _insert(root: Element, draft: ServiceDraft) -> None:
    providers = root.find(_PROVIDERS)
    if providers is None:
        providers = _element(tag("TrustServiceProviderList", xmlns=TSL))
        _require(root, _INFORMATION).addnext(providers)
    known = _providers_named(root, draft.provider)
    if known:
        _require(known[0], tsl("TSPServices")).append(_element(service_markup(draft)))
    else:
        providers.append(_element(provider_markup(draft)))


def _require(parent: Element, name: str) -> Element:
    found = parent.find(name)
    if found is None:
        raise TrustedListError(
            "The list cannot be edited: {name} is missing.", name=name.rpartition("}")[2]
        )
    return found


def _element(markup: str) -> Element:
    return parse_own(markup.encode())


def _written(root: Element) -> bytes:
    return _HEAD + canonicalise(root.getroottree(), DEFAULT_METHOD)
