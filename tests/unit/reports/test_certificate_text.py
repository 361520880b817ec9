"""The report on one certificate as text."""

from __future__ import annotations

from esign import certificates
from esign.reports.certificate_text import certificate_lines
from tests.support.identities import certificate_of
from tests.support.pki import PKI


def _told(pki: PKI, name: str, *, language: str = "en", details: bool = False, **changes) -> str:
    evidence = pki.evidence(certificates=["issuing"], **changes)
    report = certificates.check(
        pki.certificate(name), trust=pki.trust, evidence=evidence, at=pki.now, offline=True
    )
    lines = certificate_lines(report, name="person.crt", language=language, details=details)
    return "\n".join(line.text for line in lines)


def test_a_sound_certificate(pki: PKI) -> None:
    """Verdict, chain with each status, and where the trust comes from."""
    text = _told(pki, "citizen")
    assert text.startswith("person.crt: VALID (PASSED), judged for 2026-06-15 12:00:00 UTC")
    assert "FIN 1AB2C3D of AZ" in text
    assert text.count("Revocation: not revoked, by CRL of 2026-06-14 00:00:00 UTC") == 2
    assert "3. CN=Test Root CA" in text
    assert "Trust anchor from given by the caller" in text
    assert "Missing" not in text


def test_a_revoked_one(pki: PKI) -> None:
    """The verdict, since when, and what to do."""
    text = _told(pki, "citizen-revoked")
    assert "NOT VALID (FAILED / REVOKED)" in text
    assert "Revocation: REVOKED since" in text
    assert "What to do:" in text


def test_what_is_missing_and_whom_to_ask(pki: PKI) -> None:
    """Each missing thing with the addresses, or that nobody could be asked."""
    text = _told(pki, "citizen", crls=())
    assert "CANNOT BE CONFIRMED" in text
    assert "Missing: revocation data of CN=Test Issuing CA" in text
    assert "CRL from http://pki.esign.test/root.crl" in text
    lonely = certificates.check(certificate_of(("CN", "X")), trust=pki.trust, offline=True)
    lines = [each.text for each in certificate_lines(lonely, name="x")]
    assert "The certificate names nobody who could be asked for it." in lines


def test_details_and_languages(pki: PKI) -> None:
    """Every check with --details; Azerbaijani where it is asked for."""
    assert "[EN 319 102-1 §5.2.6.4]" in _told(pki, "citizen", details=True)
    assert "[EN 319 102-1" not in _told(pki, "citizen")
    assert "Ləğv vəziyyəti: ləğv edilməyib" in _told(pki, "citizen", language="az")


def test_a_name_cannot_command_the_terminal(pki: PKI) -> None:
    """Control characters in names come out as marks."""
    report = certificates.check(certificate_of(("CN", "X\x1b[2J")), trust=pki.trust, offline=True)
    text = "\n".join(each.text for each in certificate_lines(report, name="x"))
    assert "\x1b" not in text
