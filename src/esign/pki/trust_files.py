"""Reading anchors from files and directories, told apart by content and never in part.

A file is a snapshot of ours, a JKS or PKCS#12 trust store, PEM, DER or PKCS#7. Whatever
cannot be read whole is an error: half a set of anchors would look like a whole one.

Spec: RFC 5280 §6.1.1 (d), RFC 7292 §4
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from esign.errors import InputError, InputUnreadableError, MalformedError, UsageError
from esign.pki.anchors import ALL_PURPOSES, AnchorSet, TrustAnchor
from esign.pki.certificate import Certificate, load_certificates
from esign.pki.jks import Named, is_jks, read_jks
from esign.pki.pkcs12_trust import is_pkcs12, read_pkcs12
from esign.pki.snapshots import is_snapshot, read_snapshot
from esign.terms import Purpose

MAX_ANCHOR_FILE = 64 * 1024 * 1024
"""Octets of one file of anchors; the largest public root bundles have about 1 MB, a snapshot
of the European Union's trusted lists about 10."""


def anchors_at(
    path: Path, purposes: frozenset[Purpose], password: str | None = None
) -> Iterator[AnchorSet]:
    """Yield what a file, or every file below a directory, holds.

    Raises:
        UsageError: a directory holds no anchor.
        InputUnreadableError: something cannot be opened.
        InputError: a file holds no anchors, or not whole.
    """
    if not path.is_dir():
        yield anchors_in(path, purposes, password)
        return
    count = 0
    for file in _files_below(path):
        found = anchors_in(file, ALL_PURPOSES, password)
        count += len(found.anchors)
        yield _narrowed(found, purposes & _folder_purposes(file.relative_to(path)))
    if not count:
        raise UsageError("The directory {path} holds no trusted certificate.", path=str(path))


def anchors_in(path: Path, purposes: frozenset[Purpose], password: str | None = None) -> AnchorSet:
    """Return what one file holds, narrowed to the purposes; an anchor left without any is none."""
    octets = _octets(path)
    if is_snapshot(octets):
        return _narrowed(read_snapshot(octets, str(path)), purposes)
    named = _named_in(path, octets, password)
    if not named:
        raise InputError("The trust store {path} holds no trusted certificate.", path=str(path))
    anchors = (
        TrustAnchor(certificate=each, source=f"{path}, alias {alias}" if alias else str(path))
        for alias, each in named
    )
    return _narrowed(AnchorSet(anchors=tuple(anchors)), purposes)


def _named_in(path: Path, octets: bytes, password: str | None) -> Named:
    if is_jks(octets):
        return read_jks(octets, password, str(path))
    if is_pkcs12(octets):
        return read_pkcs12(octets, password, str(path))
    return tuple(("", each) for each in _certificates_in(path, octets))


def _narrowed(found: AnchorSet, purposes: frozenset[Purpose]) -> AnchorSet:
    if purposes == ALL_PURPOSES:
        return found
    anchors = (replace(each, purposes=each.purposes & purposes) for each in found.anchors)
    return replace(found, anchors=tuple(each for each in anchors if each.purposes))


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


def _folder_purposes(relative: Path) -> frozenset[Purpose]:
    named = [Purpose(part) for part in relative.parts[:-1] if part in set(Purpose)]
    return frozenset(named[-1:]) or ALL_PURPOSES


def _octets(path: Path) -> bytes:
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
    return octets


def _certificates_in(path: Path, octets: bytes) -> tuple[Certificate, ...]:
    try:
        return load_certificates(octets)
    except MalformedError as error:
        raise InputError(
            "{path} holds no readable certificate ({cause}). Trusted certificates are PEM, DER "
            "or PKCS#7, a PKCS#12 or JKS trust store, or a trust snapshot; take other files out "
            "of the directory.",
            path=str(path),
            cause=str(error),
        ) from error


def purposes_of(purposes: Iterable[Purpose | str]) -> frozenset[Purpose]:
    """Return the purposes by name or value; one at least.

    Raises:
        UsageError: there is none, or one is unknown.
    """
    try:
        wanted = frozenset(Purpose(purpose) for purpose in purposes)
    except ValueError as error:
        raise UsageError(
            "An anchor's purposes are signer and tsa ({cause}).", cause=error
        ) from error
    if not wanted:
        raise UsageError("An anchor needs at least one purpose: signer or tsa.")
    return wanted
