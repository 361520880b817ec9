"""The evidence cache in one SQLite file, shared by any number of processes.

SQLite's write-ahead log keeps the file whole when a process is killed in the middle, and
lets readers go on while one writes. Each call has a connection of its own: it costs a
fraction of a millisecond, and nothing is shared by threads or inherited by a fork.

Where the file lies follows the system: ``$XDG_CACHE_HOME`` or ``~/.cache`` on Linux,
``~/Library/Caches`` on macOS, ``%LOCALAPPDATA%`` on Windows; ``ESIGN_CACHE`` names another
file. It is readable by its owner only: it tells whose certificates were looked at. The
file must lie on a disk of this machine, as SQLite's log needs shared memory.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from esign.errors import CacheError
from esign.net.cache import MAX_RECORDS, CacheRecord, ObjectKind, require_content

CACHE_VARIABLE = "ESIGN_CACHE"
MAX_OCTETS = 2 * 1024 * 1024 * 1024
"""What the objects may take; a hundred of the largest public CRLs. Beyond it superseded
objects go, the longest kept first; what is the newest of its subject never goes by itself."""

_VERSION = 1
_BUSY_SECONDS = 5.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS object (digest TEXT PRIMARY KEY, octets BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS record (
    subject TEXT NOT NULL, digest TEXT NOT NULL, kind TEXT NOT NULL,
    this_update INTEGER NOT NULL, next_update INTEGER, fetched_at INTEGER NOT NULL,
    size INTEGER NOT NULL, label TEXT NOT NULL, PRIMARY KEY (subject, digest)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_digest ON record (digest);
"""
_COLUMNS = "subject, digest, kind, this_update, next_update, fetched_at, size, label"
_NEWER = (
    "EXISTS (SELECT 1 FROM record AS newer WHERE newer.subject = record.subject "
    "AND newer.this_update > record.this_update)"
)
_ORPHANS = "DELETE FROM object WHERE NOT EXISTS (SELECT 1 FROM record WHERE digest = object.digest)"


class FileCache:
    """Keeps evidence in one file; implements :class:`~esign.net.cache.EvidenceCache`.

    Args:
        path: the file; made, with its folder, when something is first kept.
        max_octets: see :data:`MAX_OCTETS`.
    """

    def __init__(self, path: Path, *, max_octets: int = MAX_OCTETS) -> None:
        self.path = path
        self._max_octets = max_octets

    def put(self, record: CacheRecord, octets: bytes) -> None:
        """Keep an object; the same again only renews ``fetched_at``."""
        require_content(record, octets)
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO object VALUES (?, ?) ON CONFLICT DO UPDATE SET octets = "
                "excluded.octets WHERE octets <> excluded.octets",
                (record.digest, octets),
            )
            connection.execute(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                "fetched_at = max(fetched_at, excluded.fetched_at)",
                _row(record),
            )
            self._make_room(connection)

    def about(self, subject: str) -> tuple[CacheRecord, ...]:
        """Return the newest records about a subject, newest thisUpdate first."""
        order = "ORDER BY this_update DESC, digest DESC LIMIT ?"
        query = f"SELECT {_COLUMNS} FROM record WHERE subject = ? {order}"  # noqa: S608 - constants
        return tuple(map(_record, self._rows(query, (subject, MAX_RECORDS))))

    def octets(self, digest: str) -> bytes | None:
        """Return an object whose octets still have that digest, or None."""
        rows = self._rows("SELECT octets FROM object WHERE digest = ?", (digest,))
        octets = rows[0][0] if rows else None
        if not isinstance(octets, bytes) or sha256(octets).hexdigest() != digest:
            return None
        return octets

    def records(self) -> Iterator[CacheRecord]:
        """Yield everything there is, ordered by kind and label."""
        query = f"SELECT {_COLUMNS} FROM record ORDER BY kind, label, this_update"  # noqa: S608
        return map(_record, self._rows(query, ()))

    def prune(self, *, fetched_before: datetime, superseded_only: bool) -> int:
        """Forget what was fetched before, and return how many records went."""
        if not self.path.exists():
            return 0
        which = f"AND {_NEWER}" if superseded_only else ""
        with self._writing() as connection:
            went = connection.execute(
                f"DELETE FROM record WHERE fetched_at < ? {which}",  # noqa: S608 - constants
                (_seconds(fetched_before),),
            ).rowcount
            connection.execute(_ORPHANS)
        with self._open() as connection:
            connection.execute("VACUUM")
        return went

    def __repr__(self) -> str:
        return f"FileCache({str(self.path)!r})"

    def _make_room(self, connection: sqlite3.Connection) -> None:
        (total,) = connection.execute("SELECT sum(size) FROM record").fetchone()
        if total <= self._max_octets:
            return
        oldest = connection.execute(
            f"SELECT subject, digest, size FROM record WHERE {_NEWER} "  # noqa: S608 - constants
            "ORDER BY fetched_at, digest"
        ).fetchall()
        for subject, digest, size in oldest:
            if total <= self._max_octets:
                break
            connection.execute(
                "DELETE FROM record WHERE (subject, digest) = (?, ?)", (subject, digest)
            )
            total -= size
        connection.execute(_ORPHANS)
        if total > self._max_octets:
            raise CacheError(
                "The cache {path} holds more than {bound} octets and nothing in it is "
                "superseded; see “esign cache prune”.",
                path=str(self.path),
                bound=self._max_octets,
            )

    def _rows(self, query: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        if not self.path.exists():
            return []  # looking makes no file
        with self._open() as connection:
            return connection.execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside one transaction that is either whole or nothing."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite's own files beside it take over the mode of the first.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise _trouble(self.path, error) from error
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            opened = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
            with closing(opened) as connection:
                self._prepare(connection)
                yield connection
        except (sqlite3.Error, OverflowError, TypeError, ValueError) as error:
            raise _trouble(self.path, error) from error

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == _VERSION:
            return
        if version != 0:
            raise CacheError(
                "The cache {path} was written by another version of esign ({found}; this one "
                "writes {known}). Name another file with {variable}.",
                path=str(self.path),
                found=version,
                known=_VERSION,
                variable=CACHE_VARIABLE,
            )
        connection.execute("PRAGMA journal_mode = WAL")
        # Two processes may come here at once; the schema allows that, and the version is last.
        connection.executescript(_SCHEMA)
        connection.execute(f"PRAGMA user_version = {_VERSION}")


def default_cache_path(
    environ: Mapping[str, str] = os.environ, platform: str = sys.platform, home: Path | None = None
) -> Path:
    """Return where the cache of this user lies.

    Args:
        environ: the environment's variables.
        platform: as ``sys.platform`` names it.
        home: the user's home folder; by default found out.
    """
    named = environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    own = home or Path.home()
    if platform == "win32":
        base = Path(environ.get("LOCALAPPDATA") or own / "AppData" / "Local") / "esign" / "Cache"
    elif platform == "darwin":
        base = own / "Library" / "Caches" / "esign"
    else:
        given = environ.get("XDG_CACHE_HOME", "")
        # The specification tells to ignore relative paths.
        base = (Path(given) if given.startswith("/") else own / ".cache") / "esign"
    return base / "evidence.sqlite"


def _trouble(path: Path, error: Exception) -> CacheError:
    return CacheError(
        "The cache {path} cannot be used ({why}). Remove the file, or name another one with "
        "{variable}.",
        path=str(path),
        why=str(error),
        variable=CACHE_VARIABLE,
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _row(record: CacheRecord) -> tuple[object, ...]:
    until = record.next_update
    return (
        record.subject,
        record.digest,
        record.kind.value,
        _seconds(record.this_update),
        None if until is None else _seconds(until),
        _seconds(record.fetched_at),
        record.size,
        record.label,
    )


def _record(row: tuple[object, ...]) -> CacheRecord:
    subject, digest, kind, this_update, next_update, fetched_at, size, label = row
    return CacheRecord(
        subject=str(subject),
        digest=str(digest),
        kind=ObjectKind(str(kind)),
        this_update=_moment(this_update),
        next_update=None if next_update is None else _moment(next_update),
        fetched_at=_moment(fetched_at),
        size=_whole(size),
        label=str(label),
    )


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("a number in it is none")
    return value


def _moment(value: object) -> datetime:
    return datetime.fromtimestamp(_whole(value), UTC)
