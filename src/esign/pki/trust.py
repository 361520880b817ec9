"""Trust anchors: an immutable snapshot of what the caller gave, and for which purpose.

Nothing is trusted unless given. An anchor given for signers never serves a time-stamping
authority, and the other way round. The snapshot has a hash, so that a report can name what
it was judged against.

Spec: RFC 5280 §6.1.1 (d), EN 319 102-1 §5.2.6.2
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from esign.asn1.lazy import lazy
from esign.errors import UsageError
from esign.messages import Message
from esign.pki.anchors import (
    ALL_PURPOSES,
    AnchorSet,
    ServiceFacts,
    TrustAnchor,
    period,
    united,
)
from esign.pki.certificate import Certificate
from esign.pki.kept import KeptForPeriod
from esign.pki.names import Name
from esign.pki.readiness import Readiness
from esign.pki.trust_files import anchors_at, anchors_in, purposes_of
from esign.terms import Purpose

__all__ = ["ALL_PURPOSES", "ServiceFacts", "TrustAnchor", "TrustStore"]

SYSTEM_FILES = (
    Path("/etc/ssl/certs/ca-certificates.crt"),  # Debian, Ubuntu, Alpine, Arch
    Path("/etc/pki/tls/certs/ca-bundle.crt"),  # Fedora, RHEL
    Path("/etc/ssl/ca-bundle.pem"),  # SUSE
    Path("/etc/ssl/cert.pem"),  # macOS, FreeBSD, OpenBSD
)
"""Where operating systems keep their roots as one PEM file; Windows keeps none."""


class TrustStore(Readiness):
    """An immutable set of anchors; may be shared by any number of threads and processes.

    Example:
        >>> TrustStore.empty().anchors
        ()
    """

    def __init__(
        self,
        anchors: Iterable[TrustAnchor] = (),
        *,
        valid_until: datetime | None = None,
        incomplete: Iterable[Message] = (),
    ) -> None:
        self._content = AnchorSet(
            anchors=united(anchors),
            valid_until=valid_until,
            incomplete=tuple(dict.fromkeys(incomplete)),
        )
        self._anchors = self._content.anchors

    @classmethod
    def empty(cls) -> TrustStore:
        """Return a store that trusts nothing."""
        return cls()

    @classmethod
    def of(
        cls, *certificates: Certificate, purposes: Iterable[Purpose] = ALL_PURPOSES
    ) -> TrustStore:
        """Return a store of the certificates given, for the purposes given."""
        wanted = purposes_of(purposes)
        return cls(TrustAnchor(certificate=c, purposes=wanted) for c in certificates)

    @classmethod
    def load(
        cls,
        *paths: str | Path,
        purposes: Iterable[Purpose] = ALL_PURPOSES,
        password: str | None = None,
    ) -> TrustStore:
        """Return a store of every anchor in the files and directories.

        A file is PEM, DER, PKCS#7, a PKCS#12 or JKS trust store, or a snapshot written by
        :meth:`snapshot`. A directory is read with all it contains, except names that begin
        with a dot; below a directory called ``signer`` or ``tsa`` anchors are for that purpose
        alone. What cannot be read whole is an error, never a smaller store.

        Args:
            paths: files and directories.
            purposes: what the anchors are for; a snapshot's own purposes are only narrowed.
            password: opens PKCS#12 trust stores, and checks the integrity of both kinds.

        Raises:
            UsageError: no path was given, or a directory holds no certificate.
            InputUnreadableError: a file cannot be opened.
            InputError: a file holds no anchor, or not whole; its name is in the sentence.
            WrongPasswordError: the password is not that of a trust store.
        """
        if not paths:
            raise UsageError("Name at least one file or directory of trusted certificates.")
        wanted = purposes_of(purposes)
        return _union([s for path in paths for s in anchors_at(Path(path), wanted, password)])

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
                return _union([anchors_in(path, purposes_of(purposes))])
        raise UsageError(
            "This system keeps no file of trusted certificates. Export those you trust, and "
            "name the file."
        )

    def merged(self, other: TrustStore) -> TrustStore:
        """Return a store of both; purposes add up, and the earlier end of validity counts."""
        return _union([self._content, other._content])

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
        return self._content.hash

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
        return _restored, (self._content,)

    @lazy
    def found_paths(self) -> KeptForPeriod[object]:
        """What searches to these anchors have found; see :func:`esign.pki.paths.find_path`."""
        return KeptForPeriod(1024)

    @lazy
    def _by_subject(self) -> Mapping[tuple[Purpose, Name], tuple[TrustAnchor, ...]]:
        found: dict[tuple[Purpose, Name], list[TrustAnchor]] = {}
        # Sorted, so that the order in which anchors were given decides nothing.
        for anchor in sorted(self._anchors, key=lambda a: (a.certificate.fingerprint, period(a))):
            for purpose in anchor.purposes:
                found.setdefault((purpose, anchor.certificate.subject), []).append(anchor)
        return {key: tuple(anchors) for key, anchors in found.items()}


def _restored(content: AnchorSet) -> TrustStore:
    return TrustStore(
        content.anchors, valid_until=content.valid_until, incomplete=content.incomplete
    )


def _union(sets: Collection[AnchorSet]) -> TrustStore:
    ends = [each.valid_until for each in sets if each.valid_until is not None]
    return TrustStore(
        (anchor for each in sets for anchor in each.anchors),
        valid_until=min(ends, default=None),
        incomplete=(sentence for each in sets for sentence in each.incomplete),
    )
