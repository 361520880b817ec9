"""Extended key usages that decide whether a certificate may play its part.

Spec: RFC 3161 §2.3, RFC 6960 §4.2.2.2
"""

from __future__ import annotations

from esign.pki.certificate import Certificate
from esign.pki.problems import PathProblem, PathProblemCode, problem
from esign.terms import CertificateRole

SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1"
TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"


def timestamping_eku_problem(certificate: Certificate) -> PathProblem | None:
    """Return why the certificate may not sign time-stamps, or None when it may.

    The extension must be there, be critical, and name timeStamping and nothing else.

    Spec: RFC 3161 §2.3
    """
    usages = certificate.extended_key_usage
    if usages == (TIME_STAMPING,) and certificate.extended_key_usage_critical:
        return None
    if usages is None:
        template = "it has no extended key usage; a time-stamping authority's must have one."
    elif TIME_STAMPING not in usages:
        template = "its extended key usage does not allow time-stamping."
    elif len(usages) > 1:
        template = "its extended key usage allows more than time-stamping, which RFC 3161 forbids."
    else:
        template = "its extended key usage is not critical, as RFC 3161 demands."
    return problem(
        PathProblemCode.EXTENDED_KEY_USAGE,
        certificate,
        CertificateRole.TSA,
        "RFC 3161 §2.3",
        template,
    )
