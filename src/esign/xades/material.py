"""Certificates and revocation data a signature carries.

A part that cannot be read is left out and noted; it never takes its neighbours with it.

Spec: W3C XML Signature 1.1 §4.5.4; EN 319 132-1 §5.4
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from esign.ades.signature import EmbeddedMaterial
from esign.errors import MalformedError
from esign.limits import Budget
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse
from esign.xades.names import is_property
from esign.xml.names import ds
from esign.xml.text import all_text, decode_base64, leaf_octets, leaf_text
from esign.xml.tree import Element, local_name, only_child

Found = TypeVar("Found")

_DATA = ds("X509Data")
_CERTIFICATE, _CRL = ds("X509Certificate"), ds("X509CRL")
_LONGEST_SERIAL = 60
_HOLDERS = (
    "CertificateValues",
    "AttrAuthoritiesCertValues",
    "RevocationValues",
    "AttributeRevocationValues",
    "TimeStampValidationData",
    "AnyValidationData",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyInfo:
    """What ds:KeyInfo says of the signer; KeyValue is never used: it proves nothing."""

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[CRL, ...] = ()
    serial_number: int | None = None
    subject_key_identifier: bytes | None = None
    problems: tuple[Message, ...] = ()


def read_key_info(key_info: Element | None, budget: Budget) -> KeyInfo:
    """Return the certificates of all X509Data, in document order."""
    if key_info is None:
        return KeyInfo()
    reader = _Reader(budget)
    certificates: list[Certificate] = []
    crls: list[CRL] = []
    hints: dict[str, Element] = {}
    for data in key_info.iterchildren(_DATA):
        for one in data.iterchildren("*"):
            if one.tag == _CERTIFICATE:
                certificates.extend(reader.read(one, _certificate))
            elif one.tag == _CRL:
                crls.extend(reader.read(one, _crl))
            else:
                hints.setdefault(one.tag, one)
    issuer_serial = hints.get(ds("X509IssuerSerial"))
    number = ""
    if issuer_serial is not None:
        number = all_text(only_child(issuer_serial, ds("X509SerialNumber")))
    readable = number.isdecimal() and len(number) <= _LONGEST_SERIAL
    return KeyInfo(
        certificates=tuple(dict.fromkeys(certificates)),
        crls=tuple(crls),
        serial_number=int(number) if readable else None,
        subject_key_identifier=leaf_octets(hints.get(ds("X509SKI"))) or None,
        problems=tuple(reader.problems),
    )


def read_material(
    key_info: KeyInfo, unsigned: tuple[Element, ...], budget: Budget
) -> tuple[EmbeddedMaterial, tuple[Message, ...]]:
    """Return what is embedded, and what of it cannot be read."""
    reader = _Reader(budget)
    certificates = list(key_info.certificates)
    crls: list[CRL] = list(key_info.crls)
    responses: list[OCSPResponse] = []
    for holder in unsigned:
        if not is_property(holder, *_HOLDERS):
            continue
        for one in _descendants(holder, "EncapsulatedX509Certificate"):
            certificates.extend(reader.read(one, _certificate))
        for one in _descendants(holder, "EncapsulatedCRLValue"):
            crls.extend(reader.read(one, _crl))
        for one in _descendants(holder, "EncapsulatedOCSPValue"):
            responses.extend(reader.read(one, _ocsp_response))
    return (
        EmbeddedMaterial(
            certificates=tuple(dict.fromkeys(certificates)),
            crls=tuple({one.der: one for one in crls}.values()),
            ocsp_responses=tuple({one.der: one for one in responses}.values()),
        ),
        tuple(reader.problems),
    )


class _Reader:
    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.problems: list[Message] = []

    def read(self, element: Element, load: Callable[[str], Found | None]) -> Iterator[Found]:
        self.budget.spend("certificates")
        text = leaf_text(element)
        try:
            found = None if text is None else load(text)
        except MalformedError as error:
            problem = Message(
                "{element} cannot be read: {reason}",
                element=local_name(element),
                reason=error.message,
            )
            self.problems.append(problem)
            return
        if found is None:
            problem = Message("{element} is not base64.", element=local_name(element))
            self.problems.append(problem)
            return
        yield found


def _certificate(text: str) -> Certificate | None:
    """Return the certificate; the same text gives the same object without decoding it again."""
    return _interned(text) if len(text) <= _LONGEST_INTERNED else _decoded_certificate(text)


def _decoded_certificate(text: str) -> Certificate | None:
    octets = decode_base64(text)
    return Certificate.from_der(octets) if octets else None


_interned = lru_cache(maxsize=1024)(_decoded_certificate)
_LONGEST_INTERNED = 8 * 1024
"""Characters: a longer text is not kept; real ones have 1,500 to 3,000."""


def _crl(text: str) -> CRL | None:
    octets = decode_base64(text)
    return CRL.from_der(octets) if octets else None


def _ocsp_response(text: str) -> OCSPResponse | None:
    octets = decode_base64(text)
    return OCSPResponse.from_der(octets) if octets else None


def _descendants(holder: Element, name: str) -> Iterator[Element]:
    return (one for one in holder.iter("{*}" + name) if is_property(one, name))
