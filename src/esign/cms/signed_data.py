"""SignedData and SignerInfo as they came: views, with certificates and the like on demand.

Nothing is decoded that nobody asks for, and nothing is ever encoded again: what was
signed is always a slice of the octets that arrived.

Spec: RFC 5652 §5
"""

from __future__ import annotations

from esign.asn1 import tags
from esign.asn1.lazy import lazy
from esign.asn1.reader import Element, parse, read_integer, read_octets, read_oid
from esign.cms import oids
from esign.cms.armour import unarmoured
from esign.cms.attributes import Attributes
from esign.cms.envelope import Envelope, open_envelope
from esign.cms.material import Material
from esign.cms.remembered import remembered
from esign.crypto.algorithms import DigestAlgorithm, digest_by_name, digest_by_oid
from esign.document import Document
from esign.errors import InputError, MalformedCMSError
from esign.limits import Budget
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse

CERTIFICATES = tags.context(0)
CRLS = tags.context(1)
SIGNED_ATTRIBUTES = tags.context(0)
UNSIGNED_ATTRIBUTES = tags.context(1)
_KEY_IDENTIFIER = tags.context(0, constructed=False)
_SEGMENTED_KEY_IDENTIFIER = tags.context(0)


def parse_signed_data(source: Document | bytes, budget: Budget | None = None) -> SignedData:
    """Return the SignedData of a ContentInfo, in DER, BER, PEM or base64.

    Octets after the ContentInfo are not an error here: :attr:`SignedData.trailing` tells.

    Raises:
        MalformedError: it cannot be read as SignedData.
    """
    budget = budget or Budget()
    document = unarmoured(Document.of(source), budget)
    return SignedData(open_envelope(document, budget), budget)


_BLANK = b"\0\t\n\r \x1a"


class SignedData:
    """One SignedData.

    Spec: RFC 5652 §5.1
    """

    def __init__(self, envelope: Envelope, budget: Budget) -> None:
        self.envelope = envelope
        self.budget = budget
        self.encap_content_type = read_oid(envelope.content_type)
        self.content = envelope.content
        self.certificates_element, self.crls_element, self.signer_infos_element = _sets(envelope)
        self.signer_info_elements = self.signer_infos_element.children
        budget.spend("signatures", len(self.signer_info_elements))
        # Read here, so that whoever holds a SignedData can ask without fear of an error.
        self.version = read_integer(envelope.version)
        self.digest_oids = _announced(envelope.digest_algorithms.encoded)
        if self.certificates_element is not None:
            _ = self.certificates_element.children
        if self.crls_element is not None:
            _ = self.crls_element.children

    @property
    def document(self) -> Document:
        """The binary document this was read from."""
        return self.envelope.document

    @lazy
    def material(self) -> Material:
        """Certificates and revocation data, with a note for each part that cannot be read."""
        return Material.read(self.certificates_element, self.crls_element, self.budget)

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """The readable X.509 certificates, in the order they came."""
        return self.material.certificates

    @property
    def crls(self) -> tuple[CRL, ...]:
        """The readable CRLs."""
        return self.material.crls

    @property
    def ocsp_responses(self) -> tuple[OCSPResponse, ...]:
        """OCSP responses carried as other revocation information (RFC 5940)."""
        return self.material.ocsp_responses

    @property
    def trailing(self) -> bytes:
        """Up to 4 KiB of what follows the ContentInfo; usually nothing."""
        envelope = self.envelope
        if envelope.after == envelope.document.size:
            return b""
        return envelope.document.read(envelope.after, 4096)

    @property
    def trailing_is_blank(self) -> bool:
        """True when all that follows is zeros and white space, as padding leaves behind."""
        return not any(chunk.strip(_BLANK) for chunk in self.document.chunks(self.envelope.after))


def _sets(envelope: Envelope) -> tuple[Element | None, Element | None, Element]:
    """Return certificates, CRLs and SignerInfos, which all may come in any order, but once."""
    tail = envelope.tail
    if len(tail) == 2 and tail[0].tag == CERTIFICATES and tail[1].tag == tags.SET:
        return tail[0], None, tail[1]
    sets = {element.tag: element for element in tail}
    if tags.SET not in sets or len(sets) != len(tail):
        raise MalformedCMSError("The SignedData has no set of SignerInfos, or has parts twice.")
    if not sets.keys() <= {CERTIFICATES, CRLS, tags.SET}:
        raise MalformedCMSError("The SignedData has parts that RFC 5652 does not know.")
    return sets.get(CERTIFICATES), sets.get(CRLS), sets[tags.SET]


_LARGEST_ATTRIBUTES = 1 << 20
"""Signed attributes have a few hundred octets; a megabyte of them is no replay of anybody's."""


def looks_like_attributes(content: Document) -> bool:
    """True when the octets are a DER or BER SET of attributes with an OID and a SET each."""
    if content.size > _LARGEST_ATTRIBUTES or content.read(0, 1) != b"1":
        return False
    try:
        attributes = parse(content.read(0, content.size), budget=Budget()).children
        return bool(attributes) and all(_looks_like_attribute(each) for each in attributes)
    except InputError:  # then it is something else
        return False


def _looks_like_attribute(element: Element) -> bool:
    if element.tag != tags.SEQUENCE:
        return False
    return [child.tag for child in element.children] == [tags.OID, tags.SET]


class SignerInfo:
    """The parts of one SignerInfo, all read at once: what it answers later never fails.

    Spec: RFC 5652 §5.3
    """

    __slots__ = (
        "digest",
        "digest_algorithm",
        "digest_oid",
        "element",
        "issuer_and_serial",
        "signature",
        "signature_algorithm",
        "signature_element",
        "signature_oid",
        "signed_attributes",
        "subject_key_identifier",
        "unsigned_attributes",
        "version",
    )

    def __init__(self, element: Element) -> None:
        """Take ``element`` apart.

        Raises:
            MalformedError: the parts are not those of a SignerInfo.
        """
        if element.tag != tags.SEQUENCE:
            raise _malformed("it is no SEQUENCE")
        parts = list(element.children)
        self.element = element
        self.unsigned_attributes: Element | None = None
        self.signed_attributes: Element | None = None
        if len(parts) > 4 and parts[-1].tag == UNSIGNED_ATTRIBUTES:
            self.unsigned_attributes = parts.pop()
        if len(parts) > 4 and parts[3].tag == SIGNED_ATTRIBUTES:
            self.signed_attributes = parts.pop(3)
        if len(parts) != 5:
            raise _malformed("it has not the parts RFC 5652 gives it")
        version, identifier, self.digest_algorithm, self.signature_algorithm, signature = parts
        self.version = read_integer(version)
        self.issuer_and_serial, self.subject_key_identifier = _identifier(identifier.encoded)
        """The issuer's Name as sent and the serial number; or the key identifier."""
        self.digest_oid, self.digest = _digest(self.digest_algorithm.encoded)
        """The message-digest algorithm; None when it is unknown."""
        self.signature_oid, _ = _digest(self.signature_algorithm.encoded)
        self.signature_element = signature
        self.signature = read_octets(signature)
        """The signature value."""

    @property
    def own_octets(self) -> bytes:
        """Everything from the version to the signature, without what may be added later."""
        element = self.element
        return element.octets[element.body : self.signature_element.after]

    @property
    def signed_octets(self) -> bytes | None:
        """The signed attributes as sent, under the SET OF tag; None when there are none.

        Spec: RFC 5652 §5.4
        """
        attributes = self.signed_attributes
        return None if attributes is None else b"\x31" + attributes.encoded[1:]

    def attributes(self) -> tuple[Attributes, Attributes]:
        """Return signed and unsigned attributes."""
        signed, unsigned = self.signed_attributes, self.unsigned_attributes
        return Attributes(signed), Attributes(unsigned) if unsigned is not None else _NO_ATTRIBUTES


_NO_ATTRIBUTES = Attributes(None)


@remembered
def _identifier(octets: bytes) -> tuple[tuple[bytes, int] | None, bytes | None]:
    """Return what names the signer.

    Spec: RFC 5652 §5.3 (SignerIdentifier)
    """
    element = parse(octets)
    if element.tag == tags.SEQUENCE and len(element.children) == 2:
        issuer, serial = element.children
        return (issuer.encoded, read_integer(serial)), None
    if element.tag in (_KEY_IDENTIFIER, _SEGMENTED_KEY_IDENTIFIER):
        return None, read_octets(element)
    raise _malformed("it does not say who signed")


def _algorithm_oid(identifier: Element) -> str:
    if identifier.tag != tags.SEQUENCE or not identifier.children:
        raise _malformed("an algorithm identifier is none")
    return read_oid(identifier.children[0])


@remembered
def _digest(octets: bytes) -> tuple[str, DigestAlgorithm | None]:
    """Return the OID and, where it names one, the digest algorithm.

    SHAKE256 with a length is one only when it has the 512 bits of CMS.

    Spec: RFC 8419 §2.3
    """
    identifier = parse(octets)
    oid = _algorithm_oid(identifier)
    if oid != oids.SHAKE256_LEN:
        return oid, digest_by_oid(oid)
    parameters = identifier.children[1:]
    fitting = len(parameters) == 1 and parameters[0].tag == tags.INTEGER
    fitting = fitting and read_integer(parameters[0]) == 512
    return oid, digest_by_name("SHAKE256") if fitting else None


@remembered
def _announced(octets: bytes) -> frozenset[str]:
    """Return the OIDs of a set of digest algorithms."""
    return frozenset(map(_algorithm_oid, parse(octets).children))


def _malformed(problem: str) -> MalformedCMSError:
    return MalformedCMSError("A SignerInfo cannot be read: {problem}.", problem=problem)
