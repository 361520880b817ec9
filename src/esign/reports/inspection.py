"""What is in a signed file, told without judging: the facts of ``esign inspect``.

Nothing here concludes anything. That a reference is intact and a value verifies under a
certificate somebody put into the file says nothing about who signed.
"""

from __future__ import annotations

from collections.abc import Iterator

from esign.ades.format import ParsedDocument
from esign.ades.signature import AdESSignature, EmbeddedTimestamp, Finding, Reference
from esign.pki.certificate import Certificate
from esign.reports.printing import harmless


def inspection_to_json(parsed: ParsedDocument) -> dict[str, object]:
    """Return the facts as plain data, with the field names of the verification report."""
    return {
        "form": parsed.form.value,
        "size": parsed.document.size,
        "signatures": [_signature(signature) for signature in parsed.signatures],
        "timestamps": [_timestamp(timestamp) for timestamp in parsed.timestamps],
        "findings": [_finding(finding) for finding in parsed.findings],
    }


def inspection_text(parsed: ParsedDocument, *, name: str) -> str:
    """Return the facts as indented text for a person."""
    header = f"{name}: {parsed.form.value}, {parsed.document.size} octets"
    return "\n".join([header, *_lines(inspection_to_json(parsed), 1)])


def _signature(signature: AdESSignature) -> dict[str, object]:
    properties = signature.signed_properties
    content: dict[str, object] = {
        "id": signature.id,
        "name": signature.name,
        "form": signature.form.value,
        "packaging": signature.packaging.value if signature.packaging else None,
        "algorithm": signature.algorithm.name if signature.algorithm else signature.algorithm_name,
        "claimed_signing_time": (
            properties.signing_time.isoformat() if properties.signing_time else None
        ),
        "claimed_roles": list(properties.claimed_roles),
        "commitments": [commitment.identifier for commitment in properties.commitments],
        "reason": properties.reason,
        "signature_policy": properties.policy.identifier if properties.policy else None,
        "references": [_reference(reference) for reference in signature.references()],
        "certificates": [_certificate(each) for each in signature.material.certificates],
        "crls": len(signature.material.crls),
        "ocsp_responses": len(signature.material.ocsp_responses),
        "timestamps": [_timestamp(timestamp) for timestamp in signature.timestamps],
        "counter_signatures": [_signature(each) for each in signature.counter_signatures],
        "findings": [_finding(finding) for finding in signature.structure_findings()],
    }
    return {key: value for key, value in content.items() if value not in (None, "", [])}


def _reference(reference: Reference) -> dict[str, object]:
    content: dict[str, object] = {
        "name": reference.name,
        "kind": reference.kind.value,
        "found": reference.found,
        "intact": reference.intact,
        "scope": reference.scope.value,
        "digest_algorithm": reference.digest_algorithm.name if reference.digest_algorithm else None,
    }
    for key, message in (("covers", reference.covers), ("problem", reference.problem)):
        if message is not None:
            content[key] = str(message)
    if reference.entries:
        content["entries"] = [_reference(entry) for entry in reference.entries]
    return content


def _timestamp(timestamp: EmbeddedTimestamp) -> dict[str, object]:
    token = timestamp.token
    content: dict[str, object] = {
        "kind": timestamp.kind.value,
        "name": timestamp.name,
        "imprint_found": timestamp.imprint.found,
        "imprint_intact": timestamp.imprint.intact,
    }
    if token is not None:
        content["time"] = token.generation_time.isoformat()
        content["policy"] = token.policy
        content["serial_number"] = str(token.serial_number)
    if timestamp.problem is not None:
        content["problem"] = str(timestamp.problem)
    return content


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.name,
        "message": str(finding.message),
        "clause": finding.clause,
    }


def _certificate(certificate: Certificate) -> dict[str, object]:
    return {
        "subject": str(certificate.subject),
        "issuer": str(certificate.issuer),
        "serial_number": str(certificate.serial_number),
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
    }


def _lines(content: object, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(content, dict):
        for key, value in content.items():
            label = str(key).replace("_", " ")
            if isinstance(value, dict | list):
                if value:
                    yield f"{indent}{label}:"
                    yield from _lines(value, depth + 1)
            else:
                yield f"{indent}{label}: {_word(value)}"
    elif isinstance(content, list):
        for number, item in enumerate(content, 1):
            if isinstance(item, dict):
                yield f"{indent}{number}."
                yield from _lines(item, depth + 1)
            else:
                yield f"{indent}{_word(item)}"


def _word(value: object) -> str:
    if value is None:
        return "-"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else harmless(str(value))
