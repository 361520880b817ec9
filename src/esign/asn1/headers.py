"""Questions about headers that the hot paths ask: where a value ends, and who counts it.

Spec: ITU-T X.690 §8.1.2, §8.1.3
"""

from __future__ import annotations

from esign.limits import Budget

_LEVELS = 64
"""Levels one structure is cut to at most; the deepest, a CMS in a CMS, has some twenty."""


def definite(octets: bytes, start: int) -> tuple[int, int]:
    """Return body and end of the value at ``start``, without looking where ``octets`` end.

    For one pass over the few headers that nearly every structure has. A tag of several octets,
    an indefinite length or one beyond three octets gives ``(0, -1)``: then the caller goes the
    way that looks at everything, as it does where an end lies too far.

    Raises:
        IndexError: the header is cut short.
    """
    if octets[start] & 0x1F == 0x1F:
        return 0, -1
    length = octets[start + 1]
    if length < 0x80:
        return start + 2, start + 2 + length
    if length == 0x82:
        return start + 4, start + 4 + (octets[start + 2] << 8 | octets[start + 3])
    if length == 0x81:
        return start + 3, start + 3 + octets[start + 2]
    if length == 0x83:
        return start + 5, start + 5 + int.from_bytes(octets[start + 2 : start + 5], "big")
    return 0, -1


def counting(octets: bytes, budget: Budget | None) -> Budget | None:
    """Return the budget that must be charged: none where the octets cannot exceed it.

    An element takes two octets at least, and is cut once at each level it lies in.
    """
    if budget is None or len(octets) * _LEVELS <= 2 * budget.limits.asn1_elements:
        return None
    return budget
