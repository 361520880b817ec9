"""Check one's own work: what was just made is read back before it leaves.

The digests over the content were computed when the slot was opened and are remembered by
the document, so a large payload is not hashed a second time.

A signature like one that was read in full before, but for content, digest, time and value,
is compared with that one instead of being read in full again. Digest and value are checked
every time.

Spec: EN 319 102-1 §4.2.12
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import suppress

from esign.ades.format import Outline, ParsedDocument, SignatureRequest
from esign.ades.signature import AdESSignature, EmbeddedTimestamp, Reference
from esign.crypto.algorithms import Scheme
from esign.crypto.signatures import ecdsa_der_to_raw
from esign.errors import CreationError, EsignError, KeyMismatchError, MalformedASN1Error
from esign.terms import Severity


def require_sound_signature(
    parsed: ParsedDocument, value: bytes, request: SignatureRequest
) -> AdESSignature:
    """Return the signature just made, after reading it back.

    Raises:
        KeyMismatchError: the value does not verify under the certificate.
        CreationError: structure or coverage is not what was meant; a fault of this library
            or of the document.
    """
    signature = _made(parsed, value, request)
    if signature is None:
        raise CreationError("The signature just made cannot be found in the document.")
    if not signature.is_ades_baseline:
        raise _fault("it is not AdES baseline")
    for finding in signature.structure_findings():
        if finding.severity > Severity.REMARK:
            raise _fault(str(finding.message))
    for reference in signature.references():
        if not (reference.found and reference.intact):
            raise _fault(f"{reference.name or reference.kind} does not match: {_why(reference)}")
    if not signature.value_verifies(request.certificate.public_key):
        raise _mismatch(request)
    return signature


class SoundOutlines:
    """Outlines of signatures that were read in full and found sound; shared by threads."""

    def __init__(self, bound: int = 64) -> None:
        self._bound = bound
        self._known: dict[tuple[Hashable, ...], None] = {}

    def __contains__(self, outline: Outline) -> bool:
        return outline.fixed in self._known

    def remember(self, outline: Outline) -> None:
        """Keep it; the oldest makes room. ECDSA values of each length have their own."""
        if len(self._known) >= self._bound:
            self._known.pop(next(iter(self._known), ()), None)
        self._known[outline.fixed] = None


SOUND_OUTLINES = SoundOutlines()


def require_value(outline: Outline, value: bytes, request: SignatureRequest) -> None:
    """Raise unless the value verifies over what the document holds.

    Raises:
        KeyMismatchError: it does not.
    """
    key = request.certificate.public_key
    if not key.verify(value, outline.signed, request.algorithm):
        raise _mismatch(request)


def require_sound_timestamp(parsed: ParsedDocument, token: bytes) -> EmbeddedTimestamp:
    """Return the time-stamp just built in, after reading it back.

    Raises:
        CreationError: it is not found, or does not cover what it should.
    """
    for timestamp in _timestamps(parsed):
        if timestamp.token is not None and timestamp.token.encoded == token:
            if timestamp.imprint.found and timestamp.imprint.intact:
                return timestamp
            raise _fault(f"the time-stamp does not match: {_why(timestamp.imprint)}")
    raise CreationError("The time-stamp just built in cannot be found in the document.")


def require_kept(parsed: ParsedDocument, signature: AdESSignature) -> AdESSignature:
    """Return the signature as it stands after something was added to its document.

    Raises:
        CreationError: it is not there any more.
    """
    kept = _with_value(parsed, signature.signature_value)
    if kept is None:
        raise CreationError("The signature was lost when its time-stamp was built in.")
    return kept


def _made(parsed: ParsedDocument, value: bytes, request: SignatureRequest) -> AdESSignature | None:
    found = _with_value(parsed, value)
    if found is None and request.algorithm.scheme is Scheme.ECDSA:
        # XML writes ECDSA values as r‖s, CMS as DER; either must be the answer.
        with suppress(MalformedASN1Error):
            raw = ecdsa_der_to_raw(value, request.certificate.public_key.size)
            found = _with_value(parsed, raw)
    return found


def _with_value(parsed: ParsedDocument, value: bytes) -> AdESSignature | None:
    return next((each for each in parsed.signatures if each.signature_value == value), None)


def _timestamps(parsed: ParsedDocument) -> Iterator[EmbeddedTimestamp]:
    yield from parsed.timestamps
    for signature in parsed.signatures:
        yield from signature.timestamps


def _mismatch(request: SignatureRequest) -> KeyMismatchError:
    return KeyMismatchError(
        "The value the key gave does not verify under the certificate of {subject}; nothing "
        "was written. Key and certificate do not belong together, or the key is damaged.",
        subject=request.certificate.subject,
    )


def _why(reference: Reference) -> str:
    if reference.problem is not None:
        return str(reference.problem)
    return "it was changed" if reference.found else "it was not found"


def _fault(problem: str) -> EsignError:
    return CreationError(
        "The signature just made does not stand up to its own check ({problem}); nothing was "
        "written.",
        problem=problem,
    )
