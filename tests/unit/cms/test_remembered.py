"""What depends on octets alone is read once."""

from __future__ import annotations

import pytest

from esign.cms.remembered import ENTRIES, OCTETS, remembered
from esign.errors import MalformedCMSError


def test_same_octets_are_read_once() -> None:
    """The second answer is the first one; other octets are read for themselves."""
    seen: list[bytes] = []

    @remembered
    def read(octets: bytes) -> int:
        seen.append(octets)
        return len(octets)

    assert [read(b"a"), read(b"a"), read(b"bc")] == [1, 1, 2]
    assert seen == [b"a", b"bc"]


def test_large_octets_are_not_kept() -> None:
    """Hostile input cannot fill memory through what is remembered."""
    seen: list[bytes] = []

    @remembered
    def read(octets: bytes) -> int:
        seen.append(octets)
        return 0

    for _ in range(2):
        read(bytes(OCTETS + 1))
    assert len(seen) == 2
    for number in range(ENTRIES + 1):
        read(number.to_bytes(2, "big"))
    read(b"\0\0")  # the oldest was given up
    assert len(seen) == 2 + ENTRIES + 2


def test_errors_are_not_kept() -> None:
    """Broken octets are refused each time."""

    @remembered
    def read(octets: bytes) -> int:
        raise MalformedCMSError("Broken.")

    for _ in range(2):
        with pytest.raises(MalformedCMSError):
            read(b"")
