"""The JSON report: the standard's names, under a published schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from esign.ades.evidence import Evidence, FetchFailure, Want, WantKind
from esign.ades.signature import SignedProperties, SignerLocation, SigningCertificateClaim
from esign.messages import Message
from esign.pki.trust import TrustStore
from esign.reports.json_report import schema, to_json
from esign.terms import CertificateRole, Indication, SubIndication
from esign.validation.report import Report
from tests.support.facts import exchanged
from tests.support.scenes import CONTENT, Scene, flipped


def reports(scene: Scene) -> dict[str, Report]:
    """Return reports of many kinds."""
    changed = scene.octets().replace(CONTENT, CONTENT[:-1] + b"!")
    want = Want(
        kind=WantKind.OCSP,
        certificate=scene.certificate("citizen"),
        issuer=scene.certificate("issuing"),
        role=CertificateRole.SIGNER,
        urls=("http://pki.esign.test/ocsp",),
    )
    failure = FetchFailure(want=want, causes=((want.urls[0], Message("no answer")),))
    return {
        "passed": scene.judge(scene.cades(tsa="tsa")),
        "agency": scene.judge(scene.cades("agency")),
        "changed": scene.judge(scene.parse(changed)),
        "forged": scene.judge(scene.cades(value=flipped)),
        "untrusted": scene.judge(scene.cades(tsa="tsa"), trust=TrustStore.empty()),
        "revoked": scene.judge(scene.cades("citizen-revoked", tsa="tsa-expired")),
        "no content": scene.judge(scene.parse(scene.octets(attached=False))),
        "unknown signer": scene.judge(
            exchanged(
                scene.cades(),
                signer=SigningCertificateClaim(present=True),
                signed_properties=SignedProperties(location=SignerLocation(city="Baku")),
            )
        ),
        "offline": scene.judge(scene.cades(), evidence=Evidence(failures=(failure,))),
    }


@pytest.mark.parametrize("language", ["en", "az"])
def test_every_report_follows_the_schema(scene: Scene, language: str) -> None:
    """Reports of every kind validate under the schema, in every language."""
    validator = jsonschema.Draft202012Validator(
        schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    for report in reports(scene).values():
        validator.validate(json.loads(json.dumps(to_json(report, language))))


def test_the_schema_is_a_schema_and_refuses() -> None:
    """The published schema is sound, and not one that accepts anything."""
    jsonschema.Draft202012Validator.check_schema(schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"signatures": []}, schema())


def test_the_schema_knows_every_word() -> None:
    """Indications and sub-indications of the schema are those of the code."""
    definitions: Any = schema()["$defs"]
    assert set(definitions["sub_indication"]["enum"]) == {*SubIndication, None}
    indications = definitions["signature"]["properties"]["indication"]["enum"]
    assert set(indications) == set(Indication)


def test_names_programs_rely_on(scene: Scene) -> None:
    """The names and values other tools read without a table."""
    content: Any = to_json(reports(scene)["untrusted"])
    (signature,) = content["signatures"]
    assert signature["form"] == "CAdES"
    assert signature["level"] == "T"
    assert signature["indication"] == "INDETERMINATE"
    assert signature["sub_indication"] == "NO_CERTIFICATE_CHAIN_FOUND"
    assert signature["signature_intact"] is True
    (reference,) = signature["references"]
    assert {k: reference[k] for k in ("found", "intact", "scope")} == {
        "found": True,
        "intact": True,
        "scope": "FULL",
    }
    (timestamp,) = signature["timestamps"]
    assert timestamp["kind"] == "SIGNATURE_TIMESTAMP"
    assert timestamp["imprint_intact"] is True
    assert timestamp["signature_intact"] is True
    assert timestamp["time"] == "2026-06-10T09:30:00Z"


def test_value_and_references_speak_for_themselves(scene: Scene) -> None:
    """A changed content leaves the value intact; a changed value leaves the content intact."""
    made = reports(scene)
    changed: Any = to_json(made["changed"])["signatures"]
    forged: Any = to_json(made["forged"])["signatures"]
    assert changed[0]["signature_intact"] is True
    assert changed[0]["references"][0]["intact"] is False
    assert forged[0]["signature_intact"] is False
    assert forged[0]["references"][0]["intact"] is True


def test_every_failure_says_what_would_mend_it(scene: Scene) -> None:
    """Wherever a signature did not pass there is a reason with a remedy and a clause."""
    for report in reports(scene).values():
        content: Any = to_json(report)
        for signature in content["signatures"]:
            passed = signature["indication"] == "TOTAL_PASSED"
            assert bool(signature["reasons"]) is not passed
            assert all(r["message"] and r["remedy"] and r["clause"] for r in signature["reasons"])


def test_what_was_tried_is_listed(scene: Scene) -> None:
    """Addresses that did not answer stand in the report and in the reason."""
    content: Any = to_json(reports(scene)["offline"])
    (failure,) = content["fetch_failures"]
    assert failure["attempts"] == [{"url": "http://pki.esign.test/ocsp", "cause": "no answer"}]
    assert "http://pki.esign.test/ocsp" in content["signatures"][0]["reasons"][0]["message"]


def test_what_is_not_known_is_null(scene: Scene) -> None:
    """Where nobody was identified, signer and certificate are null and the claims still stand."""
    content: Any = to_json(reports(scene)["unknown signer"])
    (signature,) = content["signatures"]
    assert signature["signer"] is None
    assert signature["signing_certificate"] is None
    assert signature["claims"]["location"]["city"] == "Baku"
