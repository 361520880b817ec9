"""Whatever its makers call altered never passes, however much is believed for the test.

Every certificate that a file carries is made a trust anchor, for signers and authorities
alike; nobody is asked for revocation data; every algorithm of the past is accepted; the
file is judged at times at which its certificates were valid. What still stops the altered
files is what must stop them: the signature itself. Their sound siblings pass that same
judgement, so that it is no wall.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import esign
from esign.ades.signature import AdESSignature
from esign.crypto.suites import UNSAFE_LEGACY_SUITE, load_suite
from esign.errors import EsignError
from esign.terms import CertificateRole, Indication, SignatureLevel
from esign.validation.report import Report, SignatureRejectedError
from tests.support.corpus import corpus_folder

FORMS = frozenset({"cades", "xades", "pades", "xml", "xmldsig"})
ALTERED = frozenset({"invalid", "crypto-invalid", "rejected", "must-reject", "must-detect"})
SOUND = frozenset({"valid", "control"})

UNALTERED = {
    "cades-detached.pkcs7": "upstream gives another content; this one was signed",
    "nonconformant-X_BE_CONN_10.xml": "all is intact; the certificate reference uses SHA-1",
    "xades-extended-epes-sigPolStore-noDigest.xml": "all is intact; no digest of the policy",
    "document.bes.without-sign-cert-prop-keyinfo-not-signed.xml": (
        "all is intact; no reference to the certificate, which only this policy lets pass"
    ),
    "document.signed.t.bes.badtsdigest.xml": (
        "the signature is intact; its time-stamp is not, and EN 319 102-1 §5.5.4 ignores it"
    ),
}
"""Refused by their makers for something else than altered content, and why that may pass."""

REFUSED = {
    "cades-broken-sig-tst-and-ats-v3.cms": "its DigestInfo lacks the NULL of RFC 8017 B.1",
    "pdf-removed-pages.pdf": "pages were removed after signing, which others tolerate",
}
"""Called tolerable by others, and why it is refused here."""

BELIEVING = replace(
    esign.Policy.unsafe_without_revocation(),
    name="unsafe: everything believed",
    suite=load_suite(UNSAFE_LEGACY_SUITE),
    unsafe_roles_without_revocation=frozenset(CertificateRole),
    unsafe_without_freshness=True,
    unsafe_without_signing_certificate_reference=True,
    require_signing_time=False,
    signing_time_within_validity=False,
    signer_key_usages=frozenset({"nonRepudiation", "digitalSignature", "keyEncipherment"}),
)


def _entries(marks: frozenset[str]) -> list[Any]:
    folder = corpus_folder()
    if folder is None:
        skip = pytest.mark.skip("no corpus beside the checkout and ESIGN_CORPUS is not set")
        return [pytest.param({}, marks=skip, id="absent")]
    return [
        pytest.param(entry, id=f"{name}-{number}-{Path(entry['file']).name}")
        for name, mark in (("ades", "verdict"), ("attacks", "expectation"))
        for number, entry in enumerate(_index(folder, name))
        if entry["format"] in FORMS and entry[mark] in marks
    ]


def _index(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    for line in (folder / name / "index.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        path = folder / entry["file"]
        entry["path"] = path if path.is_file() else folder / name / entry["file"]
        entry["given"] = [folder / name / each["file"] for each in entry.get("detached", ())]
        yield entry


@pytest.mark.parametrize("entry", _entries(ALTERED))
def test_an_altered_file_never_passes(entry: dict[str, Any]) -> None:
    """No report about it satisfies whoever asks for passed signatures over the document."""
    passed = [report for report in _reports(entry) if _satisfies(report)]
    assert not passed or Path(entry["file"]).name in UNALTERED
    for report in passed:
        assert all(each.level is not SignatureLevel.T for each in report.signatures)


@pytest.mark.parametrize("entry", _entries(frozenset({"control", "control-or-tolerated"})))
def test_an_honest_sibling_is_not_refused_as_altered(entry: dict[str, Any]) -> None:
    """At some time at which its certificates were valid no signature of it is TOTAL_FAILED."""
    reports = list(_reports(entry))
    unrefused = any(
        all(each.indication is not Indication.TOTAL_FAILED for each in report.every_signature())
        for report in reports
    )
    assert unrefused is (Path(entry["file"]).name not in REFUSED)


def test_the_believing_policy_is_no_wall(corpus: Path) -> None:
    """Most sound files pass the very judgement that altered ones do not."""
    entries = [each.values[0] for each in _entries(SOUND)]
    passed = [entry["file"] for entry in entries if any(map(_passes, _reports(entry)))]
    assert len(passed) > len(entries) * 0.6, sorted(
        {each["file"] for each in entries} - set(passed)
    )


def _satisfies(report: Report) -> bool:
    try:
        report.require_passed()
    except SignatureRejectedError:
        return False
    return True


def _passes(report: Report) -> bool:
    return any(each.indication is Indication.TOTAL_PASSED for each in report.signatures)


def _reports(entry: dict[str, Any]) -> Iterator[Report]:
    given = entry["given"]
    try:
        parsed = esign.inspect(entry["path"], detached=given)
    except EsignError:
        return
    signatures = list(_with_their_own(parsed.signatures))
    tokens = [each.token for each in parsed.timestamps if each.token is not None]
    anchors = {
        certificate
        for signature in (*signatures, *tokens)
        for certificate in (*signature.material.certificates, *signature.signer.candidates)
    }
    trust = esign.TrustStore.of(*anchors)
    for moment in _moments(signatures):
        yield esign.verify(
            entry["path"], trust=trust, detached=given, at=moment, offline=True, policy=BELIEVING
        )


def _with_their_own(signatures: tuple[AdESSignature, ...]) -> Iterator[AdESSignature]:
    for signature in signatures:
        yield signature
        yield from (each.token for each in signature.timestamps if each.token is not None)
        yield from _with_their_own(signature.counter_signatures)


def _moments(signatures: list[AdESSignature]) -> list[datetime]:
    """Return now, and for each signature a time at which its signer's certificate was valid."""
    moments = {datetime(2026, 1, 1, tzinfo=UTC)}
    for signature in signatures[:4]:
        claimed = signature.signed_properties.signing_time
        if claimed is not None:
            moments.add(claimed + timedelta(minutes=1))
        for certificate in signature.material.certificates[:2]:
            moments.add(certificate.not_before + timedelta(days=1))
    return sorted(moments)
