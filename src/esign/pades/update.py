"""An incremental update: new and altered objects, a cross-reference, ``%%EOF``.

What was there stays as it was, octet by octet. The cross-reference is written in the
kind the file's last one has, because older readers know no other.

Spec: ISO 32000-1 §7.5.6
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby

from esign.pades.file import PDFFile, View
from esign.pades.objects import Dictionary, Name, Ref, Value
from esign.pades.serialise import write_value


@dataclass(slots=True)
class Update:
    """What a new revision will hold; objects keep the order in which they are put."""

    file: PDFFile
    next_number: int = 0
    _objects: dict[int, tuple[int, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.next_number = self.view.size

    @property
    def view(self) -> View:
        """The document before this update."""
        return self.file.last

    def new(self, value: Value) -> Ref:
        """Put a new object and return the reference to it."""
        reference = self.reserve()
        self.put(reference, value)
        return reference

    def reserve(self) -> Ref:
        """Return a reference to an object that is put later."""
        self.next_number += 1
        return Ref(self.next_number - 1, 0)

    def put(self, reference: Ref, value: Value) -> None:
        """Put a new or altered object."""
        self._objects[reference.number] = reference.generation, write_value(value)

    def new_stream(self, dictionary: Dictionary, data: bytes) -> Ref:
        """Put a new stream object and return the reference to it."""
        reference = self.reserve()
        head = write_value({**dictionary, "Length": len(data)})
        octets = head + b"\nstream\n" + data + b"\nendstream"
        self._objects[reference.number] = 0, octets
        return reference

    def octets(self, unique: str) -> bytes:
        """Return everything to be appended to the file.

        Args:
            unique: makes the new file identifier; the same gives the same octets.
        """
        size = self.file.octets.size
        body = bytearray(b"" if self.file.octets.read(size - 1, size) in b"\r\n" else b"\n")
        places: dict[int, tuple[int, int]] = {}
        for number, (generation, octets) in self._objects.items():
            places[number] = size + len(body), generation
            body += b"%d %d obj\n" % (number, generation) + octets + b"\nendobj\n"
        offset = size + len(body)
        if self.view.revision.sections[0].trailer.get("Type") == "XRef":
            body += self._stream(offset, places, unique)
        else:
            body += self._table(places, unique)
        body += b"startxref\n%d\n%%%%EOF\n" % offset
        return bytes(body)

    def _trailer(self, size: int, unique: str) -> Dictionary:
        old = self.view.trailer
        trailer: Dictionary = {"Size": size}
        for key in ("Root", "Info"):
            if old.get(key) is not None:
                trailer[key] = old[key]
        fresh = sha256(unique.encode()).digest()[:16]
        identifiers = self.view.list(old.get("ID"))
        first = identifiers[0] if identifiers else fresh
        trailer["ID"] = [first, fresh]
        trailer["Prev"] = self.view.revision.sections[0].offset
        return trailer

    def _table(self, places: dict[int, tuple[int, int]], unique: str) -> bytes:
        lines = [b"xref\n"]
        for run in _runs(places):
            lines.append(b"%d %d\n" % (run[0], len(run)))
            lines.extend(b"%010d %05d n\r\n" % places[number] for number in run)
        trailer = write_value(self._trailer(self.next_number, unique))
        return b"".join(lines) + b"trailer\n" + trailer + b"\n"

    def _stream(self, offset: int, places: dict[int, tuple[int, int]], unique: str) -> bytes:
        own = self.next_number
        places = {**places, own: (offset, 0)}
        runs = _runs(places)
        index: list[Value] = [item for run in runs for item in (run[0], len(run))]
        data = b"".join(
            b"\x01" + places[number][0].to_bytes(8) + places[number][1].to_bytes(2)
            for run in runs
            for number in run
        )
        widths: list[Value] = [1, 8, 2]
        dictionary: Dictionary = {"Type": Name("XRef"), **self._trailer(own + 1, unique)}
        dictionary |= {"W": widths, "Index": index, "Length": len(data)}
        head = b"%d 0 obj\n" % own + write_value(dictionary)
        return head + b"\nstream\n" + data + b"\nendstream\nendobj\n"


def _runs(places: dict[int, tuple[int, int]]) -> list[list[int]]:
    """Return the object numbers in order, cut where one is missing."""
    groups = groupby(enumerate(sorted(places)), lambda pair: pair[1] - pair[0])
    return [[number for _, number in group] for _, group in groups]
