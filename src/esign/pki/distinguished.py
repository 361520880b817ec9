"""Distinguished names as sequences, for what looks at parts of them.

Whole names are compared as :class:`~esign.pki.names.Name`. Name constraints compare
beginnings, and distribution points append one relative name to an issuer's.

Spec: RFC 5280 §4.2.1.10, §4.2.1.13, §7.1
"""

from __future__ import annotations

from collections.abc import Hashable

from esign.asn1 import tags
from esign.asn1.reader import Element
from esign.asn1.writer import encode, sequence
from esign.pki.names import Name

RelativeNames = tuple[Hashable, ...]
"""One comparable value per RelativeDistinguishedName, from the root of the directory down."""


def relative_names(der: bytes) -> RelativeNames:
    """Return the relative names of an encoded Name, prepared for comparison."""
    return Name.from_der(der).prepared


def relative_name(element: Element) -> Hashable:
    """Return one RelativeDistinguishedName, whatever tag hides its SET."""
    (only,) = relative_names(sequence(encode(tags.SET, element.content)))
    return only
