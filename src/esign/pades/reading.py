"""A PDF's signatures and document time-stamps, in the order of their revisions.

Spec: EN 319 142-1 §5
"""

from __future__ import annotations

from esign.ades.format import ParsedDocument
from esign.ades.signature import AdESSignature, EmbeddedTimestamp, Finding
from esign.document import Document
from esign.limits import Budget
from esign.pades.file import PDFFile
from esign.pades.history import History, SignedValue
from esign.pades.signature import TIMESTAMP, read_signature, sub_filter
from esign.pades.timestamps import document_timestamp
from esign.terms import SignatureForm


def read_document(document: Document, budget: Budget) -> ParsedDocument:
    """Return what signatures a PDF has.

    Raises:
        MalformedPDFError: its structure cannot be followed without guessing.
        EncryptedPDFError: it needs a password.
    """
    history = History(PDFFile(document, budget))
    signatures: list[AdESSignature] = []
    timestamps: list[EmbeddedTimestamp] = []
    findings: list[Finding] = []
    dated: list[tuple[int, str]] = []
    for value in sorted(history.values, key=_order):
        budget.check_deadline()
        if sub_filter(value) == TIMESTAMP:
            earlier = dict.fromkeys(id_ for index, id_ in dated if index < value.index)
            stamp = document_timestamp(value, tuple(earlier))
            timestamps.append(stamp)
            findings.extend(value.findings)
            if stamp.token is not None:
                dated.append((value.index, stamp.token.id))
        else:
            signature = read_signature(value)
            signatures.append(signature)
            dated.append((value.index, signature.id))
    return ParsedDocument(
        form=SignatureForm.PADES,
        document=document,
        signatures=tuple(signatures),
        timestamps=tuple(timestamps),
        findings=tuple(dict.fromkeys(findings)),
    )


def _order(value: SignedValue) -> tuple[int, str]:
    return value.index, value.name
