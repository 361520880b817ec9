"""What one revision did to the one before: only what further signing needs is allowed.

The allow-list, complete:

- new signature fields at the end of /Fields, with their widgets at the end of a page's
  /Annots and the new objects their appearance needs;
- an empty signature field given its value, its appearance and flags;
- /SigFlags, and /DR and /DA of a form that has no fields but signatures;
- the document security store (/DSS) and developer /Extensions;
- a raised /Version in the catalogue;
- a new file identifier (/ID), which an unencrypted document does not depend on;
- new objects that nothing refers to.

Anything else is reported, also what a certification signature would permit (form
filling), and metadata. An object that signed content reaches can neither be altered
nor be defined later.

Spec: ISO 32000-1 §12.8.2.2, ISO 32000-2 §12.8.2.2.2; EN 319 142-1 §5.4.2, §5.5
"""

from __future__ import annotations

from esign.errors import MalformedPDFError
from esign.pades.field_changes import check_fields
from esign.pades.fields import SignatureField, signature_fields, terminal_fields
from esign.pades.file import View
from esign.pades.graph import Graph, Reach
from esign.pades.ledger import Changes, Ledger
from esign.pades.objects import Dictionary, Name, Ref, Value, as_dictionary, as_list, same
from esign.pades.pages import page_showing
from esign.pades.store_changes import check_security_store


def compare(old: View, new: View, graph: Graph, signed: frozenset[int]) -> Changes:
    """Return what ``new`` changed against ``old``, its predecessor.

    Args:
        old: the earlier view.
        new: the view one revision later.
        graph: shared by all comparisons of one file.
        signed: numbers of the signature dictionaries that sign exactly ``new``.
    """
    ledger = Ledger(old, new, signed)
    try:
        _compare(ledger, graph)
    except MalformedPDFError as error:
        ledger.changes.refused.append(error.message)
    return ledger.changes


def _compare(ledger: Ledger, graph: Graph) -> None:
    ledger.classify()
    ledger.structure_objects()
    old_fields, new_fields = signature_fields(ledger.old), signature_fields(ledger.new)
    reach = graph.reach(ledger.old, old_fields)
    _trailer(ledger)
    _catalog(ledger)
    _form(ledger, old_fields, new_fields)
    widgets = check_fields(ledger, old_fields, new_fields)
    _pages(ledger, reach, widgets)
    check_security_store(ledger)
    ledger.conclude(reach)


def _trailer(ledger: Ledger) -> None:
    old, new = ledger.old.trailer, ledger.new.trailer
    for key in ("Root", "Info"):  # no reader looks at others; /Encrypt is refused before
        if not same(old.get(key), new.get(key)):
            ledger.refuse("The trailer's entry /{key} was changed.", key=key)


def _catalog(ledger: Ledger) -> None:
    old, new = ledger.old.catalog, ledger.new.catalog
    for key in sorted(old.keys() | new.keys()):
        if key in ("AcroForm", "DSS") or same(old.get(key), new.get(key)):
            continue
        if key == "Extensions":
            _extensions(ledger, new.get(key))
        elif key != "Version" or not _is_later_version(old.get(key), new.get(key)):
            ledger.refuse("The document catalogue's entry /{key} was changed.", key=key)
    root = ledger.new.trailer.get("Root")
    if isinstance(root, Ref):
        ledger.explained.add(root.number)
    extensions = new.get("Extensions")
    if isinstance(extensions, Ref) and extensions.number in ledger.added | ledger.altered:
        _extensions(ledger, extensions)


def _extensions(ledger: Ledger, value: Value) -> None:
    """Developer extensions are declarations without effect (ISO 32000-1 §7.12)."""
    for prefix, entry in ledger.new.dictionary(value).items():
        versions = entry if isinstance(entry, list) else [entry]
        for version in versions if prefix != "Type" else ():
            declared = ledger.new.resolve(version)
            if not isinstance(declared, dict) or declared.keys() - _EXTENSION:
                ledger.refuse("The extension entry /{key} holds something else.", key=prefix)
    ledger.container(value)


def _form(
    ledger: Ledger, old_fields: tuple[SignatureField, ...], new_fields: tuple[SignatureField, ...]
) -> None:
    before, after = ledger.old.catalog.get("AcroForm"), ledger.new.catalog.get("AcroForm")
    old, new = ledger.old.dictionary(before), ledger.new.dictionary(after)
    only_signatures = len(old_fields) == terminal_fields(ledger.old)
    for key in sorted(old.keys() | new.keys()):
        one, other = old.get(key), new.get(key)
        if key in ("Fields", "SigFlags") or same(one, other):
            continue
        if key in ("DR", "DA") and only_signatures:
            ledger.container(other)
            ledger.closure(other)
            continue
        ledger.refuse("The form's entry /{key} was changed.", key=key)
    flags = old.get("SigFlags"), new.get("SigFlags")
    if not same(*flags) and not _keeps_flags(*flags):
        ledger.refuse("The form's signature flags were taken back.")
    one, other = ledger.old.list(old.get("Fields")), ledger.new.list(new.get("Fields"))
    if not same(other[: len(one)], one):
        ledger.refuse("Fields of the form were removed or put in another order.")
    known = {f.number for f in new_fields} - {f.number for f in old_fields}
    for item in other[len(one) :]:
        if not isinstance(item, Ref) or item.number not in known:
            ledger.refuse("A field that is no new signature field was added to the form.")
    ledger.container(after)
    ledger.container(new.get("Fields"))


def _pages(ledger: Ledger, reach: Reach, widgets: set[int]) -> None:
    for number in sorted(ledger.altered):
        old, new = ledger.old.numbered(number), ledger.new.numbered(number)
        if number in reach.annotation_arrays:
            _annotations(ledger, number, old, new, widgets)
            ledger.explained.add(number)
            ledger.containers.add(number)
        elif _is_page(old) and _is_page(new):
            _page(ledger, number, as_dictionary(old), as_dictionary(new), widgets)
            ledger.explained.add(number)


def _page(ledger: Ledger, number: int, old: Dictionary, new: Dictionary, widgets: set[int]) -> None:
    for key in sorted(old.keys() | new.keys()):
        if key == "Annots" or same(old.get(key), new.get(key)):
            continue
        if key not in _BOXES or not _is_rounded(old.get(key), new.get(key)):
            ledger.refuse(
                "The entry /{key} of page {page} was changed.",
                key=key,
                page=page_showing(ledger.old, number),
            )
    before, after = ledger.old.resolve(old.get("Annots")), ledger.new.resolve(new.get("Annots"))
    if before is not None or after is not None:
        _annotations(ledger, number, before, after, widgets)
    annotations = new.get("Annots")
    if isinstance(annotations, Ref) and annotations.number in ledger.added:
        ledger.explain(annotations.number)


def _annotations(
    ledger: Ledger, number: int, before: Value, after: Value, widgets: set[int]
) -> None:
    old, new = as_list(before), as_list(after)
    further = new[len(old) :]
    if (
        not isinstance(before, list | None)  # what is no array could be anything to a reader
        or not isinstance(after, list)
        or not same(new[: len(old)], old)
        or any(not isinstance(item, Ref) or item.number not in widgets for item in further)
    ):
        ledger.refuse(
            "Annotations that belong to no further signature were added, removed or "
            "reordered (object {number}).",
            number=number,
        )


_EXTENSION = frozenset(("Type", "BaseVersion", "ExtensionLevel", "URL", "ExtensionRevision"))


_BOXES = frozenset(("MediaBox", "CropBox", "BleedBox", "TrimBox", "ArtBox"))
ROUNDING = 0.01
"""Points a page's box may move when a writer rounds it: less than a hundredth of a hair."""


def _is_rounded(old: Value, new: Value) -> bool:
    one, other = _numbers(old), _numbers(new)
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) == 4 and all(abs(a - b) <= ROUNDING for a, b in pairs)


def _numbers(value: Value) -> list[float]:
    items = as_list(value)
    found = [float(n) for n in items if isinstance(n, int | float) and not isinstance(n, bool)]
    return found if len(found) == len(items) else []


def _is_page(value: Value) -> bool:
    return isinstance(value, dict) and value.get("Type") == "Page"


def _is_later_version(old: Value, new: Value) -> bool:
    return isinstance(new, Name) and new in _VERSIONS and (old is None or str(old) <= new)


_VERSIONS = frozenset(("1.4", "1.5", "1.6", "1.7", "2.0"))


def _keeps_flags(old: Value, new: Value) -> bool:
    before = old if isinstance(old, int) else 0
    return type(new) is int and 0 <= new <= 3 and before & new == before
