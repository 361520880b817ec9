"""Outlines: what is like a sound signature is told from what is not, octet for octet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from esign.ades.format import Outline, SignatureRequest
from esign.cades.format import CADES
from esign.cades.outline import SMALL, outline_of
from esign.document import Document
from esign.limits import Budget
from esign.terms import Packaging
from tests.support import cms_making as make


class _Made:
    """A signature with everything its outline is compared with."""

    def __init__(self, content: bytes = make.CONTENT, **changes: object) -> None:
        self.request: SignatureRequest = replace(make.request(), **changes)
        self.content = Document.of(content)
        slot = CADES.open_slot(self.content, self.request, Budget())
        assert slot.octets is not None
        self.attributes = slot.octets
        self.value = make.value(slot.octets)
        self.octets = CADES.fill(slot, self.value).whole()

    def outline(self, octets: bytes | None = None) -> Outline | None:
        return outline_of(
            Document.of(self.octets if octets is None else octets),
            self.value,
            content=self.content,
            request=self.request,
            attributes=self.attributes,
        )


MADE = _Made()


def test_outline_names_the_signature() -> None:
    """Identifier, packaging and signed octets are those the full reader finds."""
    outline = MADE.outline()
    (signature,) = CADES.parse(Document.of(MADE.octets), Budget()).signatures
    assert outline is not None
    assert outline.id == signature.id
    assert outline.packaging is signature.packaging
    assert outline.signed == MADE.attributes


@pytest.mark.parametrize("packaging", [Packaging.ENVELOPING, Packaging.DETACHED])
def test_content_and_time_do_not_change_the_outline(packaging: Packaging) -> None:
    """The signer's next signature, over other content at another time, has the same outline."""
    later = make.request().signing_time + timedelta(days=3)
    first = _Made(packaging=packaging).outline()
    second = _Made(
        b"another content, and a longer one" * 20, packaging=packaging, signing_time=later
    )
    other = second.outline()
    assert first is not None
    assert other is not None
    assert first.fixed == other.fixed
    assert first.id != other.id


def test_packaging_changes_the_outline() -> None:
    """A signature beside its content is not like one around it."""
    attached, detached = MADE.outline(), _Made(packaging=Packaging.DETACHED).outline()
    assert attached is not None
    assert detached is not None
    assert attached.fixed != detached.fixed


def test_every_changed_octet_is_noticed() -> None:
    """Whatever octet of the document differs, the outline is another or there is none."""
    sound = MADE.outline()
    assert sound is not None
    for at in range(len(MADE.octets)):
        changed = bytearray(MADE.octets)
        changed[at] ^= 0x01
        found = MADE.outline(bytes(changed))
        assert found is None or found.fixed != sound.fixed, at


@pytest.mark.parametrize("octets", [MADE.octets + b"\0", MADE.octets[:-1], b"", b"\x30\x00"])
def test_another_length_has_no_outline(octets: bytes) -> None:
    """What is cut, or goes on, is left to the full reader."""
    assert MADE.outline(octets) is None


def test_other_content_has_no_outline() -> None:
    """The digest that was signed must be that of the content at hand."""
    other = _Made(b"something else")
    other.content = MADE.content
    assert other.outline() is None


def test_large_documents_are_read_in_full() -> None:
    """One octet more than fits, and only the full reader speaks; one less, and it is outlined."""
    room = SMALL - len(MADE.octets)
    assert _Made(bytes(room)).outline() is not None
    assert _Made(bytes(SMALL)).outline() is None
