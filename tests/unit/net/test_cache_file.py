"""The cache in a file: several processes, sudden ends, damage, and where it lies."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from esign.errors import CacheError
from esign.net.cache import CacheRecord, ObjectKind
from esign.net.cache_file import FileCache, default_cache_path
from tests.support.chains import NOW

SOURCE = Path(__file__).resolve().parents[3] / "src"

WRITER = textwrap.dedent(
    """
    import sys
    from datetime import UTC, datetime, timedelta
    from hashlib import sha256
    from pathlib import Path
    from esign.net.cache import CacheRecord, ObjectKind
    from esign.net.cache_file import FileCache

    cache, name, count = FileCache(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
    now = datetime(2026, 6, 1, tzinfo=UTC)
    for number in range(count):
        octets = f"{name} {number} ".encode() * 500
        cache.put(
            CacheRecord(
                subject=name, digest=sha256(octets).hexdigest(), kind=ObjectKind.CRL,
                this_update=now + timedelta(hours=number), next_update=None, fetched_at=now,
                size=len(octets), label=name,
            ),
            octets,
        )
        print(number, flush=True)
    """
)


def record(octets: bytes, *, subject: str = "ab", hours: int = 0) -> CacheRecord:
    """Return a record about these octets."""
    return CacheRecord(
        subject=subject,
        digest=sha256(octets).hexdigest(),
        kind=ObjectKind.CRL,
        this_update=NOW + timedelta(hours=hours),
        next_update=None,
        fetched_at=NOW + timedelta(hours=hours),
        size=len(octets),
        label="CN=Root",
    )


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    """Start another process that fills the cache."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(count)],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_several_processes_write_at_once(tmp_path: Path) -> None:
    """What three processes keep at the same time is all there afterwards, whole."""
    path = tmp_path / "c.sqlite"
    running = [writer(path, name, 15) for name in ("one", "two", "three")]
    assert [each.communicate(timeout=60) and each.returncode for each in running] == [0, 0, 0]
    cache = FileCache(path)
    records = list(cache.records())
    assert len(records) == 45
    assert all(cache.octets(each.digest) is not None for each in records)


@pytest.mark.skipif(sys.platform == "win32", reason="runs on POSIX only: there is no SIGKILL")
def test_killed_writer_leaves_the_file_whole(tmp_path: Path) -> None:
    """A process killed while it writes loses at most the object it was about to keep."""
    path = tmp_path / "c.sqlite"
    process = writer(path, "victim", 100_000)
    assert process.stdout is not None
    for _ in range(20):
        last = int(process.stdout.readline())
    time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    cache = FileCache(path)
    records = list(cache.records())
    assert len(records) > last
    assert all(cache.octets(each.digest) is not None for each in records)
    cache.put(record(b"after"), b"after")
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_changed_octets_are_absent(tmp_path: Path) -> None:
    """An object that was changed on the disk is as good as absent, and can be kept anew."""
    cache = FileCache(tmp_path / "c.sqlite")
    kept = record(b"octets")
    cache.put(kept, b"octets")
    with sqlite3.connect(cache.path) as connection:
        connection.execute("UPDATE object SET octets = ?", (b"0ctets",))
    assert cache.octets(kept.digest) is None
    cache.put(kept, b"octets")
    assert cache.octets(kept.digest) == b"octets"


def test_looking_makes_no_file(tmp_path: Path) -> None:
    """Where nothing was kept yet, looking and pruning find nothing and leave nothing."""
    cache = FileCache(tmp_path / "sub" / "c.sqlite")
    assert cache.about("ab") == ()
    assert list(cache.records()) == []
    assert cache.octets("00") is None
    assert cache.prune(fetched_before=NOW, superseded_only=False) == 0
    assert not (tmp_path / "sub").exists()


def test_other_files_are_refused(tmp_path: Path) -> None:
    """A file that is no database, or of another version, is named and left as it is."""
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"certainly no database, but somebody's diary" * 100)
    with pytest.raises(CacheError, match=r"c\.sqlite"):
        FileCache(path).about("ab")
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(CacheError, match="another version"):
        FileCache(path).put(record(b"octets"), b"octets")


def test_impossible_place_is_an_error_of_the_cache(tmp_path: Path) -> None:
    """A folder that cannot be made is trouble with the cache, and named as such."""
    (tmp_path / "file").touch()
    with pytest.raises(CacheError, match="ESIGN_CACHE"):
        FileCache(tmp_path / "file" / "c.sqlite").put(record(b"octets"), b"octets")


def test_bound_takes_superseded_objects_first(tmp_path: Path) -> None:
    """Beyond the bound superseded objects go, oldest first; the newest of each stay."""
    cache = FileCache(tmp_path / "c.sqlite", max_octets=350)
    for hours in range(5):
        octets = bytes([hours]) * 100
        cache.put(record(octets, hours=hours), octets)
    assert [each.this_update.hour - NOW.hour for each in cache.about("ab")] == [4, 3, 2]
    with sqlite3.connect(cache.path) as connection:
        assert connection.execute("SELECT count(*) FROM object").fetchone() == (3,)


def test_full_of_what_is_needed_keeps_nothing_more(tmp_path: Path) -> None:
    """When everything in a full cache is the newest of its subject, it says that it is full."""
    cache = FileCache(tmp_path / "c.sqlite", max_octets=150)
    cache.put(record(b"a" * 100, subject="a"), b"a" * 100)
    with pytest.raises(CacheError, match="esign cache prune"):
        cache.put(record(b"b" * 100, subject="b"), b"b" * 100)
    assert [each.subject for each in cache.records()] == ["a"]


@pytest.mark.skipif(sys.platform == "win32", reason="runs on POSIX only: modes of files")
def test_only_the_owner_may_read(tmp_path: Path) -> None:
    """Whose certificates were looked at is nobody else's business."""
    cache = FileCache(tmp_path / "sub" / "c.sqlite")
    cache.put(record(b"octets"), b"octets")
    assert cache.path.stat().st_mode & 0o077 == 0
    assert cache.path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, "/home/a/.cache/esign/evidence.sqlite"),
        ("linux", {"XDG_CACHE_HOME": "/fast"}, "/fast/esign/evidence.sqlite"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "/home/a/.cache/esign/evidence.sqlite"),
        ("darwin", {}, "/home/a/Library/Caches/esign/evidence.sqlite"),
        ("win32", {"LOCALAPPDATA": "/L"}, "/L/esign/Cache/evidence.sqlite"),
        ("win32", {}, "/home/a/AppData/Local/esign/Cache/evidence.sqlite"),
        ("linux", {"ESIGN_CACHE": "/srv/c.sqlite"}, "/srv/c.sqlite"),
    ],
)
def test_place_follows_the_system(platform: str, environ: dict[str, str], expected: str) -> None:
    """The cache lies where each system keeps such things, unless the user names a file."""
    assert default_cache_path(environ, platform, Path("/home/a")).as_posix() == expected
