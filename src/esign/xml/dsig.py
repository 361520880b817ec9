"""``ds:Signature`` as it stands in a document: SignedInfo, value, key information.

Spec: W3C XML Signature 1.1 §4
"""

from __future__ import annotations

from collections.abc import Iterator

from esign.asn1.lazy import lazy
from esign.crypto.algorithms import (
    DigestAlgorithm,
    KeyType,
    SignatureAlgorithm,
    digest_by_uri,
    rsa_pss,
    signature_by_uri,
)
from esign.crypto.signatures import PublicKey, ecdsa_raw_to_der
from esign.xml.c14n import Method
from esign.xml.names import ds
from esign.xml.nodeset import NodeSet, UnresolvedError
from esign.xml.parser import XMLDocument
from esign.xml.text import all_text, leaf_octets
from esign.xml.transforms import canonicalisation
from esign.xml.tree import Element, only_children

_PSS = "{http://www.w3.org/2007/05/xmldsig-more#}"
_RAW_VALUES = (KeyType.EC, KeyType.DSA)
"""Key types whose value is r and s one after the other (§6.4.1, §6.4.3)."""


class SignatureElement:
    """One ds:Signature; everything is read when first asked for and kept."""

    def __init__(self, element: Element, document: XMLDocument) -> None:
        self.element = element
        self.document = document

    @lazy
    def signed_info(self) -> Element | None:
        """The one SignedInfo, or None when there is none or more than one."""
        return self._parts.get(_SIGNED_INFO)

    @lazy
    def references(self) -> tuple[Element, ...]:
        """The ds:Reference elements of SignedInfo."""
        info = self.signed_info
        return () if info is None else tuple(info.iterchildren(_REFERENCE))

    @lazy
    def objects(self) -> tuple[Element, ...]:
        """The ds:Object children."""
        return tuple(self.element.iterchildren(_OBJECT))

    @lazy
    def value_element(self) -> Element | None:
        """The one SignatureValue."""
        return self._parts.get(_VALUE)

    @lazy
    def value(self) -> bytes:
        """The decoded value; empty when it is not plain base64."""
        return leaf_octets(self.value_element) or b""

    @lazy
    def key_info(self) -> Element | None:
        """The one KeyInfo."""
        return self._parts.get(_KEY_INFO)

    @lazy
    def algorithm_name(self) -> str:
        """The URI of SignatureMethod."""
        method = self._signature_method
        return "" if method is None else method.get("Algorithm", "")

    @lazy
    def algorithm(self) -> SignatureAlgorithm | None:
        """The algorithm, or None when unknown; HMAC never is one: its key is shared."""
        method = self._signature_method
        if method is None:
            return None
        parameters = method.find(_PSS + "RSAPSSParams") if len(method) else None
        if parameters is not None and self.algorithm_name == _PSS[1:-1] + "rsa-pss":
            return _pss_algorithm(parameters)
        return signature_by_uri(self.algorithm_name)

    @lazy
    def canonicalization(self) -> Method | None:
        """The method for SignedInfo; None when it is unknown or not named once."""
        named = self._info_parts.get(_CANONICALIZATION)
        return None if named is None else canonicalisation(named)

    @lazy
    def signed_octets(self) -> bytes | None:
        """The canonical SignedInfo, or None when it has no known canonical form."""
        info, method = self.signed_info, self.canonicalization
        if info is None or method is None:
            return None
        try:
            return NodeSet(document=self.document, apexes=(info,)).octets(method)
        except UnresolvedError:
            return None

    def verifies(self, key: PublicKey) -> bool:
        """True when the value over SignedInfo verifies under ``key``.

        Spec: W3C XML Signature 1.1 §3.2.2
        """
        algorithm, octets, value = self.algorithm, self.signed_octets, self.value
        if algorithm is None or octets is None or not value:
            return False
        if algorithm.key_type in _RAW_VALUES:
            if len(value) % 2:
                return False
            value = ecdsa_raw_to_der(value)
        return key.verify(value, octets, algorithm)

    @lazy
    def _signature_method(self) -> Element | None:
        return self._info_parts.get(_METHOD)

    @lazy
    def _parts(self) -> dict[str, Element | None]:
        return only_children(self.element)

    @lazy
    def _info_parts(self) -> dict[str, Element | None]:
        return {} if self.signed_info is None else only_children(self.signed_info)


_REFERENCE, _OBJECT, _SIGNATURE = ds("Reference"), ds("Object"), ds("Signature")
_SIGNED_INFO, _VALUE, _KEY_INFO = ds("SignedInfo"), ds("SignatureValue"), ds("KeyInfo")
_CANONICALIZATION, _METHOD = ds("CanonicalizationMethod"), ds("SignatureMethod")


def signatures_in(root: Element) -> Iterator[Element]:
    """Yield every ds:Signature, in document order."""
    return root.iter(_SIGNATURE)


def _pss_algorithm(parameters: Element) -> SignatureAlgorithm | None:
    """Read RSAPSSParams (RFC 9231 §2.3.9); what is left out is SHA-256 and its size."""
    digest = _digest_of(parameters.find(ds("DigestMethod")))
    mask = parameters.find(_PSS + "MaskGenerationFunction")
    mask_digest = digest if mask is None else _digest_of(mask.find(ds("DigestMethod")))
    if digest is None or mask_digest is None:
        return None
    length = all_text(parameters.find(_PSS + "SaltLength"))
    trailer = all_text(parameters.find(_PSS + "TrailerField")) or "1"
    if trailer != "1" or not (length or "0").isdecimal():
        return None
    return rsa_pss(digest, mask_digest, int(length) if length else digest.size)


def _digest_of(method: Element | None) -> DigestAlgorithm | None:
    return digest_by_uri(_SHA256 if method is None else method.get("Algorithm", ""))


_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
