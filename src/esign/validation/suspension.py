"""A certificate that was suspended for a while: harmless before and after, not within.

Spec: EN 319 102-1 §5.2.6.4, RFC 5280 §5.3.1
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from esign.messages import Message
from esign.pki.path_problems import written
from esign.pki.revocation import RevocationStatus
from esign.terms import CertificateRole, SubIndication
from esign.validation.checks import Check, failed, noted

_AGAIN = Message("Ask for a signature made while the certificate was not suspended.")


def suspension_notes(
    passed: Check, status: RevocationStatus, words: Message, role: CertificateRole
) -> Iterator[Check]:
    """Yield one remark for each span in which the certificate was suspended."""
    for each in status.suspensions:
        message = Message(
            "{certificate} was suspended from {begins} to {ends}.",
            certificate=words,
            begins=written(each.begins),
            ends=written(each.ends),
        )
        note = noted(passed, message)
        yield note._replace(
            certificate=status.certificate, role=role, during=(each.begins, each.ends)
        )


def judged_at(check: Check, moment: datetime) -> Check:
    """Return the check as it stands for what is proven for ``moment`` and no earlier.

    A remark on a suspension stops where the moment lies within it: nothing shows that the
    signature was made before, and lifting the suspension does not make it good.
    """
    if check.during is None or not check.during[0] <= moment < check.during[1]:
        return check
    sub_indication = (
        SubIndication.REVOKED_CA_NO_POE
        if check.role is CertificateRole.CA
        else SubIndication.REVOKED_NO_POE
    )
    message = Message(
        "{message} What is judged is proven for {moment}, within that time.",
        message=check.message,
        moment=written(moment),
    )
    return failed(
        check,
        sub_indication,
        message,
        _AGAIN,
        certificate=check.certificate,
        role=check.role,
        before=check.during[0],
    )
