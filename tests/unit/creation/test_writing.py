"""Files are written whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from esign.creation.writing import write_whole
from esign.document import Document
from esign.errors import OutputError

posix = pytest.mark.skipif(sys.platform == "win32", reason="runs on Windows only")
OCTETS = b"x" * 3_000_000


def _left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_is_complete_and_alone(tmp_path: Path) -> None:
    """Nothing but the target is left in the directory."""
    write_whole(Document.of(OCTETS), tmp_path / "a", overwrite=False)
    assert (tmp_path / "a").read_bytes() == OCTETS
    assert _left(tmp_path) == ["a"]


def test_an_existing_file_stays_unless_told(tmp_path: Path) -> None:
    """Refused without ``overwrite``, replaced with it."""
    target = tmp_path / "a"
    target.write_bytes(b"old")
    with pytest.raises(OutputError, match="exists"):
        write_whole(Document.of(OCTETS), target, overwrite=False)
    assert target.read_bytes() == b"old"
    write_whole(Document.of(OCTETS), target, overwrite=True)
    assert target.read_bytes() == OCTETS
    assert _left(tmp_path) == ["a"]


class _Breaking:
    """Content that ends in an error halfway."""

    size = 3 << 20

    def read(self, start: int, length: int) -> bytes:
        if start >= 1 << 20:
            raise OSError(5, "Input/output error")
        return b"y" * length


def test_an_error_halfway_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """Neither half a file nor a temporary one; the old one is whole."""
    target = tmp_path / "a"
    target.write_bytes(b"old")
    for path in (target, tmp_path / "new"):
        with pytest.raises(OutputError):
            write_whole(Document(_Breaking()), path, overwrite=True)
    assert target.read_bytes() == b"old"
    assert _left(tmp_path) == ["a"]


@posix
def test_a_full_device_is_an_output_error() -> None:
    """/dev/full takes nothing, and stays a device."""
    with pytest.raises(OutputError, match="No space"):
        write_whole(Document.of(OCTETS), Path("/dev/full"), overwrite=True)
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_a_directory_that_is_not_there_is_an_output_error(tmp_path: Path) -> None:
    """The path is told."""
    with pytest.raises(OutputError, match="nowhere"):
        write_whole(Document.of(OCTETS), tmp_path / "nowhere" / "a", overwrite=False)
    with pytest.raises(OutputError):
        write_whole(Document.of(OCTETS), tmp_path, overwrite=True)
    assert _left(tmp_path) == []


@posix
def test_rights_are_those_of_any_new_file_or_of_the_old_one(tmp_path: Path) -> None:
    """The umask counts for a new file; a replaced one keeps its mode."""
    mask = os.umask(0o027)
    try:
        write_whole(Document.of(b"a"), tmp_path / "new", overwrite=False)
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    (tmp_path / "new").chmod(0o600)
    write_whole(Document.of(b"b"), tmp_path / "new", overwrite=True)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


@posix
def test_through_a_link_its_file_is_replaced(tmp_path: Path) -> None:
    """The link stays a link."""
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(Document.of(b"new"), tmp_path / "link", overwrite=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@posix
def test_a_dangling_link_counts_as_existing(tmp_path: Path) -> None:
    """Without ``overwrite`` nothing is written through it."""
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    with pytest.raises(OutputError, match="exists"):
        write_whole(Document.of(b"new"), tmp_path / "link", overwrite=False)
    assert _left(tmp_path) == ["link"]


@posix
def test_a_file_system_without_hard_links_works_too(tmp_path: Path, monkeypatch) -> None:
    """The name is taken by renaming; what came meanwhile is still not replaced."""

    def refuse(_self: Path, _target: Path) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    write_whole(Document.of(b"new"), tmp_path / "a", overwrite=False)
    assert (tmp_path / "a").read_bytes() == b"new"

    def meanwhile(self: Path, _target: Path) -> None:
        self.write_bytes(b"other")
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", meanwhile)
    with pytest.raises(OutputError, match="exists"):
        write_whole(Document.of(b"new"), tmp_path / "b", overwrite=False)
    assert (tmp_path / "b").read_bytes() == b"other"


@posix
def test_what_came_meanwhile_is_not_replaced(tmp_path: Path, monkeypatch) -> None:
    """A file that appears between the question and the answer stays."""
    real = Path.hardlink_to

    def late(self: Path, target: Path) -> None:
        self.write_bytes(b"other")
        real(self, target)

    monkeypatch.setattr(Path, "hardlink_to", late)
    with pytest.raises(OutputError, match="exists"):
        write_whole(Document.of(b"new"), tmp_path / "a", overwrite=False)
    assert _left(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"other"


@pytest.mark.parametrize("before", [None, b"older"])
def test_an_interrupt_while_writing_leaves_things_as_they_were(tmp_path, before) -> None:
    """Ctrl-C in the middle: no half of a file under any name, and an older one stays."""

    class Interrupted:
        size = 3 << 20

        def read(self, start: int, length: int) -> bytes:
            if start:
                raise KeyboardInterrupt
            return bytes(length)

    target = tmp_path / "signed"
    if before is not None:
        target.write_bytes(before)
    with pytest.raises(KeyboardInterrupt):
        write_whole(Document(Interrupted()), target, overwrite=True)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == (
        {} if before is None else {"signed": before}
    )
