"""The signatures of a file, each in the revision it signed, and what came afterwards.

Every revision is searched, not only the last: a signature that a later revision hides is
still found, and told.

Spec: ISO 32000-1 §12.8.1; EN 319 142-1 §5.3
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from esign.ades.signature import Finding
from esign.messages import Message
from esign.pades.byterange import Coverage, coverage
from esign.pades.changes import compare
from esign.pades.fields import SignatureField, signature_fields
from esign.pades.file import PDFFile, View
from esign.pades.graph import Graph
from esign.pades.ledger import NAMED, Changes
from esign.pades.objects import Dictionary, Ref, as_text, same
from esign.pades.xref import EntryKind
from esign.terms import Severity

_CLAUSE = "ISO 32000-1 §12.8.1"


@dataclass(slots=True, kw_only=True)
class SignedValue:
    """One signature dictionary as it stands in the revision that brought it."""

    name: str
    number: int
    """Object number; -1 for a dictionary that stands directly in its field."""
    dictionary: Dictionary
    view: View
    """The first view that shows it."""
    coverage: Coverage
    contents: tuple[int, int] | None
    """Where /Contents lies in the file, delimiters included."""
    findings: list[Finding] = field(default_factory=list)
    is_undisturbed: bool = True
    """The document reads today as when it was signed, further signatures apart."""

    @property
    def index(self) -> int:
        """Index of the revision it signed, or else of the one that shows it first."""
        signed = self.coverage.revision
        return self.view.revision.index if signed is None else signed.index


class History:
    """All signatures of a file and all changes between its revisions."""

    def __init__(self, file: PDFFile) -> None:
        self.file = file
        self._graph = Graph()
        self._changes: dict[int, Changes] = {}
        self.values = _find(file)
        self._signed: dict[int, set[int]] = {}
        for value in self.values:
            if not value.findings:
                self._signed.setdefault(value.index, set()).add(value.number)
        for value in sorted(self.values, key=lambda each: each.index):  # the graph walks onwards
            self._judge_later(value)

    def changes_after(self, index: int) -> list[Changes]:
        """Return what each revision after ``index`` did, in order; compared once."""
        return [self._change(i) for i in range(index, len(self.file.revisions) - 1)]

    def _change(self, index: int) -> Changes:
        if index not in self._changes:
            self._changes[index] = compare(
                self.file.view(index),
                self.file.view(index + 1),
                self._graph,
                frozenset(self._signed.get(index + 1, ())),
            )
        return self._changes[index]

    def _judge_later(self, value: SignedValue) -> None:
        later = self.changes_after(value.index)
        refused = [message for changes in later for message in changes.refused]
        for message in refused[:NAMED]:
            value.findings.append(_finding("changed-after-signing", message))
        count = sum(changes.unnamed for changes in later) + len(refused[NAMED:])
        if count:
            more = Message("{count} further changes were made.", count=count)
            value.findings.append(_finding("changed-after-signing", more))
        value.findings.extend(_shown_later(later))
        for message in _locked(value, later)[:NAMED]:
            value.findings.append(_finding("changed-against-lock", message))
        if self.file.revisions[-1].blank_end != self.file.octets.size:
            value.findings.append(_finding("octets-after-end", _JUNK))
        value.is_undisturbed = not any(f.severity is Severity.MALFORMED for f in value.findings)


LARGEST_SHARE = 0.25
"""Of a page that later signatures may paint over together.

A signature with picture, name and reason takes a twentieth of a page. What covers more is
no signature but another page, put over the one that was signed."""


def _shown_later(later: list[Changes]) -> Iterator[Finding]:
    """Yield what later signatures do to the look of the pages.

    Spec: EN 319 142-1 §5.5 (visible signatures of several signers)
    """
    shown = [each for changes in later for each in changes.appearances]
    for each in shown[:NAMED]:
        message = Message(
            "The later signature {name} shows itself on page {page} and may hide what is under it.",
            name=each.name,
            page=each.page,
        )
        yield _finding("later-appearance", message, Severity.REMARK)
    shares: dict[int, float] = {}
    for each in shown:
        shares[each.page] = shares.get(each.page, 0) + each.share
    for page, share in sorted(shares.items()):
        if share > LARGEST_SHARE:
            message = Message(
                "Later signatures are painted over {percent} % of page {page}; "
                "no more than {most} % can be told from another page.",
                percent=round(100 * min(share, 1)),
                page=page,
                most=round(100 * LARGEST_SHARE),
            )
            yield _finding("changed-after-signing", message)
            return


_JUNK = Message("Octets that belong to no revision follow the document's end.")


def _find(file: PDFFile) -> tuple[SignedValue, ...]:
    found: dict[object, SignedValue] = {}
    for index in range(len(file.revisions)):
        file.budget.check_deadline()
        view = file.view(index)
        shown: set[object] = set()
        for each in signature_fields(view):
            value = view.resolve(each.value)
            if value is None:
                continue
            key = _key(view, each)
            shown.add(key)
            if key not in found:
                found[key] = _signed_value(view, each)
    for key, signed in found.items():
        if key not in shown:
            signed.findings.append(_finding("signature-replaced", _HIDDEN))
    return _without_copies(list(found.values()))


_HIDDEN = Message("A later revision removed this signature or put another in its place.")


def _key(view: View, each: SignatureField) -> object:
    if isinstance(each.value, Ref):
        return each.value.number, view.locate(each.value.number)
    place = None if each.number is None else view.locate(each.number)
    return each.number, place, each.name


def _signed_value(view: View, each: SignatureField) -> SignedValue:
    file, value = view.file, each.value
    dictionary = view.dictionary(value)
    place = view.locate(value.number) if isinstance(value, Ref) else None
    contents = None
    if place is not None and place.kind is EntryKind.PLAIN:
        contents = file.spans_at(place.place).get("Contents")
    covered = coverage(file, dictionary, contents)
    signed = SignedValue(
        name=each.name,
        number=value.number if isinstance(value, Ref) else -1,
        dictionary=dictionary,
        view=view,
        coverage=covered,
        contents=contents,
        findings=list(covered.findings),
    )
    if contents is None:
        signed.findings.append(_finding("signature-dictionary-place", _PLACE))
    elif covered.revision is not None and covered.revision is not view.revision:
        signed.findings.append(_finding("signature-not-in-its-revision", _ELSEWHERE))
    return signed


_PLACE = Message(
    "The signature dictionary is no object of its own with /Contents, "
    "so it cannot be told which octets are the signature."
)
_ELSEWHERE = Message(
    "The revision this signature claims to sign does not show it: another revision does."
)


def _without_copies(values: list[SignedValue]) -> tuple[SignedValue, ...]:
    """Count a dictionary that was rewritten later (spoofed) as the one it replaced."""
    kept: list[SignedValue] = []
    for value in values:
        ranges = value.dictionary.get("ByteRange")
        original = next(
            (
                other
                for other in kept
                if other.number == value.number and same(other.dictionary.get("ByteRange"), ranges)
            ),
            None,
        )
        if original is None:
            kept.append(value)
        else:
            original.findings.append(_finding("signature-dictionary-replaced", _SPOOFED))
    return tuple(kept)


_SPOOFED = Message("A later revision shows another dictionary for this signature than was signed.")


def _locked(value: SignedValue, later: list[Changes]) -> list[Message]:
    """Return what later signing did against this signature's own locks.

    Spec: ISO 32000-1 §12.8.2.2 (DocMDP), §12.8.2.4 (FieldMDP)
    """
    touched = [name for changes in later for name in changes.fields]
    problems = []
    for method, parameters in transforms(value.view, value.dictionary):
        if forbids_signing(value.view, method, parameters) and touched:
            message = "The certification allows no change, but {name} was signed."
            problems.append(Message(message, name=touched[0]))
        elif method == "FieldMDP":
            problems.extend(
                Message("The field {name} was locked, but signed later.", name=name)
                for name in touched
                if locks(value.view, parameters, name)
            )
    return problems


def transforms(view: View, dictionary: Dictionary) -> list[tuple[str, Dictionary]]:
    """Return the transform methods of a signature's /Reference with their parameters."""
    references = [view.dictionary(item) for item in view.list(dictionary.get("Reference"))]
    return [
        (str(view.resolve(r.get("TransformMethod"))), view.dictionary(r.get("TransformParams")))
        for r in references
    ]


def forbids_signing(view: View, method: str, parameters: Dictionary) -> bool:
    """True for the parameters of a certification that allows no change at all."""
    return method == "DocMDP" and view.resolve(parameters.get("P", 2)) == 1


def locks(view: View, parameters: Dictionary, name: str) -> bool:
    """True when FieldMDP parameters, or a /Lock dictionary, cover the named field."""
    action = view.resolve(parameters.get("Action"))
    listed = [as_text(view.resolve(item)) for item in view.list(parameters.get("Fields"))]
    named = any(other == name or name.startswith(f"{other}.") for other in listed)
    return action == "All" or (action == "Include" and named) or (action == "Exclude" and not named)


def _finding(code: str, message: Message, severity: Severity = Severity.MALFORMED) -> Finding:
    return Finding(code=code, severity=severity, message=message, clause=_CLAUSE)
