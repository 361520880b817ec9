"""The validation process for signatures with time: what time-stamps prove.

1. best-signature-time := the moment judged for. 2. Every signature time-stamp, and every
document time-stamp over the signature, that passed lowers it to its own time; the others
are ignored and named. 3. It must not lie before the certificate's validity. 4. What is
harmless for a signature of that time is cleared: a later revocation, expiry, the end of an
algorithm, revocation data that was fresh then. Whatever remains decides. 5. The order of the
time-stamps. 6. The delay since the claimed signing time.

Archive time-stamps prove nothing here; past validation (§5.6) will use them.

Spec: EN 319 102-1 §5.5.4
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from esign.messages import Message
from esign.pki.path_problems import written
from esign.terms import SubIndication, TimestampKind
from esign.validation.basic_signature import BasicResult
from esign.validation.checks import (
    PASSED,
    Block,
    Check,
    Verdict,
    failed,
    first_stop,
    noted,
    verdict_of,
    warned,
)
from esign.validation.context import ValidationContext
from esign.validation.report import TimestampReport
from esign.validation.suspension import judged_at

TIMESTAMPS = Check("time-stamps", Block.SIGNATURE_WITH_TIME, "EN 319 102-1 §5.5.4 3)")
BEST_SIGNATURE_TIME = Check(
    "best-signature-time", Block.SIGNATURE_WITH_TIME, "EN 319 102-1 §5.5.4 4)"
)
ORDER = Check("time-stamp-order", Block.SIGNATURE_WITH_TIME, "EN 319 102-1 §5.5.4 6)")
DELAY = Check("time-stamp-delay", Block.SIGNATURE_WITH_TIME, "EN 319 102-1 §5.5.4 7)")

PROVING_KINDS = frozenset({TimestampKind.SIGNATURE_TIMESTAMP, TimestampKind.DOCUMENT_TIMESTAMP})

_ENTERED_WITH = frozenset(
    {
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
        SubIndication.REVOKED_NO_POE,
        SubIndication.REVOKED_CA_NO_POE,
        SubIndication.TRY_LATER,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
        SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,
    }
)


class TimedResult(NamedTuple):
    """The final checks of one signature, in the order in which they decide."""

    checks: tuple[Check, ...]
    verdict: Verdict
    proven_time: datetime | None
    """Best-signature-time where a time-stamp proved one."""


def validate_with_time(
    basic: BasicResult,
    timestamps: Sequence[TimestampReport],
    claimed_time: datetime | None,
    context: ValidationContext,
) -> TimedResult:
    """Return what the signature is worth, given its time-stamps."""
    proven_time = min(_proven_times(timestamps), default=None) if timestamps else None
    checks = list(basic.checks)
    first = first_stop(checks)
    if first is None and not timestamps:
        if basic.certificate is None or context.at >= basic.certificate.not_before:
            return TimedResult(tuple(checks), PASSED, None)
        checks = _not_before(checks, basic, context.at)
        return TimedResult(tuple(checks), verdict_of(first_stop(checks)), None)
    if first is None or first.sub_indication in _ENTERED_WITH:
        best = context.at if proven_time is None else min(proven_time, context.at)
        if proven_time is not None:
            checks = [judged_at(_cleared(check, best), best) for check in checks]
        checks = _not_before(checks, basic, best)
        checks += _check_order(timestamps)
        checks += _check_delay(claimed_time, proven_time, context)
    checks += _ignored(timestamps)
    return TimedResult(tuple(checks), verdict_of(first_stop(checks)), proven_time)


def _proven_times(timestamps: Sequence[TimestampReport]) -> Iterator[datetime]:
    for each in timestamps:
        if each.kind in PROVING_KINDS and each.passed and each.imprint_intact:
            assert each.time is not None
            yield each.time


def _cleared(check: Check, best: datetime) -> Check:
    """Step 4: harmless for a signature that existed at ``best``."""
    if not check.stops or check.sub_indication not in _ENTERED_WITH:
        return check
    if check.before is None or best >= check.before:
        return check
    message = Message(
        "{message} A time-stamp proves that the signature existed at {best}, before that mattered.",
        message=check.message,
        best=written(best),
    )
    return noted(check, message)._replace(sub_indication=None, remedy=None)


def _not_before(checks: list[Check], basic: BasicResult, best: datetime) -> list[Check]:
    """Step 3: a signature cannot be older than its certificate."""
    certificate = basic.certificate
    if certificate is None or best >= certificate.not_before:
        return checks
    message = Message(
        "The certificate is valid only from {not_before}, but the signature exists at {best} "
        "already.",
        best=written(best),
        not_before=written(certificate.not_before),
    )
    check = failed(
        BEST_SIGNATURE_TIME,
        SubIndication.NOT_YET_VALID,
        message,
        Message("Check the clocks; ask for a new signature."),
        certificate=certificate,
    )
    first = first_stop(checks)
    position = len(checks) if first is None else checks.index(first)
    return [*checks[:position], check, *checks[position:]]


def _check_order(timestamps: Sequence[TimestampReport]) -> Iterator[Check]:
    """Step 5: content time-stamps come before those over the signature."""
    content = [
        each.time
        for each in timestamps
        if each.kind is TimestampKind.CONTENT_TIMESTAMP and each.passed and each.time is not None
    ]
    proven = list(_proven_times(timestamps))
    if not content or not proven or max(content) <= min(proven):
        return
    message = Message(
        "A time-stamp over the content, of {content}, is later than the time-stamp over the "
        "signature, of {signature}.",
        content=written(max(content)),
        signature=written(min(proven)),
    )
    remedy = Message("One of the authorities' clocks was wrong. Ask for a new signature.")
    yield failed(ORDER, SubIndication.TIMESTAMP_ORDER_FAILURE, message, remedy)


def _check_delay(
    claimed_time: datetime | None, proven_time: datetime | None, context: ValidationContext
) -> Iterator[Check]:
    """Step 6, where the policy sets a limit; a claim after the proof is told in any case."""
    if claimed_time is None or proven_time is None:
        return
    if claimed_time > proven_time + context.policy.clock_skew:
        message = Message(
            "The claimed signing time {claimed} is later than the time-stamp of {proven}, so it "
            "is wrong.",
            claimed=written(claimed_time),
            proven=written(proven_time),
        )
        yield warned(DELAY, message)
    limit = context.policy.maximum_timestamp_delay
    if limit is None:
        return
    if proven_time - claimed_time <= limit:  # a sum with a claimed year 9999 would overflow
        yield DELAY
        return
    message = Message(
        "The time-stamp of {proven} came more than {limit} after the claimed signing time "
        "{claimed}.",
        proven=written(proven_time),
        limit=limit,
        claimed=written(claimed_time),
    )
    remedy = Message("Ask for a signature that is time-stamped when it is made.")
    yield failed(DELAY, SubIndication.SIG_CONSTRAINTS_FAILURE, message, remedy)


def _ignored(timestamps: Sequence[TimestampReport]) -> Iterator[Check]:
    for each in timestamps:
        if each.kind in PROVING_KINDS and each.passed:
            yield TIMESTAMPS
        elif not each.passed:
            reason = each.reasons[0]
            yield warned(
                TIMESTAMPS,
                Message(
                    "A time-stamp ({kind}) does not hold and proves nothing: {reason}",
                    kind=each.kind.value,
                    reason=reason.message,
                ),
                reason.remedy,
            )
