"""Cryptographic suites: until when each algorithm and key size is accepted, as data.

A suite is a TOML file with its own name, version and date; reports name all three. What
a suite does not list it does not accept, at any time.

Spec: ETSI TS 119 312, EN 319 102-1 §5.2.8 (cryptographic constraints)
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pkgutil import get_data

from esign.crypto.algorithms import DigestAlgorithm, Scheme, SignatureAlgorithm
from esign.crypto.signatures import PublicKey
from esign.errors import UsageError
from esign.messages import Message

DEFAULT_SUITE = "ts-119-312"
UNSAFE_LEGACY_SUITE = "unsafe-legacy"
SUITES = (DEFAULT_SUITE, UNSAFE_LEGACY_SUITE)
"""The names of the suites that come with the library."""

End = datetime | None
"""The first moment at which something is accepted no more; None when no end is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteVerdict:
    """What a suite says of one algorithm at one time."""

    ok: bool
    known: bool
    """False when the suite does not list it; then ``ok`` is False at every time."""
    until: datetime | None = None
    """The first moment at which it is accepted no more; None when open or unknown."""
    reason: Message | None = None
    """Why not, when not ``ok``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRule:
    """The ends for one scheme by key size, smallest first, and the curves it may use."""

    rows: tuple[tuple[int, End], ...]
    curves: frozenset[str] | None = None
    """None: every curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CryptographicSuite:
    """One suite; made by :func:`load_suite`."""

    identifier: str
    name: str
    version: str
    date: date
    source: str
    deviations: tuple[str, ...]
    unsafe: bool
    digests: Mapping[str, End]
    digests_beside_eddsa: Mapping[str, End]
    keys: Mapping[Scheme, KeyRule]

    def accepts_digest(
        self, digest: DigestAlgorithm, at: datetime, *, beside_eddsa: bool = False
    ) -> SuiteVerdict:
        """Say whether the digest is accepted at a time.

        Args:
            digest: the algorithm.
            at: the time its use is judged at.
            beside_eddsa: it is the digest RFC 8419 fixes beside an EdDSA signature.
        """
        listed = self.digests
        if beside_eddsa and digest.name in self.digests_beside_eddsa:
            listed = self.digests_beside_eddsa
        if digest.name not in listed:
            return self._unlisted(digest.name)
        return self._until(digest.name, listed[digest.name], at)

    def accepts_signature(
        self, algorithm: SignatureAlgorithm, key: PublicKey, at: datetime
    ) -> SuiteVerdict:
        """Say whether the algorithm, its digests and the key's size are accepted at a time.

        The earliest end of them counts.
        """
        verdicts = [self._accepts_key(algorithm, key, at)]
        verdicts += [
            self.accepts_digest(digest, at)
            for digest in (algorithm.digest, algorithm.mgf_digest)
            if digest is not None
        ]
        bad = [verdict for verdict in verdicts if not verdict.ok]
        if bad:
            # Never accepted outranks ended; of ended ones, the first to end says most.
            return min(bad, key=lambda each: (each.known, each.until or _FAR))
        return min(verdicts, key=lambda each: each.until or _FAR)

    def _accepts_key(
        self, algorithm: SignatureAlgorithm, key: PublicKey, at: datetime
    ) -> SuiteVerdict:
        what = f"{algorithm.scheme}, {key.curve or f'{key.size} bits'}"
        rule = self.keys.get(algorithm.scheme)
        if rule is None or (rule.curves is not None and key.curve not in rule.curves):
            return self._unlisted(what)
        fitting = [end for bits, end in rule.rows if bits <= key.size]
        if not fitting:
            return self._unlisted(what)
        return self._until(what, fitting[-1], at)

    def _unlisted(self, what: str) -> SuiteVerdict:
        return SuiteVerdict(
            ok=False,
            known=False,
            reason=Message("{algorithm} is not accepted by {suite}.", algorithm=what, suite=self),
        )

    def _until(self, what: str, end: End, at: datetime) -> SuiteVerdict:
        if end is None or at < end:
            return SuiteVerdict(ok=True, known=True, until=end)
        return SuiteVerdict(
            ok=False,
            known=True,
            until=end,
            reason=Message(
                "{algorithm} is not accepted since {end} by {suite}.",
                algorithm=what,
                end=end.date(),
                suite=self,
            ),
        )

    def __hash__(self) -> int:
        return hash(self.identifier)  # a text keeps its hash; a pair would be hashed anew

    def __str__(self) -> str:
        return f"{self.name}, version {self.version} of {self.date}"


@lru_cache(maxsize=8)
def load_suite(identifier: str = DEFAULT_SUITE) -> CryptographicSuite:
    """Return the suite that comes with the library under this name.

    Raises:
        UsageError: there is none.
    """
    if identifier not in SUITES:
        raise UsageError(
            "There is no cryptographic suite {identifier}; there are {known}.",
            identifier=identifier,
            known=", ".join(SUITES),
        )
    octets = get_data("esign.crypto", f"data/{identifier}.toml")
    assert octets is not None
    return _suite(identifier, tomllib.loads(octets.decode()))


_FAR = datetime.max.replace(tzinfo=UTC)


def _suite(identifier: str, table: Mapping[str, object]) -> CryptographicSuite:
    deviations = table["deviations"]
    issued = table["date"]
    assert isinstance(deviations, list)
    assert isinstance(issued, date)
    return CryptographicSuite(
        identifier=identifier,
        name=str(table["name"]),
        version=str(table["version"]),
        date=issued,
        source=str(table["source"]),
        deviations=tuple(str(each) for each in deviations),
        unsafe=bool(table["unsafe"]),
        digests=_ends(table["digests"]),
        digests_beside_eddsa=_ends(table["digests_beside_eddsa"]),
        keys=_key_rules(table["keys"]),
    )


def _ends(table: object) -> Mapping[str, End]:
    assert isinstance(table, dict)
    return {str(name): _end(end) for name, end in table.items()}


def _end(value: object) -> End:
    if value == "open":
        return None
    assert isinstance(value, date)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def _key_rules(tables: object) -> Mapping[Scheme, KeyRule]:
    assert isinstance(tables, list)
    rules = {}
    for table in tables:
        curves = table.get("curves")
        rows = sorted((int(row["bits"]), row["end"]) for row in table["rows"])
        rules[Scheme(table["scheme"])] = KeyRule(
            rows=tuple((bits, _end(end)) for bits, end in rows),
            curves=None if curves is None else frozenset(curves),
        )
    return rules
