"""Certificates, CRLs and OCSP responses found in a SignedData or in unsigned attributes.

A part that cannot be read is left out and noted; it never takes its neighbours with it.

Spec: RFC 5652 §10.2.1, §10.2.2; RFC 5940; EN 319 122-1 §A.1 (certificate-values,
revocation-values)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple, TypeVar

from esign.ades.signature import EmbeddedMaterial
from esign.asn1 import tags
from esign.asn1.reader import Element, parse, read_octets, read_oid
from esign.cms import oids
from esign.cms.remembered import remembered
from esign.errors import EsignError, InputError, LimitExceededError
from esign.limits import Budget
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse

Found = TypeVar("Found", Certificate, CRL, OCSPResponse)

_OTHER_CERTIFICATES = (tags.context(0), tags.context(1), tags.context(2), tags.context(3))
_OTHER_REVOCATION = tags.context(1)


class Material(NamedTuple):
    """What was found, and what could not be read."""

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[CRL, ...] = ()
    ocsp_responses: tuple[OCSPResponse, ...] = ()
    problems: tuple[Message, ...] = ()

    @classmethod
    def read(
        cls, certificates: Element | None, revocation: Element | None, budget: Budget
    ) -> Material:
        """Return the material of SignedData.certificates and SignedData.crls."""
        found = cls()
        if certificates is not None:
            budget.spend("certificates", len(certificates.children))
            found = _certificate_choices(certificates.encoded)
        if revocation is None:
            return found
        gathering = _Gathering(budget)
        gathering.revocation_choices(revocation)
        beside = gathering.result()
        return beside._replace(
            certificates=found.certificates, problems=found.problems + beside.problems
        )

    @classmethod
    def read_values(
        cls,
        certificate_values: Iterable[Element],
        revocation_values: Iterable[Element],
        adobe: Iterable[Element],
        budget: Budget,
    ) -> Material:
        """Return the material of certificate-values, revocation-values and Adobe's attribute."""
        gathering = _Gathering(budget)
        for value in certificate_values:
            gathering.guarded(partial(gathering.each, value, Certificate.from_der))
        for value in revocation_values:
            gathering.revocation(value, OCSPResponse.from_basic)
        for value in adobe:
            gathering.revocation(value, OCSPResponse.from_der)
        return gathering.result()

    def embedded(self) -> EmbeddedMaterial:
        """Return it as the model's value."""
        return EmbeddedMaterial(
            certificates=self.certificates, crls=self.crls, ocsp_responses=self.ocsp_responses
        )

    def merged(self, other: Material) -> EmbeddedMaterial:
        """Return both as the model's value, each object once."""
        return EmbeddedMaterial(
            certificates=_once(self.certificates, other.certificates),
            crls=_once(self.crls, other.crls),
            ocsp_responses=_once(self.ocsp_responses, other.ocsp_responses),
        )


def _once(first: tuple[Found, ...], second: tuple[Found, ...]) -> tuple[Found, ...]:
    return tuple({each.der: each for each in first + second}.values()) if second else first


@remembered
def _certificate_choices(octets: bytes) -> Material:
    """Return the certificates of a set of choices; attribute certificates are passed over.

    Spec: RFC 5652 §10.2.2
    """
    certificates: list[Certificate] = []
    problems: list[Message] = []
    for child in parse(octets).children:
        if child.tag == tags.SEQUENCE:
            try:
                certificates.append(Certificate.from_der(child.encoded))
            except InputError as error:
                problems.append(_problem(error))
        elif child.tag not in _OTHER_CERTIFICATES:
            problems.append(Message("An embedded certificate is of no known kind."))
    return Material(certificates=tuple(certificates), problems=tuple(problems))


class _Gathering:
    """Reads choices one by one into lists."""

    __slots__ = ("budget", "certificates", "crls", "ocsp_responses", "problems")

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.certificates: list[Certificate] = []
        self.crls: list[CRL] = []
        self.ocsp_responses: list[OCSPResponse] = []
        self.problems: list[Message] = []

    def revocation_choices(self, element: Element) -> None:
        """Read RevocationInfoChoices (RFC 5652 §10.2.1)."""
        for child in element.children:
            if child.tag == tags.SEQUENCE:
                self.one(child, CRL.from_der)
            elif child.tag == _OTHER_REVOCATION:
                self.guarded(partial(self.other_revocation, child))

    def other_revocation(self, element: Element) -> None:
        """Read OtherRevocationInfoFormat: OCSP under RFC 5940, and its unregistered sibling."""
        kind, value = element.children
        oid = read_oid(kind)
        if oid == oids.RI_OCSP_RESPONSE:
            self.one(value, OCSPResponse.from_der)
        elif oid == oids.PKIX_OCSP_BASIC:
            self.one(_basic_response(value), OCSPResponse.from_basic)

    def revocation(self, value: Element, from_ocsp: Callable[[bytes], OCSPResponse]) -> None:
        """Read RevocationValues, or Adobe's attribute of the same build."""
        self.guarded(partial(self._revocation, value, from_ocsp))

    def _revocation(self, value: Element, from_ocsp: Callable[[bytes], OCSPResponse]) -> None:
        for child in value.children:
            if child.tag == tags.context(0):
                self.each(child.children[0], CRL.from_der)
            elif child.tag == tags.context(1):
                self.each(child.children[0], from_ocsp)

    def each(self, sequence: Element, read: Callable[[bytes], Found]) -> None:
        """Read every member of a SEQUENCE OF."""
        self.budget.spend("certificates", len(sequence.children))
        for member in sequence.children:
            self.one(member, read)

    def one(self, element: Element, read: Callable[[bytes], Found]) -> None:
        """Read one object, or note why not."""
        self.guarded(lambda: self.keep(read(element.encoded)))

    def keep(self, found: Certificate | CRL | OCSPResponse) -> None:
        """Put an object where it belongs."""
        if isinstance(found, Certificate):
            self.certificates.append(found)
        elif isinstance(found, CRL):
            self.crls.append(found)
        else:
            self.ocsp_responses.append(found)

    def guarded(self, act: Callable[[], None]) -> None:
        """Do ``act``; unreadable input becomes a note."""
        try:
            act()
        except LimitExceededError:
            raise
        except InputError as error:
            self.problems.append(_problem(error))
        except (ValueError, IndexError):  # another number of parts than the type has
            self.problems.append(Message("An embedded object has not the parts of its type."))

    def result(self) -> Material:
        """Return what was gathered."""
        return Material(
            tuple(self.certificates),
            tuple(self.crls),
            tuple(self.ocsp_responses),
            tuple(self.problems),
        )


def _problem(error: EsignError) -> Message:
    return Message("An embedded object cannot be read: {reason}", reason=error.message)


def _basic_response(value: Element) -> Element:
    """Unwrap the OCTET STRING that some writers put around a BasicOCSPResponse."""
    if value.tag == tags.OCTET_STRING:
        return parse(read_octets(value))
    return value
