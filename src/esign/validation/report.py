"""The report: what every signature in a document is worth, and why.

A report is a value. Truth is never asked of it (``if report:`` raises), because having a
report is not having a valid signature: read ``.signatures`` or call
:meth:`Report.require_passed`.

Spec: EN 319 102-1 §5.1.3
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from esign.ades.evidence import Consulted, FetchFailure
from esign.ades.signature import Reference, SignedProperties
from esign.errors import EsignError, UsageError
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.qc_statements import QcStatements, qc_statements
from esign.terms import (
    BlockStatus,
    Indication,
    Packaging,
    Scope,
    SignatureForm,
    SignatureLevel,
    SubIndication,
    TimestampKind,
)
from esign.validation.checks import (
    Block,
    Check,
    Outcome,
    Reason,
    Verdict,
    reasons_of,
    warnings_of,
)
from esign.validation.identity import SignerIdentity
from esign.validation.qualification import Qualification

__all__ = [
    "Block",
    "CertificateStatus",
    "Check",
    "Outcome",
    "Qualification",
    "Reason",
    "Report",
    "SignatureRejectedError",
    "SignatureReport",
    "SignerIdentity",
    "TimestampReport",
    "Verdict",
]


_NOTHING_CLAIMED = SignedProperties()


class SignatureRejectedError(EsignError):
    """A report was required to have passed and has not; ``report`` says why."""

    report: Report

    def __reduce__(self) -> tuple[object, ...]:
        return _rejected, (self.message.template, self.values, self.report)


def _rejected(template: str, values: dict[str, object], report: Report) -> SignatureRejectedError:
    error = SignatureRejectedError(template, **values)
    error.report = report
    return error


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateStatus:
    """What revocation data said about one certificate of a chain."""

    certificate: Certificate
    state: str
    """``good``, ``revoked``, ``on hold``, ``unknown`` or ``exempt``."""
    source_id: str | None = None
    """Identifier of the CRL or OCSP response that decided."""
    source_kind: str | None = None
    """``CRL`` or ``OCSP``."""
    this_update: datetime | None = None
    next_update: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampReport:
    """What one time-stamp is worth.

    Spec: EN 319 102-1 §5.4
    """

    id: str
    kind: TimestampKind
    name: str
    verdict: Verdict
    imprint: Reference | None
    """None when a token was judged without the octets it covers."""
    signature_intact: bool
    time: datetime | None
    """The token's genTime; proven only when :attr:`passed`."""
    accuracy_seconds: float | None = None
    policy: str = ""
    serial_number: int | None = None
    algorithm: str = ""
    certificate: Certificate | None = None
    chain: tuple[Certificate, ...] = ()
    revocation: tuple[CertificateStatus, ...] = ()
    covered: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()

    @property
    def indication(self) -> BlockStatus:
        """PASSED, FAILED or INDETERMINATE."""
        return self.verdict.status

    @property
    def sub_indication(self) -> SubIndication | None:
        """Why it is not PASSED."""
        return self.verdict.sub_indication

    @property
    def passed(self) -> bool:
        """True when the time is proven: imprint, value, chain and revocation all hold."""
        return self.verdict.status is BlockStatus.PASSED

    @property
    def imprint_found(self) -> bool:
        """True when the covered octets could be computed."""
        return self.imprint is not None and self.imprint.found

    @property
    def imprint_intact(self) -> bool:
        """True when the covered octets match the token."""
        return self.imprint is not None and self.imprint.intact

    @property
    def authority(self) -> SignerIdentity | None:
        """Who time-stamped, as the certificate says it."""
        return None if self.certificate is None else SignerIdentity.of(self.certificate)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it did not pass, the deciding reason first."""
        return reasons_of(self.checks)

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What is worth saying but does not decide."""
        return warnings_of(self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """What one signature is worth.

    Spec: EN 319 102-1 §5.3, §5.5
    """

    id: str
    name: str
    form: SignatureForm
    packaging: Packaging | None
    level: SignatureLevel | None
    """The level reached; None when it is no AdES baseline signature. T needs a time-stamp
    that passed. Only for a signature that itself did not pass, an intact time-stamp whose
    one defect is that no anchor is known for it also counts."""
    verdict: Verdict
    signature_intact: bool
    """The value over the signed attributes or SignedInfo verifies under the certificate the
    signature points to; references apart, and saying nothing about who that is."""
    references: tuple[Reference, ...]
    coverage: Scope
    """How much of the document the intact references cover."""
    claimed_time: datetime | None
    proven_time: datetime | None
    """Best-signature-time: the signature existed then; None without a proof."""
    certificate: Certificate | None
    chain: tuple[Certificate, ...] = ()
    """Leaf first, anchor last where one was reached."""
    revocation: tuple[CertificateStatus, ...] = ()
    timestamps: tuple[TimestampReport, ...] = ()
    counter_signatures: tuple[SignatureReport, ...] = ()
    checks: tuple[Check, ...] = ()
    """In the order of precedence: the first that stops decided."""
    algorithm: str = ""
    digest_algorithms: tuple[str, ...] = ()
    properties: SignedProperties = _NOTHING_CLAIMED
    """What the signer claims: roles, place, commitments, reason."""
    qualification: Qualification | None = None
    """The status by trusted list (TS 119 615); None when no trusted list was given. A
    conclusion of its own: it changes no verdict, and no verdict changes it."""

    @property
    def indication(self) -> Indication:
        """TOTAL_PASSED, TOTAL_FAILED or INDETERMINATE."""
        return self.verdict.indication

    @property
    def sub_indication(self) -> SubIndication | None:
        """Why it is not TOTAL_PASSED."""
        return self.verdict.sub_indication

    @property
    def passed(self) -> bool:
        """True only for TOTAL_PASSED."""
        return self.verdict.status is BlockStatus.PASSED

    @property
    def signer(self) -> SignerIdentity | None:
        """Who signed, as the certificate says it; believed only as far as the verdict goes."""
        return None if self.certificate is None else SignerIdentity.of(self.certificate)

    @property
    def qc_statements(self) -> QcStatements | None:
        """What the issuer stated of the certificate's legal quality (EN 319 412-5)."""
        return None if self.certificate is None else qc_statements(self.certificate)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it did not pass, the deciding reason first; empty when it passed."""
        return reasons_of(self.checks)

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What is worth saying but does not decide."""
        return warnings_of(self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a document's signatures are worth at one moment, under one policy and trust."""

    form: SignatureForm
    signatures: tuple[SignatureReport, ...]
    timestamps: tuple[TimestampReport, ...] = ()
    """Time-stamps of the document as a whole."""
    at: datetime
    """The moment judged for."""
    policy: str
    trust_hash: str
    """SHA-256 over the trust snapshot, in hex."""
    anchors: int
    suite: str
    suite_version: str
    suite_date: date
    failures: tuple[FetchFailure, ...] = ()
    """What could not be fetched."""
    consulted: tuple[Consulted, ...] = ()
    """What was wanted beside the document, in the order in which it was asked for."""
    warnings: tuple[Message, ...] = ()
    """About the document, the trust or the policy as a whole."""
    document: str = ""
    """The document's name, where it has one."""

    def __bool__(self) -> bool:
        raise UsageError(
            "A report is neither true nor false. Read report.signatures[…].indication, or call "
            "report.require_passed(), which raises unless every signature passed."
        )

    @property
    def passed(self) -> bool:
        """True when there is a signature and every one, counter-signatures too, passed."""
        return len(self.signatures) > 0 and all(each.passed for each in self.every_signature())

    def every_signature(self) -> Iterator[SignatureReport]:
        """Yield each signature, followed by the counter-signatures on it, however deep."""
        waiting = list(reversed(self.signatures))
        while waiting:
            signature = waiting.pop()
            yield signature
            waiting += reversed(signature.counter_signatures)

    def require_passed(self, *, covers: Scope | str = Scope.FULL) -> None:
        """Return only when every signature passed and covers enough of the document.

        A counter-signature is a signature too: one that did not pass is a reason to raise.

        Args:
            covers: the least every signature must cover; ``"PARTIAL"`` accepts signatures
                over a part, for callers who read :attr:`SignatureReport.references`.

        Raises:
            SignatureRejectedError: there is no signature, one did not pass, or one covers
                less than asked.
        """
        least = Scope.FULL if covers is Scope.FULL else _least_scope(covers)
        if not self.signatures:
            raise self._rejection("This document has no signature.")
        for signature in self.every_signature():
            if not signature.passed:
                raise self._rejection(
                    "The signature {name} did not pass: {indication} / {sub_indication}. {reason}",
                    name=signature.name or signature.id,
                    indication=signature.indication.value,
                    sub_indication=signature.sub_indication,
                    reason=signature.reasons[0].message,
                )
        for signature in self.signatures:
            if _EXTENT[signature.coverage] < _EXTENT[least]:
                raise self._rejection(
                    "The signature {name} passed, but covers the document only as {coverage}; "
                    '{least} was asked. Read its references, or say covers="PARTIAL".',
                    name=signature.name or signature.id,
                    coverage=signature.coverage.value,
                    least=least.value,
                )

    def _rejection(self, template: str, /, **values: object) -> SignatureRejectedError:
        return _rejected(template, values, self)


_EXTENT = {Scope.NONE: 0, Scope.PARTIAL: 1, Scope.FULL: 2}


def _least_scope(covers: Scope | str) -> Scope:
    try:
        return Scope(covers.upper())
    except (AttributeError, ValueError):  # None is no way to ask for nothing
        raise UsageError(
            "covers= is FULL, PARTIAL or NONE, not {covers}.", covers=str(covers)
        ) from None
