"""What X.509 certificate validation came to: values shared by the blocks and the collection.

Spec: EN 319 102-1 §5.2.6.3
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from esign.pki.certificate import Certificate
from esign.pki.paths import ValidatedPath
from esign.terms import CertificateRole
from esign.validation.checks import Check
from esign.validation.report import CertificateStatus


class MissingKind(StrEnum):
    """What more could be fetched."""

    ISSUER = "ISSUER"
    REVOCATION = "REVOCATION"


class Missing(NamedTuple):
    """Something a judgement would have wished for."""

    kind: MissingKind
    certificate: Certificate
    issuer: Certificate | None
    role: CertificateRole


class RevocationResult(NamedTuple):
    """What came of one certificate; without arguments, what an anchor gets."""

    checks: tuple[Check, ...] = ()
    status: CertificateStatus | None = None
    missing: tuple[Missing, ...] = ()
    known_not_revoked: bool = True
    """Also true where nobody has to know, as for anchors and exempt certificates."""


class X509Result(NamedTuple):
    """What came of one certificate in one role."""

    checks: tuple[Check, ...]
    chain: tuple[Certificate, ...]
    """Leaf first, as far as it went; the anchor last where one was reached."""
    path: ValidatedPath | None
    revocation: tuple[CertificateStatus, ...] = ()
    missing: tuple[Missing, ...] = ()
    """What could be fetched to know more."""
