"""Signature fields of a later revision: added ones, and empty ones that were filled.

Spec: ISO 32000-1 §12.7.4.5; EN 319 142-1 §5.3
"""

from __future__ import annotations

from esign.pades.fields import SignatureField
from esign.pades.ledger import Appearance, Ledger
from esign.pades.objects import Dictionary, Ref, Value, as_dictionary, same
from esign.pades.pages import shares_of_widget

_FIELD_KEYS = frozenset(
    (
        "Type", "Subtype", "FT", "T", "TU", "TM", "F", "Ff", "P", "Rect", "V", "AP", "MK",
        "DA", "Lock", "SV", "Kids", "Parent", "BS", "Border", "DR", "Q", "M", "NM", "H",
    )
)  # fmt: skip
"""Of a signature field or its widget; actions (/A, /AA) are not among them."""
_FILLED_KEYS = frozenset(("V", "AP", "F", "M"))
_CLOSURE_KEYS = frozenset(("V", "AP", "MK", "DR", "Lock", "SV", "BS"))


def check_fields(
    ledger: Ledger, old_fields: tuple[SignatureField, ...], new_fields: tuple[SignatureField, ...]
) -> set[int]:
    """Check every signature field; return the widgets that pages may now show."""
    before = {f.number: f for f in old_fields}
    widgets: set[int] = set()
    for new_field in new_fields:
        old_field = before.get(new_field.number)
        if old_field is None:
            _new_field(ledger, new_field, {f.name for f in old_fields})
            widgets.update(new_field.widgets)
        elif not same(old_field.dictionary.get("V"), new_field.dictionary.get("V")):
            _filled_field(ledger, old_field, new_field)
            widgets.update(new_field.widgets)
    return widgets


def _new_field(ledger: Ledger, new_field: SignatureField, names: set[str]) -> None:
    name = new_field.name
    if not name or name in names or "Parent" in new_field.dictionary:
        ledger.refuse("A signature field was added under the name {name}.", name=name)
    _field_keys(ledger, name, new_field.dictionary)
    for number in new_field.widgets:
        if number != new_field.number:
            _field_keys(ledger, name, as_dictionary(ledger.new.numbered(number)))
    if new_field.dictionary.get("V") is not None:
        _signed_value(ledger, new_field)
    elif any(_paints(ledger, as_dictionary(ledger.new.numbered(n))) for n in new_field.widgets):
        ledger.refuse("The unsigned field {name} was added with an appearance.", name=name)
    _appearance(ledger, new_field)


def _field_keys(ledger: Ledger, name: str, dictionary: Dictionary) -> None:
    for key in sorted(dictionary.keys() - _FIELD_KEYS):
        ledger.refuse("The added signature field {name} has the entry /{key}.", name=name, key=key)


def _filled_field(ledger: Ledger, old_field: SignatureField, new_field: SignatureField) -> None:
    name = new_field.name
    if old_field.dictionary.get("V") is not None:
        ledger.refuse("The value of the signed field {name} was replaced.", name=name)
        return
    for number in {new_field.number, *new_field.widgets} & ledger.altered:
        old, new = ledger.old.numbered(number), ledger.new.numbered(number)
        one, other = as_dictionary(old), as_dictionary(new)
        for key in sorted((one.keys() | other.keys()) - _FILLED_KEYS):
            if not same(one.get(key), other.get(key)):
                ledger.refuse(
                    "Signing the field {name} changed its entry /{key}.", name=name, key=key
                )
    _signed_value(ledger, new_field)
    _appearance(ledger, new_field)


def _signed_value(ledger: Ledger, new_field: SignatureField) -> None:
    value = new_field.dictionary.get("V")
    if not isinstance(value, Ref) or value.number not in ledger.signed:
        ledger.refuse(
            "The field {name} was given a value that is no signature over its revision.",
            name=new_field.name,
        )
    if ledger.new.dictionary(value).get("SubFilter") != "ETSI.RFC3161":
        ledger.changes.fields.append(new_field.name)


def _appearance(ledger: Ledger, new_field: SignatureField) -> None:
    for number in {new_field.number, *new_field.widgets} - {None}:
        assert number is not None
        ledger.explain(number)
        dictionary = as_dictionary(ledger.new.numbered(number))
        if not _is_plain_annotation(ledger, dictionary):
            ledger.refuse("The widget of {name} holds something else.", name=new_field.name)
        ledger.closure({key: dictionary[key] for key in dictionary.keys() & _CLOSURE_KEYS})
        if _paints(ledger, dictionary):
            _shown(ledger, new_field.name, number, dictionary.get("Rect"))


def _paints(ledger: Ledger, widget: Dictionary) -> bool:
    """True when a reader may paint something: the appearance, or one it makes from /MK.

    Spec: ISO 32000-1 §12.5.6.19, table 189 (BG is a background, CA a caption)
    """
    characteristics = ledger.new.dictionary(widget.get("MK"))
    return widget.get("AP") is not None or bool(characteristics.keys() - {"R"})


def _shown(ledger: Ledger, name: str, number: int, rectangle: Value) -> None:
    # A page that lists an annotation before it exists is refused, so of a new one only the
    # pages of this revision need to be looked at.
    touched = ledger.altered if number in ledger.added else ()
    for page, share in shares_of_widget(ledger.new, number, rectangle, touched):
        if share > 0:
            shown = Appearance(name=name, page=page, share=share)
            ledger.changes.appearances.append(shown)


def _is_plain_annotation(ledger: Ledger, widget: Dictionary) -> bool:
    """True when what signing may write has the types of an annotation, and no others.

    Content that shares the object would otherwise change its face with it.
    """
    look, flags, moment = (ledger.new.resolve(widget.get(key)) for key in ("AP", "F", "M"))
    plain_look = look is None or (isinstance(look, dict) and look.keys() <= {"N", "R", "D"})
    plain_flags = flags is None or type(flags) is int
    return plain_look and plain_flags and (moment is None or isinstance(moment, bytes))
