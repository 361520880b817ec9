"""What one check found, and which pairs of status and sub-indication the standard allows.

A building block is a function that returns the checks it made. Checks that passed are
module constants, so a sound signature costs next to nothing; a sentence is made only for
what somebody has to read.

Spec: EN 319 102-1 §5.1.3, §5.1.4
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.terms import BlockStatus, CertificateRole, Indication, SubIndication


class Block(StrEnum):
    """The building block or process a check belongs to."""

    FORMAT_CHECKING = "FORMAT_CHECKING"
    IDENTIFICATION_OF_THE_SIGNING_CERTIFICATE = "IDENTIFICATION_OF_THE_SIGNING_CERTIFICATE"
    VALIDATION_CONTEXT_INITIALIZATION = "VALIDATION_CONTEXT_INITIALIZATION"
    X509_CERTIFICATE_VALIDATION = "X509_CERTIFICATE_VALIDATION"
    CRYPTOGRAPHIC_VERIFICATION = "CRYPTOGRAPHIC_VERIFICATION"
    SIGNATURE_ACCEPTANCE_VALIDATION = "SIGNATURE_ACCEPTANCE_VALIDATION"
    SIGNATURE_WITH_TIME = "SIGNATURE_WITH_TIME"


class Outcome(StrEnum):
    """How one check ended; the last two never change a verdict."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    INDETERMINATE = "INDETERMINATE"
    WARNING = "WARNING"
    INFORMATION = "INFORMATION"


class Check(NamedTuple):
    """One check with its outcome and clause; a tuple, because there are many."""

    name: str
    """Stable, lower-case with hyphens; ``reports`` has a sentence for each."""
    block: Block
    clause: str
    outcome: Outcome = Outcome.PASSED
    sub_indication: SubIndication | None = None
    message: Message | None = None
    remedy: Message | None = None
    """What would mend it."""
    certificate: Certificate | None = None
    role: CertificateRole | None = None
    before: datetime | None = None
    """Harmless for a signature that provably existed before this moment; None: never."""
    during: tuple[datetime, datetime] | None = None
    """Harmful for what is proven for a moment within this span, its end left out."""

    @property
    def stops(self) -> bool:
        """True when the check did not pass and so decides or helps to decide."""
        return self.outcome in _STOPPING


_STOPPING = frozenset({Outcome.FAILED, Outcome.INDETERMINATE})


class Reason(NamedTuple):
    """Why a signature or time-stamp did not pass, in words."""

    sub_indication: SubIndication | None
    message: Message
    remedy: Message | None
    clause: str
    certificate: Certificate | None = None
    role: CertificateRole | None = None


class Verdict(NamedTuple):
    """A block status with its sub-indication; :func:`verdict_of` makes only allowed pairs."""

    status: BlockStatus
    sub_indication: SubIndication | None = None

    @property
    def indication(self) -> Indication:
        """The main status this becomes for a signature.

        Spec: EN 319 102-1 §5.1.3
        """
        return _INDICATIONS[self.status]


PASSED = Verdict(BlockStatus.PASSED)

_INDICATIONS = {
    BlockStatus.PASSED: Indication.TOTAL_PASSED,
    BlockStatus.FAILED: Indication.TOTAL_FAILED,
    BlockStatus.INDETERMINATE: Indication.INDETERMINATE,
}

ALLOWED_PAIRS: Mapping[BlockStatus, frozenset[SubIndication | None]] = {
    BlockStatus.PASSED: frozenset({None}),
    BlockStatus.FAILED: frozenset(
        {
            SubIndication.FORMAT_FAILURE,
            SubIndication.HASH_FAILURE,
            SubIndication.SIG_CRYPTO_FAILURE,
            SubIndication.REVOKED,
            SubIndication.EXPIRED,
            SubIndication.NOT_YET_VALID,
        }
    ),
    BlockStatus.INDETERMINATE: frozenset(
        {
            SubIndication.SIG_CONSTRAINTS_FAILURE,
            SubIndication.CHAIN_CONSTRAINTS_FAILURE,
            SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
            SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
            SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
            SubIndication.POLICY_PROCESSING_ERROR,
            SubIndication.SIGNATURE_POLICY_NOT_AVAILABLE,
            SubIndication.TIMESTAMP_ORDER_FAILURE,
            SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
            SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
            SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
            SubIndication.REVOKED_NO_POE,
            SubIndication.REVOKED_CA_NO_POE,
            SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,
            SubIndication.OUT_OF_BOUNDS_NO_POE,
            SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE,
            SubIndication.NO_POE,
            SubIndication.TRY_LATER,
            SubIndication.SIGNED_DATA_NOT_FOUND,
        }
    ),
}
"""EN 319 102-1 §5.1.3, tables of the sub-indications; every sub-indication has one status."""


def failed(  # noqa: PLR0913 - a check that stops has this many parts
    passed: Check,
    sub_indication: SubIndication,
    message: Message,
    remedy: Message,
    *,
    certificate: Certificate | None = None,
    role: CertificateRole | None = None,
    before: datetime | None = None,
) -> Check:
    """Return the same check as one that stops; the sub-indication fixes FAILED or not."""
    definite = sub_indication in ALLOWED_PAIRS[BlockStatus.FAILED]
    outcome = Outcome.FAILED if definite else Outcome.INDETERMINATE
    return Check(
        passed.name,
        passed.block,
        passed.clause,
        outcome,
        sub_indication,
        message,
        remedy,
        certificate,
        role,
        before,
    )


def warned(passed: Check, message: Message, remedy: Message | None = None) -> Check:
    """Return the same check as one that found something worth saying, but does not stop."""
    return passed._replace(outcome=Outcome.WARNING, message=message, remedy=remedy)


def noted(passed: Check, message: Message) -> Check:
    """Return the same check with a piece of information."""
    return passed._replace(outcome=Outcome.INFORMATION, message=message)


def first_stop(checks: Iterable[Check]) -> Check | None:
    """Return the check that decides: the first, in the order of precedence, that stops."""
    for check in checks:
        if check.sub_indication is not None and check.stops:
            return check
    return None


def verdict_of(check: Check | None) -> Verdict:
    """Return the verdict a deciding check amounts to; without one, PASSED."""
    if check is None or check.sub_indication is None:
        return PASSED
    status = BlockStatus.FAILED if check.outcome is Outcome.FAILED else BlockStatus.INDETERMINATE
    return Verdict(status, check.sub_indication)


def reasons_of(checks: Iterable[Check]) -> tuple[Reason, ...]:
    """Return the reasons of all checks that stop, the deciding one first."""
    return tuple(
        Reason(
            check.sub_indication,
            check.message,
            check.remedy,
            check.clause,
            check.certificate,
            check.role,
        )
        for check in checks
        if check.stops and check.message is not None
    )


def warnings_of(checks: Iterable[Check]) -> tuple[Message, ...]:
    """Return what the checks warn of, each sentence once."""
    found = (c.message for c in checks if c.outcome is Outcome.WARNING and c.message is not None)
    return tuple(dict.fromkeys(found))
