"""A signature in the making: a state that wants one answer, and the state after it.

1. PAdES at level T first measures the authority's token (``TimestampWanted``), because
   the hole in a PDF is cut before it is filled.
2. ``SignatureWanted``: exactly the octets the key signs.
3. ``TimestampWanted``: the digest to be time-stamped.
4. ``EvidenceWanted``: what is needed to judge the authority that gave the token.
5. ``wanted`` is None and :attr:`Session.result` is there.

After each answer the document is read back and checked; every token is judged before it
is built in. Sessions are immutable; :meth:`Session.feed` and
:meth:`Session.feed_evidence` return the next one.

Spec: EN 319 102-1 §4.3
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from esign.ades.evidence import Evidence, Want
from esign.ades.format import Outline, SignatureFormat, Slot
from esign.ades.levels import steps_up_to
from esign.ades.signature import AdESSignature
from esign.creation.checking import (
    SOUND_OUTLINES,
    require_kept,
    require_sound_signature,
    require_sound_timestamp,
    require_value,
)
from esign.creation.judging import Examination, TimestampJudge
from esign.creation.order import Order, doubts_about, require_makeable
from esign.creation.signed import SignedDocument
from esign.crypto.algorithms import DigestAlgorithm, SignatureAlgorithm, digest_by_name
from esign.document import Document
from esign.errors import CreationError, UsageError
from esign.limits import Budget
from esign.messages import Message
from esign.terms import Packaging, SignatureForm, SignatureLevel, SlotKind

TOKEN_MARGIN = 1024
"""Octets kept free beyond the measured token: serial numbers, fractions of seconds and a
renewed TSA certificate make the next token a little longer."""


@dataclass(frozen=True, slots=True)
class SignatureWanted:
    """The raw signature value over ``octets`` is wanted (ECDSA as DER)."""

    octets: bytes
    algorithm: SignatureAlgorithm


@dataclass(frozen=True, slots=True)
class TimestampWanted:
    """An RFC 3161 token over ``imprint`` is wanted."""

    imprint: bytes
    algorithm: DigestAlgorithm
    measuring: bool = False
    """Only its size matters; it is judged all the same, and not built in."""


@dataclass(frozen=True, slots=True)
class EvidenceWanted:
    """Certificates and revocation data about a time-stamping authority are wanted."""

    wants: tuple[Want, ...]


_NO_EVIDENCE = Evidence()

Wanted = SignatureWanted | TimestampWanted | EvidenceWanted


class Session(NamedTuple):
    """One step on the way; made by :func:`begin` and :func:`begin_timestamp`.

    A tuple, because every step makes another one.
    """

    format: SignatureFormat
    detached: tuple[Document, ...]
    budget: Budget
    judge: TimestampJudge | None
    document: Document
    """As it stands: the input at first, then with each answer in its place."""
    order: Order | None = None
    """What is to be signed; None when an existing signature is time-stamped."""
    slot: Slot | None = None
    remaining: tuple[SlotKind, ...] = ()
    """What is still to be filled after this slot."""
    signature: AdESSignature | None = None
    outline: Outline | None = None
    """Of a signature that is finished and is like others that were read in full."""
    level: SignatureLevel = SignatureLevel.B
    token: bytes = b""
    """The token under examination."""
    examination: Examination | None = None
    evidence: Evidence = _NO_EVIDENCE
    warnings: tuple[Message, ...] = ()
    inputs: tuple[Document, ...] = ()
    """What was read from outside."""

    @property
    def wanted(self) -> Wanted | None:
        """What the driver must answer next; None when the document is finished."""
        if self.examination is not None:
            return EvidenceWanted(self.examination.wants())
        if self.slot is None:
            return self._measurement() if self.remaining else None
        if self.slot.kind is SlotKind.SIGNATURE:
            assert self.slot.octets is not None
            assert self.order is not None
            return SignatureWanted(self.slot.octets, self.order.request.algorithm)
        assert self.slot.imprint is not None
        assert self.slot.imprint_algorithm is not None
        return TimestampWanted(self.slot.imprint, self.slot.imprint_algorithm)

    def feed(self, answer: bytes, *, at: datetime) -> Session:
        """Return the session after a signature value or a token.

        Args:
            answer: what :attr:`wanted` asked for.
            at: the time at which a token is judged.

        Raises:
            KeyMismatchError: the value does not verify.
            TSATokenRefusedError: the token does not stand up to judgement.
            CreationError: the result does not stand up to its own check.
        """
        self.budget.check_deadline()
        if self.slot is not None and self.slot.kind is SlotKind.SIGNATURE:
            return _signed(self, answer)
        wanted = self.wanted
        if not isinstance(wanted, TimestampWanted) or self.judge is None:
            raise UsageError("This session does not want a signature value or a token now.")
        examination = self.judge.examine(
            answer,
            wanted.imprint,
            wanted.algorithm,
            evidence=self.evidence,
            at=at,
            budget=self.budget,
        )
        return _examined(self._replace(token=answer), examination)

    def feed_evidence(self, answers: Sequence[tuple[Want, Evidence]]) -> Session:
        """Return the session with what was found, or with the failures to find it.

        Raises:
            TSATokenRefusedError: the token does not stand up to judgement.
            CreationError: the result does not stand up to its own check.
        """
        self.budget.check_deadline()
        examination = self.examination
        if examination is None:
            raise UsageError("This session does not want evidence now.")
        for want, answer in answers:
            examination = examination.feed(want, answer)
        return _examined(self, examination)

    @property
    def result(self) -> SignedDocument:
        """The finished document.

        Raises:
            UsageError: an answer is still wanted.
        """
        made = self.signature or self.outline
        if self.wanted is not None or made is None:
            raise UsageError("This session is not finished: an answer is still wanted.")
        return SignedDocument(
            document=self.document,
            form=self.format.form,
            level=self.level,
            packaging=made.packaging or Packaging.ENVELOPED,
            signature_id=made.id,
            warnings=self._doubts() + self.warnings,
            unsafe_unverified_tsa=self._unverified,
            sources=tuple(each.path for each in self.inputs if each.path is not None),
        )

    def with_token_size(self, size: int) -> Session:
        """Return the session past its measuring step, for a token size already known."""
        return _measured(self, size)

    @property
    def _unverified(self) -> bool:
        stamped = self.level is not SignatureLevel.B
        return stamped and self.judge is not None and self.judge.unsafe_unverified

    def _doubts(self) -> tuple[Message, ...]:
        return doubts_about(self.order.request.certificate) if self.order else ()

    def _measurement(self) -> TimestampWanted:
        assert self.order is not None
        algorithm = _imprint_algorithm(self.order.request.digest_algorithm)
        imprint = algorithm.digest(self.order.request.unique.encode())
        return TimestampWanted(imprint, algorithm, measuring=True)


def begin(order: Order, judge: TimestampJudge | None) -> Session:
    """Return the first state of signing ``order``.

    Raises:
        LevelUnreachableError: the level is not made here.
        UsageError: a time-stamp is asked for and nobody is trusted for time.
    """
    if order.level is not SignatureLevel.B:
        _require_judge(judge)
    return open_signature(order, judge)


def open_signature(order: Order, judge: TimestampJudge | None = None) -> Session:
    """Return the first state without asking who judges time-stamps; for the first sitting."""
    require_makeable(order.level)
    slots = _slots(order.level)
    measuring = order.format.form is SignatureForm.PADES and order.level is not SignatureLevel.B
    waits = measuring and not order.request.timestamp_reserve
    return Session(
        format=order.format,
        detached=order.detached,
        budget=order.budget,
        judge=judge,
        order=order,
        document=order.document,
        inputs=(order.document, *order.detached),
        slot=None if waits else _slot(order),
        remaining=slots if waits else slots[1:],
    )


def begin_timestamp(
    document: Document,
    format: SignatureFormat,  # noqa: A002 - the word of the standard
    signature: AdESSignature,
    *,
    judge: TimestampJudge,
    detached: tuple[Document, ...] = (),
    budget: Budget,
) -> Session:
    """Return the first state of raising an existing signature to level T.

    Raises:
        UsageError: nobody is trusted for time.
        CreationError: the signature is broken; time-stamping would preserve a wreck.
    """
    _require_judge(judge)
    for reference in signature.references():
        if reference.found and not reference.intact:
            raise CreationError(
                "The signature is broken ({name} was changed); it was not time-stamped.",
                name=reference.name or reference.kind.value,
            )
    session = Session(
        format=format,
        detached=detached,
        budget=budget,
        judge=judge,
        document=document,
        inputs=(document, *detached),
        remaining=(SlotKind.SIGNATURE_TIMESTAMP,),
        signature=signature,
    )
    return _open_timestamp(session, signature)


def _require_judge(judge: TimestampJudge | None) -> None:
    if judge is None:
        raise UsageError("A time-stamp needs somebody who judges it.")
    judge.require_anchors()


@lru_cache(maxsize=4)
def _slots(level: SignatureLevel) -> tuple[SlotKind, ...]:
    return tuple(kind for _, kind in steps_up_to(level) if kind is not None)


def _slot(order: Order) -> Slot:
    return order.format.open_slot(
        order.document, order.request, order.budget, detached=order.detached
    )


def _signed(session: Session, value: bytes) -> Session:
    assert session.slot is not None
    assert session.order is not None
    request = session.order.request
    document = session.format.fill(session.slot, value)
    outline = session.format.outline(session.slot, value, document)
    if outline is not None and outline in SOUND_OUTLINES and not session.remaining:
        require_value(outline, value, request)
        return session._replace(document=document, outline=outline, slot=None)
    parsed = session.format.parse(document, session.budget, detached=_covered(session.order))
    signature = require_sound_signature(parsed, value, request)
    if outline is not None:
        SOUND_OUTLINES.remember(outline)
    after = session._replace(document=document, signature=signature, slot=None)
    return _open_timestamp(after, signature) if session.remaining else after


def _examined(session: Session, examination: Examination) -> Session:
    """Judge once nothing more is wanted, and go on with the token."""
    if examination.wants():
        return session._replace(examination=examination)
    warnings = examination.require_sound()
    after = session._replace(examination=None, evidence=examination.evidence)
    if session.slot is None:
        return _measured(after, len(session.token))
    return _stamped(after._replace(warnings=warnings), session.token)


def _measured(session: Session, size: int) -> Session:
    assert session.order is not None
    request = replace(session.order.request, timestamp_reserve=size + TOKEN_MARGIN)
    order = replace(session.order, request=request)
    return session._replace(order=order, slot=_slot(order), remaining=session.remaining[1:])


def _stamped(session: Session, token: bytes) -> Session:
    assert session.slot is not None
    assert session.signature is not None
    document = session.format.fill(session.slot, token)
    detached = _covered(session.order) if session.order else session.detached
    parsed = session.format.parse(document, session.budget, detached=detached)
    require_sound_timestamp(parsed, token)
    kept = require_kept(parsed, session.signature)
    return session._replace(document=document, signature=kept, slot=None, level=SignatureLevel.T)


def _open_timestamp(session: Session, signature: AdESSignature) -> Session:
    order = session.order
    slot = session.format.open_timestamp_slot(
        session.document,
        session.remaining[0],
        session.budget,
        signature_id=signature.id,
        digest_algorithm=_imprint_algorithm(_digest_of(signature)),
        detached=_covered(order) if order else session.detached,
    )
    return session._replace(slot=slot, remaining=session.remaining[1:])


def _covered(order: Order) -> tuple[Document, ...]:
    """Return what must be at hand to read the result back: a detached content lies outside."""
    if order.request.packaging is Packaging.DETACHED:
        return (order.document, *order.detached)
    return order.detached


def _digest_of(signature: AdESSignature) -> DigestAlgorithm:
    algorithms = signature.digest_algorithms
    return algorithms[0] if algorithms else digest_by_name("SHA256")


def _imprint_algorithm(digest: DigestAlgorithm) -> DigestAlgorithm:
    """Return a digest every authority takes: SHA-2, at least as long as the signature's."""
    name = {48: "SHA384", 64: "SHA512"}.get(digest.size, "SHA256")
    return digest_by_name(name)
