"""What one signature covers: /ByteRange against the file it stands in.

Nothing may hide: the two ranges begin with the file, leave out exactly the string of
/Contents with its delimiters, and end where the signed revision ends.

Spec: ISO 32000-1 §12.8.1, table 252; EN 319 142-1 §5.3
"""

from __future__ import annotations

from dataclasses import dataclass

from esign.ades.signature import Finding
from esign.document import Span
from esign.messages import Message
from esign.pades.file import PDFFile, Revision
from esign.pades.objects import Dictionary
from esign.terms import Severity

_CLAUSE = "ISO 32000-1 §12.8.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The octets a signature covers and what is wrong with them."""

    ranges: tuple[Span, ...]
    """Half-open; empty when /ByteRange says nothing that could be hashed."""
    revision: Revision | None
    """The revision whose end the ranges reach."""
    findings: tuple[Finding, ...]

    @property
    def end(self) -> int:
        """Position behind the last covered octet."""
        return self.ranges[-1][1] if self.ranges else 0


def coverage(file: PDFFile, dictionary: Dictionary, contents: tuple[int, int] | None) -> Coverage:
    """Return what a signature dictionary's /ByteRange covers.

    Args:
        file: the file it stands in.
        dictionary: the signature dictionary as it stands in its own revision.
        contents: where its /Contents string lies, delimiters included.
    """
    numbers = dictionary.get("ByteRange")
    if (
        not isinstance(numbers, list)
        or len(numbers) != 4
        or any(type(number) is not int or number < 0 for number in numbers)
    ):
        return Coverage(ranges=(), revision=None, findings=(_finding("byte-range-shape", _SHAPE),))
    first, length, second, rest = (n for n in numbers if isinstance(n, int))
    findings = []
    if first + length > second or second + rest > file.octets.size:
        message = Message(
            "The byte ranges overlap or reach beyond the file's {size} octets.",
            size=file.octets.size,
        )
        return Coverage(
            ranges=(), revision=None, findings=(_finding("byte-range-bounds", message),)
        )
    if first != 0:
        findings.append(_finding("byte-range-start", _START))
    if contents != (first + length, second):
        findings.append(_finding("byte-range-hole", _HOLE))
    end = second + rest
    revision = next((r for r in file.revisions if r.end <= end <= r.blank_end), None)
    if revision is None:
        message = Message("The byte ranges end at octet {end}, where no revision ends.", end=end)
        findings.append(_finding("byte-range-end", message))
    return Coverage(
        ranges=((first, first + length), (second, end)),
        revision=revision,
        findings=tuple(findings),
    )


_SHAPE = Message("The signature does not say which octets it covers in four whole numbers.")
_START = Message("The signature does not cover the file from its first octet.")
_HOLE = Message(
    "What the signature leaves out is not exactly its own value: octets could hide there."
)


def _finding(code: str, message: Message) -> Finding:
    return Finding(code=code, severity=Severity.MALFORMED, message=message, clause=_CLAUSE)
