"""From a verdict to what the signature is called in law, where trusted lists were given.

A conclusion stands on a signature that passed: whoever copies a minister's certificate into
a forged signature gets no title from it.

Spec: TS 119 615 §4.4
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esign.messages import Message
from esign.validation.certificate_check import CertificateReport
from esign.validation.qualification import Qualification, QualificationStatus
from esign.validation.report import Report, SignatureReport

if TYPE_CHECKING:
    from esign.trustlists.snapshot import TrustListSnapshot

_NOTHING_CONCLUDED = Qualification(
    status=QualificationStatus.UNKNOWN,
    reasons=(Message("It did not pass, so nothing is concluded from trusted lists."),),
)


def with_qualification(report: Report, lists: TrustListSnapshot | None) -> Report:
    """Return the report with a status for every signature; as it was without lists."""
    if lists is None:
        return report
    return replace(
        report, signatures=tuple(_qualified(s, lists, report) for s in report.signatures)
    )


def _qualified(
    signature: SignatureReport, lists: TrustListSnapshot, report: Report
) -> SignatureReport:
    from esign.trustlists.qualification import qualify  # lists are given to few calls

    found = _NOTHING_CONCLUDED
    if signature.passed and signature.certificate is not None:
        at = signature.proven_time or report.at
        found = qualify(signature.certificate, signature.chain, at, lists)
    return replace(signature, qualification=found)


def certificate_with_qualification(
    report: CertificateReport, lists: TrustListSnapshot | None
) -> CertificateReport:
    """Return what a signature made with the certificate at that moment would be called."""
    if lists is None:
        return report
    from esign.trustlists.qualification import qualify  # lists are given to few calls

    found = _NOTHING_CONCLUDED
    if report.passed:
        found = qualify(report.certificate, report.chain, report.at, lists)
    return replace(report, qualification=found)
