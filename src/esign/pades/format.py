"""PAdES as a format: recognise, parse, open slots, fill them.

A signature is always an incremental update: the document's own octets are shared, never
copied. The hole for the CMS is as large as the signer's part will be at most, plus what
the request reserves for a time-stamp.

Spec: EN 319 142-1 §5, §6
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from esign.ades.evidence import Evidence
from esign.ades.format import Outline, ParsedDocument, SignatureRequest, Slot
from esign.cms import builder
from esign.cms.timestamps import signature_imprint
from esign.crypto.algorithms import DigestAlgorithm
from esign.document import Document
from esign.errors import LevelUnreachableError, ReservationTooSmallError, UsageError
from esign.limits import Budget
from esign.pades.file import PDFFile
from esign.pades.history import History
from esign.pades.hole import ExistingHole, find_hole
from esign.pades.reading import read_document
from esign.pades.signing import Prepared, prepare
from esign.terms import Packaging, SignatureForm, SlotKind

ATTRIBUTE_OVERHEAD = 64
"""Octets an unsigned attribute needs around a token: three headers, an OID, longer lengths."""
_BLANKS = b"\xef\xbb\xbf\0\t\n\r "


class PAdESFormat:
    """The five verbs for PAdES; see :class:`~esign.ades.format.SignatureFormat`."""

    form = SignatureForm.PADES

    def recognise(self, document: Document) -> bool:
        """True for what begins as a PDF does."""
        return document.head(64).lstrip(_BLANKS).startswith(b"%PDF-")

    def parse(
        self, document: Document, budget: Budget, *, detached: Sequence[Document] = ()
    ) -> ParsedDocument:
        """Return the signatures and document time-stamps of a PDF.

        Raises:
            MalformedPDFError: the PDF cannot be read without guessing.
            EncryptedPDFError: it needs a password.
            UsageError: detached content was given; a PDF signature covers its own file.
        """
        _require_nothing_detached(detached)
        return read_document(document, budget)

    def open_slot(
        self,
        document: Document,
        request: SignatureRequest,
        budget: Budget,
        *,
        detached: Sequence[Document] = (),
    ) -> Slot:
        """Return the slot for a signature over the document with its new field.

        Raises:
            UsageError: field, page, box or packaging cannot be had.
            CreationError: the document or the field forbids this signature.
        """
        _require_nothing_detached(detached)
        if request.packaging is not Packaging.ENVELOPED:
            raise UsageError(
                "A PDF carries its signature inside (ENVELOPED), not {packaging}.",
                packaging=request.packaging.value,
            )
        history = History(PDFFile(document, budget))
        prepared = prepare(history, request, _room(request))
        digest = prepared.digest(request.digest_algorithm)
        attributes = builder.signed_attributes(request, digest, pades=True)
        return Slot(
            kind=SlotKind.SIGNATURE,
            form=self.form,
            octets=attributes,
            state=_SignatureState(
                prepared=prepared, request=request, attributes=attributes, digest=digest
            ),
        )

    def open_timestamp_slot(
        self,
        document: Document,
        kind: SlotKind,
        budget: Budget,
        *,
        signature_id: str,
        digest_algorithm: DigestAlgorithm,
        detached: Sequence[Document] = (),
    ) -> Slot:
        """Return the slot for a signature-time-stamp in the hole of an existing signature.

        Raises:
            UsageError: no signature has the id.
            LevelUnreachableError: a later signature covers the hole, or another kind of
                time-stamp is asked for.
        """
        _require_nothing_detached(detached)
        if kind is not SlotKind.SIGNATURE_TIMESTAMP:
            raise LevelUnreachableError(
                "Time-stamps of kind {kind} are not yet made in PAdES.",
                kind=kind.value,
                level="LTA",
                missing=kind.value,
            )
        hole = find_hole(document, signature_id, budget)
        return Slot(
            kind=kind,
            form=self.form,
            imprint=signature_imprint(hole.facts, digest_algorithm),
            imprint_algorithm=digest_algorithm,
            state=hole,
        )

    def fill(self, slot: Slot, answer: bytes) -> Document:
        """Return the signed document, sharing the octets of the one before.

        Raises:
            ReservationTooSmallError: the answer does not fit the hole; ``needed`` and
                ``reserved`` say by how much.
        """
        state = slot.state
        if isinstance(state, _SignatureState):
            return _signed(state, answer)
        if isinstance(state, ExistingHole):
            attribute = builder.timestamp_attribute(answer)
            octets = builder.with_unsigned_attribute(state.cms, 0, attribute)
            _require_room(len(octets), state.room)
            return state.filled(octets)
        raise UsageError("This slot was not opened by PAdES.")

    def outline(self, slot: Slot, value: bytes, made: Document) -> Outline | None:
        """Return None: what was made of a PDF is always read in full."""
        return None

    def add_material(
        self, document: Document, signature_id: str, material: Evidence, budget: Budget
    ) -> Document:
        """Refuse: level LT is not yet made in PAdES.

        Raises:
            LevelUnreachableError: always.
        """
        raise LevelUnreachableError(
            "Level {level} is not yet made in PAdES; sign with level T.",
            level="LT",
            missing="a document security store",
        )


PADES = PAdESFormat()
"""The one instance; it has no state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignatureState:
    prepared: Prepared
    request: SignatureRequest
    attributes: bytes
    digest: bytes


def _room(request: SignatureRequest) -> int:
    reserve = request.timestamp_reserve
    return builder.signer_info_size(request) + (reserve + ATTRIBUTE_OVERHEAD if reserve else 0)


def _signed(state: _SignatureState, value: bytes) -> Document:
    info = builder.signer_info(state.request, state.attributes, value)
    octets = builder.signed_data(state.request, info)
    _require_room(len(octets), state.prepared.room)
    signed = state.prepared.with_contents(octets)
    # The self-check that follows need not read a large document a second time.
    digest = state.request.digest_algorithm
    signed.remember_digest(digest.hashlib_name, state.digest, state.prepared.ranges)
    return signed


def _require_room(needed: int, reserved: int) -> None:
    if needed > reserved:
        raise ReservationTooSmallError(
            "The signature needs {needed} octets, but {reserved} are reserved for it in the PDF. "
            "Sign again with a larger reserve for the time-stamp.",
            needed=needed,
            reserved=reserved,
        )


def _require_nothing_detached(detached: Sequence[Document]) -> None:
    if detached:
        raise UsageError(
            "A PDF signature covers its own file; {count} detached documents were given.",
            count=len(detached),
        )
