"""The report on one certificate as JSON follows its published schema."""

from __future__ import annotations

import jsonschema
import pytest

from esign import certificates
from esign.pki.trust import TrustStore
from esign.reports.certificate_json import certificate_schema, certificate_to_json
from tests.support.pki import PKI


@pytest.mark.parametrize("name", ["citizen", "citizen-revoked", "issuing", "tsa", "agency"])
@pytest.mark.parametrize("with_evidence", [True, False])
def test_every_report_follows_the_schema(pki: PKI, name: str, with_evidence: bool) -> None:
    """Passed, failed, with things missing, with and without an anchor."""
    for trust in (pki.trust, TrustStore.empty()):
        report = certificates.check(
            pki.certificate(name),
            trust=trust,
            evidence=pki.evidence(certificates=["issuing", "ec-issuing"])
            if with_evidence
            else None,
            at=pki.now,
            offline=True,
        )
        written = certificate_to_json(report, "az")
        jsonschema.validate(written, certificate_schema())
        assert written["indication"] == report.indication.value
        assert (written["anchor"] is None) is (report.anchor is None)
        assert len(written["missing"]) == len(report.missing)


def test_the_schema_refuses_what_it_does_not_name(pki: PKI) -> None:
    """A field too many is an error, so the schema is complete."""
    report = certificates.check(pki.certificate("citizen"), trust=pki.trust, offline=True)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**certificate_to_json(report), "more": 1}, certificate_schema())
