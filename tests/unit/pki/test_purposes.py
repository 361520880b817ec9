"""Extended key usages that decide over a certificate's part.

Spec: RFC 3161 §2.3
"""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from esign.pki.problems import PathProblemCode
from esign.pki.purposes import timestamping_eku_problem
from tests.support.chains import make

STAMPING, SIGNING = ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING
ANY = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE


def test_critical_sole_time_stamping_may_stamp() -> None:
    """Exactly the critical timeStamping usage may sign time-stamps."""
    usage = x509.ExtendedKeyUsage([STAMPING])
    authority = make("TSA", make("Root"), ca=False, extensions=[(usage, True)])
    assert timestamping_eku_problem(authority.ours) is None


@pytest.mark.parametrize(
    ("usages", "critical", "words"),
    [
        ([STAMPING], False, "not critical"),
        ([STAMPING, SIGNING], True, "more than"),
        ([STAMPING, STAMPING], True, "more than"),
        ([SIGNING], True, "does not allow"),
        ([ANY], True, "does not allow"),
        ([], True, "no extended key usage"),
    ],
)
def test_anything_else_may_not(
    usages: list[x509.ObjectIdentifier], critical: bool, words: str
) -> None:
    """A usage more, less, uncritical or absent is refused, and the sentence says which."""
    extensions = [(x509.ExtendedKeyUsage(usages), critical)] if usages else []
    found = timestamping_eku_problem(make("TSA", ca=False, extensions=extensions).ours)
    assert found is not None
    assert found.code is PathProblemCode.EXTENDED_KEY_USAGE
    assert words in str(found.message)
