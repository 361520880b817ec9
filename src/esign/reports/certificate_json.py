"""The report on one certificate as plain data for programs.

The shape is published as ``schema/certificate.schema.json``, under the same promise as the
report on documents.

Spec: EN 319 102-1 §5.2.6
"""

from __future__ import annotations

import json
from importlib import resources

from esign.ades.evidence import Want
from esign.pki.anchors import TrustAnchor
from esign.reports.json_report import (
    SCHEMA_VERSION,
    JSONObject,
    Writer,
    certificate_of,
    identity_of,
    revocation_of,
    time_of,
    value_of,
)
from esign.validation.certificate_check import CertificateReport
from esign.validation.x509_result import Missing
from esign.version import __version__


def certificate_to_json(report: CertificateReport, language: str = "en") -> JSONObject:
    """Return the report as dictionaries, lists, strings, numbers, booleans and None."""
    writer = Writer(language)
    return {
        "schema_version": SCHEMA_VERSION,
        "certificate": certificate_of(report.certificate),
        "validation_time": time_of(report.at),
        "role": report.role.value,
        "purpose": report.purpose.value,
        "indication": report.indication.value,
        "sub_indication": value_of(report.sub_indication),
        "subject": identity_of(report.subject),
        "qc_statements": writer.statements(report.qc_statements),
        "qualification": writer.qualification(report.qualification),
        "chain": [certificate_of(each) for each in report.chain],
        "anchor": None if report.anchor is None else anchor_of(report.anchor),
        "revocation": [revocation_of(each) for each in report.revocation],
        "missing": [_missing(each) for each in report.missing],
        "plan": [_want(each) for each in report.plan],
        "reasons": [writer.reason(each) for each in report.reasons],
        "warnings": writer.sentences(report.warnings),
        "checks": [writer.check(each) for each in report.checks],
        "fetch_failures": [writer.failure(each) for each in report.evidence.failures],
        "policy": report.policy,
        "trust": {"sha256": report.trust_hash, "anchors": report.anchors},
        "suite": {
            "name": report.suite,
            "version": report.suite_version,
            "date": report.suite_date.isoformat(),
        },
        "software": {"name": "esign", "version": __version__},
    }


def certificate_schema() -> JSONObject:
    """Return the JSON Schema (draft 2020-12) that every result follows."""
    folder = resources.files("esign.reports") / "schema"
    loaded: JSONObject = json.loads((folder / "certificate.schema.json").read_text("utf-8"))
    return loaded


def anchor_of(anchor: TrustAnchor) -> JSONObject:
    """Return an anchor with its source, purposes, window and what its certificate limits."""
    return {
        "certificate": certificate_of(anchor.certificate),
        "sha256": anchor.certificate.fingerprint,
        "purposes": sorted(each.value for each in anchor.purposes),
        "source": anchor.source,
        "not_before": time_of(anchor.not_before),
        "not_after": time_of(anchor.not_after),
        "path_length": anchor.certificate.path_length,
        "name_constraints": anchor.has_name_constraints,
    }


def _missing(missing: Missing) -> JSONObject:
    return {
        "kind": missing.kind.value,
        "certificate": certificate_of(missing.certificate),
        "role": missing.role.value,
    }


def _want(want: Want) -> JSONObject:
    return {
        "kind": want.kind.value,
        "certificate": want.certificate.id,
        "role": want.role.value,
        "urls": list(want.urls),
    }
