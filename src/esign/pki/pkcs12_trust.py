"""PKCS#12 files that are trust stores: certificates without a private key.

A file with a key is a signer's: the certificates beside the key are his own chain, and
trusting those because they lay there would let any signer bring his own root.

Spec: RFC 7292 §4
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from esign.asn1 import tags
from esign.asn1.reader import parse, read_integer
from esign.errors import InputError, MalformedASN1Error, WrongPasswordError
from esign.pki.certificate import Certificate
from esign.pki.jks import Named

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates

_VERSION = 3


def is_pkcs12(octets: bytes) -> bool:
    """Return whether the octets are a PFX: a sequence that begins with version 3."""
    if octets[:1] != bytes([tags.SEQUENCE]):
        return False
    try:
        children = parse(octets).children
        return (
            len(children) > 1
            and children[0].tag == tags.INTEGER
            and read_integer(children[0]) == _VERSION
            and children[1].tag == tags.SEQUENCE
            and children[1].children[0].tag == tags.OID
        )
    except (MalformedASN1Error, IndexError):
        return False


def read_pkcs12(octets: bytes, password: str | None, name: str) -> Named:
    """Return alias and certificate of every entry.

    Args:
        octets: the whole file.
        password: opens it and checks its integrity; None tries without.
        name: the file, for errors.

    Raises:
        WrongPasswordError: the password is another, or the file was changed.
        InputError: the file holds a private key, and so is no trust store.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    content = _opened(octets, password, name)
    if content.key is not None:
        raise InputError(
            "{path} holds a private key: it is a signer's file and no trust store. Export the "
            "certificates you trust into a file of their own.",
            path=name,
        )
    return tuple(
        (
            (each.friendly_name or b"").decode("utf-8", "replace"),
            Certificate.from_der(each.certificate.public_bytes(Encoding.DER)),
        )
        for each in (content.cert, *content.additional_certs)
        if each is not None
    )


def _opened(octets: bytes, password: str | None, name: str) -> PKCS12KeyAndCertificates:
    # It brings cryptography's X.509 with it, which nobody else here needs.
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    try:
        return load_pkcs12(octets, None if password is None else password.encode())
    except ValueError as error:
        if password is None:
            raise InputError(
                "The trust store {path} needs its password, or is damaged. Export it once, "
                "with its password, as a trust snapshot: esign trust export.",
                path=name,
            ) from error
        raise WrongPasswordError(
            "The password is not that of the trust store {path}, or the file was changed.",
            path=name,
        ) from error
