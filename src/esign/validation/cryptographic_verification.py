"""Cryptographic verification: are the covered objects there, unchanged, and signed?

The order is the standard's: what is not found stops first, then what does not match, then
the value. A signature that covers no data object at all covers nothing, and says so here.

Spec: EN 319 102-1 §5.2.7
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from esign.ades.signature import AdESSignature, Reference
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.terms import ReferenceKind, SubIndication
from esign.validation.checks import Block, Check, failed

FOUND = Check("data-found", Block.CRYPTOGRAPHIC_VERIFICATION, "EN 319 102-1 §5.2.7.4 1)")
INTACT = Check("data-intact", Block.CRYPTOGRAPHIC_VERIFICATION, "EN 319 102-1 §5.2.7.4 2)")
VALUE = Check("signature-value", Block.CRYPTOGRAPHIC_VERIFICATION, "EN 319 102-1 §5.2.7.4 3)")

_SUPPORTING = frozenset({ReferenceKind.SIGNED_PROPERTIES, ReferenceKind.KEY_INFO})
_SOUND = [FOUND, INTACT, VALUE]


def verify_cryptographically(
    signature: AdESSignature, certificate: Certificate | None
) -> tuple[list[Check], bool]:
    """Return the checks on references and value, and whether the value verifies."""
    references = signature.references()
    intact = certificate is not None and signature.value_verifies(certificate.public_key)
    if intact and references_hold(references):
        return _SOUND, True
    checks = [*check_references(references)]
    if certificate is not None:
        checks.append(VALUE if intact else _value_problem(signature, certificate))
    return checks, intact


def references_hold(references: Sequence[Reference]) -> bool:
    """True when at least one data object is covered and every reference is intact."""
    for each in references:
        if not (each.found and each.intact) or (each.entries and not _entries_hold(each.entries)):
            return False
    return _covers_data(references)


def check_references(references: Sequence[Reference]) -> Iterator[Check]:
    """Yield what is wrong with the references: first all not found, then all not intact."""
    everything = list(_flattened(references))
    if not _covers_data(references):
        yield failed(
            FOUND,
            SubIndication.SIGNED_DATA_NOT_FOUND,
            Message("The signature covers no data, so it says nothing about the document."),
            Message("Ask the signer to sign the document itself."),
        )
    yield from (_not_found(each) for each in everything if not each.found)
    yield from (_not_intact(each) for each in everything if each.found and not each.intact)


def _covers_data(references: Sequence[Reference]) -> bool:
    return any(each.kind not in _SUPPORTING for each in references)


def _entries_hold(entries: Sequence[Reference]) -> bool:
    return all(each.found and each.intact and _entries_hold(each.entries) for each in entries)


def _flattened(references: Sequence[Reference]) -> Iterator[Reference]:
    for reference in references:
        yield reference
        yield from _flattened(reference.entries)


def _not_found(reference: Reference) -> Check:
    if reference.ambiguous:
        message = Message(
            "Several objects answer to the name {name}, so what was signed cannot be told.",
            name=_name(reference),
        )
        remedy = Message(
            "The file may have been rearranged to deceive. Ask for the original document."
        )
    else:
        message = Message("What was signed ({name}) was not found.", name=_name(reference))
        remedy = Message("Supply the signed content with --detached, or the complete document.")
    if reference.problem is not None:
        message = Message("{message} {detail}", message=message, detail=reference.problem)
    return failed(FOUND, SubIndication.SIGNED_DATA_NOT_FOUND, message, remedy)


def _not_intact(reference: Reference) -> Check:
    if reference.digest_algorithm is None:
        # Not a proof of change: nobody here can compute this digest.
        return failed(
            INTACT,
            SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
            Message(
                "The digest algorithm over what was signed ({name}) is not known here, so it "
                "cannot be checked.",
                name=_name(reference),
            ),
            Message("Ask the signer to sign again with a current algorithm such as SHA-256."),
        )
    message = Message(
        "What was signed ({name}) was changed after signing: its {algorithm} digest differs.",
        name=_name(reference),
        algorithm=reference.digest_algorithm.name,
    )
    if reference.problem is not None:
        message = Message("{message} {detail}", message=message, detail=reference.problem)
    return failed(INTACT, SubIndication.HASH_FAILURE, message, _ORIGINAL)


_ORIGINAL = Message("Ask the signer for the document as it was signed.")


def _value_problem(signature: AdESSignature, certificate: Certificate) -> Check:
    if signature.algorithm is None or not certificate.public_key.is_usable:
        return failed(
            VALUE,
            SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
            Message(
                "The signature algorithm {algorithm} or the key of its certificate is not "
                "known here, so the value cannot be checked.",
                algorithm=signature.algorithm_name,
            ),
            Message("Ask the signer to sign again with a current algorithm such as SHA-256."),
        )
    return failed(
        VALUE,
        SubIndication.SIG_CRYPTO_FAILURE,
        Message(
            "The signature value was not made with the key of “{subject}” over these signed "
            "properties.",
            subject=str(certificate.subject),
        ),
        Message(
            "The signature or what it covers was changed, or the certificate is another's. Do "
            "not rely on it; ask the signer to sign again."
        ),
    )


def _name(reference: Reference) -> str | Message:
    return f"“{reference.name}”" if reference.name else _NAMELESS[reference.kind]


_NAMELESS = {
    ReferenceKind.CONTENT: Message("the content"),
    ReferenceKind.SIGNED_PROPERTIES: Message("the signed properties"),
    ReferenceKind.KEY_INFO: Message("the key information"),
    ReferenceKind.OBJECT: Message("an object"),
    ReferenceKind.MANIFEST: Message("a manifest"),
    ReferenceKind.MANIFEST_ENTRY: Message("an entry of a manifest"),
    ReferenceKind.COUNTER_SIGNED: Message("the signature that was counter-signed"),
    ReferenceKind.MESSAGE_IMPRINT: Message("what was time-stamped"),
}
