"""Which objects the content of a view hangs on, and which of them are not there.

Before a later revision may add or alter an object, it must be certain that nothing
already signed refers to it: a page that points to an object which "does not exist yet"
is how a signed document changes its face later.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from esign.errors import MalformedPDFError
from esign.pades.fields import SignatureField
from esign.pades.file import View
from esign.pades.objects import Ref, Stream, Value, references_in
from esign.pades.xref import Entry

MARKUP_KEYS = ("AcroForm", "DSS", "Extensions")
"""Catalogue entries that signing itself changes; they are compared by their own rules."""
FIELD_EDGES = frozenset(("Annots", "Fields", "Kids", "Parent", "Obj", "CO", "T"))
"""Entries under which a form, a page, the structure tree or an action names a field. What
refers to a signature field under another name uses it as something else: as content."""


@dataclass(slots=True)
class Reach:
    """What the signed content reaches, by object number."""

    objects: set[int] = field(default_factory=set)
    """Reached otherwise than through the entries signing may change."""
    missing: set[int] = field(default_factory=set)
    """Referred to, but not defined in this view."""
    unreadable: set[int] = field(default_factory=set)
    annotation_arrays: dict[int, int] = field(default_factory=dict)
    """Number of an indirect /Annots array to that of its page."""


class Graph:
    """Walks the views of one file in order, remembering what each object refers to.

    A later view is walked from where the one before left off: what was content stays
    content. That can only count too much, and a file with many revisions is walked once.
    """

    def __init__(self) -> None:
        self._known: dict[Entry, _Node] = {}
        self._reach = Reach()
        self._index = -1
        self._own: set[int] = set()
        """Signature fields and widgets of the view being walked."""

    def reach(self, view: View, fields: tuple[SignatureField, ...]) -> Reach:
        """Return what ``view`` reaches; the value holds until the next call.

        Args:
            view: the view to walk, later than the one before.
            fields: its signature fields, which are never counted as content.
        """
        if view.revision.index <= self._index:
            self._reach = Reach()
        self._index = view.revision.index
        self._own = {n for f in fields for n in (f.number, *f.widgets) if n is not None}
        reach = self._reach
        pending = [*self._seeds(view, fields), *self._renewed(view)]
        while pending:
            number = pending.pop()
            if number in reach.objects or number in reach.missing:
                continue
            node = self._node(view, number)
            if node is None:
                reach.missing.add(number)
            else:
                reach.objects.add(number)
                pending.extend(self._inside(view, number, node))
        return reach

    def _renewed(self, view: View) -> list[int]:
        """Return what known content refers to since this view's revision altered it."""
        reach = self._reach
        reach.missing -= {n for n in reach.missing if view.locate(n) is not None}
        spoken = {n for section in view.revision.sections for n in section.numbers()}
        pending: list[int] = []
        for number in spoken & reach.objects:
            node = self._node(view, number)
            pending.extend(() if node is None else self._inside(view, number, node))
        return pending

    def _inside(self, view: View, number: int, node: _Node) -> list[int]:
        if node.unreadable:
            self._reach.unreadable.add(number)
        inside = [*node.content, *(n for n in node.fields if n not in self._own)]
        if node.annotations is not None:
            if isinstance(node.annotations, Ref):
                self._reach.annotation_arrays[node.annotations.number] = number
            shown = _numbers(view.resolve(node.annotations))
            inside.extend(n for n in shown if n not in self._own)
        return inside

    def _seeds(self, view: View, fields: tuple[SignatureField, ...]) -> list[int]:
        seeds = [ref for key in ("Root", "Info") for ref in _numbers(view.trailer.get(key))]
        form = view.dictionary(view.catalog.get("AcroForm"))
        listed = {"Fields": view.resolve(form.get("Fields"))}
        nodes = [_node({**form, **listed})]
        for signature_field in fields:
            nodes.append(_node(signature_field.dictionary))
            widgets = (self._node(view, number) for number in signature_field.widgets)
            nodes.extend(node for node in widgets if node is not None)
        for node in nodes:
            seeds.extend(node.content)
            seeds.extend(number for number in node.fields if number not in self._own)
        return seeds

    def _node(self, view: View, number: int) -> _Node | None:
        place = view.locate(number)
        if place is None:
            return None
        node = self._known.get(place)
        if node is None:
            node = self._known[place] = _read(view, number)
        return node


@dataclass(frozen=True, slots=True)
class _Node:
    content: tuple[int, ...]
    fields: tuple[int, ...]
    """Referred to under an entry that names fields; other objects there are content, too."""
    annotations: Value = None
    """/Annots of a page, apart from the other references."""
    unreadable: bool = False


def _read(view: View, number: int) -> _Node:
    try:
        value = view.numbered(number)
        if isinstance(value, Stream):
            view.require_closed(value)
    except MalformedPDFError:
        return _Node((), (), unreadable=True)
    if isinstance(value, dict) and value.get("Type") == "Page":
        rest = {key: item for key, item in value.items() if key != "Annots"}
        return _node(rest, value.get("Annots"))
    root = view.trailer.get("Root")
    if isinstance(root, Ref) and root.number == number and isinstance(value, dict):
        # The true catalogue alone: a dictionary that only calls itself one is content.
        value = {key: item for key, item in value.items() if key not in MARKUP_KEYS}
    return _node(value)


def _node(value: Value, annotations: Value = None) -> _Node:
    content: list[int] = []
    fields: list[int] = []
    for key, reference in references_in(value):
        (fields if key in FIELD_EDGES else content).append(reference.number)
    return _Node(tuple(content), tuple(fields), annotations)


def _numbers(value: Value) -> tuple[int, ...]:
    return tuple(reference.number for _, reference in references_in(value))
