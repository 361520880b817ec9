"""Identifier octets, as integers.

A tag of the high-tag-number form has its number above the leading octet's eight bits.

Spec: ITU-T X.690 §8.1.2
"""

from __future__ import annotations

BOOLEAN = 0x01
INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
NULL = 0x05
OID = 0x06
ENUMERATED = 0x0A
UTF8_STRING = 0x0C
SEQUENCE = 0x30
SET = 0x31
NUMERIC_STRING = 0x12
PRINTABLE_STRING = 0x13
TELETEX_STRING = 0x14
IA5_STRING = 0x16
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
VISIBLE_STRING = 0x1A
GENERAL_STRING = 0x1B
UNIVERSAL_STRING = 0x1C
BMP_STRING = 0x1E

CONSTRUCTED = 0x20
CONTEXT = 0x80


def context(number: int, constructed: bool = True) -> int:
    """Return the identifier octet of the context-specific tag ``[number]``, below 31."""
    if not 0 <= number < 31:
        raise ValueError(f"[{number}] needs the high-tag-number form")
    return CONTEXT | number | (CONSTRUCTED if constructed else 0)
