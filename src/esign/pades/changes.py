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

from dataclasses import dataclass, field

from esign.errors import MalformedPDFError
from esign.messages import Message
from esign.pades.fields import SignatureField, signature_fields, terminal_fields
from esign.pades.file import View
from esign.pades.graph import Graph, Reach
from esign.pades.objects import (
    Dictionary,
    Name,
    Ref,
    Stream,
    Value,
    as_dictionary,
    as_list,
    references_in,
    same,
)
from esign.pades.xref import EntryKind


@dataclass(slots=True)
class Changes:
    """What a later revision did that the allow-list does not know, and what it signed."""

    refused: list[Message] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    """Names of signature fields added or filled."""
    appearances: list[Message] = field(default_factory=list)
    """Visible signatures put onto pages: allowed, and worth telling."""


def compare(old: View, new: View, graph: Graph, signed: frozenset[int]) -> Changes:
    """Return what ``new`` changed against ``old``, its predecessor.

    Args:
        old: the earlier view.
        new: the view one revision later.
        graph: shared by all comparisons of one file.
        signed: numbers of the signature dictionaries that sign exactly ``new``.
    """
    comparison = _Comparison(old, new, signed)
    try:
        comparison.run(graph)
    except MalformedPDFError as error:
        comparison.changes.refused.append(error.message)
    return comparison.changes


class _Comparison:
    """The state of one comparison; ``explained`` grows as rules account for objects."""

    def __init__(self, old: View, new: View, signed: frozenset[int]) -> None:
        self.old = old
        self.new = new
        self.signed = signed
        self.changes = Changes()
        self.added: set[int] = set()
        self.altered: set[int] = set()
        self.explained: set[int] = set()
        self._followed: set[int] = set()
        self.containers: set[int] = set()
        """Altered objects in a role of signing; content must not reach them otherwise."""

    def run(self, graph: Graph) -> None:
        self._classify()
        self._trailer()
        old_fields = signature_fields(self.old)
        new_fields = signature_fields(self.new)
        reach = graph.reach(self.old, old_fields)
        self._structure_objects()
        self._catalog()
        self._form(old_fields, new_fields)
        widgets = self._fields(old_fields, new_fields)
        self._pages(reach, widgets)
        self._security_store()
        self._conclude(reach)

    # 1 -- which objects differ at all

    def _classify(self) -> None:
        numbers = {n for section in self.new.revision.sections for n in section.numbers()}
        for number in sorted(numbers - {0}):
            before, after = self.old.locate(number), self.new.locate(number)
            if before == after:
                continue
            if after is None:
                self._refuse("Object {number} was deleted.", number=number)
            elif before is None:
                self.added.add(number)
            elif not self._unchanged(number):
                self.altered.add(number)

    def _unchanged(self, number: int) -> bool:
        one, other = _object(self.old, number), _object(self.new, number)
        if isinstance(one, Stream) and isinstance(other, Stream):
            return same(one.dictionary, other.dictionary) and self.old.stream_data(
                one
            ) == self.new.stream_data(other)
        return same(one, other)

    def _trailer(self) -> None:
        old, new = self.old.trailer, self.new.trailer
        for key in ("Root", "Info"):  # no reader looks at others; /Encrypt is refused before
            if not same(old.get(key), new.get(key)):
                self._refuse("The trailer's entry /{key} was changed.", key=key)

    def _structure_objects(self) -> None:
        """Cross-reference and object streams carry the revision itself."""
        for number in sorted(self.altered):
            if _stream_type(self.old, number) == "ObjStm":
                # Whatever lies packed in it would change without an entry of its own.
                self._refuse("The object stream {number} was replaced.", number=number)
        for number in self.added | self.altered:
            place = self.new.locate(number)
            if place is not None and place.kind is EntryKind.PACKED:
                self._explain(place.place)
            elif _stream_type(self.new, number) == "XRef":
                if number in self.added or _stream_type(self.old, number) == "XRef":
                    self._explain(number)

    # 2 -- the catalogue and the form

    def _catalog(self) -> None:
        old, new = self.old.catalog, self.new.catalog
        for key in sorted(old.keys() | new.keys()):
            if key in ("AcroForm", "DSS") or same(old.get(key), new.get(key)):
                continue
            if key == "Extensions":
                self._extensions(new.get(key))
            elif key != "Version" or not _is_later_version(old.get(key), new.get(key)):
                self._refuse("The document catalogue's entry /{key} was changed.", key=key)
        root = self.new.trailer.get("Root")
        if isinstance(root, Ref):
            self.explained.add(root.number)
        if isinstance(new.get("Extensions"), Ref):
            self._extensions(new.get("Extensions"))

    def _extensions(self, value: Value) -> None:
        """Developer extensions are declarations without effect (ISO 32000-1 §7.12)."""
        for prefix, entry in self.new.dictionary(value).items():
            versions = entry if isinstance(entry, list) else [entry]
            for version in versions:
                if prefix != "Type" and as_dictionary(self.new.resolve(version)).keys() - _EXTENSION:
                    self._refuse("The extension entry /{prefix} holds something else.", prefix=prefix)
        self._container(value)

    def _form(
        self, old_fields: tuple[SignatureField, ...], new_fields: tuple[SignatureField, ...]
    ) -> None:
        before, after = self.old.catalog.get("AcroForm"), self.new.catalog.get("AcroForm")
        old, new = self.old.dictionary(before), self.new.dictionary(after)
        only_signatures = len(old_fields) == terminal_fields(self.old)
        for key in sorted(old.keys() | new.keys()):
            one, other = old.get(key), new.get(key)
            if key in ("Fields", "SigFlags") or same(one, other):
                continue
            if key in ("DR", "DA") and only_signatures:
                self._container(other)
                self._closure(other)
                continue
            self._refuse("The form's entry /{key} was changed.", key=key)
        if not same(old.get("SigFlags"), new.get("SigFlags")):
            if not _keeps_flags(old.get("SigFlags"), new.get("SigFlags")):
                self._refuse("The form's signature flags were taken back.")
        one, other = self.old.list(old.get("Fields")), self.new.list(new.get("Fields"))
        if not same(other[: len(one)], one):
            self._refuse("Fields of the form were removed or put in another order.")
        known = {f.number for f in new_fields} - {f.number for f in old_fields}
        for item in other[len(one) :]:
            if not isinstance(item, Ref) or item.number not in known:
                self._refuse("A field that is no new signature field was added to the form.")
        self._container(after)
        self._container(new.get("Fields"))

    # 3 -- signature fields

    def _fields(
        self, old_fields: tuple[SignatureField, ...], new_fields: tuple[SignatureField, ...]
    ) -> set[int]:
        """Check every signature field; return the widgets that pages may now show."""
        before = {f.number: f for f in old_fields}
        widgets: set[int] = set()
        for new_field in new_fields:
            old_field = before.get(new_field.number)
            if old_field is None:
                self._new_field(new_field, {f.name for f in old_fields})
                widgets.update(new_field.widgets)
            elif not same(old_field.dictionary.get("V"), new_field.dictionary.get("V")):
                self._filled_field(old_field, new_field)
                widgets.update(new_field.widgets)
        return widgets

    def _new_field(self, new_field: SignatureField, names: set[str]) -> None:
        name = new_field.name
        if not name or name in names or "Parent" in new_field.dictionary:
            self._refuse("A signature field was added under the name {name}.", name=name)
        self._field_keys(name, new_field.dictionary)
        for number in new_field.widgets:
            if number != new_field.number:
                self._field_keys(name, as_dictionary(_object(self.new, number)))
        if new_field.dictionary.get("V") is not None:
            self._signed_value(new_field)
        elif any("AP" in as_dictionary(_object(self.new, n)) for n in new_field.widgets):
            self._refuse("The unsigned field {name} was added with an appearance.", name=name)
        self._appearance(new_field)

    def _field_keys(self, name: str, dictionary: Dictionary) -> None:
        for key in sorted(dictionary.keys() - _FIELD_KEYS):
            self._refuse(
                "The added signature field {name} has the entry /{key}.", name=name, key=key
            )

    def _filled_field(self, old_field: SignatureField, new_field: SignatureField) -> None:
        name = new_field.name
        if old_field.dictionary.get("V") is not None:
            self._refuse("The value of the signed field {name} was replaced.", name=name)
            return
        for number in {new_field.number, *new_field.widgets} & self.altered:
            old, new = _object(self.old, number), _object(self.new, number)
            one, other = as_dictionary(old), as_dictionary(new)
            for key in sorted((one.keys() | other.keys()) - _FILLED_KEYS):
                if not same(one.get(key), other.get(key)):
                    self._refuse(
                        "Signing the field {name} changed its entry /{key}.", name=name, key=key
                    )
        self._signed_value(new_field)
        self._appearance(new_field)

    def _signed_value(self, new_field: SignatureField) -> None:
        value = new_field.dictionary.get("V")
        if not isinstance(value, Ref) or value.number not in self.signed:
            self._refuse(
                "The field {name} was given a value that is no signature over its revision.",
                name=new_field.name,
            )
        if self.new.dictionary(value).get("SubFilter") != "ETSI.RFC3161":
            self.changes.fields.append(new_field.name)

    def _appearance(self, new_field: SignatureField) -> None:
        for number in {new_field.number, *new_field.widgets} - {None}:
            assert number is not None
            self._explain(number)
            dictionary = as_dictionary(_object(self.new, number))
            if not self._is_plain_annotation(dictionary):
                self._refuse("The widget of {name} holds something else.", name=new_field.name)
            self._closure({key: dictionary[key] for key in dictionary.keys() & _CLOSURE_KEYS})
            rectangle = self.new.list(dictionary.get("Rect"))
            if "AP" in dictionary and len(rectangle) == 4 and rectangle[:2] != rectangle[2:]:
                self.changes.appearances.append(
                    Message("The later signature {name} shows itself on a page.", name=new_field.name)
                )

    def _is_plain_annotation(self, widget: Dictionary) -> bool:
        """True when what signing may write has the types of an annotation, and no others.

        Content that shares the object would otherwise change its face with it.
        """
        look, flags, moment = (self.new.resolve(widget.get(key)) for key in ("AP", "F", "M"))
        plain_look = look is None or isinstance(look, dict) and look.keys() <= {"N", "R", "D"}
        plain_flags = flags is None or type(flags) is int
        return plain_look and plain_flags and (moment is None or isinstance(moment, bytes))

    # 4 -- pages show the new widgets

    def _pages(self, reach: Reach, widgets: set[int]) -> None:
        for number in sorted(self.altered):
            old, new = _object(self.old, number), _object(self.new, number)
            if number in reach.annotation_arrays:
                self._annotations(number, old, new, widgets)
                self.explained.add(number)
                self.containers.add(number)
            elif _is_page(old) and _is_page(new):
                self._page(number, as_dictionary(old), as_dictionary(new), widgets)
                self.explained.add(number)

    def _page(self, number: int, old: Dictionary, new: Dictionary, widgets: set[int]) -> None:
        for key in sorted(old.keys() | new.keys()):
            if key != "Annots" and not same(old.get(key), new.get(key)):
                self._refuse(
                    "The entry /{key} of a page (object {number}) was changed.",
                    key=key,
                    number=number,
                )
        before, after = self.old.resolve(old.get("Annots")), self.new.resolve(new.get("Annots"))
        self._annotations(number, before, after, widgets)
        annotations = new.get("Annots")
        if isinstance(annotations, Ref) and annotations.number in self.added:
            self._explain(annotations.number)

    def _annotations(self, number: int, before: Value, after: Value, widgets: set[int]) -> None:
        old, new = as_list(before), as_list(after)
        further = new[len(old) :]
        if not same(new[: len(old)], old) or any(
            not isinstance(item, Ref) or item.number not in widgets for item in further
        ):
            self._refuse(
                "Annotations that belong to no further signature were added, removed or "
                "reordered (object {number}).",
                number=number,
            )

    # 5 -- the document security store

    def _security_store(self) -> None:
        """Spec: EN 319 142-1 §5.4.2"""
        value = self.new.catalog.get("DSS")
        if value is None:
            if self.old.catalog.get("DSS") is not None:
                self._refuse("The document security store was removed.")
            return
        store = self._role(value, _DSS_KEYS)
        for key in ("Certs", "OCSPs", "CRLs"):
            self._streams(store.get(key))
        for key, entry in self._role(store.get("VRI"), None).items():
            if key == "Type":
                continue
            related = self._role(entry, _VRI_KEYS)
            for name in ("Cert", "OCSP", "CRL"):
                self._streams(related.get(name))
            self._closure(related.get("TS"))

    def _role(self, value: Value, keys: frozenset[str] | None) -> Dictionary:
        self._container(value)
        resolved = self.new.resolve(value)
        if resolved is not None and not isinstance(resolved, dict):
            self._refuse("The document security store holds something else.")
        dictionary = resolved if isinstance(resolved, dict) else {}
        if keys is not None and dictionary.keys() - keys:
            self._refuse("The document security store holds something else.")
        return dictionary

    def _streams(self, value: Value) -> None:
        self._container(value)
        for item in self.new.list(value):
            if isinstance(item, Ref) and item.number in self.added:
                if not isinstance(_object(self.new, item.number), Stream):
                    self._refuse("The document security store holds something else.")
                self._closure(item)

    # accounting

    def _container(self, value: Value) -> None:
        """Account for a dictionary or array that signing may alter."""
        if isinstance(value, Ref) and value.number in self.added | self.altered:
            if not isinstance(self.new.resolve(value), dict | list):
                self._refuse("Object {number} is not what its place needs.", number=value.number)
            self.explained.add(value.number)
            self.containers.add(value.number)

    def _explain(self, number: int) -> None:
        """Account for an object of this revision that stands in a place of its own."""
        self.explained.add(number)
        if number in self.altered:
            self.containers.add(number)

    def _closure(self, value: Value) -> None:
        """Account for the *new* objects a value leads to; altered ones stay unexplained."""
        pending = [reference.number for _, reference in references_in(value)]
        while pending:
            number = pending.pop()
            if number in self.added and number not in self._followed:
                self._followed.add(number)
                self.explained.add(number)
                inner = _object(self.new, number)
                pending.extend(reference.number for _, reference in references_in(inner))

    def _conclude(self, reach: Reach) -> None:
        for number in sorted(self.altered - self.explained):
            self._refuse_alteration(number)
        unexplained = self.added - self.explained
        for number in sorted(unexplained & self._reachable() if unexplained else ()):
            self._refuse("Object {number} was added for no further signature.", number=number)
        for number in unexplained:
            if as_dictionary(_object(self.new, number)).get("Type") in ("Catalog", "Pages", "Page"):
                self._refuse("A page or catalogue (object {number}) was added.", number=number)
        for number in sorted(self.added & reach.missing):
            self._refuse("Object {number}, missing when signed, was supplied later.", number=number)
        for number in sorted(self.containers & self.altered & reach.objects):
            self._refuse("Object {number}, part of the content, was changed.", number=number)
        for number in sorted(reach.unreadable):
            self._refuse("Object {number}, part of the content, cannot be read.", number=number)

    def _reachable(self) -> set[int]:
        """Return every object number the new view reaches from its trailer."""
        seen: set[int] = set()
        trailer = self.new.trailer
        pending = [r.number for _, r in references_in([trailer.get("Root"), trailer.get("Info")])]
        while pending:
            number = pending.pop()
            if number not in seen:
                seen.add(number)
                inner = references_in(_object(self.new, number))
                pending.extend(reference.number for _, reference in inner)
        return seen

    def _refuse_alteration(self, number: int) -> None:
        old = as_dictionary(_object(self.old, number))
        info = self.old.trailer.get("Info")
        if isinstance(info, Ref) and info.number == number or old.get("Type") == "Metadata":
            self._refuse("The document's metadata (object {number}) were changed.", number=number)
        elif "FT" in old or old.get("Type") == "Annot":
            self._refuse("A form field or annotation (object {number}) was changed.", number=number)
        else:
            self._refuse("Object {number} was changed.", number=number)

    def _refuse(self, template: str, **values: object) -> None:
        self.changes.refused.append(Message(template, **values))


_FIELD_KEYS = frozenset(
    (
        "Type", "Subtype", "FT", "T", "TU", "TM", "F", "Ff", "P", "Rect", "V", "AP", "MK",
        "DA", "Lock", "SV", "Kids", "Parent", "BS", "Border", "DR", "Q", "M", "NM", "H",
    )
)  # fmt: skip
"""Of a signature field or its widget; actions (/A, /AA) are not among them."""
_FILLED_KEYS = frozenset(("V", "AP", "F", "M"))
_CLOSURE_KEYS = frozenset(("V", "AP", "MK", "DR", "Lock", "SV", "BS"))
_EXTENSION = frozenset(("Type", "BaseVersion", "ExtensionLevel", "URL", "ExtensionRevision"))
_DSS_KEYS = frozenset(("Type", "VRI", "Certs", "OCSPs", "CRLs"))
_VRI_KEYS = frozenset(("Type", "Cert", "OCSP", "CRL", "TU", "TS"))


def _object(view: View, number: int | None) -> Value:
    if number is None:
        return None
    place = view.locate(number)
    if place is None:
        return None
    return view.resolve(Ref(number, place.extra if place.kind is EntryKind.PLAIN else 0))


def _stream_type(view: View, number: int) -> Value:
    value = _object(view, number)
    return value.dictionary.get("Type") if isinstance(value, Stream) else None


def _is_page(value: Value) -> bool:
    return isinstance(value, dict) and value.get("Type") == "Page"


def _is_later_version(old: Value, new: Value) -> bool:
    return isinstance(new, Name) and new in _VERSIONS and (old is None or str(old) <= new)


_VERSIONS = frozenset(("1.4", "1.5", "1.6", "1.7", "2.0"))


def _keeps_flags(old: Value, new: Value) -> bool:
    before = old if isinstance(old, int) else 0
    return type(new) is int and 0 <= new <= 3 and before & new == before
