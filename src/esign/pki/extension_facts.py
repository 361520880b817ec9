"""What a certificate's extensions say, for path validation and for fetching.

An extension that cannot be read says the least it can (no usage, no CA), never what its
absence would say.

Spec: RFC 5280 §4.2
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from esign.asn1 import tags
from esign.asn1.reader import (
    Element,
    parse,
    read_bits,
    read_boolean,
    read_integer,
    read_octets,
    read_oid,
    require,
)
from esign.errors import MalformedASN1Error
from esign.messages import Message

SUBJECT_KEY_IDENTIFIER = "2.5.29.14"
KEY_USAGE = "2.5.29.15"
BASIC_CONSTRAINTS = "2.5.29.19"
CRL_DISTRIBUTION_POINTS = "2.5.29.31"
AUTHORITY_KEY_IDENTIFIER = "2.5.29.35"
EXTENDED_KEY_USAGE = "2.5.29.37"
AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1"

_OCSP = "1.3.6.1.5.5.7.48.1"
_CA_ISSUERS = "1.3.6.1.5.5.7.48.2"
_KEY_USAGES = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One extension: its identifier, whether it is critical, and what its OCTET STRING holds."""

    oid: str
    critical: bool
    value: bytes


class ExtensionFacts:
    """What the extensions say, read once; broken ones say the least they can."""

    __slots__ = (
        "authority_key_identifier",
        "crl_urls",
        "extended_key_usage",
        "is_ca",
        "issuer_urls",
        "key_usage",
        "ocsp_urls",
        "path_length",
        "problems",
        "subject_key_identifier",
    )

    def __init__(self, extensions: Sequence[Extension], *, unreadable: bool) -> None:
        found = {each.oid: each.value for each in reversed(extensions)}
        problems: list[Message] = []
        self.key_usage: frozenset[str] | None = frozenset() if unreadable else None
        self.extended_key_usage: tuple[str, ...] | None = () if unreadable else None
        self.is_ca = False
        self.path_length: int | None = None
        self.subject_key_identifier: bytes | None = None
        self.authority_key_identifier: bytes | None = None
        self.ocsp_urls: tuple[str, ...] = ()
        self.issuer_urls: tuple[str, ...] = ()
        self.crl_urls: tuple[str, ...] = ()
        for oid, read in _READERS.items():
            if oid in found:
                try:
                    read(self, parse(found[oid]))
                except (MalformedASN1Error, ValueError, IndexError):
                    problems.append(Message("The extension {oid} cannot be read.", oid=oid))
                    self._restrict(oid)
        self.problems = tuple(problems)

    def _restrict(self, oid: str) -> None:
        if oid == KEY_USAGE:
            self.key_usage = frozenset()
        elif oid == EXTENDED_KEY_USAGE:
            self.extended_key_usage = ()
        elif oid == BASIC_CONSTRAINTS:
            self.is_ca, self.path_length = False, None


def _read_basic_constraints(facts: ExtensionFacts, element: Element) -> None:
    fields = list(require(element, tags.SEQUENCE, "basicConstraints").children)
    is_ca = bool(fields) and fields[0].tag == tags.BOOLEAN and read_boolean(fields.pop(0))
    if fields:
        length = read_integer(require(fields.pop(0), tags.INTEGER, "A path length"))
        if length < 0 or fields:
            raise ValueError(length)
        facts.path_length = length
    facts.is_ca = is_ca


def _read_key_usage(facts: ExtensionFacts, element: Element) -> None:
    bits = read_bits(require(element, tags.BIT_STRING, "keyUsage"))
    facts.key_usage = frozenset(
        name
        for number, name in enumerate(_KEY_USAGES)
        if number // 8 < len(bits) and bits[number // 8] & 0x80 >> number % 8
    )


def _read_extended_key_usage(facts: ExtensionFacts, element: Element) -> None:
    require(element, tags.SEQUENCE, "extKeyUsage")
    facts.extended_key_usage = tuple(
        read_oid(require(each, tags.OID, "A purpose")) for each in element.children
    )


def _read_subject_key(facts: ExtensionFacts, element: Element) -> None:
    facts.subject_key_identifier = read_octets(
        require(element, tags.OCTET_STRING, "subjectKeyIdentifier")
    )


def _read_authority_key(facts: ExtensionFacts, element: Element) -> None:
    for field in require(element, tags.SEQUENCE, "authorityKeyIdentifier").children:
        if field.tag == tags.context(0, constructed=False):
            facts.authority_key_identifier = field.content


def _read_information_access(facts: ExtensionFacts, element: Element) -> None:
    urls: dict[str, list[str]] = {_OCSP: [], _CA_ISSUERS: []}
    for access in require(element, tags.SEQUENCE, "authorityInfoAccess").children:
        method, location = require(access, tags.SEQUENCE, "A place to ask").children
        oid = read_oid(require(method, tags.OID, "A kind of place"))
        if location.tag == _URI and oid in urls:
            urls[oid].append(location.content.decode("latin-1"))
    facts.ocsp_urls = tuple(urls[_OCSP])
    facts.issuer_urls = tuple(urls[_CA_ISSUERS])


def _read_distribution_points(facts: ExtensionFacts, element: Element) -> None:
    urls = []
    for point in element.children:
        for field in point.children:
            if field.tag != tags.context(0):
                continue
            for name in field.children:  # fullName [0]; a relative name [1] has no URL
                if name.tag == tags.context(0):
                    urls += [each.content for each in name.children if each.tag == _URI]
    facts.crl_urls = tuple(url.decode("latin-1") for url in urls)


_URI = tags.context(6, constructed=False)
_READERS = {
    BASIC_CONSTRAINTS: _read_basic_constraints,
    KEY_USAGE: _read_key_usage,
    EXTENDED_KEY_USAGE: _read_extended_key_usage,
    SUBJECT_KEY_IDENTIFIER: _read_subject_key,
    AUTHORITY_KEY_IDENTIFIER: _read_authority_key,
    AUTHORITY_INFORMATION_ACCESS: _read_information_access,
    CRL_DISTRIBUTION_POINTS: _read_distribution_points,
}
