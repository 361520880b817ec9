"""NIST PKITS: certification paths and their revocation, judged at the suite's own time.

Every run is judged twice over: does a path hold (RFC 5280 §6.1 with the run's policy
inputs), and is each certificate of it shown GOOD and fresh by the run's CRLs (§6.3). All
that is under the suite for legacy algorithms, which the paths must satisfy too: PKITS is
made of SHA-1, 1024-bit RSA and DSA. There are no exceptions.

Spec: RFC 5280 §6
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from esign.crypto.suites import UNSAFE_LEGACY_SUITE, load_suite
from esign.limits import Budget
from esign.pki.certificate import Certificate, load_certificates
from esign.pki.crl import CRL
from esign.pki.paths import PathResult, ValidatedPath, find_path
from esign.pki.policies import PolicyInputs
from esign.pki.revocation import (
    RevocationState,
    RevocationStatus,
    freshness_problem,
    revocation_status,
)
from esign.pki.trust import TrustStore
from esign.terms import CertificateRole, Purpose
from tests.support.corpus import corpus_folder

FOLDER = corpus_folder()
LEGACY = load_suite(UNSAFE_LEGACY_SUITE)


@cache
def _table() -> dict[str, Any]:
    if FOLDER is None:
        return {"tests": [], "policy_oids": {}}
    table: dict[str, Any] = json.loads((FOLDER / "pkits" / "pkits.json").read_text("utf-8"))
    return table


def _runs() -> list[Any]:
    seen: dict[str, int] = {}
    runs = []
    for run in _table()["tests"]:
        seen[run["id"]] = seen.get(run["id"], 0) + 1
        runs.append(pytest.param(run, id=f"{run['id']}-{seen[run['id']]}"))
    missing = pytest.mark.skip(reason="the corpus of PKITS is not here (ESIGN_CORPUS)")
    return runs or [pytest.param({}, id="corpus", marks=missing)]


@pytest.mark.parametrize("run", _runs())
def test_pkits(run: dict[str, Any]) -> None:
    """The path holds and nothing on it is revoked, exactly when the suite says so."""
    result, statuses = _judge(run)
    at = datetime.fromisoformat(run["settings"]["validation_time"])
    passed = (
        result.holds
        and all(_is_good(status, at) for status in statuses)
        and _is_strong_enough(result.path, at)
    )
    reasons = [str(p.message) for p in result.problems] + [
        str(p.message) for status in statuses for p in status.problems
    ]
    assert passed is (run["expected"] == "valid"), reasons


@pytest.mark.parametrize("run", _runs())
def test_pkits_policies(run: dict[str, Any]) -> None:
    """The policies that path and user agree on are those the suite gives."""
    result, _ = _judge(run)
    if result.path is None or run["expected"] != "valid":
        return
    expected = {
        _table()["policy_oids"][name] for name in run["expected_user_constrained_policy_set"]
    }
    assert result.path.policies == expected


def _judge(run: dict[str, Any]) -> tuple[PathResult, list[RevocationStatus]]:
    settings = run["settings"]
    at = datetime.fromisoformat(settings["validation_time"])
    certificates = [_certificate(name) for name in run["certs"]]
    trust = TrustStore.of(_certificate(run["trust_anchor"]))
    result = find_path(
        certificates[-1],
        candidates=certificates,
        trust=trust,
        purpose=Purpose.SIGNER,
        at=at,
        budget=Budget(),
        role=CertificateRole.SIGNER,
        policies=PolicyInputs(
            initial_policies=frozenset(settings["initial_policy_set_oids"]),
            explicit_policy=settings["initial_explicit_policy"],
            inhibit_mapping=settings["initial_policy_mapping_inhibit"],
            inhibit_any_policy=settings["initial_inhibit_any_policy"],
        ),
    )
    if result.path is None:
        return result, []
    chain = result.path.chain
    crls = [CRL.load(_octets(name)) for name in run["crls"]]
    statuses = [
        revocation_status(
            certificate,
            issuer,
            evidence_crls=crls,
            evidence_ocsp=(),
            candidates=certificates,
            trust=trust,
            purpose=Purpose.SIGNER,
            at=at,
            budget=Budget(),
            anchor=result.path.anchor,
        )
        for certificate, issuer in pairwise(chain)
    ]
    return result, statuses


def _is_good(status: RevocationStatus, at: datetime) -> bool:
    return status.state is RevocationState.GOOD and freshness_problem(status, at) is None


def _is_strong_enough(path: ValidatedPath | None, at: datetime) -> bool:
    assert path is not None
    for certificate, key in zip(path.chain, path.keys[1:], strict=False):
        algorithm = certificate.signature_algorithm
        if algorithm is None or not LEGACY.accepts_signature(algorithm, key, at).ok:
            return False
    return True


def _certificate(name: str) -> Certificate:
    (found,) = load_certificates(_octets(name))
    return found


def _octets(name: str) -> bytes:
    assert FOLDER is not None
    return Path(FOLDER / "pkits" / name).read_bytes()
