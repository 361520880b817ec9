"""The judge: facts, evidence, trust, policy and a moment go in, a report comes out.

A pure function. Whatever it would have wished to fetch is named in the report; the same
arguments give the same report, on any machine, in any year.

Spec: EN 319 102-1 §5.1, §5.3, §5.4, §5.5
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from esign.ades.evidence import Evidence
from esign.ades.format import ParsedDocument
from esign.ades.signature import AdESSignature, Finding, Reference, TimestampToken
from esign.errors import UsageError
from esign.limits import Budget
from esign.messages import Message
from esign.pki.trust import TrustStore
from esign.terms import Severity, SignatureLevel, SubIndication, TimestampKind
from esign.validation.basic_signature import BasicResult, validate_basic_signature
from esign.validation.checks import Block, Check, Outcome, Verdict
from esign.validation.context import ValidationContext, material_pool, pool_of
from esign.validation.coverage import coverage_of
from esign.validation.policy import Policy
from esign.validation.report import Report, SignatureReport, TimestampReport
from esign.validation.signature_with_time import (
    PROVING_KINDS,
    TimedResult,
    validate_with_time,
)
from esign.validation.timestamps import validate_embedded_timestamp, validate_token

NO_EVIDENCE = Evidence()
_LEVEL_B = SignatureLevel.B


def validate(
    parsed: ParsedDocument,
    evidence: Evidence = NO_EVIDENCE,
    *,
    trust: TrustStore,
    policy: Policy,
    at: datetime,
    budget: Budget,
) -> Report:
    """Return what every signature of a parsed document is worth at ``at`` (aware, UTC).

    Raises:
        LimitExceededError: the document costs more than the budget allows.
        UsageError: ``at`` has no time zone.
    """
    context = ValidationContext(
        pool=pool_of(parsed, evidence, budget),
        trust=trust,
        policy=policy,
        at=_aware(at),
        budget=budget,
    )
    timestamps = tuple([validate_embedded_timestamp(each, context) for each in parsed.timestamps])
    around = _Surroundings(parsed.findings, timestamps, _repeated(parsed.signatures))
    return Report(
        form=parsed.form,
        signatures=tuple([_judge(each, around, context) for each in parsed.signatures]),
        timestamps=timestamps,
        at=context.at,
        policy=policy.name,
        trust_hash=trust.hash,
        anchors=len(trust),
        suite=policy.suite.name,
        suite_version=policy.suite.version,
        suite_date=policy.suite.date,
        failures=evidence.failures,
        consulted=evidence.consulted,
        warnings=_document_warnings(parsed, context),
        document=parsed.document.name,
    )


def _repeated(signatures: Sequence[AdESSignature]) -> frozenset[str]:
    """Return the identifiers that more than one signature has."""
    if len(signatures) < 2:
        return frozenset()
    times = Counter(each.id for each in signatures)
    return frozenset(name for name, count in times.items() if count > 1)


def validate_timestamp(  # noqa: PLR0913 - the inputs of §5.4, all of them named
    token: TimestampToken,
    imprint: Reference | None,
    evidence: Evidence = NO_EVIDENCE,
    *,
    trust: TrustStore,
    policy: Policy,
    at: datetime,
    budget: Budget,
    kind: TimestampKind = TimestampKind.SIGNATURE_TIMESTAMP,
) -> TimestampReport:
    """Return what one token is worth at ``at``, before it is built in or on its own.

    Args:
        token: the facts.
        imprint: whether the covered octets match; None judges the token without them, and
            ``imprint_intact`` is then false.
        evidence: certificates and revocation data beside those in the token.
        trust: the anchors; only those given for time-stamping count.
        policy: what is asked of it.
        at: the moment to judge for; aware, UTC.
        budget: of the whole call.
        kind: how the report names it.

    Spec: EN 319 102-1 §5.4
    """
    context = ValidationContext(
        pool=material_pool(token.material, evidence),
        trust=trust,
        policy=policy,
        at=_aware(at),
        budget=budget,
    )
    return validate_token(token, imprint, context, kind=kind)


class _Surroundings(NamedTuple):
    """What the document contributes to the judgement of each of its signatures."""

    findings: Sequence[Finding] = ()
    timestamps: Sequence[TimestampReport] = ()
    repeated: frozenset[str] = frozenset()


_NOWHERE = _Surroundings()


def _judge(
    signature: AdESSignature,
    around: _Surroundings,
    context: ValidationContext,
    *,
    is_counter_signature: bool = False,
) -> SignatureReport:
    context.judged += 1
    context.budget.require_within("signatures", context.judged)
    context.budget.check_deadline()
    timestamps = tuple(validate_embedded_timestamp(each, context) for each in signature.timestamps)
    if around.timestamps:
        timestamps += tuple(each for each in around.timestamps if signature.id in each.covered)
    basic = validate_basic_signature(
        signature,
        context,
        document_findings=around.findings,
        repeated=bool(around.repeated) and signature.id in around.repeated,
        is_counter_signature=is_counter_signature,
        made_after=_made_after(timestamps) if timestamps else None,
    )
    claimed = signature.signed_properties.signing_time
    timed = validate_with_time(basic, timestamps, claimed, context)
    counters = signature.counter_signatures
    judged: tuple[SignatureReport, ...] = ()
    if counters:
        judged = tuple(
            [_judge(each, _NOWHERE, context, is_counter_signature=True) for each in counters]
        )
    return _report(signature, basic, timed, timestamps, judged)


def _made_after(timestamps: Sequence[TimestampReport]) -> datetime | None:
    """Return the latest content time-stamp that passed: the signature is younger."""
    times = [
        each.time
        for each in timestamps
        if each.kind is TimestampKind.CONTENT_TIMESTAMP and each.passed and each.time is not None
    ]
    return max(times) if times else None


def _report(
    signature: AdESSignature,
    basic: BasicResult,
    timed: TimedResult,
    timestamps: tuple[TimestampReport, ...],
    counter_signatures: tuple[SignatureReport, ...],
) -> SignatureReport:
    x509 = basic.x509
    references = signature.references()
    algorithm = signature.algorithm
    return SignatureReport(
        id=signature.id,
        name=signature.name,
        form=signature.form,
        packaging=signature.packaging,
        level=level_of(signature, timed.verdict, timestamps),
        verdict=timed.verdict,
        signature_intact=basic.signature_intact,
        references=references,
        coverage=coverage_of(references),
        claimed_time=signature.signed_properties.signing_time,
        proven_time=timed.proven_time,
        certificate=basic.certificate,
        chain=() if x509 is None else x509.chain,
        revocation=() if x509 is None else x509.revocation,
        timestamps=timestamps,
        counter_signatures=counter_signatures,
        checks=timed.checks + _about_counter_signatures(counter_signatures),
        algorithm=algorithm.name if algorithm is not None else signature.algorithm_name,
        digest_algorithms=tuple([each.name for each in signature.digest_algorithms]),
        properties=signature.signed_properties,
    )


def level_of(
    signature: AdESSignature, verdict: Verdict, timestamps: Sequence[TimestampReport]
) -> SignatureLevel | None:
    """Return the baseline level reached, or None when it is no baseline signature.

    T takes a time-stamp that passed. For a signature that did not pass itself, the level
    says what is there: an intact time-stamp counts if all it lacks is an anchor.

    Spec: EN 319 122-1 §6, EN 319 132-1 §6, EN 319 142-1 §6
    """
    findings = signature.structure_findings()
    if not signature.is_ades_baseline:
        return None
    if findings and any(f.severity >= Severity.LEVEL for f in findings):
        return None
    if not timestamps:
        return _LEVEL_B
    proving = [each for each in timestamps if each.kind in PROVING_KINDS and each.imprint_intact]
    if any(each.passed for each in proving):
        return SignatureLevel.T
    if verdict.sub_indication is not None and any(_lacks_only_anchor(each) for each in proving):
        return SignatureLevel.T
    return SignatureLevel.B


def _lacks_only_anchor(timestamp: TimestampReport) -> bool:
    return timestamp.signature_intact and all(
        check.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
        for check in timestamp.checks
        if check.stops
    )


_COUNTER_SIGNATURE = Check(
    "counter-signatures", Block.SIGNATURE_ACCEPTANCE_VALIDATION, "EN 319 102-1 §5.2.8.4.1"
)


def _about_counter_signatures(reports: Sequence[SignatureReport]) -> tuple[Check, ...]:
    """A counter-signature speaks for itself; the signature it stands on stays what it is."""
    if not reports:
        return ()
    return tuple(
        _COUNTER_SIGNATURE._replace(
            outcome=Outcome.WARNING,
            message=Message(
                "A counter-signature did not pass: {reason}", reason=each.reasons[0].message
            ),
        )
        for each in reports
        if not each.passed
    )


def _document_warnings(parsed: ParsedDocument, context: ValidationContext) -> tuple[Message, ...]:
    warnings = list(context.policy.weaknesses)
    if parsed.signatures and not len(context.trust):
        warnings.append(
            Message("No trust anchor was given, so no signature here can be TOTAL_PASSED.")
        )
    warnings += context.trust.shortcomings(context.at)
    warnings += [f.message for f in parsed.findings if f.severity < Severity.MALFORMED]
    return tuple(warnings)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise UsageError("The moment to judge for needs a time zone; use an aware UTC datetime.")
    return at
