"""Ways in which a file gets damaged, by chance or on purpose."""

from __future__ import annotations

import random
from collections.abc import Callable

Damage = Callable[[bytes, random.Random], bytes]


def damaged(octets: bytes, chance: random.Random) -> bytes:
    """Return the octets after one to three kinds of damage."""
    for _ in range(chance.randint(1, 3)):
        octets = chance.choice(DAMAGES)(octets, chance) or b"\x00"
    return octets


def flip(octets: bytes, chance: random.Random) -> bytes:
    """Flip one bit."""
    place = chance.randrange(len(octets))
    changed = octets[place] ^ 1 << chance.randrange(8)
    return octets[:place] + bytes([changed]) + octets[place + 1 :]


def cut(octets: bytes, chance: random.Random) -> bytes:
    """Leave out the end."""
    return octets[: chance.randrange(len(octets))]


def drop(octets: bytes, chance: random.Random) -> bytes:
    """Leave out a stretch."""
    start = chance.randrange(len(octets))
    return octets[:start] + octets[start + chance.randint(1, 64) :]


def repeat(octets: bytes, chance: random.Random) -> bytes:
    """Repeat a stretch."""
    start = chance.randrange(len(octets))
    stretch = octets[start : start + chance.randint(1, 256)]
    return octets[:start] + stretch * chance.randint(2, 4) + octets[start:]


def grow(octets: bytes, chance: random.Random) -> bytes:
    """Make an octet that may be a length as large as it can be."""
    place = chance.randrange(len(octets))
    return (
        octets[:place]
        + chance.choice((b"\xff", b"\x84\xff\xff\xff\xff", b"\x80"))
        + octets[place + 1 :]
    )


def insert(octets: bytes, chance: random.Random) -> bytes:
    """Put in octets that mean something to one parser or another."""
    place = chance.randrange(len(octets))
    return octets[:place] + chance.choice(WORDS) + octets[place:]


LENGTHS = (b"\xff", b"\x84\xff\xff\xff\xff", b"\x80")
WORDS = (
    b"\x30\x80" * 50,
    b"\x00\x00",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&#0;",
    b"<a>" * 300,
    b"]]>",
    b" obj << >> endobj ",
    b"[" * 300,
    b"99999999999999999999",
    b"/Length -1",
    b"%%EOF",
    b"\xff\xfe",
)
DAMAGES: tuple[Damage, ...] = (flip, flip, flip, cut, drop, repeat, grow, insert)
