"""Sentences about certificates.

Spec: RFC 5280 §6.1
"""

from __future__ import annotations

import pickle

import pytest

from esign.messages import Message
from esign.pki.problems import PathProblemCode, describe, problem, serial_hex
from esign.terms import CertificateRole
from tests.support.chains import make

ANNA = make("CN=Anna {braces}", make("Root"), ca=False, serial=0xABC)


def test_certificate_is_named_in_full() -> None:
    """Role, subject, issuer and serial number are all there, braces harmless."""
    text = str(describe(ANNA.ours, CertificateRole.SIGNER))
    for part in ("signer", "CN=Anna {braces}", "CN=Root", "0ABC"):
        assert part in text


def test_problem_begins_with_the_certificate() -> None:
    """A problem's sentence names the certificate, then what is wrong, and keeps its values."""
    remedy = Message("Mend it.")
    found = problem(
        PathProblemCode.POLICY,
        ANNA.ours,
        CertificateRole.CA,
        "RFC 5280 §6.1.5",
        "it lacks {thing}.",
        thing="a policy",
        remedy=remedy,
    )
    assert str(found.message).endswith("it lacks a policy.")
    fault = found.message.values["fault"]
    assert fault == Message("it lacks {thing}.", thing="a policy")
    assert found.remedy == remedy
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    ("number", "text"), [(0, "00"), (10, "0A"), (0xABC, "0ABC"), (0xABCD, "ABCD"), (-1, "-01")]
)
def test_serial_numbers_are_written_in_hex(number: int, text: str) -> None:
    """Serial numbers have an even number of hexadecimal digits."""
    assert serial_hex(number) == text
