"""The report as plain data for programs, with the names of the standard.

The shape is published as ``schema/report.schema.json``; a field is added, never renamed or
given another meaning, within one ``schema_version``.

Spec: EN 319 102-1 §5.1.3
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from importlib import resources

from esign.ades.evidence import Consulted, FetchFailure
from esign.ades.signature import Reference, SignedProperties
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.pki.qc_statements import QcStatements
from esign.validation.identity_profiles import IdentityNumber
from esign.validation.report import (
    CertificateStatus,
    Check,
    Qualification,
    Reason,
    Report,
    SignatureReport,
    SignerIdentity,
    TimestampReport,
)
from esign.version import __version__

SCHEMA_VERSION = 1

JSONObject = dict[str, object]


def to_json(report: Report, language: str = "en") -> JSONObject:
    """Return the report as dictionaries, lists, strings, numbers, booleans and None.

    Names and codes are the same in every language; sentences are in ``language``.
    """
    writer = Writer(language)
    return {
        "schema_version": SCHEMA_VERSION,
        "document": report.document or None,
        "form": report.form.value,
        "validation_time": time_of(report.at),
        "policy": report.policy,
        "trust": {"sha256": report.trust_hash, "anchors": report.anchors},
        "suite": {
            "name": report.suite,
            "version": report.suite_version,
            "date": report.suite_date.isoformat(),
        },
        "software": {"name": "esign", "version": __version__},
        "signatures": [writer.signature(each) for each in report.signatures],
        "timestamps": [writer.timestamp(each) for each in report.timestamps],
        "warnings": writer.sentences(report.warnings),
        "fetch_failures": [writer.failure(each) for each in report.failures],
        "consulted": [writer.consulted(each) for each in report.consulted],
    }


def schema() -> JSONObject:
    """Return the JSON Schema (draft 2020-12) that every :func:`to_json` result follows."""
    text = (resources.files("esign.reports") / "schema" / "report.schema.json").read_text("utf-8")
    loaded: JSONObject = json.loads(text)
    return loaded


class Writer:
    """Renders the parts; holds the language and nothing else."""

    def __init__(self, language: str) -> None:
        self._language = language

    def signature(self, report: SignatureReport) -> JSONObject:
        """Return one signature."""
        return {
            "id": report.id,
            "name": report.name,
            "form": report.form.value,
            "level": report.level.value if report.level else None,
            "packaging": report.packaging.value if report.packaging else None,
            "indication": report.indication.value,
            "sub_indication": value_of(report.sub_indication),
            "signature_intact": report.signature_intact,
            "references": [self.reference(each) for each in report.references],
            "coverage": report.coverage.value,
            "signer": identity_of(report.signer),
            "qc_statements": self.statements(report.qc_statements),
            "qualification": self.qualification(report.qualification),
            "claimed_signing_time": time_of(report.claimed_time),
            "best_signature_time": time_of(report.proven_time),
            "signature_algorithm": report.algorithm,
            "digest_algorithms": list(report.digest_algorithms),
            "signing_certificate": certificate_of(report.certificate),
            "chain": [certificate_of(each) for each in report.chain],
            "revocation": [revocation_of(each) for each in report.revocation],
            "timestamps": [self.timestamp(each) for each in report.timestamps],
            "counter_signatures": [self.signature(each) for each in report.counter_signatures],
            "claims": _claims(report.properties),
            "reasons": [self.reason(each) for each in report.reasons],
            "warnings": self.sentences(report.warnings),
            "checks": [self.check(each) for each in report.checks],
        }

    def timestamp(self, report: TimestampReport) -> JSONObject:
        """Return one time-stamp."""
        return {
            "id": report.id,
            "kind": report.kind.value,
            "name": report.name,
            "indication": report.indication.value,
            "sub_indication": value_of(report.sub_indication),
            "imprint_found": report.imprint_found,
            "imprint_intact": report.imprint_intact,
            "signature_intact": report.signature_intact,
            "time": time_of(report.time),
            "accuracy_seconds": report.accuracy_seconds,
            "policy": report.policy,
            "serial_number": None if report.serial_number is None else str(report.serial_number),
            "signature_algorithm": report.algorithm,
            "authority": identity_of(report.authority),
            "signing_certificate": certificate_of(report.certificate),
            "chain": [certificate_of(each) for each in report.chain],
            "revocation": [revocation_of(each) for each in report.revocation],
            "covered": list(report.covered),
            "reasons": [self.reason(each) for each in report.reasons],
            "warnings": self.sentences(report.warnings),
            "checks": [self.check(each) for each in report.checks],
        }

    def reference(self, reference: Reference) -> JSONObject:
        """Return one covered object."""
        digest = reference.digest_algorithm
        return {
            "name": reference.name,
            "kind": reference.kind.value,
            "found": reference.found,
            "intact": reference.intact,
            "scope": reference.scope.value,
            "ambiguous": reference.ambiguous,
            "digest_algorithm": None if digest is None else digest.name,
            "covers": self.sentence(reference.covers),
            "problem": self.sentence(reference.problem),
            "entries": [self.reference(each) for each in reference.entries],
        }

    def check(self, check: Check) -> JSONObject:
        """Return one check."""
        return {
            "name": check.name,
            "block": check.block.value,
            "clause": check.clause,
            "outcome": check.outcome.value,
            "sub_indication": value_of(check.sub_indication),
            "message": self.sentence(check.message),
        }

    def reason(self, reason: Reason) -> JSONObject:
        """Return one reason."""
        return {
            "sub_indication": value_of(reason.sub_indication),
            "message": self.sentence(reason.message),
            "remedy": self.sentence(reason.remedy),
            "clause": reason.clause,
            "certificate": certificate_of(reason.certificate),
            "role": value_of(reason.role),
        }

    def consulted(self, consulted: Consulted) -> JSONObject:
        """Return what was wanted, from where, and what came."""
        want = consulted.want
        return {
            "kind": want.kind.value,
            "role": want.role.value,
            "certificate": certificate_of(want.certificate),
            "urls": list(want.urls),
            "from_cache": consulted.from_cache,
            "objects": list(consulted.objects),
        }

    def failure(self, failure: FetchFailure) -> JSONObject:
        """Return what could not be fetched, and why."""
        want = failure.want
        return {
            "kind": want.kind.value,
            "role": want.role.value,
            "certificate": certificate_of(want.certificate),
            "attempts": [
                {"url": url, "cause": self.sentence(cause)} for url, cause in failure.causes
            ],
        }

    def statements(self, stated: QcStatements | None) -> JSONObject | None:
        """Return what the issuer stated; None when it stated nothing."""
        if stated is None or not stated.says_something:
            return None
        return {
            "compliance": stated.compliance,
            "sscd": stated.sscd,
            "types": sorted(each.value for each in stated.types),
            "disclosure": [
                {"url": each.url, "language": each.language} for each in stated.disclosure
            ],
            "retention_years": stated.retention_years,
            "countries": list(stated.countries),
            "limit": None
            if stated.limit is None
            else {"amount": f"{stated.limit.amount:f}", "currency": stated.limit.currency},
            "semantics": value_of(stated.semantics),
            "others": list(stated.others),
            "problems": self.sentences(stated.problems),
        }

    def qualification(self, found: Qualification | None) -> JSONObject | None:
        """Return the status by trusted list."""
        if found is None:
            return None
        return {
            "status": found.status.value,
            "list": found.list,
            "entry": found.entry,
            "reasons": self.sentences(found.reasons),
        }

    def sentence(self, message: Message | None) -> str | None:
        """Return the sentence in the writer's language."""
        return None if message is None else message.render(self._language)

    def sentences(self, messages: Iterable[Message]) -> list[str]:
        """Return the sentences in the writer's language."""
        return [message.render(self._language) for message in messages]


def value_of(word: object) -> str | None:
    """Return the word, or None."""
    return None if word is None else str(word)


def time_of(moment: datetime | None) -> str | None:
    """Return the moment in ISO 8601, UTC as Z."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def identity_of(identity: SignerIdentity | None) -> JSONObject | None:
    """Return whom a certificate names."""
    if identity is None:
        return None
    return {
        "name": identity.display_name,
        "common_name": identity.common_name,
        "given_name": identity.given_name,
        "surname": identity.surname,
        "pseudonym": identity.pseudonym,
        "serial_number": identity.serial_number,
        "organisation": identity.organisation,
        "organisation_identifier": identity.organisation_identifier,
        "organisational_unit": identity.organisational_unit,
        "title": identity.title,
        "country": identity.country,
        "subject": identity.subject,
        "kind": identity.kind.value,
        "role": value_of(identity.role),
        "national_id": _number(identity.national_id),
        "organisation_number": _number(identity.organisation_number),
        "profile": identity.profile,
        "profile_note": identity.profile_note,
    }


def _number(number: IdentityNumber | None) -> JSONObject | None:
    if number is None:
        return None
    return {"scheme": number.scheme, "country": number.country, "value": number.value}


def certificate_of(certificate: Certificate | None) -> JSONObject | None:
    """Return what tells a certificate apart."""
    if certificate is None:
        return None
    return {
        "id": certificate.id,
        "subject": str(certificate.subject),
        "issuer": str(certificate.issuer),
        "serial_number": str(certificate.serial_number),
        "not_before": time_of(certificate.not_before),
        "not_after": time_of(certificate.not_after),
    }


def revocation_of(status: CertificateStatus) -> JSONObject:
    """Return what revocation data said about one certificate."""
    return {
        "certificate": status.certificate.id,
        "state": status.state,
        "source": status.source_id,
        "source_kind": status.source_kind,
        "this_update": time_of(status.this_update),
        "next_update": time_of(status.next_update),
        "revoked_at": time_of(status.revoked_at),
    }


def _claims(properties: SignedProperties) -> JSONObject:
    location, policy = properties.location, properties.policy
    return {
        "roles": list(properties.claimed_roles),
        "commitments": [each.identifier for each in properties.commitments],
        "location": None
        if location is None
        else {
            "street": location.street,
            "city": location.city,
            "state": location.state,
            "postal_code": location.postal_code,
            "country": location.country,
        },
        "signature_policy": None if policy is None else policy.identifier or "implied",
        "reason": properties.reason,
        "name": properties.name,
        "contact": properties.contact,
    }
