"""One small file of checked lists, so that a start need not read 28 MB of XML again.

The file is an index of heads, the lists as JSON, each certificate once as DER, and a digest
over all of it. It is bound to its format's version, to every source list's own digest and to
the certificate that signed it; whether a list is still current is asked of the caller's
clock, never of the file. Whatever does not fit is no cache, and the lists are read anew.

The file is trusted as any configuration of this machine is: the digest finds accidents,
not somebody who may write there.
"""

from __future__ import annotations

import json
import os
import tempfile
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from esign.errors import OutputError
from esign.trustlists.kept import CheckedList
from esign.trustlists.model import TrustedList
from esign.trustlists.packing import packed, unpacked

MAGIC = b"esign trusted lists 1\n"
"""Format and its version; any change of what is kept, or of its meaning, counts it up."""
MAX_CACHE = 256 * 1024 * 1024
"""Octets; the EU's lists take about 8 MB."""
_DIGEST = 32
_LENGTH = 8


def write_cache(path: Path, lists: Iterable[CheckedList]) -> None:
    """Replace the cache file, at once or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    octets = encode(lists)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(octets)
            Path(name).replace(path)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise OutputError(
            "The cache of trusted lists {path} cannot be written: {cause}.",
            path=str(path),
            cause=error.strerror or "unknown cause",
        ) from error


def read_cache(path: Path) -> tuple[CheckedList, ...]:
    """Return the lists of a cache file; none when it is missing, damaged or of another version."""
    try:
        with path.open("rb") as file:
            octets = file.read(MAX_CACHE + 1)
    except OSError:
        return ()
    return decode(octets)


def encode(lists: Iterable[CheckedList]) -> bytes:
    """Return the octets of a cache file."""
    table = _Table()
    heads: list[list[Any]] = []
    bodies: list[bytes] = []
    for each in lists:
        body = json.dumps(packed(each.content, table.number), separators=(",", ":")).encode()
        heads.append([*_head(each), len(body)])
        bodies.append(body)
    index = json.dumps({"lists": heads, "certificates": table.lengths}).encode()
    rest = b"".join((len(index).to_bytes(_LENGTH, "big"), index, *bodies, *table.certificates))
    return MAGIC + sha256(rest).digest() + rest


def decode(octets: bytes) -> tuple[CheckedList, ...]:
    """Return the lists of a cache file's octets; none when they are not of this version."""
    start = len(MAGIC) + _DIGEST
    rest = memoryview(octets)[start:]
    if not octets.startswith(MAGIC) or sha256(rest).digest() != octets[len(MAGIC) : start]:
        return ()
    length = int.from_bytes(rest[:_LENGTH], "big")
    index = json.loads(bytes(rest[_LENGTH : _LENGTH + length]))
    position = _LENGTH + length
    bodies: list[memoryview] = []
    for head in index["lists"]:
        bodies.append(rest[position : position + head[-1]])
        position += head[-1]
    certificates = _Certificates(rest[position:], index["certificates"])
    return tuple(
        _checked(head, body, certificates)
        for head, body in zip(index["lists"], bodies, strict=True)
    )


class _Table:
    """Numbers each certificate when it is first seen."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.certificates: list[bytes] = []

    def number(self, written: str) -> int | str:
        """Return the number; what is no base64 stays as it was written."""
        known = self._numbers.get(written)
        if known is None:
            try:
                der = a2b_base64(written)
            except ValueError:
                return written
            known = self._numbers[written] = len(self.certificates)
            self.certificates.append(der)
        return known

    @property
    def lengths(self) -> list[int]:
        return [len(each) for each in self.certificates]


class _Certificates:
    """Finds a certificate by number, in base64 as the lists have it."""

    def __init__(self, octets: memoryview, lengths: Sequence[int]) -> None:
        self._octets = octets
        self._ends: list[int] = []
        end = 0
        for length in lengths:
            end += length
            self._ends.append(end)

    def __call__(self, number: int | str) -> str:
        if isinstance(number, str):
            return number
        start = self._ends[number - 1] if number else 0
        return b64encode(self._octets[start : self._ends[number]]).decode("ascii")


def _head(each: CheckedList) -> list[Any]:
    return [
        each.location,
        each.territory,
        each.sequence,
        each.digest,
        each.issued.isoformat(),
        each.next_update and each.next_update.isoformat(),
        each.signer,
        each.is_list_of_lists,
    ]


def _checked(
    head: list[Any], body: memoryview, certificate: Callable[[int | str], str]
) -> CheckedList:
    location, territory, sequence, digest, issued, next_update, signer, of_lists, _ = head

    def read() -> TrustedList:
        return unpacked(json.loads(bytes(body)), certificate)

    return CheckedList(
        location=location,
        territory=territory,
        sequence=sequence,
        digest=digest,
        issued=datetime.fromisoformat(issued),
        next_update=next_update and datetime.fromisoformat(next_update),
        signer=signer,
        is_list_of_lists=of_lists,
        read=read,
    )
