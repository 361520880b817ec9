"""Attributes of a SignerInfo: found by OID, read one value at a time.

Spec: RFC 5652 §5.3, §11; RFC 5035 §3, §4; RFC 6211
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from esign.ades.signature import SigningCertificateReference
from esign.asn1 import tags
from esign.asn1.headers import definite
from esign.asn1.reader import Element, parse, read_integer, read_octets, read_oid
from esign.cms import oids
from esign.cms.remembered import remembered
from esign.crypto.algorithms import DigestAlgorithm, digest_by_name, digest_by_oid
from esign.errors import MalformedASN1Error, MalformedCMSError

Values = tuple[Element, ...]
Octets = tuple[bytes, ...]
VARYING = frozenset({oids.MESSAGE_DIGEST, oids.SIGNING_TIME})
"""Attributes that differ from one signature of a signer to the next."""


class Attribute:
    """One attribute: its type, its octets, and its values cut apart."""

    __slots__ = ("element", "oid", "values")

    def __init__(self, oid: str, element: Element, values: Values) -> None:
        self.oid = oid
        self.element = element
        self.values = values


class Attributes:
    """The attributes of one set, in the order they came.

    Malformed members do not stop the others from being read; they are counted.
    """

    __slots__ = ("_order", "by_oid", "element", "encoded", "fixed", "unreadable")

    def __init__(self, element: Element | None) -> None:
        self.element = element
        self.encoded: list[bytes] = []
        """The octets of each member."""
        self.by_oid: dict[str, list[Attribute]] = {}
        self._order: list[Attribute] = []
        self.unreadable = 0
        self.fixed: Octets | None = ()
        """The members but digest and time, where they are few and short enough to remember
        what they say; else None."""
        if element is None:
            return
        members = _cut(element)
        if members is None:
            self.encoded = [each.encoded for each in element.children]
            self._add([_usual(each) or _any(each) for each in element.children])
            self.fixed = None
        else:
            self.encoded = members
            self._add([_said(each) for each in members])

    @classmethod
    def of(cls, members: Octets) -> Attributes:
        """Return attributes that lie each for itself, as :attr:`fixed` has them."""
        attributes = cls(None)
        attributes.encoded = list(members)
        attributes._add([_said(each) for each in members])
        return attributes

    def _add(self, members: list[Attribute | None]) -> None:
        by_oid, fixed = self.by_oid, []
        for octets, attribute in zip(self.encoded, members, strict=True):
            if attribute is None:
                self.unreadable += 1
                continue
            self._order.append(attribute)
            oid = attribute.oid
            if oid not in VARYING:
                fixed.append(octets)
            if (known := by_oid.get(oid)) is None:
                by_oid[oid] = [attribute]
            else:
                known.append(attribute)
        self.fixed = tuple(fixed)

    def __contains__(self, oid: str) -> bool:
        return oid in self.by_oid

    def __iter__(self) -> Iterator[Attribute]:
        """Yield the attributes in the order they came."""
        return iter(self._order)

    def values(self, oid: str) -> Values:
        """Return every value of every attribute of this type."""
        found = self.by_oid.get(oid)
        if found is None:
            return ()
        if len(found) == 1:
            return found[0].values
        return tuple(value for each in found for value in each.values)

    def single(self, oid: str) -> Element | None:
        """Return the value of an attribute that occurs once with one value; else None."""
        found = self.by_oid.get(oid)
        if found is None or len(found) != 1 or len(found[0].values) != 1:
            return None
        return found[0].values[0]

    def is_der_order(self) -> bool:
        """True when the attributes stand in the order DER gives a SET OF.

        Spec: ITU-T X.690 §11.6
        """
        return self.encoded == sorted(self.encoded)


_SHORT = 1024
"""Octets: but for time-stamps and the like, attributes are shorter."""
_FEW = 16
"""Attributes of one signature; most have six."""


def _cut(element: Element) -> list[bytes] | None:
    """Return the octets of few and short members under definite lengths; None for others."""
    octets, at, limit = element.octets, element.body, element.end
    members: list[bytes] = []
    if element.budget is not None:
        return None
    try:
        while at < limit:
            if octets[at] == tags.SEQUENCE and octets[at + 1] < 0x80:  # as nearly all begin
                end = at + 2 + octets[at + 1]
            else:
                _, end = definite(octets, at)
            if not at < end <= limit or end - at > _SHORT or len(members) == _FEW:
                return None
            members.append(octets[at:end])
            at = end
    except IndexError:
        return None
    return members


@lru_cache(maxsize=1024)
def _said(octets: bytes) -> Attribute | None:
    """Return a member as an attribute, read once for the same octets.

    Of the half dozen attributes of a signature, all but digest and time are the same in
    the signer's next one.
    """
    member = parse(octets)
    return _usual(member) or _any(member)


def _any(member: Element) -> Attribute | None:
    """Return an attribute whose parts and values can be told apart, else None."""
    if member.tag != tags.SEQUENCE:
        return None
    try:
        parts = member.children
        if len(parts) != 2 or parts[0].tag != tags.OID or parts[1].tag != tags.SET:
            return None
        # The values are cut here, so that no later question can stumble over them.
        return Attribute(read_oid(parts[0]), member, parts[1].children)
    except MalformedASN1Error:
        return None


def _usual(member: Element) -> Attribute | None:
    """Return an attribute of one value under definite lengths, or None for :func:`_any`.

    Nearly all attributes are so, and each signature has half a dozen: one pass over three
    headers costs a third of cutting them level by level.
    """
    octets, at, end = member.octets, member.body, member.end
    if member.tag != tags.SEQUENCE or member.after != end or member.budget is not None:
        return None
    try:
        values = at + 2 + octets[at + 1]
        if octets[at] != tags.OID or octets[at + 1] > 0x7F or octets[values] != tags.SET:
            return None
        value, stop = definite(octets, values)
        tag = octets[value]
        body, value_end = definite(octets, value)
        if not stop == value_end == end or tag & 0x1F == 0x1F:
            return None
        element = Element(octets, value, body, end, end, tag)
        return Attribute(_type(octets[at:values]), member, (element,))
    except (IndexError, MalformedASN1Error):
        return None


@lru_cache(maxsize=256)
def _type(encoded: bytes) -> str:
    return read_oid(parse(encoded))


def read_signing_certificate(
    value: Element, *, v2: bool
) -> tuple[SigningCertificateReference, ...]:
    """Return the references of a SigningCertificate or SigningCertificateV2.

    Raises:
        MalformedError: it is neither.

    Spec: RFC 5035 §3 (v2), RFC 2634 §5.4 (v1)
    """
    return _version_2(value.encoded) if v2 else _version_1(value.encoded)


@remembered
def _version_2(octets: bytes) -> tuple[SigningCertificateReference, ...]:
    return _cert_ids(parse(octets), v2=True)


@remembered
def _version_1(octets: bytes) -> tuple[SigningCertificateReference, ...]:
    return _cert_ids(parse(octets), v2=False)


def _cert_ids(value: Element, *, v2: bool) -> tuple[SigningCertificateReference, ...]:
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
    return algorithm_content(first) == algorithm_content(second)


def algorithm_content(element: Element) -> bytes:
    """Return what an AlgorithmIdentifier says, under whatever tag; NULL is nothing."""
    return element.octets[element.body : element.end].removesuffix(b"\x05\x00")
