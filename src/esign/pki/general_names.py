"""GeneralName: the one way in which extensions name people, hosts, places and addresses.

Spec: RFC 5280 §4.2.1.6
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from esign.asn1 import tags
from esign.asn1.reader import Element, parse
from esign.errors import MalformedCertificateError


class NameKind(IntEnum):
    """The alternatives of GeneralName, numbered by their tags."""

    OTHER = 0
    EMAIL = 1
    DNS = 2
    X400 = 3
    DIRECTORY = 4
    EDI_PARTY = 5
    URI = 6
    IP = 7
    REGISTERED_ID = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralName:
    """One name: its kind and its content octets."""

    kind: NameKind
    value: bytes
    """Content octets; for ``DIRECTORY`` the encoded Name, header included."""

    @property
    def text(self) -> str:
        """The characters of an e-mail address, host or URI, for people and for fetching."""
        return self.value.decode("latin-1")


def read_general_names(element: Element) -> tuple[GeneralName, ...]:
    """Return the names of a GeneralNames, whatever tag it hides behind."""
    return tuple(read_general_name(child) for child in element.children)


def read_general_name(element: Element) -> GeneralName:
    """Return one GeneralName.

    Raises:
        MalformedCertificateError: its tag is none of the nine alternatives.
    """
    number = element.tag & 0x1F
    if element.tag & 0xC0 != tags.CONTEXT or element.tag > 0xFF or number > NameKind.REGISTERED_ID:
        raise MalformedCertificateError(
            "A name in an extension has tag 0x{tag}, which RFC 5280 does not know.",
            tag=f"{element.tag:02X}",
        )
    kind = NameKind(number)
    if kind is not NameKind.DIRECTORY:
        return GeneralName(kind=kind, value=element.content)
    # [4] is explicit, because Name is a CHOICE.
    return GeneralName(kind=kind, value=parse(element.content).encoded)
