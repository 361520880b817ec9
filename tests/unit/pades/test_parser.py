"""PDF syntax is read as the standard writes it, and refused where readers differ."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign.errors import EsignError, MalformedPDFError
from esign.pades.objects import Name, Ref, Stream, Value, same
from esign.pades.parser import DEPTH, Parser
from esign.pades.serialise import write_value


@pytest.mark.parametrize(
    ("octets", "value"),
    [
        (b"null", None),
        (b"true", True),
        (b" % a comment\n 42 ", 42),
        (b"-.5", -0.5),
        (b"+7.", 7.0),
        (b"/A#20B", Name("A B")),
        (b"/", Name("")),
        (b"[1 2 3 0 R 4]", [1, 2, Ref(3, 0), 4]),
        (b"<</A/B/C<</D 1>>>>", {"A": Name("B"), "C": {"D": 1}}),
        (b"(a(b)c)", b"a(b)c"),
        (rb"(\n\)\\\101\7x\q)", b"\n)\\A\x07xq"),
        (b"(a\\\r\nb\r\nc)", b"ab\nc"),
        (b"<4 1 4\n2 5>", b"ABP"),
    ],
)
def test_values_are_read(octets: bytes, value: Value) -> None:
    """Each kind of value comes out as its Python counterpart."""
    assert same(Parser(octets).value(), value)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"]",
        b">>",
        b"[1",
        b"[1 >>",
        b"<</A>>",
        b"<<1 2>>",
        b"<</A 1/A 2>>",
        b"<</A 1/#41 2>>",
        b"(open",
        b"(open\\",
        b"<41",
        b"<4x>",
        b"truth",
        b"1.2.3",
        b"123456789012345678901234567890",
        b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1),
    ],
)
def test_what_readers_could_differ_on_is_refused(octets: bytes) -> None:
    """Open brackets, doubled keys, unknown words and endless nesting are our own error."""
    with pytest.raises(MalformedPDFError):
        Parser(octets).value()


def test_nesting_up_to_the_limit_is_read() -> None:
    """The sibling of the refused nesting, one level less, is read."""
    Parser(b"[" * DEPTH + b"]" * DEPTH).value()


def test_an_indirect_object_is_read_with_its_number() -> None:
    """Number, generation and value come together; a stream knows where its data begin."""
    assert Parser(b"7 1 obj<<>>endobj").indirect_object() == (7, 1, {})
    number, _, stream = Parser(b"7 0 obj\n<</Length 2>>\nstream\r\nab\nendstream").indirect_object()
    assert number == 7
    assert isinstance(stream, Stream)
    assert stream.start == 30


@pytest.mark.parametrize(
    "octets",
    [b"7 0 R", b"7 0 obj 1", b"7 0 obj 1 stream\nx", b"7 0 obj<<>>stream\rx", b"obj 1 endobj"],
)
def test_a_broken_indirect_object_is_refused(octets: bytes) -> None:
    """Without a header, an end, or a stream's own line end there is no object."""
    with pytest.raises(MalformedPDFError):
        Parser(octets).indirect_object()


def test_the_places_of_outermost_values_are_noted() -> None:
    """Only the outermost dictionary's values are noted, delimiters included."""
    parser = Parser(b"<</A <</B 1>> /Contents  <00> >>", base=100)
    parser.spans = {}
    parser.value()
    assert parser.spans == {"A": (105, 113), "Contents": (125, 129)}


names = st.text("AbZ 09#/()é", max_size=6).map(Name)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.binary(max_size=9) | names,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_writing_and_reading_are_inverse(value: Value) -> None:
    """Whatever is written is read back as the same value."""
    assert same(Parser(write_value(value)).value(), value)


@given(st.binary(max_size=60))
def test_any_octets_end_in_a_value_or_our_own_error(octets: bytes) -> None:
    """No input makes the parser raise anything else."""
    with suppress(EsignError):
        Parser(octets).value()


def test_many_parentheses_in_a_string_cost_little() -> None:
    """Each of a million used to be a part of its own: minutes, and gigabytes."""
    octets = b"(" + b"(" * 500_000 + b"\\)\r\n" + b")" * 500_000 + b")"
    started = time.process_time()
    assert Parser(octets).value() == octets[1:-1].replace(b"\\)\r\n", b")\n")
    assert time.process_time() - started < 2
