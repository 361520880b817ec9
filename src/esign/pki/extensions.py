"""Extensions outside certificates: of CRLs, their entries, and OCSP messages.

Spec: RFC 5280 §4.1.2.9, §5.2, §5.3; RFC 6960 §4.4
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from esign.asn1 import tags
from esign.asn1.reader import Element, read_boolean, read_octets, read_oid, require
from esign.errors import MalformedASN1Error, MalformedCertificateError
from esign.pki.certificate import Extension

NO_EXTENSIONS: Mapping[str, Extension] = {}


def read_extensions(element: Element) -> dict[str, Extension]:
    """Return the extensions of an Extensions SEQUENCE by dotted OID.

    Raises:
        MalformedCertificateError: one is written twice or not as the standard says.
    """
    found: dict[str, Extension] = {}
    for child in require(element, tags.SEQUENCE, "The list of extensions").children:
        parts = require(child, tags.SEQUENCE, "An extension").children
        oid, middle, value = parts[0], parts[1:-1], parts[-1]
        if not 2 <= len(parts) <= 3 or (middle and middle[0].tag != tags.BOOLEAN):
            raise MalformedCertificateError("An extension is not written as RFC 5280 says.")
        name = read_oid(require(oid, tags.OID, "An extension's identifier"))
        if name in found:
            raise MalformedCertificateError("The extension {oid} is written twice.", oid=name)
        critical = bool(middle) and read_boolean(middle[0])
        found[name] = Extension(
            oid=name,
            critical=critical,
            value=read_octets(require(value, tags.OCTET_STRING, "An extension's value")),
        )
    return found


def unknown_critical(extensions: Mapping[str, Extension], known: frozenset[str]) -> str | None:
    """Return the OID of a critical extension that is not among the known, or None."""
    for oid, extension in extensions.items():
        if extension.critical and oid not in known:
            return oid
    return None


@contextmanager
def reading(what: str, clause: str) -> Iterator[None]:
    """Turn whatever goes wrong while a structure is taken apart into one named error.

    Raises:
        MalformedCertificateError: a part is missing, superfluous or broken.
    """
    try:
        yield
    except (MalformedASN1Error, ValueError, IndexError) as error:
        raise MalformedCertificateError(
            "{what} is not written as {clause} says: {cause}.",
            what=what,
            clause=clause,
            cause=str(error).rstrip("."),
        ) from error
