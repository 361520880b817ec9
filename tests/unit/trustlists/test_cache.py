"""The one small file."""

from __future__ import annotations

from pathlib import Path

import pytest

from esign.errors import OutputError
from esign.trustlists.cache import MAGIC, decode, encode, read_cache, write_cache
from tests.support.lists import fixture, kept

LISTS = (
    kept(fixture("zz.xml")),
    kept(fixture("zy.xml"), "https://lists.esign.test/zy.xml"),
)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    """Heads and contents are the same after a way through the file."""
    path = tmp_path / "deep" / "lists.cache"
    write_cache(path, LISTS)
    back = read_cache(path)
    assert back == LISTS
    assert [each.content for each in back] == [each.content for each in LISTS]
    assert [path.name for path in path.parent.iterdir()] == ["lists.cache"]


def test_a_certificate_is_kept_once() -> None:
    """Two lists name the same issuer, and the file has it once."""
    der = LISTS[0].content.services[0].certificates[0].der
    assert encode(LISTS).count(der) == 1


@pytest.mark.parametrize("position", [0, len(MAGIC) + 3, len(MAGIC) + 40, -1])
def test_a_damaged_file_is_no_cache(position: int) -> None:
    """One flipped bit anywhere, and everything is read anew."""
    octets = bytearray(encode(LISTS))
    octets[position] ^= 1
    assert decode(bytes(octets)) == ()


def test_another_version_or_a_missing_file_is_no_cache(tmp_path: Path) -> None:
    """Neither is an error: the lists are read."""
    octets = encode(LISTS)
    assert decode(octets.replace(b"lists 1\n", b"lists 0\n", 1)) == ()
    assert decode(octets[:40]) == ()
    assert decode(b"") == ()
    assert read_cache(tmp_path / "none") == ()


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The path is in the sentence, and nothing half-written stays."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="folder"):
        write_cache(tmp_path / "folder", LISTS)
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]
