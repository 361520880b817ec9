"""QCStatements: what an issuer says about the legal quality of a certificate.

They are statements of the issuer, not conclusions: whether a certificate *is* qualified,
a trusted list says. A statement that cannot be read says nothing, and is reported.

Spec: EN 319 412-5, RFC 3739 §3.2.6
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from esign.asn1 import tags
from esign.asn1.reader import Element, parse, read_integer, read_oid, read_text, require
from esign.errors import MalformedASN1Error
from esign.messages import Message
from esign.pki.certificate import Certificate

QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"

_SEMANTICS_V2 = "1.3.6.1.5.5.7.11.2"
_COMPLIANCE = "0.4.0.1862.1.1"
_LIMIT = "0.4.0.1862.1.2"
_RETENTION = "0.4.0.1862.1.3"
_SSCD = "0.4.0.1862.1.4"
_PDS = "0.4.0.1862.1.5"
_TYPE = "0.4.0.1862.1.6"
_COUNTRIES = "0.4.0.1862.1.7"

MAX_STATEMENTS = 64
"""Statements read of one certificate; EN 319 412-5 knows eight."""
MAX_EXPONENT = 30
"""Of a value limit, either way; no currency has sums that need more."""


class QcType(StrEnum):
    """What a qualified certificate is for.

    Spec: EN 319 412-5 §4.2.3
    """

    ESIGN = "esign"
    ESEAL = "eseal"
    WEB = "web"


class Semantics(StrEnum):
    """How the issuer says that the subject's identifiers are written.

    Spec: EN 319 412-1 §5.1
    """

    NATURAL = "natural person"
    LEGAL = "legal person"
    EIDAS_NATURAL = "eIDAS natural person"
    EIDAS_LEGAL = "eIDAS legal person"


_TYPES = {
    "0.4.0.1862.1.6.1": QcType.ESIGN,
    "0.4.0.1862.1.6.2": QcType.ESEAL,
    "0.4.0.1862.1.6.3": QcType.WEB,
}
_SEMANTICS = {
    "0.4.0.194121.1.1": Semantics.NATURAL,
    "0.4.0.194121.1.2": Semantics.LEGAL,
    "0.4.0.194121.1.3": Semantics.EIDAS_NATURAL,
    "0.4.0.194121.1.4": Semantics.EIDAS_LEGAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLimit:
    """The most a transaction relying on the certificate may be worth.

    Spec: EN 319 412-5 §4.3.2
    """

    currency: str
    """ISO 4217, letters or three digits."""
    amount: Decimal

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureStatement:
    """Where the issuer's terms can be read, and in which language.

    Spec: EN 319 412-5 §4.3.4
    """

    url: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QcStatements:
    """What the extension says; a certificate without one says nothing."""

    compliance: bool = False
    """The issuer claims that the certificate is qualified (§4.2.1)."""
    sscd: bool = False
    """The issuer claims that the key is in a qualified device (§4.2.2)."""
    types: frozenset[QcType] = frozenset()
    disclosure: tuple[DisclosureStatement, ...] = ()
    retention_years: int | None = None
    """Years for which the issuer keeps its records after the certificate's end (§4.3.3)."""
    countries: tuple[str, ...] = ()
    """Countries under whose law it is qualified; none means the European Union (§4.2.4)."""
    limit: ValueLimit | None = None
    semantics: Semantics | None = None
    others: tuple[str, ...] = ()
    """Dotted OIDs of statements not known here."""
    problems: tuple[Message, ...] = ()
    """What could not be read; that part says nothing."""

    @property
    def says_something(self) -> bool:
        """Whether there is any statement at all."""
        return self != NOTHING_STATED


NOTHING_STATED = QcStatements()


def qc_statements(certificate: Certificate) -> QcStatements:
    """Return what the certificate's issuer stated; never raises for what is written badly."""
    extension = certificate.extension(QC_STATEMENTS)
    return NOTHING_STATED if extension is None else read_qc_statements(extension.value)


def read_qc_statements(octets: bytes) -> QcStatements:
    """Return what the extension's value says.

    Spec: EN 319 412-5 §4, RFC 3739 §3.2.6
    """
    found = _Found()
    try:
        statements = require(parse(octets), tags.SEQUENCE, "QCStatements").children
    except MalformedASN1Error as error:
        return QcStatements(problems=(_unreadable(error),))
    if len(statements) > MAX_STATEMENTS:
        return QcStatements(
            problems=(
                Message("The certificate has more than {n} QC statements.", n=MAX_STATEMENTS),
            )
        )
    for statement in statements:
        try:
            found.add(statement)
        except (MalformedASN1Error, ValueError) as error:
            found.problems.append(_unreadable(error))
    return found.result()


def _unreadable(error: Exception) -> Message:
    return Message("A QC statement cannot be read and says nothing: {cause}", cause=str(error))


@dataclass(slots=True)
class _Found:
    """Collects the statements; one that occurs twice with different words says nothing."""

    facts: dict[str, object] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)
    ambiguous: set[str] = field(default_factory=set)

    def add(self, statement: Element) -> None:
        identifier, *rest = require(statement, tags.SEQUENCE, "QCStatement").children
        oid = read_oid(identifier)
        known = _READERS.get(oid)
        if known is None:
            self.others.append(oid)
            return
        name, read = known
        fact = read(rest)
        if self.facts.setdefault(name, fact) != fact:
            self.ambiguous.add(name)
            self.problems.append(
                Message("The QC statement {oid} occurs twice, with different words.", oid=oid)
            )

    def result(self) -> QcStatements:
        certain = {name: fact for name, fact in self.facts.items() if name not in self.ambiguous}
        return QcStatements(
            **certain,  # type: ignore[arg-type]  # _READERS pairs each name with its type
            others=tuple(self.others),
            problems=tuple(self.problems),
        )


def _nothing_more(rest: list[Element]) -> bool:
    if rest:
        raise MalformedASN1Error("A statement that is a plain yes carries something.")
    return True


def _only(rest: list[Element]) -> Element:
    if len(rest) != 1:
        raise MalformedASN1Error("A QC statement has not exactly one value.")
    return rest[0]


def _types(rest: list[Element]) -> frozenset[QcType]:
    oids = [read_oid(each) for each in _only(rest).children]
    unknown = [oid for oid in oids if oid not in _TYPES]
    if unknown or not oids:
        raise MalformedASN1Error("A QC type {oid} is not known.", oid=", ".join(unknown) or "-")
    return frozenset(_TYPES[oid] for oid in oids)


def _disclosure(rest: list[Element]) -> tuple[DisclosureStatement, ...]:
    return tuple(_locations(_only(rest)))


def _locations(element: Element) -> Iterator[DisclosureStatement]:
    for location in element.children:
        url, language = location.children
        yield DisclosureStatement(url=read_text(url), language=read_text(language).lower())


def _retention(rest: list[Element]) -> int:
    years = read_integer(_only(rest))
    if years < 0:
        raise MalformedASN1Error("A retention period is negative.")
    return years


def _countries(rest: list[Element]) -> tuple[str, ...]:
    return tuple(read_text(each).upper() for each in _only(rest).children)


def _limit(rest: list[Element]) -> ValueLimit:
    """Read MonetaryValue: amount times ten to the power of exponent."""
    currency, amount, exponent = _only(rest).children
    power = read_integer(exponent)
    if abs(power) > MAX_EXPONENT or read_integer(amount).bit_length() > MAX_AMOUNT_BITS:
        raise MalformedASN1Error("A value limit is no sum of money.")
    is_number = currency.tag == tags.INTEGER
    name = f"{read_integer(currency):03d}" if is_number else read_text(currency)
    return ValueLimit(currency=name, amount=Decimal(read_integer(amount)).scaleb(power))


MAX_AMOUNT_BITS = 80
"""Of a value limit's mantissa: Decimal is exact for it at its default precision."""


def _semantics(rest: list[Element]) -> Semantics | None:
    parts = _only(rest).children
    if not parts or parts[0].tag != tags.OID:
        return None  # only name registration authorities, which say nothing about the form
    return _SEMANTICS.get(read_oid(parts[0]))


_READERS: dict[str, tuple[str, Callable[[list[Element]], object]]] = {
    _COMPLIANCE: ("compliance", _nothing_more),
    _SSCD: ("sscd", _nothing_more),
    _TYPE: ("types", _types),
    _PDS: ("disclosure", _disclosure),
    _RETENTION: ("retention_years", _retention),
    _COUNTRIES: ("countries", _countries),
    _LIMIT: ("limit", _limit),
    _SEMANTICS_V2: ("semantics", _semantics),
}
"""Statement → the field it fills and its reader; EN 319 412-5 §4.2 and §4.3."""
