"""Distribution points: which part of an authority's certificates one CRL speaks for.

A CRL found beside a signature was chosen by whoever put it there. Only the match of its
issuingDistributionPoint with the certificate tells whether silence about the certificate
means anything.

Spec: RFC 5280 §4.2.1.13, §5.2.5, §6.3.3 (b)
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from esign.asn1 import tags
from esign.asn1.reader import Element, parse, read_bits, require
from esign.errors import MalformedCertificateError
from esign.pki.distinguished import RelativeNames, relative_name, relative_names
from esign.pki.general_names import GeneralName, NameKind, read_general_names

ALL_REASONS = frozenset(range(1, 9))
"""Bits of ReasonFlags, keyCompromise (1) to aACompromise (8); bit 0 is unused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointName:
    """A DistributionPointName: full names, or one relative name to append to an issuer's."""

    full: tuple[GeneralName, ...] = ()
    relative: Hashable | None = None

    def comparable(self, issuers: Iterable[RelativeNames]) -> frozenset[Hashable]:
        """Return the names in a form that can be intersected.

        Args:
            issuers: names of the CRL issuer, to which a relative name is appended.
        """
        if self.relative is not None:
            return frozenset((NameKind.DIRECTORY, (*name, self.relative)) for name in issuers)
        return comparable_names(self.full)


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionPoint:
    """One entry of a certificate's cRLDistributionPoints or freshestCRL."""

    name: PointName | None = None
    reasons: frozenset[int] = ALL_REASONS
    crl_issuer: tuple[GeneralName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingDistributionPoint:
    """The scope of a CRL; the default, when the extension is absent, is everything."""

    name: PointName | None = None
    only_user_certificates: bool = False
    only_ca_certificates: bool = False
    only_attribute_certificates: bool = False
    reasons: frozenset[int] = ALL_REASONS
    indirect: bool = False


WHOLE_SCOPE = IssuingDistributionPoint()


def read_distribution_points(octets: bytes) -> tuple[DistributionPoint, ...]:
    """Return the points of a cRLDistributionPoints or freshestCRL value."""
    points = require(parse(octets), tags.SEQUENCE, "A list of distribution points").children
    return tuple(_point(each) for each in points)


def read_issuing_distribution_point(octets: bytes) -> IssuingDistributionPoint:
    """Return the scope that an issuingDistributionPoint value states.

    Raises:
        MalformedError: it cannot be read, or holds a field not known here.
    """
    fields = _fields(parse(octets), most=5)
    return IssuingDistributionPoint(
        name=_point_name(fields[0]) if 0 in fields else None,
        only_user_certificates=_flag(fields.get(1)),
        only_ca_certificates=_flag(fields.get(2)),
        reasons=_reasons(fields.get(3)),
        indirect=_flag(fields.get(4)),
        only_attribute_certificates=_flag(fields.get(5)),
    )


def comparable_names(names: Iterable[GeneralName]) -> frozenset[Hashable]:
    """Return general names so that equal ones are equal: directory names prepared."""
    return frozenset(
        (n.kind, relative_names(n.value) if n.kind is NameKind.DIRECTORY else n.value)
        for n in names
    )


def directory_names(names: Iterable[GeneralName]) -> tuple[RelativeNames, ...]:
    """Return the directory names among general names, made comparable."""
    return tuple(relative_names(n.value) for n in names if n.kind is NameKind.DIRECTORY)


def _point(element: Element) -> DistributionPoint:
    fields = _fields(element, most=2)
    if not fields.keys() & {0, 2}:
        raise MalformedCertificateError("A CRL distribution point names neither place nor issuer.")
    return DistributionPoint(
        name=_point_name(fields[0]) if 0 in fields else None,
        reasons=_reasons(fields.get(1)),
        crl_issuer=read_general_names(fields[2]) if 2 in fields else (),
    )


def _fields(element: Element, *, most: int) -> dict[int, Element]:
    fields: dict[int, Element] = {}
    for child in require(element, tags.SEQUENCE, "A distribution point").children:
        number = child.tag & 0x1F
        if child.tag & 0xC0 != tags.CONTEXT or number > most or number in fields:
            raise MalformedCertificateError("A distribution point holds a field not known here.")
        fields[number] = child
    return fields


def _point_name(element: Element) -> PointName:
    # [0] around the CHOICE is explicit; inside, [0] is fullName and [1] a relative name.
    (choice,) = element.children
    if choice.tag & 0x1F == 0:
        return PointName(full=read_general_names(choice))
    return PointName(relative=relative_name(choice))


def _flag(element: Element | None) -> bool:
    return element is not None and element.content != b"\0"


def _reasons(element: Element | None) -> frozenset[int]:
    if element is None:
        return ALL_REASONS
    octets = read_bits(element)
    return ALL_REASONS & {
        8 * index + bit
        for index, octet in enumerate(octets)
        for bit in range(8)
        if octet & 0x80 >> bit
    }
