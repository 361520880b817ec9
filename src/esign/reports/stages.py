"""The three stages of Azerbaijan's verification procedure, read off a report.

(1) The verification data match the certificate. (2) The certificate was reliable: valid,
not revoked, from a genuine centre. (3) The cryptographic check holds.

Spec: Cabinet of Ministers of Azerbaijan, decision No. 27 of 28 January 2006, procedure for
the verification of electronic signatures
"""

from __future__ import annotations

from collections.abc import Iterator

from esign.messages import Message
from esign.validation.report import Block, Check, Outcome, SignatureReport

MATCHES = Message("1. The verification data match the certificate")
RELIABLE = Message("2. The certificate was reliable when it was used")
CRYPTOGRAPHIC = Message("3. The cryptographic check holds")


def stages_of(signature: SignatureReport) -> Iterator[tuple[Message, bool | None]]:
    """Yield each stage with yes, no, or None for not known."""
    yield MATCHES, _matches(signature)
    yield RELIABLE, _holds(signature.checks, Block.X509_CERTIFICATE_VALIDATION)
    yield CRYPTOGRAPHIC, _holds(signature.checks, Block.CRYPTOGRAPHIC_VERIFICATION)


def _matches(signature: SignatureReport) -> bool | None:
    block = Block.IDENTIFICATION_OF_THE_SIGNING_CERTIFICATE
    identified = _holds(signature.checks, block)
    if not identified:
        return identified
    return signature.signature_intact


def _holds(checks: tuple[Check, ...], block: Block) -> bool | None:
    """Return yes only where the block was reached and nothing in it stopped."""
    own = [check for check in checks if check.block is block]
    if any(check.outcome is Outcome.FAILED for check in own):
        return False
    return None if not own or any(check.stops for check in own) else True
