"""Every object of a revision is accounted for, or refused."""

from __future__ import annotations

from esign.pades.graph import Reach
from esign.pades.ledger import Ledger, stream_type
from esign.pades.objects import Ref
from tests.support.pdf_making import OBJECTS, document, opened, stream, updated


def _ledger(changes: dict[int, bytes | None], **options: bool) -> Ledger:
    file = opened(updated(document(), changes, **options))
    ledger = Ledger(file.view(0), file.view(1), frozenset())
    ledger.classify()
    return ledger


def test_objects_are_added_altered_or_the_same() -> None:
    """An object written again with the same content is neither."""
    ledger = _ledger({4: OBJECTS[4], 5: b"<< >>", 20: b"<< >>"})
    assert ledger.added == {20}
    assert ledger.altered == {5}
    assert ledger.changes.refused == []


def test_a_stream_with_other_data_is_altered() -> None:
    """The dictionary alone does not make a stream the same."""
    assert _ledger({4: OBJECTS[4].replace(b"apply", b"grant")}).altered == {4}


def test_a_deleted_object_is_refused_at_once() -> None:
    """Nothing can explain a deletion."""
    assert len(_ledger({5: None}).changes.refused) == 1


def test_what_is_explained_is_not_refused() -> None:
    """A closure takes new objects along, never altered ones."""
    ledger = _ledger({5: b"<< >>", 20: b"[21 0 R 5 0 R]", 21: b"<< >>"})
    ledger.closure(Ref(20, 0))
    assert ledger.explained == {20, 21}
    ledger.conclude(Reach())
    assert [str(message) for message in ledger.changes.refused] == ["Object 5 was changed."]


def test_a_container_must_be_a_dictionary_or_an_array() -> None:
    """A stream in its place is refused."""
    ledger = _ledger({5: stream(b"")})
    ledger.container(Ref(5, 0))
    assert len(ledger.changes.refused) == 1


def test_structure_streams_explain_themselves() -> None:
    """The cross-reference stream of the revision belongs to no content."""
    ledger = _ledger({20: b"<< >>"}, xref_stream=True)
    ledger.structure_objects()
    assert len(ledger.explained) == 1
    assert stream_type(ledger.new, max(ledger.added)) == "XRef"
    assert stream_type(ledger.new, 20) is None
