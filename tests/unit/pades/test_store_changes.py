"""The security store may grow by certificates and answers, and hide nothing."""

from __future__ import annotations

import pytest

from tests.support.pdf_making import is_sound, only, signed, stream, updated

SIGNED = signed()
CATALOG = SIGNED[SIGNED.rindex(b"\n1 0 obj\n") + 9 :].partition(b"\nendobj")[0]
OBJECT = stream(b"a certificate")


def _with_store(store: bytes, **objects: bytes) -> bytes:
    numbered = {int(key[1:]): body for key, body in objects.items()}
    catalog = CATALOG[:-2] + b"/DSS 20 0 R>>"
    return updated(SIGNED, {1: catalog, 20: store, **numbered})


def test_a_store_may_be_added() -> None:
    """Arrays of new streams and an entry for one signature, direct or not."""
    octets = _with_store(
        b"<< /Type /DSS /Certs [21 0 R] /OCSPs 22 0 R /VRI << /AB 23 0 R >> >>",
        o21=OBJECT,
        o22=b"[24 0 R]",
        o23=b"<< /Cert [21 0 R] /TU (D:2026) >>",
        o24=OBJECT,
    )
    assert is_sound(only(octets))
    grown = updated(octets, {22: b"[24 0 R 25 0 R]", 25: OBJECT})
    assert is_sound(only(grown))


@pytest.mark.parametrize(
    ("store", "object_21"),
    [
        (b"<< /Certs [21 0 R] /Other 21 0 R >>", OBJECT),
        (b"<< /VRI << /AB << /Other 21 0 R >> >> >>", OBJECT),
        (b"<< /Certs [21 0 R] >>", b"<< /Type /Annot >>"),
        (b"<< /VRI 21 0 R >>", OBJECT),
        (b"[21 0 R]", OBJECT),
    ],
)
def test_anything_else_in_the_store_is_refused(store: bytes, object_21: bytes) -> None:
    """Unknown entries and other kinds of objects have no place there."""
    assert not is_sound(only(_with_store(store, o21=object_21)))


def test_content_cannot_pass_as_part_of_the_store() -> None:
    """The page's own contents, altered, stay altered when the store lists them too."""
    assert not is_sound(only(_with_store(b"<< /Certs [4 0 R] >>", o4=OBJECT)))
    assert not is_sound(only(_with_store(b"<< /VRI 3 0 R >>", o3=b"<< >>")))


def test_a_stored_object_cannot_be_exchanged() -> None:
    """What is stored stays; the store grows by new objects."""
    octets = _with_store(b"<< /Certs [21 0 R] >>", o21=OBJECT)
    assert not is_sound(only(updated(octets, {21: stream(b"another")})))


def test_the_store_cannot_be_removed() -> None:
    """A later revision without it is refused."""
    octets = _with_store(b"<< /Certs [21 0 R] >>", o21=OBJECT)
    assert not is_sound(only(updated(octets, {1: CATALOG})))
