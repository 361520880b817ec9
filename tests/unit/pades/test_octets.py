"""A large file is read through windows with the same result as a small one held whole."""

from __future__ import annotations

import pytest

from esign.document import Document
from esign.errors import LimitExceededError, MalformedPDFError
from esign.pades import octets as module
from esign.pades.octets import Octets
from esign.pades.parser import Parser


@pytest.fixture(params=[True, False], ids=["held", "windows"])
def small_windows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the file whole, or see sixteen octets of it at first."""
    monkeypatch.setattr(module, "HELD", 1 << 20 if request.param else 0)
    monkeypatch.setattr(module, "WINDOW", 16)


@pytest.mark.usefixtures("small_windows")
def test_objects_across_a_window_edge_are_read_whole() -> None:
    """A value is the same wherever the first window happens to end."""
    for padding in range(20):
        source = b"x" * 5 + b"1 0 obj [" + b" " * padding + b"1234567 (text)] endobj" + b" " * 40
        assert Octets(Document.of(source)).parse(5, Parser.indirect_object) == (
            1,
            0,
            [1234567, b"text"],
        )


@pytest.mark.usefixtures("small_windows")
def test_what_no_window_can_read_is_refused() -> None:
    """A broken object is refused once the window reaches the end of the file."""
    with pytest.raises(MalformedPDFError):
        Octets(Document.of(b"1 0 obj [" + b" " * 100)).parse(0, Parser.indirect_object)


@pytest.mark.usefixtures("small_windows")
def test_the_last_place_of_a_word_is_found() -> None:
    """Positions are those of the file, not of the window."""
    octets = Octets(Document.of(b"startxref 1 startxref 2"))
    assert octets.find_last(b"startxref", 5, octets.size) == 12
    assert octets.find_last(b"startxref", 15, octets.size) == -1


def test_overlapping_objects_end_at_the_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read once is free; what each object reads again is not."""
    monkeypatch.setattr(module, "ALLOWANCE", 1000)
    source = b"1 0 obj (" * 50
    octets = Octets(Document.of(source))

    def attempt(place: int) -> None:
        with pytest.raises(MalformedPDFError):
            octets.parse(9 * place, Parser.indirect_object)

    def attempts(places: range) -> None:
        for place in places:
            attempt(place)

    attempts(range(10))
    with pytest.raises(LimitExceededError):
        attempts(range(50))
