"""Validation context initialisation: is the signature's own policy one we accept?

Only explicit signature policies matter here. By default any is accepted and reported; an
application may name those it accepts and give their documents, whose digests must match.

Spec: EN 319 102-1 §5.2.4
"""

from __future__ import annotations

from esign.ades.signature import AdESSignature, SignaturePolicyIdentifier
from esign.errors import UnsupportedAlgorithmError
from esign.messages import Message
from esign.terms import SubIndication
from esign.validation.checks import Block, Check, failed, noted
from esign.validation.policy import Policy

SIGNATURE_POLICY = Check(
    "signature-policy", Block.VALIDATION_CONTEXT_INITIALIZATION, "EN 319 102-1 §5.2.4.4"
)

_NONE = (SIGNATURE_POLICY,)


def initialize_context(signature: AdESSignature, policy: Policy) -> tuple[Check, ...]:
    """Return the check on the signature policy identifier."""
    claimed = signature.signed_properties.policy
    if claimed is None or claimed.implied:
        if policy.accepted_signature_policies is None:
            return _NONE
        message = Message("The signature names no explicit signature policy; one is required.")
        return (_failed(SubIndication.POLICY_PROCESSING_ERROR, message, _ask_for(policy)),)
    accepted = policy.accepted_signature_policies
    if accepted is not None and claimed.identifier not in accepted:
        message = Message(
            "The signature was made under the policy {identifier}, which is not accepted here.",
            identifier=claimed.identifier,
        )
        return (_failed(SubIndication.POLICY_PROCESSING_ERROR, message, _ask_for(policy)),)
    return (_compare_document(claimed, policy),)


def _compare_document(claimed: SignaturePolicyIdentifier, policy: Policy) -> Check:
    document = policy.signature_policy_documents.get(claimed.identifier)
    if document is None:
        message = Message(
            "The document of the signature policy {identifier} was not at hand, so its rules "
            "were not applied.",
            identifier=claimed.identifier,
        )
        if not policy.require_signature_policy_document:
            return noted(SIGNATURE_POLICY, message)
        remedy = Message("Give the policy document in the validation policy.")
        return _failed(SubIndication.SIGNATURE_POLICY_NOT_AVAILABLE, message, remedy)
    if _matches(claimed, document):
        return SIGNATURE_POLICY
    message = Message(
        "The document given for the signature policy {identifier} is not the one the signature "
        "was made under: its digest differs.",
        identifier=claimed.identifier,
    )
    remedy = Message("Give the policy document of exactly that version.")
    return _failed(SubIndication.POLICY_PROCESSING_ERROR, message, remedy)


def _matches(claimed: SignaturePolicyIdentifier, document: bytes) -> bool:
    """Return whether the digest is the document's; one that cannot be computed is not."""
    if claimed.digest_algorithm is None:
        return False
    try:
        return claimed.digest_algorithm.digest(document) == claimed.digest
    except UnsupportedAlgorithmError:
        return False


def _ask_for(policy: Policy) -> Message:
    accepted = ", ".join(sorted(policy.accepted_signature_policies or ()))
    return Message("Ask for a signature under one of: {accepted}.", accepted=accepted)


def _failed(sub_indication: SubIndication, message: Message, remedy: Message) -> Check:
    return failed(SIGNATURE_POLICY, sub_indication, message, remedy)
