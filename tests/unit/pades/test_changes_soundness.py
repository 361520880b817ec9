"""Whatever a later revision replaces: a sound signature means the same pages.

The oracle looks at nothing of the allow-list. It unrolls the page tree of the signed and of
the last view into plain values, annotations apart, and compares.
"""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from esign.errors import EsignError
from esign.pades.file import View
from esign.pades.objects import Ref, Stream, Value
from tests.support.pdf_making import (
    OBJECTS,
    document,
    is_sound,
    opened,
    parsed,
    signed,
    stream,
    updated,
)

FORM = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [10 0 R 11 0 R] >> /DSS 12 0 R >>"
WIDGET = b"/Type /Annot /Subtype /Widget /Rect [0 0 9 9] /F 4"
SIGNED = signed(
    document(
        {
            1: FORM,
            3: OBJECTS[3]
            .replace(b"/Contents", b"/Annots 13 0 R /XObject2 15 0 R /Contents")
            .replace(b"/F1 5 0 R", b"/F1 5 0 R /F9 30 0 R"),
            10: b"<< %s /FT /Sig /T (Later) >>" % WIDGET,
            11: b"<< %s /FT /Tx /T (Text) >>" % WIDGET,
            12: b"<< /Certs 14 0 R >>",
            13: b"[10 0 R 11 0 R]",
            14: b"[16 0 R]",
            15: b"<< /Type /Page /Annots 17 0 R >>",
            16: stream(b"a certificate"),
            17: b"[]",
        }
    ),
    page=1,
)
TWICE = signed(SIGNED, field_name="Later", unique="e" * 16)
BODIES = [
    *(body for _, body in re.findall(rb"\n(\d+) 0 obj\n(.*?)\nendobj", TWICE, re.DOTALL)),
    b"<< /Type /Page /Annots 31 0 R >>",
    b"<< /Certs [31 0 R] /VRI 32 0 R >>",
    stream(b"BT (I refuse.) Tj ET", b"/Type /XObject /Subtype /Form"),
    b"<< >>",
]
ENTRIES = [
    b"",
    b"/AA << >>",
    b"/Rect [0 0 99 99]",
    b"/DSS 31 0 R",
    b"/V 40 0 R",
    b"/Annots [10 0 R]",
]
numbers = st.sampled_from([*range(1, 27), 30, 31, 32, 40])


@st.composite
def bodies(draw: st.DrawFn) -> bytes | None:
    """Return a body from the document itself, with another reference or a further entry."""
    body = draw(st.none() | st.sampled_from(BODIES))
    if body is None:
        return None
    references = list(re.finditer(rb"(\d+) 0 R", body))
    if references and draw(st.booleans()):
        one = draw(st.sampled_from(references))
        body = body[: one.start()] + b"%d 0 R" % draw(numbers) + body[one.end() :]
    return body[:-2] + draw(st.sampled_from(ENTRIES)) + b">>" if body.endswith(b">>") else body


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([SIGNED, TWICE]),
    st.dictionaries(numbers, bodies(), min_size=1, max_size=3),
    st.booleans(),
)
def test_sound_means_the_same_pages(
    octets: bytes, changes: dict[int, bytes | None], xref_stream: bool
) -> None:
    """If the first signature is still sound, nothing it signed has another face."""
    later = updated(octets, changes, xref_stream=xref_stream)
    try:
        signatures = parsed(later).signatures
    except EsignError:
        return
    if any(is_sound(each) for each in signatures if each.name == "Signature1"):
        file = opened(later)
        assert _pages(file.view(len(file.revisions) - 1)) == _pages(file.view(1))


def _pages(view: View) -> Any:
    return _unrolled(view, view.catalog["Pages"], frozenset())


def _unrolled(view: View, value: Value, above: frozenset[int]) -> Any:
    if isinstance(value, Ref):
        if value.number in above:
            return "circle"
        return _unrolled(view, view.resolve(value), above | {value.number})
    if isinstance(value, Stream):
        return _unrolled(view, value.dictionary, above), view.stream_data(value)
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in ("Parent", "Annots")}
        return {key: _unrolled(view, item, above) for key, item in kept.items() if item is not None}
    if isinstance(value, list):
        return [_unrolled(view, item, above) for item in value]
    return type(value).__name__, value
