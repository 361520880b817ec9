"""Trust anchors: an immutable snapshot of what the caller gave, and for which purpose.

Nothing is trusted unless given. An anchor given for signers never serves a time-stamping
authority, and the other way round. The snapshot has a hash, so that a report can name what
it was judged against.

Spec: RFC 5280 §6.1.1 (d), EN 319 102-1 §5.2.6.2
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from esign.asn1.lazy import lazy
from esign.errors import InputError, InputUnreadableError, MalformedError, UsageError
from esign.pki.certificate import Certificate, load_certificates
from esign.pki.kept import KeptForPeriod
from esign.pki.names import Name
from esign.terms import Purpose

ALL_PURPOSES = frozenset(Purpose)
SYSTEM_FILES = (
    Path("/etc/ssl/certs/ca-certificates.crt"),  # Debian, Ubuntu, Alpine, Arch
    Path("/etc/pki/tls/certs/ca-bundle.crt"),  # Fedora, RHEL
    Path("/etc/ssl/ca-bundle.pem"),  # SUSE
    Path("/etc/ssl/cert.pem"),  # macOS, FreeBSD, OpenBSD
)
"""Where operating systems keep their roots as one PEM file; Windows keeps none."""
MAX_ANCHOR_FILE = 16 * 1024 * 1024
"""Octets of one file of anchors; the largest public root bundles have about 1 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustAnchor:
    """One certificate the caller trusts, for what, from where and until when."""

    certificate: Certificate
    purposes: frozenset[Purpose] = ALL_PURPOSES
    source: str = "given by the caller"
    """File, or other origin, for reports."""
    not_before: datetime | None = None
    """When the trust began, if it is dated; aware, UTC."""
    not_after: datetime | None = None
    """When the trust ended (the anchor's sunset), if it is dated; aware, UTC."""

    def is_trusted_at(self, at: datetime) -> bool:
        """Return whether the trust itself holds at ``at``; the certificate's dates do not count."""
        return (self.not_before is None or self.not_before <= at) and (
            self.not_after is None or at <= self.not_after
        )


class TrustStore:
    """An immutable set of anchors; may be shared by any number of threads and processes.

    Example:
        >>> TrustStore.empty().anchors
        ()
    """

    def __init__(self, anchors: Iterable[TrustAnchor] = ()) -> None:
        self._anchors = _unite(anchors)

    @classmethod
    def empty(cls) -> TrustStore:
        """Return a store that trusts nothing."""
        return cls()

    @classmethod
    def of(
        cls, *certificates: Certificate, purposes: Iterable[Purpose] = ALL_PURPOSES
    ) -> TrustStore:
        """Return a store of the certificates given, for the purposes given."""
        wanted = _purposes(purposes)
        return cls(TrustAnchor(certificate=c, purposes=wanted) for c in certificates)

    @classmethod
    def load(cls, *paths: str | Path, purposes: Iterable[Purpose] = ALL_PURPOSES) -> TrustStore:
        """Return a store of every certificate in the files and directories.

        A file is PEM, DER or PKCS#7. A directory is read with all it contains, except names
        that begin with a dot; below a directory called ``signer`` or ``tsa`` anchors are for
        that purpose alone.

        Raises:
            UsageError: no path was given, or a directory holds no certificate.
            InputUnreadableError: a file cannot be opened.
            InputError: a file holds no certificate; its name is in the sentence.
        """
        if not paths:
            raise UsageError("Name at least one file or directory of trusted certificates.")
        wanted = _purposes(purposes)
        return cls(anchor for path in paths for anchor in _load(Path(path), wanted))

    @classmethod
    def system(cls, *, purposes: Iterable[Purpose] = ALL_PURPOSES) -> TrustStore:
        """Return the operating system's roots, from where OpenSSL keeps them.

        These are roots for web servers: nobody examined them for signatures. Ask for them
        only when you mean it. ``SSL_CERT_FILE`` names another file, as for OpenSSL.

        Raises:
            UsageError: this system keeps none in a file.
        """
        named = os.environ.get("SSL_CERT_FILE")
        for path in (Path(named),) if named else SYSTEM_FILES:
            if path.is_file() or named:
                return cls(_load_file(path, _purposes(purposes)))
        raise UsageError(
            "This system keeps no file of trusted certificates. Export those you trust, and "
            "name the file."
        )

    def merged(self, other: TrustStore) -> TrustStore:
        """Return a store of both; purposes of the same certificate add up."""
        return TrustStore(self._anchors + other._anchors)

    @property
    def anchors(self) -> tuple[TrustAnchor, ...]:
        """All anchors, each certificate once per period of trust."""
        return self._anchors

    def anchors_for(self, purpose: Purpose) -> tuple[TrustAnchor, ...]:
        """Return the anchors given for one purpose."""
        return tuple(a for a in self._anchors if purpose in a.purposes)

    def by_subject(self, purpose: Purpose, subject: Name) -> tuple[TrustAnchor, ...]:
        """Return the anchors of a purpose that bear the name."""
        return self._by_subject.get((purpose, subject), ())

    def by_certificate(self, purpose: Purpose, certificate: Certificate) -> tuple[TrustAnchor, ...]:
        """Return the anchors of a purpose that are this very certificate."""
        return tuple(
            a for a in self.by_subject(purpose, certificate.subject) if a.certificate == certificate
        )

    @lazy
    def hash(self) -> str:
        """Hex SHA-256 over the sorted facts of all anchors; their sources do not count."""
        lines = sorted(
            f"{a.certificate.fingerprint} {','.join(sorted(a.purposes))} {_period(a)}\n"
            for a in self._anchors
        )
        return sha256("".join(lines).encode()).hexdigest()

    def __len__(self) -> int:
        return len(self._anchors)

    def __bool__(self) -> bool:
        return True  # An empty store is a store: ask for its length.

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TrustStore) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def __repr__(self) -> str:
        return f"TrustStore({len(self._anchors)} anchors, {self.hash[:16]})"

    def __reduce__(self) -> tuple[object, ...]:
        return TrustStore, (self._anchors,)

    @lazy
    def found_paths(self) -> KeptForPeriod[object]:
        """What searches to these anchors have found; see :func:`esign.pki.paths.find_path`."""
        return KeptForPeriod(1024)

    @lazy
    def _by_subject(self) -> Mapping[tuple[Purpose, Name], tuple[TrustAnchor, ...]]:
        found: dict[tuple[Purpose, Name], list[TrustAnchor]] = {}
        # Sorted, so that the order in which anchors were given decides nothing.
        for anchor in sorted(self._anchors, key=lambda a: (a.certificate.fingerprint, _period(a))):
            for purpose in anchor.purposes:
                found.setdefault((purpose, anchor.certificate.subject), []).append(anchor)
        return {key: tuple(anchors) for key, anchors in found.items()}


def _unite(anchors: Iterable[TrustAnchor]) -> tuple[TrustAnchor, ...]:
    united: dict[tuple[str, datetime | None, datetime | None], TrustAnchor] = {}
    for anchor in anchors:
        key = (anchor.certificate.id, anchor.not_before, anchor.not_after)
        known = united.get(key)
        if known is not None and not anchor.purposes <= known.purposes:
            anchor = TrustAnchor(
                certificate=anchor.certificate,
                purposes=known.purposes | anchor.purposes,
                source=f"{known.source}, {anchor.source}",
                not_before=anchor.not_before,
                not_after=anchor.not_after,
            )
        elif known is not None:
            continue
        united[key] = anchor
    return tuple(united.values())


def _purposes(purposes: Iterable[Purpose]) -> frozenset[Purpose]:
    wanted = frozenset(Purpose(purpose) for purpose in purposes)
    if not wanted:
        raise UsageError("An anchor needs at least one purpose: signer or tsa.")
    return wanted


def _load(path: Path, purposes: frozenset[Purpose]) -> Iterator[TrustAnchor]:
    if not path.is_dir():
        yield from _load_file(path, purposes)
        return
    count = 0
    for file in _files_below(path):
        narrowed = purposes & _purposes_of(file.relative_to(path))
        for anchor in _load_file(file, narrowed):
            count += 1
            if anchor.purposes:
                yield anchor
    if not count:
        raise UsageError("The directory {path} holds no trusted certificate.", path=str(path))


def _files_below(directory: Path) -> list[Path]:
    """Return the files below a directory, links followed, each folder visited once."""
    found: list[Path] = []
    seen: set[Path] = set()
    folders = [directory]
    while folders:
        folder = folders.pop()
        for entry in _entries(folder, seen):
            if entry.is_dir():
                folders.append(entry)
            elif entry.is_file() or entry.is_symlink():
                found.append(entry)
            else:
                raise InputError(
                    "{path} is neither a file nor a folder. Take it out of the trusted "
                    "certificates.",
                    path=str(entry),
                )
    return sorted(found)


def _entries(folder: Path, seen: set[Path]) -> list[Path]:
    try:
        real = folder.resolve()
        entries = [] if real in seen else list(folder.iterdir())
    except OSError as error:
        raise InputUnreadableError(
            "The directory {path} cannot be read: {cause}.",
            path=str(folder),
            cause=error.strerror or "unknown cause",
        ) from error
    seen.add(real)
    return [entry for entry in entries if not entry.name.startswith(".")]


def _purposes_of(relative: Path) -> frozenset[Purpose]:
    named = [Purpose(part) for part in relative.parts[:-1] if part in set(Purpose)]
    return frozenset(named[-1:]) or ALL_PURPOSES


def _load_file(path: Path, purposes: frozenset[Purpose]) -> Iterator[TrustAnchor]:
    for certificate in _certificates_in(path):
        yield TrustAnchor(certificate=certificate, purposes=purposes, source=str(path))


def _certificates_in(path: Path) -> tuple[Certificate, ...]:
    try:
        with path.open("rb") as file:
            octets = file.read(MAX_ANCHOR_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a name no file can have
        raise InputUnreadableError(
            "The file of trusted certificates {path} cannot be read: {cause}.",
            path=str(path),
            cause=getattr(error, "strerror", None) or "unknown cause",
        ) from error
    if len(octets) > MAX_ANCHOR_FILE:
        raise InputError(
            "{path} is too large to be a file of trusted certificates.", path=str(path)
        )
    try:
        found = load_certificates(octets)
    except MalformedError as error:
        raise InputError(
            "{path} holds no readable certificate ({cause}). Trusted certificates are PEM, DER "
            "or PKCS#7; take other files out of the directory.",
            path=str(path),
            cause=str(error),
        ) from error
    return found


def _period(anchor: TrustAnchor) -> str:
    ends = (anchor.not_before, anchor.not_after)
    return " ".join("-" if end is None else end.isoformat() for end in ends)
