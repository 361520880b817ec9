"""Revocation freshness checker: is revocation data recent enough for a moment?

Without a limit of its own, data is fresh while the moment lies before thisUpdate plus the
interval from thisUpdate to nextUpdate, that is before nextUpdate.

Spec: EN 319 102-1 §5.2.5
"""

from __future__ import annotations

from datetime import datetime

from esign.pki.ocsp import OCSPResponse
from esign.pki.revocation import RevocationStatus
from esign.validation.policy import Policy


def fresh_until(status: RevocationStatus, policy: Policy) -> datetime | None:
    """Return the first moment for which the data is not fresh; None when it never was.

    Spec: EN 319 102-1 §5.2.5.4
    """
    if status.this_update is None:
        return None
    if policy.maximum_revocation_age is not None:
        return status.this_update + policy.maximum_revocation_age
    if status.next_update is not None:
        return status.next_update
    if isinstance(status.source, OCSPResponse):
        return status.this_update + policy.ocsp_age_without_next_update
    return None


def is_fresh(status: RevocationStatus, policy: Policy, at: datetime) -> bool:
    """Return whether the data is fresh for ``at``; a policy named unsafe may not ask."""
    if policy.unsafe_without_freshness:
        return True
    until = fresh_until(status, policy)
    return until is not None and at < until
