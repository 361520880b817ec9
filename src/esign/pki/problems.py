"""What can be wrong with a certification path, said so that somebody can mend it.

Spec: RFC 5280 §6.1
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.terms import CertificateRole


class PathProblemCode(StrEnum):
    """The kinds of problems, stable names for programs."""

    NO_ANCHOR = "NO_ANCHOR"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    NOT_A_CA = "NOT_A_CA"
    PATH_TOO_LONG = "PATH_TOO_LONG"
    KEY_USAGE = "KEY_USAGE"
    NAME_CHAINING = "NAME_CHAINING"
    UNKNOWN_CRITICAL_EXTENSION = "UNKNOWN_CRITICAL_EXTENSION"
    NAME_CONSTRAINTS = "NAME_CONSTRAINTS"
    POLICY = "POLICY"
    MALFORMED = "MALFORMED"
    BUDGET = "BUDGET"
    ANCHOR_SUNSET = "ANCHOR_SUNSET"
    EXTENDED_KEY_USAGE = "EXTENDED_KEY_USAGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathProblem:
    """One reason why a path does not hold."""

    code: PathProblemCode
    certificate: Certificate
    role: CertificateRole
    message: Message
    remedy: Message | None = None
    clause: str
    """For example ``RFC 5280 §6.1.3``."""


def problem(
    code: PathProblemCode,
    certificate: Certificate,
    role: CertificateRole,
    clause: str,
    template: str,
    /,
    *,
    remedy: Message | None = None,
    **values: object,
) -> PathProblem:
    """Return a problem whose sentence starts by naming the certificate and its role."""
    subject, fault = describe(certificate, role), Message(template, **values)
    sentence = Message("{subject}: {fault}", subject=subject, fault=fault)
    return PathProblem(
        code=code,
        certificate=certificate,
        role=role,
        message=sentence,
        remedy=remedy,
        clause=clause,
    )


def describe(certificate: Certificate, role: CertificateRole) -> Message:
    """Return role, subject, issuer and serial number of a certificate, in words."""
    return Message(
        "Certificate of the {role} “{name}”, issued by “{issuer}”, serial {serial}",
        role=Message(str(role.value)),
        name=str(certificate.subject),
        issuer=str(certificate.issuer),
        serial=serial_hex(certificate.serial_number),
    )


def serial_hex(serial_number: int) -> str:
    """Return a serial number as people compare it: hexadecimal, an even number of digits."""
    digits = f"{abs(serial_number):X}"
    return ("-" if serial_number < 0 else "") + digits.rjust(len(digits) + len(digits) % 2, "0")
