"""An update appends, and what is appended is read back."""

from __future__ import annotations

import pytest

from esign.pades.objects import Name, Ref, Stream
from esign.pades.update import Update
from tests.support.pdf_making import document, opened


@pytest.mark.parametrize("xref_stream", [False, True], ids=["table", "stream"])
def test_an_update_is_read_back(xref_stream: bool) -> None:
    """New, altered and stream objects are there, under a table of the file's own kind."""
    octets = document(xref_stream=xref_stream)
    update = Update(opened(octets))
    added = update.new({"A": b"text"})
    data = update.new_stream({"Type": Name("Test")}, b"data")
    update.put(Ref(5, 0), {"B": 1})
    extended = octets + update.octets("seed")
    file = opened(extended)
    assert len(file.revisions) == 2
    assert file.last.resolve(added) == {"A": b"text"}
    assert file.last.resolve(Ref(5, 0)) == {"B": 1}
    stream = file.last.resolve(data)
    assert isinstance(stream, Stream)
    assert file.last.stream_data(stream) == b"data"
    assert (file.last.trailer.get("Type") == "XRef") is xref_stream
    assert file.last.trailer["Root"] == Ref(1, 0)


def test_the_same_seed_gives_the_same_octets() -> None:
    """Signing in two sittings depends on it."""
    one, two, other = (Update(opened(document())) for _ in range(3))
    assert one.octets("a") == two.octets("a") != other.octets("b")


def test_the_files_first_identifier_is_kept() -> None:
    """Only the second part of /ID is fresh."""
    octets = document().replace(b"/Root", b"/ID [<AA> <BB>] /Root")
    octets = octets + Update(opened(octets)).octets("seed")
    identifiers = opened(octets).last.list(opened(octets).last.trailer["ID"])
    assert identifiers[0] == b"\xaa"
    assert identifiers[1] != b"\xbb"


def test_a_line_end_is_added_only_where_it_is_missing() -> None:
    """The update begins on a line of its own."""
    assert Update(opened(document())).octets("a")[:4] == b"xref"
    assert Update(opened(document()[:-1])).octets("a")[:5] == b"\nxref"
