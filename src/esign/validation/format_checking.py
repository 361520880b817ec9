"""Format checking: is this a signature of its form at all?

The formats say what is wrong with themselves; only MALFORMED stops here. CONSTRAINT and
LEVEL findings are weighed in signature acceptance, and REMARK becomes a warning.

Spec: EN 319 102-1 §5.2.2
"""

from __future__ import annotations

from collections.abc import Sequence

from esign.ades.signature import AdESSignature, Finding
from esign.messages import Message
from esign.terms import Severity, SubIndication
from esign.validation.checks import Block, Check, failed, warned

FORM = Check("form", Block.FORMAT_CHECKING, "EN 319 102-1 §5.2.2")
UNIQUE = Check("signature-unique", Block.FORMAT_CHECKING, "EN 319 102-1 §5.2.2")


def check_format(
    signature: AdESSignature, document_findings: Sequence[Finding] = (), *, repeated: bool = False
) -> list[Check]:
    """Return the checks on the form; MALFORMED findings stop with FORMAT_FAILURE.

    Args:
        signature: the facts.
        document_findings: what is wrong with the document as a whole.
        repeated: the same signature occurs twice in the document.
    """
    findings = (*document_findings, *signature.structure_findings())
    if not findings and not repeated:
        return [FORM]
    checks = [
        _of_finding(finding)
        for finding in findings
        if finding.severity in (Severity.MALFORMED, Severity.REMARK)
    ]
    if repeated:
        checks.append(
            failed(
                UNIQUE,
                SubIndication.FORMAT_FAILURE,
                Message("The same signature occurs more than once in this document."),
                Message("Ask for the document as it was signed, without the copy."),
            )
        )
    return checks or [FORM]


def _of_finding(finding: Finding) -> Check:
    check = FORM._replace(name=finding.code, clause=finding.clause)
    if finding.severity is Severity.REMARK:
        return warned(check, finding.message)
    return failed(
        check,
        SubIndication.FORMAT_FAILURE,
        finding.message,
        Message(
            "The file was changed after signing or made by faulty software. Ask the signer for "
            "the original, or to sign again."
        ),
    )
