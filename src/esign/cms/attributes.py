"""Attributes of a SignerInfo: found by OID, read one value at a time.

Spec: RFC 5652 §5.3, §11; RFC 5035 §3, §4; RFC 6211
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from esign.ades.signature import SigningCertificateReference
from esign.asn1 import tags
from esign.asn1.reader import Element, read_integer, read_octets, read_oid
from esign.crypto.algorithms import DigestAlgorithm, digest_by_name, digest_by_oid
from esign.errors import MalformedASN1Error, MalformedCMSError

Values = tuple[Element, ...]


class Attributes:
    """The attributes of one set, in the order they came.

    Malformed members do not stop the others from being read; they are counted.
    """

    __slots__ = ("by_oid", "element", "unreadable")

    def __init__(self, element: Element | None) -> None:
        self.element = element
        self.by_oid: dict[str, list[Element]] = {}
        self.unreadable = 0
        for attribute in element.children if element is not None else ():
            oid = _attribute_type(attribute)
            if oid is None:
                self.unreadable += 1
            else:
                self.by_oid.setdefault(oid, []).append(attribute)

    def __contains__(self, oid: str) -> bool:
        return oid in self.by_oid

    def __iter__(self) -> Iterator[tuple[str, Element]]:
        """Yield (OID, attribute) in the order they came."""
        for attribute in self.element.children if self.element is not None else ():
            oid = _attribute_type(attribute)
            if oid is not None:
                yield oid, attribute

    def values(self, oid: str) -> Values:
        """Return every value of every attribute of this type."""
        found = self.by_oid.get(oid)
        if found is None:
            return ()
        if len(found) == 1:
            return found[0].children[1].children
        return tuple(value for each in found for value in each.children[1].children)

    def single(self, oid: str) -> Element | None:
        """Return the value of an attribute that occurs once with one value; else None."""
        values = self.values(oid)
        return values[0] if len(values) == 1 and len(self.by_oid[oid]) == 1 else None

    def is_der_order(self) -> bool:
        """True when the attributes stand in the order DER gives a SET OF.

        Spec: ITU-T X.690 §11.6
        """
        if self.element is None:
            return True
        encoded = [each.encoded for each in self.element.children]
        return all(first <= second for first, second in pairwise(encoded))


def _attribute_type(attribute: Element) -> str | None:
    """Return the OID of an attribute whose parts and values can be told apart, else None."""
    if attribute.tag != tags.SEQUENCE:
        return None
    try:
        parts = attribute.children
        if len(parts) != 2 or parts[0].tag != tags.OID or parts[1].tag != tags.SET:
            return None
        _ = parts[1].children  # cut here, so that no later question can stumble over it
        return read_oid(parts[0])
    except MalformedASN1Error:
        return None


def read_signing_certificate(
    value: Element, *, v2: bool
) -> tuple[SigningCertificateReference, ...]:
    """Return the references of a SigningCertificate or SigningCertificateV2.

    Raises:
        MalformedError: it is neither.

    Spec: RFC 5035 §3 (v2), RFC 2634 §5.4 (v1)
    """
    if not value.children or value.children[0].tag != tags.SEQUENCE:
        raise MalformedCMSError("A signing-certificate attribute names no certificate.")
    return tuple(_cert_id(each, v2=v2) for each in value.children[0].children)


def _cert_id(element: Element, *, v2: bool) -> SigningCertificateReference:
    parts = list(element.children)
    digest: DigestAlgorithm | None = digest_by_name("SHA256" if v2 else "SHA1")
    if v2 and parts and parts[0].tag == tags.SEQUENCE:
        digest = digest_by_oid(read_oid(parts.pop(0).children[0]))
    if not parts or parts[0].tag & ~tags.CONSTRUCTED != tags.OCTET_STRING or len(parts) > 2:
        raise MalformedCMSError("A signing-certificate attribute has no certificate digest.")
    issuer, serial = _issuer_serial(parts[1]) if len(parts) == 2 else (None, None)
    return SigningCertificateReference(
        digest_algorithm=digest,
        digest=read_octets(parts[0]),
        issuer_name=issuer,
        serial_number=serial,
    )


def _issuer_serial(element: Element) -> tuple[bytes | None, int]:
    """Return the directoryName of IssuerSerial.issuer, as sent, and the serial number."""
    names, serial = element.children[:2] if len(element.children) >= 2 else (None, None)
    if names is None or serial is None:
        raise MalformedCMSError("The issuer and serial number of a certificate are incomplete.")
    name = None
    for general_name in names.children:
        if general_name.tag == tags.context(4) and general_name.children:
            name = general_name.children[0].encoded
            break
    return name, read_integer(serial)


def read_algorithm_protection(value: Element) -> tuple[Element, Element | None]:
    """Return digestAlgorithm and signatureAlgorithm ([1], still under that tag).

    Spec: RFC 6211 §2
    """
    parts = value.children
    if not parts or parts[0].tag != tags.SEQUENCE:
        raise MalformedCMSError("The CMSAlgorithmProtection attribute names no digest algorithm.")
    signature = next((part for part in parts[1:] if part.tag == tags.context(1)), None)
    return parts[0], signature


def same_algorithm(first: Element, second: Element) -> bool:
    """True when two AlgorithmIdentifiers agree; absent parameters and NULL are the same.

    The identifiers may stand under different (implicit) tags.
    """
    return _algorithm_content(first) == _algorithm_content(second)


def _algorithm_content(element: Element) -> bytes:
    return element.content.removesuffix(b"\x05\x00")
