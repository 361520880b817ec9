"""TSTInfo: what a time-stamp token says, read completely or not at all.

Spec: RFC 3161 §2.4.2, EN 319 422 §5.2
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from esign.asn1 import reader, tags, writer
from esign.asn1.reader import Element
from esign.errors import MalformedASN1Error, MalformedCMSError
from esign.limits import Budget
from esign.tsa.messages import MessageImprint, read_imprint

CONTENT_TYPE = "1.2.840.113549.1.9.16.1.4"
"""id-ct-TSTInfo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How far the true time may be from genTime, in either direction.

    Spec: RFC 3161 §2.4.2
    """

    seconds: int = 0
    millis: int = 0
    micros: int = 0

    @property
    def total_seconds(self) -> float:
        """The accuracy in seconds."""
        return self.seconds + self.millis / 1_000 + self.micros / 1_000_000

    @classmethod
    def of(cls, seconds: float) -> Accuracy:
        """Return the accuracy that is ``seconds``, to the microsecond, rounded up."""
        micros = -int(-seconds * 1_000_000 // 1)
        return cls(
            seconds=micros // 1_000_000, millis=micros // 1_000 % 1_000, micros=micros % 1_000
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TSTExtension:
    """One extension of a TSTInfo."""

    oid: str
    critical: bool
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TSTInfo:
    """The statement that a digest existed at a time."""

    policy: str
    imprint: MessageImprint
    serial_number: int
    generation_time: datetime
    accuracy: Accuracy | None = None
    ordering: bool = False
    nonce: int | None = None
    tsa: bytes | None = None
    """DER GeneralName."""
    extensions: tuple[TSTExtension, ...] = ()

    def encoded(self) -> bytes:
        """Return the DER TSTInfo."""
        parts = [
            writer.integer(1),
            writer.oid(self.policy),
            self.imprint.encoded(),
            writer.integer(self.serial_number),
            writer.generalized_time(self.generation_time),
        ]
        if self.accuracy is not None:
            parts.append(_write_accuracy(self.accuracy))
        if self.ordering:
            parts.append(writer.boolean(True))
        if self.nonce is not None:
            parts.append(writer.integer(self.nonce))
        if self.tsa is not None:
            parts.append(writer.explicit(0, self.tsa))
        if self.extensions:
            parts.append(writer.explicit(1, *map(_write_extension, self.extensions)))
        return writer.sequence(*parts)


def read_tst_info(octets: bytes, budget: Budget | None = None) -> TSTInfo:
    """Return the TSTInfo that the octets are.

    Raises:
        MalformedCMSError: they are none, or hold anything beside its fields.
    """
    try:
        return _read(reader.parse(octets, budget=budget))
    except MalformedASN1Error as error:
        raise MalformedCMSError(
            "The time-stamp token does not hold a readable TSTInfo: {reason}",
            reason=error.message,
            clause="RFC 3161 §2.4.2",
        ) from error


def _read(outer: Element) -> TSTInfo:
    fields = reader.require(outer, tags.SEQUENCE, "A TSTInfo").children
    if len(fields) < 5:
        raise _malformed("fields are missing")
    if reader.read_integer(reader.require(fields[0], tags.INTEGER, "The version")) != 1:
        raise _malformed("the version is not 1")
    time = reader.require(fields[4], tags.GENERALIZED_TIME, "genTime")
    if not time.content.endswith(b"Z"):
        raise _malformed("genTime is not in UTC")
    rest = _optional_fields(fields[5:])
    ordering, nonce, name = (rest.get(tag) for tag in (tags.BOOLEAN, tags.INTEGER, _TSA))
    return TSTInfo(
        policy=reader.read_oid(reader.require(fields[1], tags.OID, "The policy")),
        imprint=read_imprint(fields[2]),
        serial_number=reader.read_integer(
            reader.require(fields[3], tags.INTEGER, "The serial number")
        ),
        generation_time=reader.read_time(time),
        accuracy=_read_accuracy(rest[tags.SEQUENCE]) if tags.SEQUENCE in rest else None,
        ordering=ordering is not None and reader.read_boolean(ordering),
        nonce=None if nonce is None else reader.read_integer(nonce),
        tsa=None if name is None else _only_child(name).encoded,
        extensions=_read_extensions(rest[_EXTENSIONS]) if _EXTENSIONS in rest else (),
    )


_TSA = tags.context(0)
_EXTENSIONS = tags.context(1)
_OPTIONAL = (tags.SEQUENCE, tags.BOOLEAN, tags.INTEGER, _TSA, _EXTENSIONS)


def _optional_fields(fields: tuple[Element, ...]) -> dict[int, Element]:
    """Return the optional fields by tag; each once, in order, nothing else."""
    found: dict[int, Element] = {}
    last = -1
    for element in fields:
        position = _OPTIONAL.index(element.tag) if element.tag in _OPTIONAL else -1
        if position <= last:
            raise _malformed("it holds fields that do not belong there")
        last = position
        found[element.tag] = element
    return found


def _read_accuracy(element: Element) -> Accuracy:
    names = {tags.INTEGER: "seconds", tags.context(0, False): "millis"}
    names[tags.context(1, False)] = "micros"
    order = list(names)
    values: dict[str, int] = {}
    last = -1
    for child in element.children:
        position = order.index(child.tag) if child.tag in names else -1
        number = reader.read_integer(child) if position > last else -1
        if number < 0 or (position and number > 999):
            raise _malformed("its accuracy is none")
        last = position
        values[names[child.tag]] = number
    return Accuracy(**values)


def _write_accuracy(accuracy: Accuracy) -> bytes:
    parts = [writer.integer(accuracy.seconds)] if accuracy.seconds else []
    for number, value in ((0, accuracy.millis), (1, accuracy.micros)):
        if value:
            parts.append(writer.implicit(number, writer.integer(value)))
    return writer.sequence(*parts)


def _read_extensions(element: Element) -> tuple[TSTExtension, ...]:
    found = tuple(_read_extension(child) for child in element.children)
    if not found or len({extension.oid for extension in found}) != len(found):
        raise _malformed("its extensions are empty or repeated")
    return found


def _read_extension(element: Element) -> TSTExtension:
    fields = reader.require(element, tags.SEQUENCE, "An extension").children
    if not 2 <= len(fields) <= 3:
        raise _malformed("an extension has two or three fields")
    critical = False
    if len(fields) == 3:
        critical = reader.read_boolean(reader.require(fields[1], tags.BOOLEAN, "A criticality"))
    return TSTExtension(
        oid=reader.read_oid(reader.require(fields[0], tags.OID, "An extension")),
        critical=critical,
        value=reader.read_octets(reader.require(fields[-1], tags.OCTET_STRING, "An extension")),
    )


def _write_extension(extension: TSTExtension) -> bytes:
    critical = writer.boolean(True) if extension.critical else b""
    return writer.sequence(
        writer.oid(extension.oid), critical, writer.octet_string(extension.value)
    )


def _only_child(element: Element) -> Element:
    if len(element.children) != 1:
        raise _malformed("its tsa field holds not one name")
    return element.children[0]


def _malformed(problem: str) -> MalformedASN1Error:
    return MalformedASN1Error("{problem}.", problem=problem)
