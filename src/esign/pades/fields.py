"""Finds the signature fields of one view of a document.

Spec: ISO 32000-1 §12.7.3 (field hierarchy), §12.7.4.5 (signature fields)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from esign.pades.file import Field, View
from esign.pades.objects import Dictionary, Ref, Value, as_list, as_text


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureField:
    """One field of type Sig, with the annotations that show it."""

    name: str
    """Fully qualified: partial names joined by periods."""
    number: int | None
    """Its object number; None for a field written directly into an array."""
    dictionary: Dictionary
    widgets: tuple[int, ...]
    """Object numbers of its annotations, its own where field and widget are one."""

    @property
    def value(self) -> Value:
        """What /V holds, normally a reference to the signature dictionary."""
        return self.dictionary.get("V")


def signature_fields(view: View) -> tuple[SignatureField, ...]:
    """Return every signature field a reader of this view finds, in document order."""
    return tuple(
        _field(item, name, field) for item, name, kind, field in _terminals(view) if kind == "Sig"
    )


def terminal_fields(view: View) -> int:
    """Return how many fields of any type the form has."""
    return len(_terminals(view))


def _terminals(view: View) -> tuple[Field, ...]:
    if view.fields is None:
        view.fields = tuple(_found(view))
    return view.fields


def _found(view: View) -> Iterator[Field]:
    form = view.dictionary(view.catalog.get("AcroForm"))
    seen: set[int] = set()
    pending: list[tuple[Value, str, Value]] = [
        (item, "", None) for item in reversed(view.list(form.get("Fields")))
    ]
    while pending:
        item, prefix, kind = pending.pop()
        if isinstance(item, Ref):
            if item.number in seen:
                continue  # a circle, or one field listed twice
            seen.add(item.number)
        view.file.budget.spend("pdf_objects")
        field = view.dictionary(item)
        name = _qualified(prefix, field.get("T"))
        kind = view.resolve(field.get("FT", kind))
        kids = view.list(field.get("Kids"))
        fields = [kid for kid in kids if "T" in view.dictionary(kid)]
        if fields:
            pending.extend((kid, name, kind) for kid in reversed(fields))
        else:
            yield item, name, kind, {**field, "Kids": kids} if kids else field


def _field(item: Value, name: str, field: Dictionary) -> SignatureField:
    number = item.number if isinstance(item, Ref) else None
    kids = as_list(field.get("Kids"))
    own = () if number is None or kids else (number,)
    widgets = own + tuple(kid.number for kid in kids if isinstance(kid, Ref))
    return SignatureField(name=name, number=number, dictionary=field, widgets=widgets)


def _qualified(prefix: str, partial: Value) -> str:
    text = as_text(partial)
    if text is None:
        return prefix
    return f"{prefix}.{text}" if prefix else text
