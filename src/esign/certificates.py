"""Certificates by themselves: may I rely on this one, at this moment, and why?

Example::

    from esign import certificates

    report = certificates.check("person.crt", trust=trust)
    if not report.passed:
        print(report.reasons[0].message)

Spec: EN 319 102-1 §5.2.6, RFC 5280 §6
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from esign.ades.evidence import Evidence
from esign.api.calls import DEFAULT_TIMEOUT, moment, policy_or_default, trust_or_nobody, word
from esign.api.online import CacheLike, recollection
from esign.api.qualifying import certificate_with_qualification
from esign.api.verification import collect
from esign.document import Document, DocumentLike
from esign.limits import Budget
from esign.pki.certificate import Certificate, load_certificates
from esign.pki.trust import TrustStore
from esign.terms import Purpose
from esign.validation.certificate_check import CertificateReport, check_certificate, role_of
from esign.validation.collection import CertificateCollection
from esign.validation.policy import Policy

if TYPE_CHECKING:
    from esign.trustlists.snapshot import TrustListSnapshot

__all__ = ["CertificateReport", "check"]

CertificateLike = Certificate | DocumentLike


def check(  # noqa: PLR0913 - every argument but the first is named
    certificate: CertificateLike,
    *,
    trust: TrustStore,
    purpose: Purpose | str = Purpose.SIGNER,
    evidence: Evidence | None = None,
    at: datetime | None = None,
    offline: bool = False,
    allow_hosts: Sequence[str] = (),
    timeout: float | None = DEFAULT_TIMEOUT,
    policy: Policy | None = None,
    cache: CacheLike = None,
    trust_lists: TrustListSnapshot | None = None,
) -> CertificateReport:
    """Return what a certificate is worth at a moment, and why.

    Args:
        certificate: path, octets or binary file (PEM, DER, PKCS#7); the first in it is
            judged, the others may serve as its issuers.
        trust: whom to believe; nobody else is.
        purpose: whose anchors count, the signers' or the time-stamping authorities'.
        evidence: certificates and revocation data to consider; never trusted for being given.
        at: judge as of this time (aware) instead of now.
        offline: contact nobody.
        allow_hosts: private addresses a certificate may point to (name, address, CIDR).
        timeout: seconds for the whole call; None waits as long as it takes.
        policy: what is asked of it; by default ``Policy()``.
        cache: where fetched evidence is kept, as for :func:`esign.verify`.
        trust_lists: checked lists from which it is concluded what a signature made with the
            certificate would be called.

    Raises:
        MalformedCertificateError: there is no certificate in it.
        DeadlineExceededError: ``timeout`` is over.
    """
    start = begin_check(
        certificate,
        trust=trust,
        purpose=purpose,
        evidence=evidence,
        at=at,
        timeout=timeout,
        policy=policy,
    )
    report = judge(start)
    if offline or report.passed:
        return certificate_with_qualification(report, trust_lists)
    report = judge(collect(start, allow_hosts, recollection(cache, start.at)))
    return certificate_with_qualification(report, trust_lists)


def begin_check(  # noqa: PLR0913 - the arguments of ``check``
    certificate: CertificateLike,
    *,
    trust: TrustStore,
    purpose: Purpose | str,
    evidence: Evidence | None,
    at: datetime | None,
    timeout: float | None,
    policy: Policy | None,
) -> CertificateCollection:
    """Return the certificate with everything known of it before anybody is asked."""
    first, *others = _loaded(certificate)
    asked = word(Purpose, purpose)
    return CertificateCollection(
        certificate=first,
        role=role_of(first, asked),
        purpose=asked,
        trust=trust_or_nobody(trust),
        policy=policy_or_default(policy),
        at=moment(at),
        budget=Budget.within(timeout),
        evidence=(evidence or Evidence()).merged(Evidence(certificates=tuple(others))),
    )


def judge(collection: CertificateCollection) -> CertificateReport:
    """Return the report on what was collected."""
    return check_certificate(
        collection.certificate,
        collection.evidence,
        role=collection.role,
        purpose=collection.purpose,
        trust=collection.trust,
        policy=collection.policy,
        at=collection.at,
        budget=collection.budget,
    )


def _loaded(given: CertificateLike) -> tuple[Certificate, ...]:
    if isinstance(given, Certificate):
        return (given,)
    return load_certificates(Document.of(given).whole())
