"""What the services of a list may be trusted for, and when: anchors with windows.

An approved status opens a window and the next status that is not approved closes it; what
was signed while a service was granted stays good after its withdrawal, and nothing else.
Services that issue no certificates for signing or time-stamping give no anchor.

Spec: TS 119 612 §5.5.1, §5.5.4, §5.6; TS 119 615 §4.3
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from esign.pki.trust import ServiceFacts, TrustAnchor
from esign.terms import Purpose
from esign.trustlists.model import Service, ServicePeriod, TrustedList
from esign.trustlists.names import APPROVED

_SIGNER = frozenset({Purpose.SIGNER})
_TSA = frozenset({Purpose.TSA})
_NOTHING: frozenset[Purpose] = frozenset()
_PURPOSES = {
    "CA/QC": _SIGNER,
    "CA/PKC": _SIGNER,
    "NationalRootCA-QC": _SIGNER,
    "TSA/QTST": _TSA,
    "TSA": _TSA,
    "TSA/TSS-QC": _TSA,
    "TSA/TSS-AdESQCandQES": _TSA,
}
_TICK = timedelta(microseconds=1)
"""A window's end belongs to it; the start of the next status does not."""


def purposes_of(period: ServicePeriod) -> frozenset[Purpose]:
    """Return what the service may be trusted for under this status; often nothing."""
    if period.state not in APPROVED or period.unknown_critical or _is_for_websites(period):
        return _NOTHING
    return _PURPOSES.get(period.kind, _NOTHING)


def anchors_of(listed: TrustedList, source: str) -> Iterator[TrustAnchor]:
    """Yield an anchor for each certificate and window; ``source`` is for reports."""
    for service in listed.services:
        windows = list(_windows(service.periods))
        if not windows:
            continue
        for certificate in service.certificates:
            for purposes, periods in windows:
                yield TrustAnchor(
                    certificate=certificate,
                    purposes=purposes,
                    source=source,
                    not_before=periods[-1].starts,
                    not_after=_last_moment(periods[0].ends),
                    services=tuple(_facts(listed, service, each) for each in periods),
                )


def _windows(
    periods: Sequence[ServicePeriod],
) -> Iterator[tuple[frozenset[Purpose], list[ServicePeriod]]]:
    """Yield runs of statuses, newest first, that give the same purposes without a gap."""
    run: list[ServicePeriod] = []
    purposes = _NOTHING
    for period in periods:
        given = purposes_of(period)
        if run and given != purposes:
            yield purposes, run
            run = []
        purposes = given
        if given and (period.ends is None or period.starts < period.ends):
            run.append(period)
    if run:
        yield purposes, run


def _is_for_websites(period: ServicePeriod) -> bool:
    """True for a service that is listed for website authentication alone (§5.5.9.4)."""
    kinds = {uri.rpartition("/")[2] for uri in period.additional}
    return "ForWebSiteAuthentication" in kinds and not kinds & {"ForeSignatures", "ForeSeals"}


def _last_moment(ends: datetime | None) -> datetime | None:
    return None if ends is None else ends - _TICK


def _facts(listed: TrustedList, service: Service, period: ServicePeriod) -> ServiceFacts:
    return ServiceFacts(
        territory=listed.territory,
        sequence=listed.sequence,
        digest=listed.digest,
        provider=service.provider,
        service=period.name or service.name,
        type=period.type,
        status=period.status,
        starts=period.starts,
        ends=period.ends,
    )
