"""Prepares an incremental update with a signature field whose value is still a hole.

Everything the octets depend on comes from document and request, so preparing twice gives
the same octets.

Spec: EN 319 142-1 §5.3, §6.3; ISO 32000-1 §12.7.4.5, §12.8.1
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from esign.ades.format import PDFOptions, SignatureRequest
from esign.crypto.algorithms import DigestAlgorithm
from esign.document import Document, Span
from esign.errors import CreationError, UsageError
from esign.pades.appearance import has_room, put_appearance
from esign.pades.dates import write_date
from esign.pades.fields import SignatureField, signature_fields
from esign.pades.file import View
from esign.pades.history import History, forbids_signing, locks, transforms
from esign.pades.objects import Dictionary, Name, Ref, Value, as_dictionary
from esign.pades.pages import Page, find_page, turn_of_widget
from esign.pades.seeds import field_lock, require_honoured
from esign.pades.serialise import Raw, text_string
from esign.pades.signature import ETSI
from esign.pades.update import Update

PRINT_AND_LOCK = 4 | 128
"""Annotation flags (ISO 32000-1 table 165)."""
SIGNATURES_EXIST, APPEND_ONLY = 1, 2
DEFAULT_BOX = (36.0, 36.0, 236.0, 96.0)
"""Where a visible signature stands when a page was chosen and no box."""
_RANGE_WIDTH = 48
"""Octets kept for /ByteRange: three numbers of up to 13 digits."""
_RANGES = b"[" + b"#" * (_RANGE_WIDTH - 2) + b"]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document that is complete but for the digits inside one hole."""

    original: Document
    head: bytes
    """Appended octets up to the hole."""
    tail: bytes
    """Appended octets behind the hole."""
    room: int
    """Octets (not digits) the hole can take."""

    @property
    def ranges(self) -> tuple[Span, Span]:
        """The octets the signature covers."""
        start = self.original.size + len(self.head)
        end = start + 2 * self.room + 2
        return (0, start), (end, end + len(self.tail))

    def with_contents(self, octets: bytes) -> Document:
        """Return the document with ``octets`` in its hole, zeros behind them."""
        digits = b"<" + octets.hex().encode() + bytes(b"0" * (2 * (self.room - len(octets)))) + b">"
        return Document.join(
            [self.original.range(), self.head, digits, self.tail], name=self.original.name
        )

    def digest(self, algorithm: DigestAlgorithm) -> bytes:
        """Return the digest over the covered octets, reading the original once."""
        state = algorithm.new()
        for chunk in self.original.chunks():
            state.update(chunk)
        state.update(self.head)
        state.update(self.tail)
        return state.digest()


def prepare(history: History, request: SignatureRequest, room: int) -> Prepared:
    """Return the document with a signature field and room for ``room`` octets of CMS.

    Raises:
        UsageError: the field, page or box asked for cannot be had.
        CreationError: the document or the field does not allow this signature.
    """
    view = history.file.last
    update = Update(history.file)
    field = _existing(view, request.pdf.field_name)
    name = field.name if field is not None else request.pdf.field_name or _fresh_name(view)
    _require_allowed(history, name)
    dictionary = _signature_dictionary(request, _hole(room))
    if field is not None:
        require_honoured(view, field, request)
        lock = field_lock(view, field)
        if lock is not None:
            dictionary["Reference"] = [lock]
    value = update.new(dictionary)
    if field is None:
        _add_field(update, request, name, value)
    else:
        _fill_field(update, request, field, value)
    return _laid_out(history.file.octets.document, update.octets(request.unique), room)


def _existing(view: View, name: str | None) -> SignatureField | None:
    for field in signature_fields(view):
        if field.name != name:
            continue
        if view.resolve(field.value) is not None:
            raise UsageError("The signature field {name} is already signed.", name=name)
        if field.number is None:
            raise UsageError("The signature field {name} cannot be updated.", name=name)
        return field
    return None


def _fresh_name(view: View) -> str:
    taken = {field.name for field in signature_fields(view)}
    number = 1
    while f"Signature{number}" in taken:
        number += 1
    return f"Signature{number}"


def _require_allowed(history: History, name: str) -> None:
    """Refuse what would break an earlier signature's own rules."""
    for value in history.values:
        for method, parameters in transforms(value.view, value.dictionary):
            if forbids_signing(value.view, method, parameters):
                raise CreationError(
                    "The certification signature {name} allows no further signature.",
                    name=value.name,
                )
            if method == "FieldMDP" and locks(value.view, parameters, name):
                raise CreationError(
                    "The signature {name} has locked the field {field}; choose another name.",
                    name=value.name,
                    field=name,
                )


def _hole(room: int) -> bytes:
    return b"<" + b"0" * (2 * room) + b">"


def _signature_dictionary(request: SignatureRequest, hole: bytes) -> Dictionary:
    """Return the dictionary with its hole; /M tells the time, and there is no /Cert.

    Spec: ISO 32000-1 table 252; EN 319 142-1 §6.3
    """
    options = request.pdf
    texts = {
        "Name": options.name,
        "Reason": options.reason,
        "Location": options.location or _place(request),
        "ContactInfo": options.contact,
    }
    return {
        "Type": Name("Sig"),
        "Filter": Name("Adobe.PPKLite"),
        "SubFilter": Name(ETSI),
        "ByteRange": Raw(_RANGES),
        "Contents": Raw(hole),
        "M": write_date(request.signing_time),
        **{key: text_string(text) for key, text in texts.items() if text},
    }


def _place(request: SignatureRequest) -> str | None:
    place = request.properties.location
    if place is None:
        return None
    parts = (place.street, place.postal_code, place.city, place.state, place.country)
    return ", ".join(part for part in parts if part)


def _add_field(update: Update, request: SignatureRequest, name: str, value: Ref) -> None:
    if "." in name or not name:
        raise UsageError("A new signature field's name cannot be empty or hold a period.")
    options = request.pdf
    if options.box is not None and options.page is None:
        raise UsageError("A box for the visible signature needs a page.")
    page = find_page(update.view, 1 if options.page is None else options.page)
    field: Dictionary = {
        "Type": Name("Annot"),
        "Subtype": Name("Widget"),
        "FT": Name("Sig"),
        "T": text_string(name),
        "F": PRINT_AND_LOCK,
        "Rect": [0, 0, 0, 0],
        "P": page.reference,
        "V": value,
    }
    if options.page is not None:
        box = _require_box(page, options.box or DEFAULT_BOX)
        field["Rect"] = list(page.to_user_space(box))
        size = box[2] - box[0], box[3] - box[1]
        look = put_appearance(update, appearance_text(request), size=size, turned=page.turned)
        field["AP"] = {"N": look}
    reference = update.new(field)
    _add_annotation(update, page, reference)
    _add_to_form(update, reference)


def _require_box(
    page: Page, box: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    width, height = page.shown_size
    left, bottom, right, top = box
    if not (0 <= left < right <= width and 0 <= bottom < top <= height):
        raise UsageError(
            "The box {box} does not lie within the page of {width} by {height} points "
            "(left, bottom, right, top from its lower left corner).",
            box=", ".join(f"{edge:g}" for edge in box),
            width=f"{width:g}",
            height=f"{height:g}",
        )
    return box


def _add_annotation(update: Update, page: Page, reference: Ref) -> None:
    annotations = page.dictionary.get("Annots")
    shown = update.view.list(annotations)
    if isinstance(annotations, Ref):
        update.put(annotations, [*shown, reference])
    else:
        update.put(page.reference, {**page.dictionary, "Annots": [*shown, reference]})


def _add_to_form(update: Update, reference: Ref | None) -> None:
    """Append a field to the form and say that signatures exist.

    Spec: ISO 32000-1 §12.7.2, table 219 (SigFlags)
    """
    view = update.view
    place = view.catalog.get("AcroForm")
    form = dict(view.dictionary(place))
    flags = view.resolve(form.get("SigFlags", 0))
    form["SigFlags"] = (flags if isinstance(flags, int) else 0) | SIGNATURES_EXIST | APPEND_ONLY
    fields = form.get("Fields")
    if reference is not None:
        extended: list[Value] = [*view.list(fields), reference]
        if isinstance(fields, Ref):
            update.put(fields, extended)
        else:
            form["Fields"] = extended
    if isinstance(place, Ref):
        update.put(place, form)
    else:
        root = view.trailer.get("Root")
        assert isinstance(root, Ref)  # the catalogue was read through it
        update.put(root, {**view.catalog, "AcroForm": form})


def _fill_field(
    update: Update, request: SignatureRequest, field: SignatureField, value: Ref
) -> None:
    view, options = update.view, request.pdf
    if options.page is not None or options.box is not None:
        raise UsageError(
            "The field {name} has its own place; give neither page nor box.", name=field.name
        )
    _put_changed(update, field.number, {"V": value})
    for number in field.widgets:
        widget = as_dictionary(view.numbered(number))
        rectangle = [view.resolve(edge) for edge in view.list(widget.get("Rect"))]
        left, bottom, right, top = (
            float(e) if isinstance(e, int | float) else 0.0 for e in (*rectangle, 0, 0, 0, 0)[:4]
        )
        entries: Dictionary = {"V": value} if number == field.number else {}
        flags = view.resolve(widget.get("F", 4))
        entries["F"] = (flags if isinstance(flags, int) else 4) | PRINT_AND_LOCK
        size = abs(right - left), abs(top - bottom)
        if min(size) > 0:
            turned = turn_of_widget(view, number)
            shown = size if turned in (0, 180) else (size[1], size[0])
            text = appearance_text(request)
            if options.text is None and not has_room(text, size=shown):
                text = ""  # the field's author left no room for what nobody asked for
            look = put_appearance(update, text, size=shown, turned=turned)
            entries["AP"] = {"N": look}
        _put_changed(update, number, entries)
    _add_to_form(update, None)


def _put_changed(update: Update, number: int | None, entries: Dictionary) -> None:
    assert number is not None  # such fields were refused
    place = update.view.locate(number)
    generation = place.extra if place is not None and place.kind == 1 else 0
    update.put(Ref(number, generation), {**as_dictionary(update.view.numbered(number)), **entries})


def appearance_text(request: SignatureRequest) -> str:
    """Return the text of the appearance: by default signer, time, reason and place."""
    options: PDFOptions = request.pdf
    if options.text is not None:
        return options.text
    subject = request.certificate.subject
    signer = options.name or subject.get("2.5.4.3") or str(subject)
    time = f"{request.signing_time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    lines = [signer, time, options.reason, options.location]
    return "\n".join(line for line in lines if line)


def _laid_out(original: Document, appended: bytes, room: int) -> Prepared:
    """Cut the update at its hole and write the byte ranges, whose width is kept.

    The signature dictionary is the update's first object, so the first match is its own.
    """
    hole = _hole(room)
    start = appended.index(hole)
    head, tail = appended[:start], appended[start + len(hole) :]
    prepared = Prepared(original=original, head=head, tail=tail, room=room)
    (_, first), (second, end) = prepared.ranges
    ranges = (b"[0 %d %d %d]" % (first, second, end - second)).ljust(_RANGE_WIDTH)
    return Prepared(original=original, head=head.replace(_RANGES, ranges, 1), tail=tail, room=room)
