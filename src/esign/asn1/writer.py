"""Write DER from parts; what is already encoded is put in as it is.

Spec: ITU-T X.690 §10, §11
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from esign.asn1 import tags
from esign.errors import UsageError


def encode(tag: int, content: bytes) -> bytes:
    """Return the TLV of a tag and its content, with the shortest definite length."""
    return header(tag, len(content)) + content


def header(tag: int, length: int) -> bytes:
    """Return the identifier and length octets before a content of ``length`` octets."""
    if tag > 0xFF or length > 0xFFFF:
        return _identifier(tag) + encode_length(length)
    if length < 0x80:
        return bytes((tag, length))
    if length < 0x100:
        return bytes((tag, 0x81, length))
    return bytes((tag, 0x82, length >> 8, length & 0xFF))


def encode_length(length: int) -> bytes:
    """Return the length octets of a content of ``length`` octets.

    Spec: ITU-T X.690 §10.1
    """
    if length < 0x80:
        return bytes((length,))
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE of encoded parts, in the order given."""
    return encode(tags.SEQUENCE, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """Return a SET OF the encoded parts, sorted as DER asks.

    Spec: ITU-T X.690 §11.6
    """
    return encode(tags.SET, b"".join(sorted(parts)))


@lru_cache(maxsize=512)
def oid(dotted: str) -> bytes:
    """Return the OBJECT IDENTIFIER of a dotted string."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    if first > 2 or (first < 2 and second > 39):
        raise ValueError(f"{dotted} is no object identifier")
    return encode(tags.OID, b"".join(_arc(arc) for arc in (40 * first + second, *rest)))


def integer(value: int) -> bytes:
    """Return the INTEGER with the fewest octets."""
    bits = value.bit_length() if value >= 0 else (value + 1).bit_length()
    return encode(tags.INTEGER, value.to_bytes(bits // 8 + 1, "big", signed=True))


def enumerated(value: int) -> bytes:
    """Return the ENUMERATED."""
    return bytes((tags.ENUMERATED,)) + integer(value)[1:]


def octet_string(octets: bytes) -> bytes:
    """Return the OCTET STRING."""
    return encode(tags.OCTET_STRING, octets)


def bit_string(octets: bytes, unused: int = 0) -> bytes:
    """Return the BIT STRING with ``unused`` bits at its end."""
    return encode(tags.BIT_STRING, bytes((unused,)) + octets)


def null() -> bytes:
    """Return NULL."""
    return b"\x05\x00"


def boolean(value: bool) -> bytes:
    """Return the BOOLEAN; DER writes true as FF.

    Spec: ITU-T X.690 §11.1
    """
    return b"\x01\x01\xff" if value else b"\x01\x01\x00"


@lru_cache(maxsize=16)
def utc_or_generalized(moment: datetime) -> bytes:
    """Return UTCTime until 2049 and GeneralizedTime from 2050, whole seconds.

    Spec: RFC 5652 §11.3, RFC 5280 §4.1.2.5
    """
    moment = _utc(moment)
    if 1950 <= moment.year < 2050:
        return encode(tags.UTC_TIME, moment.strftime("%y%m%d%H%M%SZ").encode())
    return generalized_time(moment.replace(microsecond=0))


def generalized_time(moment: datetime) -> bytes:
    """Return GeneralizedTime; microseconds become a fraction without trailing zeros.

    Spec: ITU-T X.690 §11.7
    """
    moment = _utc(moment)
    text = f"{moment.year:04d}{moment:%m%d%H%M%S}"
    if moment.microsecond:
        text += f".{moment.microsecond:06d}".rstrip("0")
    return encode(tags.GENERALIZED_TIME, (text + "Z").encode())


def utf8_string(text: str) -> bytes:
    """Return the UTF8String.

    Raises:
        UsageError: the text holds halves of characters, as file names that are no UTF-8 do.
    """
    try:
        return encode(tags.UTF8_STRING, text.encode())
    except UnicodeEncodeError as error:
        raise UsageError(
            "{text} is no text: it holds broken characters.", text=ascii(text)
        ) from error


def printable_string(text: str) -> bytes:
    """Return the PrintableString; the text must keep to its alphabet."""
    return encode(tags.PRINTABLE_STRING, text.encode("ascii"))


def ia5_string(text: str) -> bytes:
    """Return the IA5String."""
    return encode(tags.IA5_STRING, text.encode("ascii"))


def explicit(number: int, *parts: bytes) -> bytes:
    """Return the encoded parts under the explicit tag ``[number]``."""
    return encode(tags.context(number), b"".join(parts))


def implicit(number: int, encoded: bytes) -> bytes:
    """Return an encoded value with its tag replaced by ``[number]``; the form is kept."""
    if encoded[0] & 0x1F == 0x1F:
        raise ValueError("a high tag number cannot be replaced in place")
    return bytes((tags.context(number, bool(encoded[0] & tags.CONSTRUCTED)),)) + encoded[1:]


def _identifier(tag: int) -> bytes:
    if tag < 0x100:
        return bytes((tag,))
    return bytes((tag & 0xFF,)) + _arc(tag >> 8)


def _arc(value: int) -> bytes:
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.append(0x80 | value & 0x7F)
    return bytes(reversed(octets))


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without an offset is no point in time")
    return moment.astimezone(UTC)
