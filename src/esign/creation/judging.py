"""Judge a time-stamp token before it is built in.

A token is believed only after the whole time-stamp validation process with anchors that
were given for time-stamping; ``unsafe_unverified`` is the one way round, and the result
says so. Evidence about the authority's certificate is collected as for a verification.

Revocation is asked like everything else, with one difference to a verification: where
nothing can be learned about it (nobody answers), the token is built in with a warning,
for the authority answered a moment ago, and whoever verifies asks again. A revoked
authority is refused.

Spec: EN 319 102-1 §5.4, EN 319 422 §5
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from esign.ades.evidence import Evidence, Want
from esign.ades.format import ParsedDocument
from esign.ades.signature import EmbeddedTimestamp, Reference, TimestampToken
from esign.crypto.algorithms import DigestAlgorithm
from esign.document import Document
from esign.errors import MalformedError, TSATokenRefusedError, UsageError
from esign.limits import Budget
from esign.messages import Message
from esign.pki.trust import TrustStore
from esign.terms import (
    CertificateRole,
    Purpose,
    ReferenceKind,
    SignatureForm,
    SubIndication,
    TimestampKind,
)
from esign.validation.collection import Collection
from esign.validation.policy import Policy
from esign.validation.process import validate_timestamp
from esign.validation.report import TimestampReport

_NOTHING_LEARNED = frozenset(
    {SubIndication.TRY_LATER, SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE}
)


TokenReader = Callable[[bytes, Budget], TimestampToken]
"""Reads the octets of an RFC 3161 token; a format, so it is brought in as a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampJudge:
    """Whom to believe about time, and how strictly."""

    trust: TrustStore
    policy: Policy
    read_token: TokenReader
    unsafe_unverified: bool = False

    def require_anchors(self) -> None:
        """Raise unless a token could pass at all.

        Raises:
            UsageError: nobody is trusted for time-stamping.
        """
        if not self.unsafe_unverified and not self.trust.anchors_for(Purpose.TSA):
            raise UsageError(
                "A time-stamp is judged before it is built in, and nobody is trusted for "
                "time-stamping: give the authority's root as a trust anchor."
            )

    def examine(
        self,
        octets: bytes,
        imprint: bytes,
        algorithm: DigestAlgorithm,
        *,
        evidence: Evidence,
        at: datetime,
        budget: Budget,
    ) -> Examination:
        """Return the examination of a token that is readable and over this very imprint.

        Raises:
            TSATokenRefusedError: it is not; that holds for unverified tokens too.
        """
        try:
            token = self.read_token(octets, budget)
        except MalformedError as error:
            raise TSATokenRefusedError(
                "The time-stamping authority's answer is no readable token: {cause}",
                cause=error.message,
            ) from error
        if token.imprint_algorithm is not algorithm or token.imprint != imprint:
            raise TSATokenRefusedError(
                "The time-stamping authority's token is over something else than was asked for."
            )
        reference = _matching(algorithm)
        collection = Collection.start(
            _alone(token, reference),
            trust=self.trust,
            policy=self.policy,
            at=at,
            budget=budget,
            evidence=evidence,
        )
        return Examination(judge=self, token=token, reference=reference, collection=collection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One token, and the evidence about it so far."""

    judge: TimestampJudge
    token: TimestampToken
    reference: Reference
    collection: Collection

    def wants(self) -> tuple[Want, ...]:
        """Return what should be fetched before the token is judged."""
        return () if self.judge.unsafe_unverified else self.collection.wants()

    def feed(self, want: Want, answer: Evidence) -> Examination:
        """Return the examination with one answer more."""
        return replace(self, collection=self.collection.feed(want, answer))

    @property
    def evidence(self) -> Evidence:
        """What was collected."""
        return self.collection.evidence

    def require_sound(self) -> tuple[Message, ...]:
        """Return what should be known of a token that is built in.

        Raises:
            TSATokenRefusedError: the token does not stand up; every reason is named.
        """
        if self.judge.unsafe_unverified:
            return (Message("The time-stamp was built in without being judged."),)
        self._require_timely()
        report = self._judge(self.judge.policy)
        if report.passed:
            return ()
        if (
            report.sub_indication in _NOTHING_LEARNED
            and self._judge(self._without_revocation).passed
        ):
            reasons = " ".join(str(reason.message) for reason in report.reasons)
            return (
                Message(
                    "The time-stamping authority could not be fully judged: {why}", why=reasons
                ),
            )
        raise TSATokenRefusedError(
            "The time-stamp was refused ({outcome}): {reasons}",
            outcome=report.sub_indication or report.indication,
            reasons=" ".join(str(reason.message) for reason in report.reasons),
        )

    def _require_timely(self) -> None:
        """Refuse a token from long before it was asked for; the future is judged elsewhere.

        Spec: RFC 3161 §2.2 (timeliness against a local time reference)
        """
        time, at = self.token.generation_time, self.collection.at
        if time < at - self.judge.policy.clock_skew:
            raise TSATokenRefusedError(
                "The time-stamping authority says it is {time}, and here it is {at}: one of the "
                "two clocks is wrong, and the time-stamp would not prove what it should.",
                time=f"{time:%Y-%m-%d %H:%M:%S} UTC",
                at=f"{at:%Y-%m-%d %H:%M:%S} UTC",
            )

    def _judge(self, policy: Policy) -> TimestampReport:
        collection = self.collection
        return validate_timestamp(
            self.token,
            self.reference,
            collection.evidence,
            trust=self.judge.trust,
            policy=policy,
            at=collection.at,
            budget=collection.budget,
        )

    @property
    def _without_revocation(self) -> Policy:
        return replace(
            self.judge.policy, unsafe_roles_without_revocation=frozenset(CertificateRole)
        )


def _matching(algorithm: DigestAlgorithm) -> Reference:
    return Reference(
        name="message-imprint",
        kind=ReferenceKind.MESSAGE_IMPRINT,
        found=True,
        intact=True,
        digest_algorithm=algorithm,
    )


def _alone(token: TimestampToken, reference: Reference) -> ParsedDocument:
    """Return a token as a document of its own, for collecting."""
    stamp = EmbeddedTimestamp(
        kind=TimestampKind.SIGNATURE_TIMESTAMP, name="", token=token, imprint=reference
    )
    return ParsedDocument(
        form=SignatureForm.TIMESTAMP,
        document=Document.of(token.encoded),
        signatures=(),
        timestamps=(stamp,),
    )
