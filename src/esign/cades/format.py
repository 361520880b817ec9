"""CAdES as a format: recognise, parse, open slots, fill them.

For signing, the document is the content itself; the result is a ``.p7m`` that carries it
(ENVELOPING) or a ``.p7s`` beside it (DETACHED). An attached result is composed of the
content's own octets and what goes around them, so its size in memory does not depend on
the content's.

Spec: EN 319 122-1 §4 to §6
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from esign.ades.evidence import Evidence
from esign.ades.format import Outline, ParsedDocument, SignatureRequest, Slot
from esign.ades.signature import Finding, TimestampToken
from esign.cades.media_types import media_type_of
from esign.cades.outline import SMALL, outline_of
from esign.cms import builder
from esign.cms.armour import is_signed_data
from esign.cms.content import CoveredContent, document_digest
from esign.cms.facts import SignerFacts, Surroundings
from esign.cms.signature import signatures_of
from esign.cms.signed_data import SignedData, SignerInfo, parse_signed_data
from esign.cms.timestamps import signature_imprint
from esign.crypto.algorithms import DigestAlgorithm
from esign.document import Document
from esign.errors import InputError, LevelUnreachableError, UsageError
from esign.limits import Budget
from esign.messages import Message
from esign.terms import Packaging, Scope, Severity, SignatureForm, SlotKind


class CAdESFormat:
    """The five verbs for CAdES; see :class:`~esign.ades.format.SignatureFormat`."""

    form = SignatureForm.CADES

    def recognise(self, document: Document) -> bool:
        """True for a SignedData in DER, BER, PEM or base64, by content."""
        return is_signed_data(document)

    def parse(
        self, document: Document, budget: Budget, *, detached: Sequence[Document] = ()
    ) -> ParsedDocument:
        """Return one signature for each SignerInfo.

        Args:
            document: the ``.p7m`` or ``.p7s``.
            budget: what this call may cost.
            detached: candidates for content that is not attached.

        Raises:
            MalformedError: the shell of the SignedData cannot be read.
        """
        signed_data = parse_signed_data(document, budget)
        content, findings = _content(signed_data, detached)
        surroundings = _DETACHED if signed_data.content is None else _ENVELOPING
        if findings := findings + _trailing(signed_data):
            surroundings = replace(surroundings, findings=findings)
        signatures = signatures_of(signed_data, content, surroundings)
        return ParsedDocument(form=self.form, document=document, signatures=signatures)

    def open_slot(
        self,
        document: Document,
        request: SignatureRequest,
        budget: Budget,
        *,
        detached: Sequence[Document] = (),
    ) -> Slot:
        """Return the slot for a signature over the whole of ``document``.

        Raises:
            UsageError: the packaging is none of CAdES, or the digest does not fit.
        """
        if request.packaging not in (Packaging.ENVELOPING, Packaging.DETACHED):
            raise UsageError(
                "CAdES signs {possible}, not {packaging}; for XML and PDF choose their own forms.",
                possible="ENVELOPING or DETACHED",
                packaging=request.packaging.value,
            )
        digest = document_digest(document, request.digest_algorithm)
        attributes = builder.signed_attributes(request, digest, media_type=media_type_of(document))
        return Slot(
            kind=SlotKind.SIGNATURE,
            form=self.form,
            octets=attributes,
            state=_SignatureState(document=document, request=request, attributes=attributes),
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
        """Return the slot for a signature-time-stamp on the signature with this id.

        Raises:
            UsageError: no signature has the id, or another kind is asked for.
        """
        if kind is not SlotKind.SIGNATURE_TIMESTAMP:
            raise LevelUnreachableError(
                "Time-stamps of kind {kind} are not yet made in CAdES.",
                kind=kind.value,
                level="LTA",
                missing=kind.value,
            )
        signed_data = parse_signed_data(document, budget)
        index, facts = _find(signed_data, signature_id)
        return Slot(
            kind=kind,
            form=self.form,
            imprint=signature_imprint(facts, digest_algorithm),
            imprint_algorithm=digest_algorithm,
            state=_TimestampState(signed_data=signed_data, index=index),
        )

    def fill(self, slot: Slot, answer: bytes) -> Document:
        """Return the signed document, sharing the content's and the older octets.

        The result's own octets are DER even where the signed document was armoured.
        """
        state = slot.state
        if isinstance(state, _SignatureState):
            return _signed(state, answer)
        if isinstance(state, _TimestampState):
            attribute = builder.timestamp_attribute(answer)
            return builder.add_unsigned_attribute(state.signed_data, state.index, attribute)
        raise UsageError("This slot was not opened by CAdES.")

    def outline(self, slot: Slot, value: bytes, made: Document) -> Outline | None:
        """Return the outline of the signature just made; see :mod:`esign.cades.outline`."""
        state = slot.state
        if not isinstance(state, _SignatureState):
            return None
        return outline_of(
            made,
            value,
            content=state.document,
            request=state.request,
            attributes=state.attributes,
        )

    def add_material(
        self, document: Document, signature_id: str, material: Evidence, budget: Budget
    ) -> Document:
        """Refuse: level LT is not yet made in CAdES.

        Raises:
            LevelUnreachableError: always.
        """
        raise LevelUnreachableError(
            "Level {level} is not yet made in CAdES; sign with level T.",
            level="LT",
            missing="embedding of validation material",
        )


CADES = CAdESFormat()
"""The one instance; it has no state."""


class _SignatureState(NamedTuple):
    document: Document
    request: SignatureRequest
    attributes: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _TimestampState:
    signed_data: SignedData
    index: int


def _signed(state: _SignatureState, value: bytes) -> Document:
    request, document = state.request, state.document
    info = builder.signer_info(request, state.attributes, value)
    attached = request.packaging is Packaging.ENVELOPING
    size = document.size if attached else None
    head, tail = builder.signed_data_parts(request, info, content_size=size)
    if not attached:
        return Document.of(head + tail)
    if document.size <= SMALL:  # one piece of memory is quicker to read back than three
        return Document.of(b"".join((head, document.read(0, document.size), tail)))
    return Document.join([head, document.range(), tail])


def _find(signed_data: SignedData, signature_id: str) -> tuple[int, SignerFacts]:
    absent = CoveredContent()
    for index, element in enumerate(signed_data.signer_info_elements):
        try:
            info = SignerInfo(element)
        except InputError:
            continue
        facts = SignerFacts(signed_data, info, absent, Surroundings())
        if facts.id == signature_id:
            return index, facts
    raise UsageError("No signature of this document has the id {id}.", id=signature_id)


def _read_timestamp(octets: bytes, budget: Budget) -> TimestampToken:
    from esign.tsa.token import parse_token  # many signatures carry no time-stamp

    return parse_token(octets, budget)


_ENVELOPING, _DETACHED = (
    Surroundings(form=SignatureForm.CADES, packaging=packaging, read_timestamp=_read_timestamp)
    for packaging in (Packaging.ENVELOPING, Packaging.DETACHED)
)


def _content(
    signed_data: SignedData, detached: Sequence[Document]
) -> tuple[CoveredContent, tuple[Finding, ...]]:
    """Return the attached content, or the given document that fits, and what to say of it.

    Spec: RFC 5652 §5.2 (external signatures)
    """
    attached = signed_data.content
    if attached is not None:
        content = CoveredContent.of(attached, name="content")
        return content, tuple([_stranger(e) for e in detached if not _same(e, attached)])
    if not detached:
        problem = Message("The signature is detached, and the signed document was not given.")
        return CoveredContent.missing(problem), ()
    if len(detached) == 1:
        return CoveredContent.of(detached[0]), ()
    fitting = [each for each in detached if _fits(signed_data, each)]
    if len(fitting) == 1:
        # Whoever gave the others must not believe that they are signed too.
        covers = Message("of the documents given only {name}", name=fitting[0].name or "one")
        return CoveredContent.of(fitting[0])._replace(scope=Scope.PARTIAL, covers=covers), ()
    problem = Message(
        "Of {count} given documents, {fitting} fit the signature; give the one it is about.",
        count=len(detached),
        fitting=len(fitting),
    )
    return CoveredContent.missing(problem, ambiguous=True), ()


def _same(first: Document, second: Document) -> bool:
    return first.size == second.size and first.digest("sha256") == second.digest("sha256")


def _fits(signed_data: SignedData, document: Document) -> bool:
    content = CoveredContent.of(document)
    signatures = signatures_of(signed_data, content, Surroundings())
    return any(reference.intact for each in signatures for reference in each.references())


def _stranger(document: Document) -> Finding:
    return Finding(
        code="detached-document-not-covered",
        severity=Severity.CONSTRAINT,
        message=Message(
            "{name} was given as the signed document, but the signature covers other content, "
            "which it carries itself.",
            name=document.name or "A document",
        ),
        clause="RFC 5652 §5.2",
    )


def _trailing(signed_data: SignedData) -> tuple[Finding, ...]:
    """Octets behind the ContentInfo are covered by nothing."""
    if not signed_data.trailing:
        return ()
    message = Message("The file goes on after the end of the signature; that part is not signed.")
    return (
        Finding(
            code="octets-after-signature",
            severity=Severity.REMARK if signed_data.trailing_is_blank else Severity.MALFORMED,
            message=message,
            clause="RFC 5652 §3",
        ),
    )
