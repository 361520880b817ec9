"""The hole of an existing signature, to put a signature-time-stamp into it.

Only while nothing later covers it: octets that another signature or a document
time-stamp covers are never touched.

Spec: EN 319 142-1 §5.3, §6.3 (signature-time-stamp)
"""

from __future__ import annotations

from dataclasses import dataclass

from esign.cms.facts import SignerFacts
from esign.cms.signature import CMSSignature
from esign.document import Document, DocumentRange, Span
from esign.errors import LevelUnreachableError, UsageError
from esign.limits import Budget
from esign.pades.file import PDFFile
from esign.pades.history import History, SignedValue
from esign.pades.signature import ETSI, PKCS7, contents_of, read_signature, sub_filter


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingHole:
    """Where one signature's CMS lies in a document."""

    document: Document
    contents: Span
    """Of the hexadecimal string, delimiters included."""
    cms: bytes
    """The CMS without its padding."""
    facts: SignerFacts
    digests: tuple[tuple[str, bytes, tuple[Span, ...]], ...]
    """What was computed over the covered octets, which filling does not change."""

    @property
    def room(self) -> int:
        """Octets the hole can take."""
        return (self.contents[1] - self.contents[0] - 2) // 2

    def filled(self, octets: bytes) -> Document:
        """Return the document with other octets in the hole."""
        start, end = self.contents
        digits = octets.hex().encode() + b"0" * (2 * (self.room - len(octets)))
        before, after = self.document.range(0, start + 1), self.document.range(end - 1)
        parts: list[bytes | DocumentRange] = [before, digits, after]
        document = Document.join(parts, name=self.document.name)
        for name, digest, ranges in self.digests:
            document.remember_digest(name, digest, ranges)
        return document


def find_hole(document: Document, signature_id: str, budget: Budget) -> ExistingHole:
    """Return the hole of the signature with this id.

    Raises:
        UsageError: there is no such signature.
        LevelUnreachableError: its hole may not be changed.
    """
    history = History(PDFFile(document, budget))
    for value in history.values:
        if sub_filter(value) not in (ETSI, PKCS7):
            continue
        signature = read_signature(value)
        if signature.id == signature_id and isinstance(signature, CMSSignature):
            _require_open(history, value)
            return _hole(document, value, signature)
    raise UsageError("No signature of this document has the id {id}.", id=signature_id)


def _require_open(history: History, value: SignedValue) -> None:
    later = [other.name for other in history.values if other.coverage.end > value.coverage.end]
    if later:
        raise LevelUnreachableError(
            "The signature {name} cannot take a time-stamp any more, because {later} covers it. "
            "A document time-stamp can be added instead.",
            name=value.name,
            later=later[0],
            level="T",
            missing="an uncovered signature",
        )
    if not value.is_undisturbed:
        raise LevelUnreachableError(
            "The signature {name} is not sound in its form; a time-stamp would not help it.",
            name=value.name,
            level="T",
            missing="a sound signature",
        )


def _hole(document: Document, value: SignedValue, signature: CMSSignature) -> ExistingHole:
    facts, contents = signature.facts, value.contents
    assert contents is not None  # a signature without a place is not undisturbed
    envelope = facts.signed_data.envelope
    digest = facts.digest_algorithm
    known: tuple[tuple[str, bytes, tuple[Span, ...]], ...] = ()
    if digest is not None and "shake" not in digest.hashlib_name:
        name, ranges = digest.hashlib_name, value.coverage.ranges
        known = ((name, document.digest(name, ranges), ranges),)
    return ExistingHole(
        document=document,
        contents=contents,
        cms=contents_of(value)[: envelope.after],
        facts=facts,
        digests=known,
    )
