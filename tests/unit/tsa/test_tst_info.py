"""TSTInfo, against an independent implementation."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import tsp
from hypothesis import given
from hypothesis import strategies as st

from esign.asn1 import writer
from esign.crypto.algorithms import digest_by_name
from esign.errors import EsignError, MalformedCMSError
from esign.tsa.messages import MessageImprint
from esign.tsa.tst_info import Accuracy, TSTExtension, TSTInfo, read_tst_info

SHA256 = digest_by_name("SHA256")
IMPRINT = MessageImprint(
    algorithm_oid=SHA256.oid, algorithm=SHA256, octets=hashlib.sha256(b"x").digest()
)
NAME = writer.explicit(4, writer.sequence())
TIME = datetime(2026, 11, 24, 12, 30, 15, 250_000, tzinfo=UTC)

PARTS = {
    "version": writer.integer(1),
    "policy": writer.oid("1.2.3"),
    "imprint": IMPRINT.encoded(),
    "serial": writer.integer(7),
    "time": writer.generalized_time(TIME),
}


def _tst(*more: bytes, **changes: bytes) -> bytes:
    return writer.sequence(*(PARTS | changes).values(), *more)


def test_another_library_reads_what_we_write() -> None:
    """Every field arrives at an independent reader."""
    info = TSTInfo(
        policy="1.2.3",
        imprint=IMPRINT,
        serial_number=2**130,
        generation_time=TIME,
        accuracy=Accuracy(seconds=1, millis=500, micros=20),
        ordering=True,
        nonce=99,
        tsa=NAME,
    )
    read = tsp.TSTInfo.load(info.encoded(), strict=True)
    assert read["serial_number"].native == 2**130
    assert read["gen_time"].native == TIME
    assert read["accuracy"].native == {"seconds": 1, "millis": 500, "micros": 20}
    assert (read["ordering"].native, read["nonce"].native) == (True, 99)
    assert read["tsa"].name == "directory_name"


@given(
    serial=st.integers(0, 2**160),
    micros=st.integers(0, 999_999),
    accuracy=st.none()
    | st.builds(
        Accuracy,
        seconds=st.integers(0, 10**6),
        millis=st.integers(0, 999),
        micros=st.integers(0, 999),
    ),
    ordering=st.booleans(),
    nonce=st.none() | st.integers(-(2**64), 2**160),
    tsa=st.none() | st.just(NAME),
    extensions=st.sampled_from(
        [(), (TSTExtension(oid="1.2.3", critical=True, value=b"x"),)]
    ),
)  # fmt: skip
def test_reading_undoes_writing(
    serial: int, micros: int, accuracy: Accuracy | None, ordering: bool, nonce: int | None,
    tsa: bytes | None, extensions: tuple[TSTExtension, ...],
) -> None:  # fmt: skip
    """What is written is read, field by field."""
    info = TSTInfo(
        policy="1.2.3",
        imprint=IMPRINT,
        serial_number=serial,
        generation_time=TIME + timedelta(microseconds=micros),
        accuracy=accuracy,
        ordering=ordering,
        nonce=nonce,
        tsa=tsa,
        extensions=extensions,
    )
    assert read_tst_info(info.encoded()) == info


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        (b"20261124123015Z", 0),
        (b"20261124123015.5Z", 500_000),
        (b"20261124123015.123456789Z", 123_456),
    ],
)
def test_fractions_of_a_second_are_read(text: bytes, micros: int) -> None:
    """Fractions finer than a microsecond are cut off, never rounded up into the future."""
    read = read_tst_info(_tst(time=writer.encode(0x18, text)))
    assert read.generation_time == datetime(2026, 11, 24, 12, 30, 15, micros, tzinfo=UTC)


@pytest.mark.parametrize("seconds", [0, 0.000001, 0.5, 1, 1.25, 60])
def test_accuracy_from_seconds(seconds: float) -> None:
    """An accuracy given in seconds means the same in its parts."""
    assert Accuracy.of(seconds).total_seconds == pytest.approx(seconds)


def test_accuracy_is_never_better_than_told() -> None:
    """What lies between two microseconds is rounded up."""
    assert Accuracy.of(0.0000014).micros == 2


_BAD_ACCURACY = [
    writer.sequence(writer.integer(-1)),
    writer.sequence(writer.implicit(0, writer.integer(1000))),
    writer.sequence(writer.implicit(1, writer.integer(1000))),
    writer.sequence(writer.implicit(1, writer.integer(1)), writer.implicit(0, writer.integer(1))),
    writer.sequence(writer.integer(1), writer.integer(1)),
    writer.sequence(writer.null()),
]


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x30\x00",
        _tst()[:-1],
        _tst() + b"\x00",
        _tst(version=writer.integer(2)),
        _tst(version=writer.null()),
        _tst(policy=writer.integer(1)),
        _tst(imprint=writer.sequence()),
        _tst(serial=writer.octet_string(b"1")),
        _tst(time=writer.utc_or_generalized(TIME)),
        _tst(time=writer.encode(0x18, b"20261124123015+0400")),
        _tst(time=writer.encode(0x18, b"20261324123015Z")),
        _tst(writer.null()),
        _tst(writer.boolean(True), writer.sequence()),
        _tst(writer.integer(1), writer.integer(2)),
        _tst(writer.explicit(0, NAME, NAME)),
        _tst(writer.explicit(1)),
        _tst(writer.explicit(1, writer.sequence(writer.oid("1.2.3")))),
        *(_tst(accuracy) for accuracy in _BAD_ACCURACY),
    ],
)
def test_broken_statements_are_named(octets: bytes) -> None:
    """A TSTInfo that breaks a rule is not read in part."""
    with pytest.raises(MalformedCMSError):
        read_tst_info(octets)


def test_the_sound_sibling_is_read() -> None:
    """The statement from which the broken ones are made is itself fine."""
    assert read_tst_info(_tst()).serial_number == 7


@given(st.binary(max_size=100))
def test_garbage_never_escapes(octets: bytes) -> None:
    """Only errors of this library come out of reading."""
    try:
        read_tst_info(octets)
    except EsignError:
        return
