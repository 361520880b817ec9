"""Identity, statements and qualification in words."""

from __future__ import annotations

from dataclasses import replace

from esign.asn1 import writer
from esign.messages import Message
from esign.pki.qc_statements import qc_statements
from esign.reports.identity_lines import (
    identity_sentences,
    qualification_sentences,
    statement_sentences,
)
from esign.reports.json_report import schema, to_json
from esign.reports.text import text_lines
from esign.validation.identity import SignerIdentity
from esign.validation.qualification import Qualification, QualificationStatus
from tests.support.identities import certificate_of, statement
from tests.support.scenes import Scene


def _said(*attributes: tuple[str, str], issuer_country: str = "AZ", language: str = "en"):
    identity = SignerIdentity.of(certificate_of(*attributes, issuer_country=issuer_country))
    return [each.render(language) for each in identity_sentences(identity)]


def test_a_person_with_a_number_and_an_unverified_profile() -> None:
    """Who it is, the number with its register, and how far the profile can be believed."""
    attributes = (("GN", "Aygün"), ("O", "Agency"), ("serialNumber", "1AB2C3D"))
    assert _said(*attributes) == [
        "The certificate is of: a natural person who acts for an organisation, FIN 1AB2C3D of AZ",
        (
            "The numbers were read by the identity profile Azerbaijan: unverified against live "
            "material."
        ),
    ]
    assert "FIN 1AB2C3D (AZ)" in _said(*attributes, language="az")[0]


def test_a_certificate_that_says_nothing_gets_no_line() -> None:
    """A bare common name tells neither kind nor number."""
    assert _said(("CN", "X")) == []


def test_qualification_names_list_and_entry() -> None:
    """The status, where it comes from, and the reasons; without a list the status alone."""
    found = Qualification(
        status=QualificationStatus.QESIG, list="AZ 7", entry="CA one", reasons=(Message("So."),)
    )
    assert [str(each) for each in qualification_sentences(found)] == [
        (
            "Qualification: a qualified electronic signature (QESig), by the trusted list AZ 7, "
            "entry CA one"
        ),
        "So.",
    ]
    unknown = Qualification(status=QualificationStatus.UNKNOWN)
    assert [str(each) for each in qualification_sentences(unknown)] == ["Qualification: not known"]


def test_statements_are_told_as_the_issuers() -> None:
    """What the issuer claims is told as a claim; no statements, no lines."""
    qc = "0.4.0.1862.1."
    octets = writer.sequence(
        statement(qc + "1"), statement(qc + "4"), statement(qc + "3", writer.integer(15))
    )
    stated = qc_statements(certificate_of(("CN", "X"), statements=octets))
    assert [str(each) for each in statement_sentences(stated)] == [
        "The issuer states: a qualified certificate, key in a qualified device",
        "The issuer keeps its records for 15 years after the certificate's end.",
    ]
    assert list(statement_sentences(qc_statements(certificate_of(("CN", "X"))))) == []


def test_the_reports_carry_identity_and_qualification(scene: Scene) -> None:
    """Text and JSON say both, and the verdict is the same with any qualification."""
    import jsonschema

    report = scene.judge(scene.cades())
    (signature,) = report.signatures
    found = Qualification(status=QualificationStatus.ADES, list="AZ 7", entry="CA one")
    told = replace(report, signatures=(replace(signature, qualification=found),))
    plain = to_json(told)
    jsonschema.validate(plain, schema())
    written = plain["signatures"][0]
    assert written["signer"]["national_id"] == {
        "scheme": "FIN",
        "country": "AZ",
        "value": "1AB2C3D",
    }
    assert written["signer"]["kind"] == "person"
    assert written["qualification"]["status"] == "AdES"
    assert written["indication"] == to_json(report)["signatures"][0]["indication"]
    text = "\n".join(each.text for each in text_lines(told, name="x"))
    assert "FIN 1AB2C3D of AZ" in text
    assert "entry CA one" in text
