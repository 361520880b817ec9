"""What was fetched once and can be judged again: the evidence cache.

A cache is content-addressed: an object's name is the SHA-256 over its octets, and octets
that do not match their name are as good as absent. Only objects whose signature was checked
go in. What comes out is evidence and is judged like any other: a cache can never make
anything valid.

An object is served as current until its own nextUpdate, and no longer than a maximum age
after it was fetched. Older ones are kept and given beside it, because registers drop
certificates that expired, and the last list that spoke of one may exist nowhere else.

:class:`EvidenceCache` is the seam: a file (:mod:`esign.net.cache_file`), the memory of one
process (:class:`MemoryCache`), or a database of your own. It may be called by many threads
and processes at once.

Spec: RFC 5280 §5.1.2.5 (nextUpdate), RFC 6960 §4.2.2.1, RFC 5019 §6
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from esign.ades.evidence import Consulted, Evidence, Want, WantKind
from esign.errors import CacheError, MalformedError, UnsupportedAlgorithmError
from esign.pki.certificate import Certificate
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse, ResponseStatus
from esign.pki.path_validation import verifies
from esign.pki.revocation import CLOCK_SKEW

MAXIMUM_AGE = timedelta(hours=1)
"""After this a list or an answer is fetched anew although its own nextUpdate has not come: a
revocation is seen at most that much later than without a cache."""
MAX_RECORDS = 64
"""Records about one subject that are looked at, newest first; years of monthly lists."""
_MOST_ISSUERS = 8

_LOG = logging.getLogger("esign.net")


class ObjectKind(StrEnum):
    """What an object is."""

    CERTIFICATE = "CERTIFICATE"
    CRL = "CRL"
    OCSP = "OCSP"


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheRecord:
    """What a cache knows of one object, without the object."""

    subject: str
    """Hex SHA-256 over what was wanted (see :func:`subject_of`)."""
    digest: str
    """Hex SHA-256 over the object's octets."""
    kind: ObjectKind
    this_update: datetime
    """A certificate's notBefore."""
    next_update: datetime | None
    """A certificate's notAfter."""
    fetched_at: datetime
    size: int
    """Octets."""
    label: str
    """For people: whose object this is; never a person's name."""

    def is_current(self, at: datetime, maximum_age: timedelta | None) -> bool:
        """Return whether the object is neither past its nextUpdate nor too old at ``at``."""
        if self.next_update is not None and at > self.next_update:
            return False
        return maximum_age is None or at - self.fetched_at <= maximum_age


class EvidenceCache(Protocol):
    """Where fetched objects are kept. Every method may raise :class:`CacheError`."""

    def put(self, record: CacheRecord, octets: bytes) -> None:
        """Keep an object; the same again only renews ``fetched_at``."""

    def about(self, subject: str) -> tuple[CacheRecord, ...]:
        """Return the newest records about a subject, newest thisUpdate first."""

    def octets(self, digest: str) -> bytes | None:
        """Return an object whose octets still have that digest, or None."""

    def records(self) -> Iterator[CacheRecord]:
        """Yield everything there is, ordered by kind and label."""

    def prune(self, *, fetched_before: datetime, superseded_only: bool) -> int:
        """Forget what was fetched before, and return how many records went.

        Args:
            fetched_before: nothing fetched at this time or later goes.
            superseded_only: only where a newer object about the same subject stays.
        """


class MemoryCache:
    """A cache that lives as long as its process; for tests and short services.

    Beyond ``bound`` records the one fetched longest ago goes.
    """

    def __init__(self, bound: int = 1_000) -> None:
        self._bound = bound
        self._records: dict[tuple[str, str], tuple[CacheRecord, bytes]] = {}
        self._lock = threading.Lock()

    def put(self, record: CacheRecord, octets: bytes) -> None:
        """Keep an object."""
        require_content(record, octets)
        key = (record.subject, record.digest)
        with self._lock:
            self._records.pop(key, None)
            self._records[key] = (record, octets)
            while len(self._records) > self._bound:
                del self._records[next(iter(self._records))]

    def about(self, subject: str) -> tuple[CacheRecord, ...]:
        """Return the newest records about a subject, newest thisUpdate first."""
        found = [each for each in self.records() if each.subject == subject]
        found.sort(key=lambda each: (each.this_update, each.digest), reverse=True)
        return tuple(found[:MAX_RECORDS])

    def octets(self, digest: str) -> bytes | None:
        """Return an object, or None."""
        with self._lock:
            return next(
                (octets for record, octets in self._records.values() if record.digest == digest),
                None,
            )

    def records(self) -> Iterator[CacheRecord]:
        """Yield everything there is, ordered by kind and label."""
        with self._lock:
            known = [record for record, _ in self._records.values()]
        return iter(sorted(known, key=lambda each: (each.kind, each.label, each.this_update)))

    def prune(self, *, fetched_before: datetime, superseded_only: bool) -> int:
        """Forget what was fetched before, and return how many records went."""
        with self._lock:
            records = [record for record, _ in self._records.values()]
            going = [
                each
                for each in records
                if each.fetched_at < fetched_before
                and (not superseded_only or _is_superseded(each, records))
            ]
            for each in going:
                del self._records[each.subject, each.digest]
        return len(going)

    def __repr__(self) -> str:
        return f"MemoryCache({len(self._records)} objects)"


class Recollection:
    """One call's use of a cache: what it can answer, and what is worth keeping.

    Trouble with the cache is logged and never stops the call: it only saves time.

    Args:
        cache: where objects are kept.
        at: the time of judgement, aware.
        maximum_age: see :data:`MAXIMUM_AGE`.
    """

    def __init__(
        self, cache: EvidenceCache, *, at: datetime, maximum_age: timedelta = MAXIMUM_AGE
    ) -> None:
        self._cache = cache
        self._at = at
        self._maximum_age = maximum_age
        self._asked: set[str] = set()

    def recall(self, wants: Sequence[Want]) -> Evidence | None:
        """Return what the cache has for wants not asked before; None when it has nothing new."""
        found = Evidence()
        for want in wants:
            subject = subject_of(want)
            if subject not in self._asked:
                self._asked.add(subject)
                known = self._known(want, subject, self._maximum_age)
                if known.object_ids:
                    found = found.merged(known).merged(_from_cache(want, known))
        return None if found == Evidence() else found

    def keep(self, want: Want, answer: Evidence, fetched_at: datetime) -> Evidence:
        """Keep what an answer holds and is genuine; return the answer.

        An answer that is only a failure is completed with what the cache has, however long
        ago it was fetched: its own nextUpdate still says how long it counts.
        """
        if answer.failures:
            return answer.merged(self._known(want, subject_of(want), None))
        try:
            for record, octets in _worth_keeping(want, answer, fetched_at):
                self._cache.put(record, octets)
        except CacheError as error:
            _LOG.warning("The evidence cache keeps nothing: %s", error)
        return answer

    def _known(self, want: Want, subject: str, maximum_age: timedelta | None) -> Evidence:
        found = Evidence()
        try:
            for record in self._chosen(want, subject, maximum_age):
                octets = self._cache.octets(record.digest)
                if octets is not None:
                    found = found.merged(_read(record.kind, octets))
        except (CacheError, MalformedError) as error:
            _LOG.warning("The evidence cache is not used: %s", error)
        return found

    def _chosen(
        self, want: Want, subject: str, maximum_age: timedelta | None
    ) -> Iterable[CacheRecord]:
        """Return the newest, the one that was new at ``at``, and the last before expiry."""
        records = self._cache.about(subject)
        if want.kind is WantKind.ISSUER:
            return records[:_MOST_ISSUERS]
        now = self._at + CLOCK_SKEW
        is_past = any(each.this_update > now for each in records)
        usable = [
            each
            for each in records
            # For a moment in the past no server has anything newer. And what is past its
            # nextUpdate claims to be nothing more than old evidence.
            if is_past
            or each.is_current(self._at, maximum_age)
            or not each.is_current(self._at, None)
        ]
        moments = (now, want.certificate.not_after)
        newest = [[each for each in usable if each.this_update <= moment] for moment in moments]
        return dict.fromkeys(group[0] for group in (usable, *newest) if group)


def subject_of(want: Want) -> str:
    """Return what a cache files the answers to a want under.

    It binds the issuer's key, so that nobody else's object is ever found in its place; one
    list serves all certificates of its issuer.
    """
    certificate, issuer = want.certificate, want.issuer
    key = b"" if issuer is None else issuer.public_key.spki
    if want.kind is WantKind.ISSUER:
        parts = [certificate.issuer_der]
    elif want.kind is WantKind.OCSP:
        parts = [key, certificate.der]
    else:
        parts = [key, certificate.issuer_der, *(url.encode() for url in want.urls)]
    digest = sha256(want.kind.value.encode())
    for part in parts:
        digest.update(sha256(part).digest())
    return digest.hexdigest()


def require_content(record: CacheRecord, octets: bytes) -> None:
    """Raise unless the record describes these octets.

    Raises:
        CacheError: digest or size are of other octets.
    """
    if record.size != len(octets) or record.digest != sha256(octets).hexdigest():
        raise CacheError("The object does not have the digest it is to be kept under.")


def _from_cache(want: Want, known: Evidence) -> Evidence:
    asked = Consulted(want=want, objects=known.object_ids, from_cache=True)
    return Evidence(consulted=(asked,))


def _is_superseded(record: CacheRecord, records: Iterable[CacheRecord]) -> bool:
    return any(
        each.subject == record.subject and each.this_update > record.this_update for each in records
    )


def _read(kind: ObjectKind, octets: bytes) -> Evidence:
    if kind is ObjectKind.CERTIFICATE:
        return Evidence(certificates=(Certificate.from_der(octets),))
    if kind is ObjectKind.CRL:
        return Evidence(crls=(CRL.from_der(octets),))
    return Evidence(ocsp_responses=(OCSPResponse.from_der(octets),))


def _worth_keeping(
    want: Want, answer: Evidence, fetched_at: datetime
) -> Iterator[tuple[CacheRecord, bytes]]:
    """Yield the objects whose signature verifies under the key that should have made it."""
    subject = subject_of(want)
    issuer = want.issuer

    def record(
        kind: ObjectKind, octets: bytes, begin: datetime, end: datetime | None, label: str
    ) -> tuple[CacheRecord, bytes]:
        return CacheRecord(
            subject=subject,
            digest=sha256(octets).hexdigest(),
            kind=kind,
            this_update=begin,
            next_update=end,
            fetched_at=fetched_at,
            size=len(octets),
            label=label,
        ), octets

    for each in answer.certificates:
        if each.subject == want.certificate.issuer and verifies(want.certificate, each):
            begin, end = each.not_before, each.not_after
            yield record(ObjectKind.CERTIFICATE, each.der, begin, end, str(each.subject))
    if issuer is None:
        return
    for crl in answer.crls:
        if _is_genuine_list(crl, issuer):
            begin, until = crl.this_update, crl.next_update
            yield record(ObjectKind.CRL, crl.der, begin, until, str(crl.issuer))
    for response in answer.ocsp_responses:
        singles = response.about(want.certificate, issuer)
        if singles and _is_genuine_answer(response, issuer):
            label = f"{want.certificate.serial_number:X} of {issuer.subject}"
            single = singles[0]
            yield record(
                ObjectKind.OCSP, response.der, single.this_update, single.next_update, label
            )


def _is_genuine_list(crl: CRL, issuer: Certificate) -> bool:
    # A list by somebody else than the issuer may be good evidence; who that is, is found out
    # when it is judged, so it is not kept.
    try:
        return crl.signed_by(issuer.public_key)
    except (MalformedError, UnsupportedAlgorithmError):
        return False


def _is_genuine_answer(response: OCSPResponse, issuer: Certificate) -> bool:
    if response.status != ResponseStatus.SUCCESSFUL:
        return False
    delegated = (c for c in response.certificates if verifies(c, issuer))
    for signer in (issuer, *delegated):
        try:
            if response.signed_by(signer.public_key):
                return True
        except (MalformedError, UnsupportedAlgorithmError):
            continue
    return False
