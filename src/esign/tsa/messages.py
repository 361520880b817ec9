"""Requests and responses of the time-stamp protocol.

Spec: RFC 3161 §2.4
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeVar

from esign.asn1 import reader, tags, writer
from esign.asn1.reader import Element
from esign.crypto.algorithms import DigestAlgorithm, digest_by_oid
from esign.errors import MalformedASN1Error, TSARejectedError, TSAUnreachableError
from esign.limits import Budget

T = TypeVar("T")

MAX_STATUS_TEXT = 500
"""Characters repeated of what an authority gives as its reason."""


class PKIStatus(IntEnum):
    """What became of a request.

    Spec: RFC 3161 §2.4.2
    """

    GRANTED = 0
    GRANTED_WITH_MODS = 1
    REJECTION = 2
    WAITING = 3
    REVOCATION_WARNING = 4
    REVOCATION_NOTIFICATION = 5


class FailureInfo(IntEnum):
    """Why a request was not granted: the bit of PKIFailureInfo.

    Spec: RFC 3161 §2.4.2
    """

    BAD_ALG = 0
    BAD_REQUEST = 2
    BAD_DATA_FORMAT = 5
    TIME_NOT_AVAILABLE = 14
    UNACCEPTED_POLICY = 15
    UNACCEPTED_EXTENSION = 16
    ADD_INFO_NOT_AVAILABLE = 17
    SYSTEM_FAILURE = 25


FAILURE_NAMES = {
    FailureInfo.BAD_ALG: "badAlg",
    FailureInfo.BAD_REQUEST: "badRequest",
    FailureInfo.BAD_DATA_FORMAT: "badDataFormat",
    FailureInfo.TIME_NOT_AVAILABLE: "timeNotAvailable",
    FailureInfo.UNACCEPTED_POLICY: "unacceptedPolicy",
    FailureInfo.UNACCEPTED_EXTENSION: "unacceptedExtension",
    FailureInfo.ADD_INFO_NOT_AVAILABLE: "addInfoNotAvailable",
    FailureInfo.SYSTEM_FAILURE: "systemFailure",
}
"""The names of the standard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageImprint:
    """What is time-stamped: a digest and its algorithm.

    Spec: RFC 3161 §2.4.1
    """

    algorithm_oid: str
    algorithm: DigestAlgorithm | None
    """None when the OID is unknown, or comes with parameters that no digest here has."""
    octets: bytes
    null_parameters: bool = field(default=False, compare=False)
    """NULL stands where it may be left out (RFC 5754 §2); an answer repeats what was asked."""

    def encoded(self) -> bytes:
        """Return the DER MessageImprint."""
        parameters = writer.null() if self.null_parameters else b""
        identifier = writer.sequence(writer.oid(self.algorithm_oid), parameters)
        return writer.sequence(identifier, writer.octet_string(self.octets))

    @property
    def has_right_length(self) -> bool:
        """The octets are as many as the algorithm gives."""
        return self.algorithm is not None and len(self.octets) == self.algorithm.size


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampRequest:
    """A TimeStampReq as an authority reads it."""

    version: int
    imprint: MessageImprint
    policy: str | None
    nonce: int | None
    cert_req: bool
    extensions: tuple[str, ...]
    """The OIDs of extensions asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusInfo:
    """A PKIStatusInfo."""

    status: int
    text: str
    """What the authority says, one line, no control characters."""
    failures: tuple[str, ...]
    """Names of the failure bits set."""

    @property
    def granted(self) -> bool:
        """A token comes with it."""
        return self.status in (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS)


def request_octets(
    imprint: bytes,
    algorithm: DigestAlgorithm,
    *,
    policy: str | None = None,
    nonce: int | None = None,
    cert_req: bool = True,
) -> bytes:
    """Return the DER TimeStampReq for a digest.

    Spec: RFC 3161 §2.4.1
    """
    parts = [
        writer.integer(1),
        writer.sequence(algorithm.identifier(), writer.octet_string(imprint)),
    ]
    if policy is not None:
        parts.append(writer.oid(policy))
    if nonce is not None:
        parts.append(writer.integer(nonce))
    if cert_req:
        parts.append(writer.boolean(True))
    return writer.sequence(*parts)


def read_request(octets: bytes, budget: Budget | None = None) -> TimestampRequest:
    """Return what a TimeStampReq asks for.

    Raises:
        MalformedASN1Error: the octets are no TimeStampReq.

    Spec: RFC 3161 §2.4.1
    """
    outer = reader.require(reader.parse(octets, budget=budget), tags.SEQUENCE, "A TimeStampReq")
    fields = list(outer.children)
    if len(fields) < 2:
        raise _malformed("a TimeStampReq lacks its version or its message imprint")
    request = TimestampRequest(
        version=reader.read_integer(reader.require(fields[0], tags.INTEGER, "The version")),
        imprint=read_imprint(fields[1]),
        policy=_optional(fields, 2, tags.OID, reader.read_oid, None),
        nonce=_optional(fields, 2, tags.INTEGER, reader.read_integer, None),
        cert_req=_optional(fields, 2, tags.BOOLEAN, reader.read_boolean, False),
        extensions=_optional(fields, 2, tags.context(0), _extension_oids, ()),
    )
    if len(fields) > 2:
        raise _malformed("a TimeStampReq has fields that do not belong there")
    return request


def read_imprint(element: Element) -> MessageImprint:
    """Return a MessageImprint.

    Raises:
        MalformedASN1Error: it is none.
    """
    parts = reader.require(element, tags.SEQUENCE, "A MessageImprint").children
    if len(parts) != 2:
        raise _malformed("a MessageImprint has two fields")
    identifier = reader.require(parts[0], tags.SEQUENCE, "A hash algorithm").children
    if not 1 <= len(identifier) <= 2:
        raise _malformed("an AlgorithmIdentifier has one or two fields")
    oid = reader.read_oid(reader.require(identifier[0], tags.OID, "A hash algorithm"))
    null = len(identifier) == 2 and identifier[1].encoded == writer.null()
    return MessageImprint(
        algorithm_oid=oid,
        algorithm=digest_by_oid(oid) if null or len(identifier) == 1 else None,
        octets=reader.read_octets(reader.require(parts[1], tags.OCTET_STRING, "A hashed message")),
        null_parameters=null,
    )


def read_response(octets: bytes, *, authority: str, budget: Budget | None = None) -> bytes:
    """Return the token of a TimeStampResp that grants one, unread.

    Raises:
        TSARejectedError: the status is another; ``values`` hold status, failure and text.
        TSAUnreachableError: the octets are no TimeStampResp.

    Spec: RFC 3161 §2.4.2
    """
    try:
        status, token = read_response_parts(octets, budget)
    except MalformedASN1Error as error:
        raise TSAUnreachableError(
            "{url} answered, but not with a time-stamp response: {reason}",
            url=authority,
            reason=error.message,
        ) from error
    if not status.granted:
        raise _rejected(status, authority)
    if token is None:
        raise TSAUnreachableError(
            "{url} says it granted the time-stamp and sent none.", url=authority
        )
    return token


def read_response_parts(
    octets: bytes, budget: Budget | None = None
) -> tuple[StatusInfo, bytes | None]:
    """Return status and token of a TimeStampResp.

    Raises:
        MalformedASN1Error: the octets are no TimeStampResp.
    """
    outer = reader.parse(octets, budget=budget)
    parts = reader.require(outer, tags.SEQUENCE, "A TimeStampResp").children
    if not 1 <= len(parts) <= 2:
        raise _malformed("a TimeStampResp has one or two fields")
    token = parts[1].encoded if len(parts) == 2 else None
    return _read_status(parts[0]), token


def granted_response(token: bytes) -> bytes:
    """Return the TimeStampResp that hands over a token."""
    return writer.sequence(writer.sequence(writer.integer(PKIStatus.GRANTED)), token)


def rejection_response(failure: FailureInfo, text: str) -> bytes:
    """Return the TimeStampResp that refuses, with its reason.

    Spec: RFC 3161 §2.4.2
    """
    octets = bytearray(failure // 8 + 1)
    octets[-1] = 0x80 >> failure % 8
    # DER drops trailing zero bits of a named bit list (X.690 §11.2.2).
    return writer.sequence(
        writer.sequence(
            writer.integer(PKIStatus.REJECTION),
            writer.sequence(writer.utf8_string(text)),
            writer.bit_string(bytes(octets), 7 - failure % 8),
        )
    )


def _read_status(element: Element) -> StatusInfo:
    fields = list(reader.require(element, tags.SEQUENCE, "A PKIStatusInfo").children)
    if not fields:
        raise _malformed("a PKIStatusInfo lacks its status")
    status = reader.read_integer(reader.require(fields[0], tags.INTEGER, "A PKIStatus"))
    text = _optional(fields, 1, tags.SEQUENCE, _free_text, "")
    bits = _optional(fields, 1, tags.BIT_STRING, reader.read_bits, b"")
    if len(fields) > 1:
        raise _malformed("a PKIStatusInfo has fields that do not belong there")
    return StatusInfo(status=status, text=text, failures=_failure_names(bits))


def _free_text(element: Element) -> str:
    """Return a PKIFreeText as one harmless line (RFC 4210 §5.1.1)."""
    text = " / ".join(reader.read_text(child) for child in element.children)
    printable = "".join(c if c.isprintable() else " " for c in text)
    return printable[:MAX_STATUS_TEXT].strip()


def _failure_names(bits: bytes) -> tuple[str, ...]:
    found = [i for i in range(min(len(bits), 16) * 8) if bits[i // 8] & 0x80 >> i % 8]
    known = {int(failure): name for failure, name in FAILURE_NAMES.items()}
    return tuple(known.get(bit, f"bit {bit}") for bit in found)


def _rejected(status: StatusInfo, authority: str) -> TSARejectedError:
    try:
        name = PKIStatus(status.status).name.lower()
    except ValueError:
        name = str(status.status)
    reasons = ", ".join(filter(None, (", ".join(status.failures), status.text)))
    return TSARejectedError(
        "{url} refused the time-stamp: {reason}.",
        url=authority,
        reason=reasons or f"status {name}, without a reason",
        status=name,
        failures=status.failures,
        text=status.text,
    )


def _extension_oids(element: Element) -> tuple[str, ...]:
    found = []
    for extension in element.children:
        fields = reader.require(extension, tags.SEQUENCE, "An extension").children
        if not fields:
            raise _malformed("an extension is empty")
        found.append(reader.read_oid(reader.require(fields[0], tags.OID, "An extension")))
    return tuple(found)


def _optional(
    fields: list[Element], index: int, tag: int, read: Callable[[Element], T], default: T
) -> T:
    """Take the field at ``index`` away and read it, if it has the tag."""
    if index < len(fields) and fields[index].tag == tag:
        return read(fields.pop(index))
    return default


def _malformed(problem: str) -> MalformedASN1Error:
    return MalformedASN1Error("The time-stamp message is malformed: {problem}.", problem=problem)
