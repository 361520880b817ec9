"""CMS files as people pass them on: DER, or wrapped in base64 with or without PEM lines.

Spec: RFC 7468 §3 and §8 (PKCS7), §9 (CMS)
"""

from __future__ import annotations

import binascii
import re

from esign.document import Document
from esign.errors import MalformedCMSError
from esign.limits import Budget

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_BEGIN = re.compile(rb"-----BEGIN (PKCS ?#?7|CMS|PKCS7 SIGNED DATA|PKCS #7 SIGNED DATA)-----")
_END = re.compile(rb"-----END [^-\r\n]+-----")
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+\Z")


def is_signed_data(document: Document) -> bool:
    """True when the content starts as a SignedData does, armoured or not; reads 4 KiB."""
    head = document.head()
    if head[:1] == b"0":
        return _starts_signed_data(head)
    body = _base64_body(head)
    if body is None:
        return False
    compact = b"".join(body[:200].split())
    try:
        return _starts_signed_data(binascii.a2b_base64(compact[: len(compact) // 4 * 4]))
    except binascii.Error:
        return False


def unarmoured(document: Document, budget: Budget) -> Document:
    """Return the binary document: itself, or what its base64 stands for.

    Raises:
        MalformedCMSError: it starts as armour but does not decode.
    """
    head = document.head()
    if head[:1] == b"0" or _base64_body(head) is None:
        return document
    budget.require_within("asn1_in_memory", document.size)
    body = _base64_body(document.read(0, document.size)) or b""
    end = _END.search(body)
    try:
        octets = binascii.a2b_base64(body[: end.start()] if end else body)
    except binascii.Error as error:
        raise MalformedCMSError("The base64 text of this signature cannot be decoded.") from error
    return Document.of(octets, name=document.name)


def _starts_signed_data(octets: bytes) -> bool:
    """A SEQUENCE whose first element names signedData, under any form of length."""
    if len(octets) < 13 or octets[0] != 0x30:
        return False
    body = 2 + (octets[1] & 0x7F if octets[1] > 0x80 else 0)
    return octets[body : body + len(_SIGNED_DATA)] == _SIGNED_DATA


def _base64_body(octets: bytes) -> bytes | None:
    """Return what follows the BEGIN line, or text that is base64 throughout; else None."""
    begin = _BEGIN.search(octets)
    if begin:
        return octets[begin.end() :]
    text = octets.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text if text[:1] == b"M" and _BASE64.match(text) else None
