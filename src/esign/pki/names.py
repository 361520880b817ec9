"""Distinguished names: their octets, their attributes, how they read and when they match.

Spec: RFC 5280 §4.1.2.4 and §7.1, RFC 4514, RFC 4518
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable
from functools import lru_cache

from esign.asn1 import tags
from esign.asn1.lazy import lazy
from esign.asn1.reader import Element, parse, read_oid, read_text, require
from esign.errors import MalformedASN1Error, MalformedCertificateError

COMMON_NAME = "2.5.4.3"
SURNAME = "2.5.4.4"
SERIAL_NUMBER = "2.5.4.5"
COUNTRY = "2.5.4.6"
ORGANIZATION = "2.5.4.10"
GIVEN_NAME = "2.5.4.42"
ORGANIZATION_IDENTIFIER = "2.5.4.97"

_SHORT_NAMES = {
    COMMON_NAME: "CN",
    SURNAME: "SN",
    SERIAL_NUMBER: "serialNumber",
    COUNTRY: "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    ORGANIZATION: "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.13": "description",
    "2.5.4.17": "postalCode",
    GIVEN_NAME: "givenName",
    "2.5.4.43": "initials",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    ORGANIZATION_IDENTIFIER: "organizationIdentifier",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
    "1.2.840.113549.1.9.1": "emailAddress",
}


class Name:
    """A Name; equal to another when RFC 5280 §7.1 says that both name the same."""

    def __init__(self, der: bytes) -> None:
        self.der = der

    @classmethod
    def from_der(cls, der: bytes) -> Name:
        """Return the name of these octets; one object for the same octets."""
        return _interned(der)

    @lazy
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """Dotted OID and text of every attribute, in the order of the encoding."""
        return tuple((oid, text) for names in self._relative_names for oid, text, _ in names)

    def get(self, oid: str) -> str | None:
        """Return the first value of an attribute, or None."""
        return next((text for name, text in self.attributes if name == oid), None)

    @property
    def is_empty(self) -> bool:
        """Whether it names nobody."""
        return not self.attributes

    @lazy
    def _relative_names(self) -> tuple[tuple[tuple[str, str, Element], ...], ...]:
        try:
            return tuple(
                tuple(
                    _attribute(each)
                    for each in require(relative, tags.SET, "A relative name").children
                )
                for relative in require(parse(self.der), tags.SEQUENCE, "A name").children
            )
        except (MalformedASN1Error, ValueError) as error:
            raise MalformedCertificateError(
                "A distinguished name is not written as RFC 5280 §4.1.2.4 says."
            ) from error

    @lazy
    def prepared(self) -> tuple[Hashable, ...]:
        """One comparable value per relative name; equal names have equal ones."""
        return tuple(
            frozenset((oid, _prepare(text, value)) for oid, text, value in relative)
            for relative in self._relative_names
        )

    @lazy
    def _text(self) -> str:
        # RFC 4514 §2.1: the last relative name comes first.
        return ",".join(
            "+".join(_written(oid, text, value) for oid, text, value in relative)
            for relative in reversed(self._relative_names)
        )

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"Name({self._text!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Name):
            return NotImplemented
        return self.der == other.der or self.prepared == other.prepared

    def __hash__(self) -> int:
        return hash(self.prepared)

    def __reduce__(self) -> tuple[object, ...]:
        return Name.from_der, (self.der,)


@lru_cache(maxsize=4096)
def _interned(der: bytes) -> Name:
    name = Name(der)
    _ = name.attributes  # broken octets are refused here, not at some later reading
    return name


def _attribute(element: Element) -> tuple[str, str, Element]:
    kind, value = require(element, tags.SEQUENCE, "An attribute").children
    try:
        text = read_text(value)
    except MalformedASN1Error:
        text = "#" + value.encoded.hex()
    return read_oid(require(kind, tags.OID, "An attribute's type")), text, value


def _prepare(text: str, value: Element) -> Hashable:
    """Return what of a value takes part in comparison: case and spacing do not.

    Spec: RFC 4518 §2
    """
    if text.startswith("#") and text == "#" + value.encoded.hex():
        return value.encoded
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())  # what the rest would come to, for most names
    mapped = "".join(
        " " if unicodedata.category(each) in ("Zs", "Zl", "Zp") or each in "\t\n\v\f\r" else each
        for each in unicodedata.normalize("NFKC", text.casefold())
        if unicodedata.category(each) not in ("Cf", "Cc") or each in "\t\n\v\f\r"
    )
    return " ".join(mapped.split())


def _written(oid: str, text: str, value: Element) -> str:
    short = _SHORT_NAMES.get(oid)
    if short is None or value.tag & tags.CONSTRUCTED:
        return f"{oid}=#{value.encoded.hex()}"  # RFC 4514 §2.4
    return f"{short}={_escaped(text)}"


def _escaped(text: str) -> str:
    """Return the value with RFC 4514 §2.4's characters escaped."""
    escaped = "".join(
        f"\\{each}" if each in '\\"+,;<>' else "\\00" if each == "\0" else each for each in text
    )
    if escaped.startswith((" ", "#")):
        escaped = "\\" + escaped
    if escaped.endswith(" ") and len(text) > 1:
        escaped = escaped[:-1] + "\\ "
    return escaped
