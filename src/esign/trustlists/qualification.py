"""What a signature is called by trusted list: QESig, QESeal, AdES-QC, AdES or unknown.

1. Entries of qualified certificate issuers whose certificate is in the chain are looked up.
2. At two moments, when the certificate was issued and when the signature is judged for, the
   entry must have been granted.
3. What the certificate says of itself is corrected by the entry's qualifiers, where the
   certificate meets their conditions.
4. Qualified means qualified at both moments, for the same kind of use.

Whatever contradicts itself or cannot be told lowers the conclusion, never raises it.

Spec: TS 119 615 §4.4, §4.5, §4.6
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.qc_statements import QcStatements, QcType, qc_statements
from esign.trustlists.matching import CertificateFacts
from esign.trustlists.model import ServicePeriod
from esign.trustlists.names import APPROVED, QUALIFIED_CA
from esign.trustlists.snapshot import ListedService, TrustListSnapshot
from esign.validation.qualification import Qualification, QualificationStatus

EIDAS = datetime(2016, 6, 30, 22, tzinfo=UTC)
"""1 July 2016 in Brussels: Regulation 910/2014 applies; kinds of use are listed since."""
_QCP_PUBLIC = "0.4.0.1456.1.2"
_QCP_PUBLIC_WITH_DEVICE = "0.4.0.1456.1.1"
"""Policies that said before 2016 what QcStatements say (TS 101 456 §5.2)."""
_IN_DEVICE = frozenset({"QCWithQSCD", "QCWithSSCD", "QCQSCDManagedOnBehalf"})
_NOT_IN_DEVICE = frozenset({"QCNoQSCD", "QCNoSSCD"})
_KINDS = {
    "QCForESig": QcType.ESIGN,
    "QCForESeal": QcType.ESEAL,
    "QCForWSA": QcType.WEB,
}
_LISTED_FOR = {
    QcType.ESIGN: "ForeSignatures",
    QcType.ESEAL: "ForeSeals",
    QcType.WEB: "ForWebSiteAuthentication",
}
_RANK = (
    QualificationStatus.UNKNOWN,
    QualificationStatus.ADES,
    QualificationStatus.ADES_QC,
    QualificationStatus.QESEAL,
    QualificationStatus.QESIG,
)


def qualify(
    certificate: Certificate,
    chain: Sequence[Certificate],
    at: datetime,
    snapshot: TrustListSnapshot,
) -> Qualification:
    """Return what a signature by ``certificate`` is called.

    Args:
        certificate: the signer's.
        chain: the validated path, leaf first; the listed issuer must be in it.
        at: best-signature-time (aware, UTC).
        snapshot: the checked lists.
    """
    entries = _entries(certificate, chain, snapshot)
    if not entries:
        return Qualification(
            status=QualificationStatus.UNKNOWN,
            reasons=(
                Message("No trusted list names an issuer of qualified certificates in the chain."),
            ),
        )
    found = [_conclusion(_Case(certificate=certificate, at=at, entry=each)) for each in entries]
    refusals = [each for each in found if each.excludes]
    best = max(found, key=lambda each: _RANK.index(each.status))
    if refusals and best.status not in {QualificationStatus.ADES, QualificationStatus.UNKNOWN}:
        return _contradiction(best, refusals[0])
    return _named(best.status, best.entry, (best.reason,))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One entry about one certificate."""

    certificate: Certificate
    at: datetime
    entry: ListedService


@dataclass(frozen=True, slots=True, kw_only=True)
class _Conclusion:
    status: QualificationStatus
    entry: ListedService
    reason: Message
    excludes: bool = False
    """The entry says of this certificate that it is not qualified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What certificate and entry together say at one moment."""

    qualified: bool
    kind: QcType | None = None
    in_device: bool = False
    reason: Message
    excluded: bool = False


def _entries(
    certificate: Certificate, chain: Sequence[Certificate], snapshot: TrustListSnapshot
) -> list[ListedService]:
    """Return the entries about the issuer nearest to the certificate that any list names."""
    for issuer in chain:
        if issuer == certificate:
            continue
        entries = [
            entry
            for entry in snapshot.services_of(issuer)
            if any(period.kind == QUALIFIED_CA for period in entry.service.periods)
        ]
        if entries:
            return entries
    return []


def _conclusion(case: _Case) -> _Conclusion:
    # An entry that came later than the certificate still covers what it issued before only
    # if its history reaches back to that day (TS 119 615 §4.4).
    issued = _facts(case, case.certificate.not_before)
    now = _facts(case, case.at)
    for facts in (issued, now):
        if not facts.qualified:
            return _Conclusion(
                status=QualificationStatus.ADES,
                entry=case.entry,
                reason=facts.reason,
                excludes=facts.excluded,
            )
    if issued.kind != now.kind:
        reason = Message("The entry changed what the certificate is for between issue and use.")
        return _Conclusion(status=QualificationStatus.ADES_QC, entry=case.entry, reason=reason)
    return _qualified(case, now)


def _qualified(case: _Case, facts: _Facts) -> _Conclusion:
    """The device is asked for at the time of the signature (TS 119 615 §4.5)."""
    if facts.kind is QcType.WEB:
        return _Conclusion(
            status=QualificationStatus.ADES,
            entry=case.entry,
            reason=Message("The certificate is qualified for websites, not for signatures."),
        )
    if not facts.in_device:
        return _Conclusion(
            status=QualificationStatus.ADES_QC, entry=case.entry, reason=facts.reason
        )
    status = {
        QcType.ESIGN: QualificationStatus.QESIG,
        QcType.ESEAL: QualificationStatus.QESEAL,
    }.get(facts.kind or QcType.WEB, QualificationStatus.ADES_QC)
    return _Conclusion(status=status, entry=case.entry, reason=facts.reason)


def _facts(case: _Case, at: datetime) -> _Facts:
    period = case.entry.service.period_at(at)
    refusal = _refusal(period, at)
    if period is None or refusal is not None:
        return _Facts(qualified=False, reason=refusal or Message("The entry has no status."))
    certificate = CertificateFacts(certificate=case.certificate)
    qualifiers, unclear = _qualifiers(period, certificate)
    stated = qc_statements(case.certificate)
    if "NotQualified" in qualifiers:
        reason = Message("The entry says that this certificate is not qualified.")
        return _Facts(qualified=False, reason=reason, excluded=True)
    if unclear:
        reason = Message("The entry makes a condition that is not understood: nothing is taken.")
        return _Facts(qualified=False, reason=reason)
    old = certificate.policies if case.certificate.not_before < EIDAS else frozenset[str]()
    if not (stated.compliance or "QCStatement" in qualifiers or old & _QCP):
        reason = Message("Neither the certificate nor the entry says that it is qualified.")
        return _Facts(qualified=False, reason=reason)
    return _qualified_facts(period, qualifiers, stated, at=at, old=old)


_QCP = frozenset({_QCP_PUBLIC, _QCP_PUBLIC_WITH_DEVICE})


def _qualified_facts(
    period: ServicePeriod,
    qualifiers: frozenset[str],
    stated: QcStatements,
    *,
    at: datetime,
    old: frozenset[str],
) -> _Facts:
    kind = _kind(qualifiers, stated)
    if at >= EIDAS and not _is_listed_for(period, kind):
        reason = Message(
            "The issuer is listed for {listed}, and the certificate is for {kind}.",
            listed=", ".join(uri.rpartition("/")[2] for uri in period.additional) or "no use",
            kind="an unclear use" if kind is None else kind.value,
        )
        return _Facts(qualified=False, reason=reason)
    in_device = _in_device(qualifiers, stated.sscd or _QCP_PUBLIC_WITH_DEVICE in old)
    reason = (
        Message("The certificate is qualified, and its key is in a qualified device.")
        if in_device
        else Message("The certificate is qualified; its key is not known to be in a device.")
    )
    return _Facts(qualified=True, kind=kind, in_device=in_device, reason=reason)


def _refusal(period: ServicePeriod | None, at: datetime) -> Message | None:
    """Return why the status at a moment makes nothing qualified."""
    if period is None:
        return Message("The issuer was not listed on {at}.", at=at)
    if period.kind != QUALIFIED_CA:
        return Message("The issuer was listed as {kind} on {at}.", kind=period.kind, at=at)
    if period.state not in APPROVED:
        return Message("The issuer's status was {status} on {at}.", status=period.state, at=at)
    if period.unknown_critical:
        return Message("The entry carries a critical extension that is not understood.")
    return None


def _qualifiers(
    period: ServicePeriod, certificate: CertificateFacts
) -> tuple[frozenset[str], bool]:
    """Return the qualifiers that apply, and whether one might whose condition is unclear."""
    found: set[str] = set()
    unclear = False
    for element in period.qualifications:
        met = certificate.meets(element.criterion)
        if met:
            found.update(element.qualifiers)
        # What could only raise the conclusion is simply not taken.
        unclear = unclear or (met is None and bool(_LOWERING & set(element.qualifiers)))
    return frozenset(found), unclear


_LOWERING = frozenset({"NotQualified", "QCForLegalPerson", *_NOT_IN_DEVICE, *_KINDS})


def _kind(qualifiers: frozenset[str], stated: QcStatements) -> QcType | None:
    """Return what the certificate is for: the entry's word before the certificate's own."""
    listed = {_KINDS[each] for each in qualifiers & _KINDS.keys()}
    kinds = listed or set(stated.types)
    if not kinds and "QCForLegalPerson" not in qualifiers:
        return QcType.ESIGN  # EN 319 412-5 §4.2.3: without a type, it is for signatures
    return kinds.pop() if len(kinds) == 1 else None


def _is_listed_for(period: ServicePeriod, kind: QcType | None) -> bool:
    listed = {uri.rpartition("/")[2] for uri in period.additional}
    return kind is not None and _LISTED_FOR[kind] in listed


def _in_device(qualifiers: frozenset[str], stated: bool) -> bool:
    """Return whether the key is in a qualified device; contradicting qualifiers say no."""
    if qualifiers & _NOT_IN_DEVICE:
        return False
    return bool(qualifiers & _IN_DEVICE) or stated


def _contradiction(best: _Conclusion, refusal: _Conclusion) -> Qualification:
    return _named(
        QualificationStatus.UNKNOWN,
        refusal.entry,
        (Message("Entries of trusted lists contradict each other."), refusal.reason, best.reason),
    )


def _named(
    status: QualificationStatus, entry: ListedService, reasons: tuple[Message, ...]
) -> Qualification:
    service = entry.service
    return Qualification(
        status=status,
        list=entry.list.label,
        entry=f"{service.provider}: {service.name}",
        reasons=reasons,
    )
