"""What each check asks, in a few words, for readers who want to see all of them.

Names of checks that come from a format's own findings have no title; their sentence says
all there is to say.
"""

from __future__ import annotations

from collections.abc import Mapping

from esign.messages import Message
from esign.validation.checks import Block, Check, Outcome

CHECKS: Mapping[str, Message] = {
    "form": Message("The signature has the form it should have"),
    "signature-unique": Message("The signature occurs once"),
    "signing-certificate": Message("The signing certificate is known"),
    "signing-certificate-reference": Message("The signature covers a reference to it"),
    "signature-policy": Message("The signature's own policy is acceptable"),
    "data-found": Message("Everything that was signed is there"),
    "data-intact": Message("Nothing that was signed has changed"),
    "signature-value": Message("The signature value was made with the signer's key"),
    "message-imprint": Message("The time-stamp belongs to what it stands on"),
    "certificate-chain": Message("The certificate leads to a trust anchor"),
    "key-usage": Message("The certificate may be used for signing"),
    "time-stamping-usage": Message("The certificate may be used for time-stamping only"),
    "revocation": Message("The certificate was not revoked"),
    "revocation-freshness": Message("The revocation data is recent enough"),
    "revocation-algorithms": Message("The revocation data was signed with good algorithms"),
    "certificate-validity": Message("The certificate is within its validity"),
    "chain-algorithms": Message("The certificates were signed with good algorithms"),
    "signed-properties": Message("The signed properties follow their rules"),
    "signing-certificate-reference-present": Message("The certificate cannot be exchanged"),
    "signing-certificate-reference-digest": Message("The reference uses a good digest"),
    "signing-time": Message("The claimed signing time makes sense"),
    "generation-time": Message("The time of the time-stamp makes sense"),
    "time-stamping-authority-name": Message("The time-stamp names its authority rightly"),
    "algorithms": Message("The signature was made with good algorithms"),
    "counter-signatures": Message("The counter-signatures hold"),
    "time-stamps": Message("The time-stamps hold"),
    "best-signature-time": Message("The signature is not older than its certificate"),
    "time-stamp-order": Message("The time-stamps follow each other rightly"),
    "time-stamp-delay": Message("The time-stamp came soon after signing"),
}

BLOCKS: Mapping[Block, Message] = {
    Block.FORMAT_CHECKING: Message("Form"),
    Block.IDENTIFICATION_OF_THE_SIGNING_CERTIFICATE: Message("Signing certificate"),
    Block.VALIDATION_CONTEXT_INITIALIZATION: Message("Signature policy"),
    Block.X509_CERTIFICATE_VALIDATION: Message("Certificates"),
    Block.CRYPTOGRAPHIC_VERIFICATION: Message("Cryptography"),
    Block.SIGNATURE_ACCEPTANCE_VALIDATION: Message("Acceptance"),
    Block.SIGNATURE_WITH_TIME: Message("Time"),
}

OUTCOMES: Mapping[Outcome, Message] = {
    Outcome.PASSED: Message("yes"),
    Outcome.FAILED: Message("no"),
    Outcome.INDETERMINATE: Message("not known"),
    Outcome.WARNING: Message("warning"),
    Outcome.INFORMATION: Message("note"),
}


def title_of(check: Check) -> Message:
    """Return what the check asks; for a format's own finding, its name."""
    return CHECKS.get(check.name) or Message(check.name.replace("{", "").replace("}", ""))
