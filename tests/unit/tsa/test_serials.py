"""Serial numbers: unique across threads, processes, restarts and kills."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from esign.errors import OutputError
from esign.tsa.serials import BLOCK, SerialFile

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_numbers_differ_and_grow(tmp_path: Path) -> None:
    """One counter gives one number after the other, over several blocks."""
    serials = SerialFile(tmp_path / "serials")
    numbers = [serials.next() for _ in range(3 * BLOCK)]
    assert numbers == sorted(set(numbers))


def test_numbers_survive_a_restart(tmp_path: Path) -> None:
    """A second counter over the same file begins where no number was used."""
    first = [SerialFile(tmp_path / "serials").next() for _ in range(3)]
    assert len(set(first)) == 3


def test_a_new_file_begins_far_from_every_other(tmp_path: Path) -> None:
    """A lost file does not bring back its numbers."""
    one, two = (SerialFile(tmp_path / name).next() for name in ("a", "b"))
    assert abs(one - two) > 2**32
    assert 0 < one < 2**159


def test_threads_share_a_counter(tmp_path: Path) -> None:
    """Eight threads never get the same number."""
    serials = SerialFile(tmp_path / "serials")
    found: list[int] = []

    def draw() -> None:
        found.extend([serials.next() for _ in range(100)])

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 800


def test_processes_share_a_file(tmp_path: Path) -> None:
    """Processes that count in one file at once never get the same number."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(3) as pool:
        found = pool.map(_draw_many, [tmp_path / "serials"] * 3)
    numbers = [number for part in found for number in part]
    assert len(set(numbers)) == len(numbers) == 3 * 200


def _draw_many(path: Path) -> list[int]:
    serials = SerialFile(path)
    return [serials.next() for _ in range(200)]


_ENDLESS = """
import sys
from pathlib import Path
from esign.tsa.serials import SerialFile
serials = SerialFile(Path(sys.argv[1]))
while True:
    print(serials.next(), flush=True)
"""


def test_a_killed_process_takes_its_numbers_with_it(tmp_path: Path) -> None:
    """After kill -9 in the middle of counting no number comes twice."""
    seen: set[int] = set()
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", _ENDLESS, str(tmp_path / "serials")],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        drawn = [int(process.stdout.readline()) for _ in range(150)]
        process.send_signal(signal.SIGKILL)
        drawn += [int(line) for line in process.stdout.read().split("\n")[:-1]]
        process.wait()
        process.stdout.close()
        assert len(set(drawn)) == len(drawn)
        assert not seen & set(drawn)
        seen |= set(drawn)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_has_numbers_of_its_own(tmp_path: Path) -> None:
    """A child does not go on with the block of its parent."""
    serials = SerialFile(tmp_path / "serials")
    serials.next()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, str(serials.next()).encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = int(os.read(reader, 100))
    assert theirs not in [serials.next() for _ in range(2 * BLOCK)]


def test_ordered_times_strictly_increase(tmp_path: Path) -> None:
    """Two claims at one moment get two moments, also over a restart."""
    drawn = [SerialFile(tmp_path / "serials").next_in_order(NOW) for _ in range(3)]
    assert None not in drawn
    serials, moments = zip(*(each for each in drawn if each), strict=True)
    assert list(moments) == [NOW + timedelta(microseconds=n) for n in range(3)]
    assert len(set(serials)) == 3


def test_a_clock_set_back_gives_no_time(tmp_path: Path) -> None:
    """A time long before the last one is no time to be promised."""
    serials = SerialFile(tmp_path / "serials")
    serials.next_in_order(NOW)
    assert serials.next_in_order(NOW - timedelta(seconds=2)) is None
    assert serials.next_in_order(NOW + timedelta(seconds=1)) is not None


def test_ordered_and_plain_numbers_do_not_meet(tmp_path: Path) -> None:
    """Both kinds of claims draw from one series."""
    serials = SerialFile(tmp_path / "serials")
    found = [serials.next() for _ in range(5)]
    claimed = serials.next_in_order(NOW)
    assert claimed is not None
    assert claimed[0] not in found + [serials.next() for _ in range(2 * BLOCK)]


@pytest.mark.parametrize(
    "content", [b"", b"12", b"abc -\n", b"12 notatime\n", b"12 2026-01-01T00:00:00\n", b"\xff\xfe"]
)
def test_another_file_is_not_overwritten(tmp_path: Path, content: bytes) -> None:
    """A file that is none of ours is named, and stays as it is."""
    path = tmp_path / "serials"
    path.write_bytes(content)
    with pytest.raises(OutputError, match="no serial number file"):
        SerialFile(path)
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A missing folder is found at start, not with the first request."""
    with pytest.raises(OutputError, match="cannot be used"):
        SerialFile(tmp_path / "missing" / "serials")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_gives_no_number(tmp_path: Path) -> None:
    """What cannot be written down is not handed out, and later numbers are still fresh."""
    serials = SerialFile(tmp_path / "serials")
    seen = [serials.next() for _ in range(BLOCK)]
    fresh = tmp_path / "serials.new"
    fresh.symlink_to("/dev/full")
    with pytest.raises(OutputError, match="No space"):
        serials.next()
    with pytest.raises(OutputError, match="No space"):
        serials.next_in_order(NOW)
    fresh.unlink()
    assert serials.next() > max(seen)


def test_the_file_is_raised_before_a_number_is_given(tmp_path: Path) -> None:
    """What the disk holds is never below what was handed out."""
    path = tmp_path / "serials"
    serials = SerialFile(path)
    for _ in range(BLOCK + 1):
        number = serials.next()
        assert int(path.read_text().split()[0]) >= number
