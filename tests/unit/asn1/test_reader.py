"""The reader takes BER as it comes and never costs more than its limits."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign.asn1 import reader, tags, writer
from esign.errors import EsignError, LimitExceededError, MalformedASN1Error
from esign.limits import Budget, Limits


def test_children_are_views_over_the_same_octets() -> None:
    """Elements keep the exact octets of what they stand for."""
    inner = writer.octet_string(b"x" * 200)
    element = reader.parse(writer.sequence(writer.integer(5), inner))
    first, second = element.children
    assert (reader.read_integer(first), second.encoded) == (5, inner)
    assert second.octets is element.octets
    assert element.children is element.children


def test_indefinite_length_ends_at_its_own_end_of_contents() -> None:
    """Nested open lengths close in the right order, and the octets are kept."""
    octets = bytes.fromhex("3080 2480 0402 6162 0401 63 0000 0201 07 0000".replace(" ", ""))
    element = reader.parse(octets)
    string, number = element.children
    assert reader.read_octets(string) == b"abc"
    assert reader.read_integer(number) == 7
    assert element.encoded == octets


@pytest.mark.parametrize(
    "octets",
    [
        "",
        "30",
        "3005",
        "308002",
        "3080",
        "0480",
        "30830000",
        "308200",
        "1f",
        "1fff",
        "1fffffffffff01",
    ],
)
def test_truncated_octets_are_malformed(octets: str) -> None:
    """Whatever is cut short is a named error, never an IndexError."""
    with pytest.raises(MalformedASN1Error):
        _ = reader.parse(bytes.fromhex(octets)).children


def test_trailing_octets_are_refused_by_parse_and_left_by_prefix() -> None:
    """Only parse_prefix allows something behind the element."""
    octets = writer.integer(1) + b"\0"
    with pytest.raises(MalformedASN1Error):
        reader.parse(octets)
    assert reader.parse_prefix(octets).after == 3


def test_open_lengths_nested_beyond_the_limit_are_refused() -> None:
    """A hostile depth ends in a named error; the allowed depth passes."""
    sound, hostile = (b"\x30\x80" * n + b"\0\0" * n for n in (60, 600))
    reader.parse(sound)
    with pytest.raises(LimitExceededError):
        reader.parse(hostile)


def test_elements_are_counted_before_memory_is_spent() -> None:
    """A budget of ten elements reads ten and refuses twenty."""
    budget = Budget(Limits(asn1_elements=12))
    assert len(reader.parse(writer.sequence(*[writer.null()] * 10), budget=budget).children) == 10
    budget = Budget(Limits(asn1_elements=12))
    with pytest.raises(LimitExceededError):
        _ = reader.parse(writer.sequence(*[writer.null()] * 20), budget=budget).children


def test_high_tag_numbers_are_read_and_written() -> None:
    """[1000] comes back with its number and class."""
    tag = 1000 << 8 | 0xBF
    element = reader.parse(writer.encode(tag, writer.null()))
    assert element.tag == tag
    assert element.is_constructed
    assert len(element.children) == 1


def test_a_universal_tag_is_never_read_as_another_type() -> None:
    """An OCTET STRING is no INTEGER, while an implicit tag may be one."""
    with pytest.raises(MalformedASN1Error):
        reader.read_integer(reader.parse(writer.octet_string(b"\x01")))
    assert reader.read_integer(reader.parse(writer.implicit(0, writer.integer(1)))) == 1


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        (tags.UTC_TIME, "260501120000Z", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        (tags.UTC_TIME, "2605011200Z", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        (tags.UTC_TIME, "500501120000Z", datetime(1950, 5, 1, 12, tzinfo=UTC)),
        (tags.UTC_TIME, "260501120000+0400", datetime(2026, 5, 1, 8, tzinfo=UTC)),
        (tags.GENERALIZED_TIME, "20260501120000.25Z", datetime(2026, 5, 1, 12, 0, 0, 250000, UTC)),
    ],
)
def test_times_of_every_written_form_become_utc(tag: int, text: str, expected: datetime) -> None:
    """UTCTime and GeneralizedTime, with and without seconds, fraction and offset."""
    assert reader.read_time(reader.parse(writer.encode(tag, text.encode()))) == expected


@pytest.mark.parametrize(
    "text", ["260501120000", "261301120000Z", "26050112000Z", "", "²60501120000Z"]
)
def test_what_names_no_moment_is_malformed(text: str) -> None:
    """A local time, a thirteenth month and stray digits are refused."""
    with pytest.raises(MalformedASN1Error):
        reader.read_time(reader.parse(writer.encode(tags.UTC_TIME, text.encode())))


def test_unused_bits_are_cleared() -> None:
    """The bits a BIT STRING declares unused never reach the caller."""
    assert reader.read_bits(reader.parse(bytes.fromhex("030207ff"))) == b"\x80"
    with pytest.raises(MalformedASN1Error):
        reader.read_bits(reader.parse(bytes.fromhex("030208ff")))


def test_an_absurd_integer_is_refused() -> None:
    """A number that Python could not even print is refused when read."""
    with pytest.raises(MalformedASN1Error):
        reader.read_integer(reader.parse(writer.encode(tags.INTEGER, b"\x01" * 5000)))


@given(st.integers(min_value=-(2**600), max_value=2**600))
def test_integers_survive_writing_and_reading(value: int) -> None:
    """Writing and reading an integer are inverse."""
    assert reader.read_integer(reader.parse(writer.integer(value))) == value


@given(
    st.integers(0, 2),
    st.integers(0, 39),
    st.lists(st.integers(0, 2**64), max_size=8),
)
def test_object_identifiers_survive(first: int, second: int, rest: list[int]) -> None:
    """Writing and reading an object identifier are inverse."""
    dotted = ".".join(map(str, (first, second, *rest)))
    assert reader.read_oid(reader.parse(writer.oid(dotted))) == dotted


@given(st.binary(max_size=200))
def test_random_octets_never_raise_anything_but_our_errors(octets: bytes) -> None:
    """Whatever comes, reading ends in elements or in a named error."""
    try:
        todo = [reader.parse_prefix(octets, budget=Budget())]
        while todo:
            element = todo.pop()
            if element.is_constructed:
                todo.extend(element.children)
            for read in (reader.read_oid, reader.read_bits, reader.read_time, reader.read_text):
                try:
                    read(element)
                except EsignError:
                    continue
    except EsignError:
        return
