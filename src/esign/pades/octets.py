"""Windows into a PDF that may be larger than memory.

A small file is held whole; of a large one only the stretches that are looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from esign.document import Document
from esign.errors import LimitExceededError, MalformedPDFError
from esign.pades.parser import Parser

HELD = 16 * 1024 * 1024
"""Files up to this size are held whole: parsing then copies nothing."""
WINDOW = 8 * 1024
"""First stretch read of a large file for one object; most objects are smaller."""
LARGEST = 64 * 1024 * 1024
"""One object's dictionary, or one cross-reference table, may be this long."""

ALLOWANCE, FACTOR = 64 * 1024 * 1024, 8
"""Octets that may be parsed or inflated: so many, and so many times the file's size.

Each object is parsed about once, and object streams inflate to a few times their size. A
file whose objects overlap each other, or inflate without end, would cost its square."""

T = TypeVar("T")


class Octets:
    """The octets of a document, by position."""

    __slots__ = ("_held", "_left", "document", "size")

    def __init__(self, document: Document) -> None:
        self.document = document
        self.size = document.size
        self._held = document.read(0, self.size) if self.size <= HELD else None
        self._left = ALLOWANCE + FACTOR * self.size

    def read(self, start: int, end: int) -> bytes:
        """Return the octets from ``start`` to ``end``, fewer only at the end of the file."""
        if self._held is not None:
            return self._held[start:end]
        return self.document.read(start, max(0, end - start))

    def account(self, amount: int) -> None:
        """Count octets that were parsed or inflated.

        Raises:
            LimitExceededError: the file costs far more than its size explains.
        """
        self._left -= amount
        if self._left < 0:
            raise LimitExceededError(
                "Reading this PDF needs more than {bound} octets, {factor} times its size.",
                limit="pdf_octets",
                bound=ALLOWANCE + FACTOR * self.size,
                factor=FACTOR,
            )

    def parse(self, position: int, step: Callable[[Parser], T]) -> T:
        """Return what ``step`` reads at ``position``, widening the window until it fits.

        Raises:
            MalformedPDFError: what stands there cannot be read in any window.
        """
        if self._held is not None:
            return self._step(Parser(self._held, position), step)
        width = WINDOW
        while True:
            octets = self.read(position, position + width)
            parser = Parser(octets, base=position)
            last = position + len(octets) >= self.size or width >= LARGEST
            try:
                outcome = self._step(parser, step)
            except MalformedPDFError:
                if last:
                    raise
            else:
                # A token that touches the window's edge may go on behind it.
                if last or parser.position < len(octets):
                    return outcome
            width *= 4

    def _step(self, parser: Parser, step: Callable[[Parser], T]) -> T:
        start, end = parser.position, len(parser.octets)
        try:
            outcome = step(parser)
            end = parser.position
        finally:  # what fails may have looked at everything up to the end
            self.account(end - start)
        return outcome

    def find_last(self, needle: bytes, start: int, end: int) -> int:
        """Return where ``needle`` begins for the last time in the stretch, or -1."""
        if self._held is not None:
            return self._held.rfind(needle, max(0, start), end)
        found = self.read(max(0, start), end).rfind(needle)
        return found if found < 0 else found + max(0, start)
