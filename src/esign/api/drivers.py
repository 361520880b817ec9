"""The synchronous driver: it answers what a session wants, from key, authority and network.

Spec: RFC 3161 §2.4 (asking), RFC 5280 §4.2.2.1 (fetching)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from esign.ades.ports import Signer, TimestampAuthority
from esign.api.calls import AuthorityLike
from esign.api.online import fetch_all, online_source
from esign.creation.session import EvidenceWanted, Session, SignatureWanted, TimestampWanted
from esign.creation.signed import SignedDocument
from esign.errors import ReservationTooSmallError, TimestampingError, UsageError

Clock = Callable[[], datetime]


def clients_of(authorities: Sequence[AuthorityLike]) -> tuple[TimestampAuthority, ...]:
    """Return a client for each authority; an address becomes one."""
    return tuple(_client(each) if isinstance(each, str) else each for each in authorities)


def drive(
    session: Session,
    *,
    signer: Signer | None = None,
    authorities: Sequence[TimestampAuthority] = (),
    allow_hosts: Sequence[str] = (),
    clock: Clock,
) -> SignedDocument:
    """Answer until nothing more is wanted, and return the finished document.

    Raises:
        UsageError: a time-stamp is wanted and no authority was named.
        TimestampingError: no authority gave a token that stands up.
    """
    while (wanted := session.wanted) is not None:
        if isinstance(wanted, SignatureWanted):
            assert signer is not None
            session = session.feed(signer.sign(wanted.octets, wanted.algorithm), at=clock())
        else:
            session = _stamp(session, authorities, allow_hosts, clock)
    return session.result


def measured(
    session: Session,
    *,
    authorities: Sequence[TimestampAuthority],
    allow_hosts: Sequence[str],
    clock: Clock,
) -> Session:
    """Return the session past its measuring step, if it has one.

    Raises:
        UsageError: no authority was named.
        TimestampingError: no authority gave a token that stands up.
    """
    wanted = session.wanted
    if isinstance(wanted, TimestampWanted) and wanted.measuring:
        return _stamp(session, authorities, allow_hosts, clock)
    return session


class TokenSizes:
    """How long each authority's tokens were, so that a PDF's hole need not be measured again.

    A guess that turns out too small is forgotten, and the next call measures.
    """

    def __init__(self, bound: int = 64) -> None:
        self._bound = bound
        self._known: dict[str, int] = {}

    def of(self, names: Sequence[str]) -> int | None:
        """Return the longest size known, or None unless the first authority is known."""
        known = [self._known.get(name) for name in names]
        if not known or known[0] is None:
            return None
        return max(size for size in known if size is not None)

    def remember(self, name: str, size: int) -> None:
        """Keep the longest seen."""
        if len(self._known) < self._bound or name in self._known:
            self._known[name] = max(size, self._known.get(name, 0))

    def forget(self, names: Sequence[str]) -> None:
        """Measure these again."""
        for name in names:
            self._known.pop(name, None)


TOKEN_SIZES = TokenSizes()


def skip_measuring(session: Session, names: Sequence[str]) -> Session:
    """Return the session past its measuring step when the size is known."""
    wanted = session.wanted
    if isinstance(wanted, TimestampWanted) and wanted.measuring:
        size = TOKEN_SIZES.of(names)
        if size is not None:
            return session.with_token_size(size)
    return session


def _client(url: str) -> TimestampAuthority:
    from esign.net.timestamping import TimestampClient

    return TimestampClient(url)


def _stamp(
    session: Session,
    authorities: Sequence[TimestampAuthority],
    allow_hosts: Sequence[str],
    clock: Clock,
) -> Session:
    """Return the session after the first authority whose token stands up to judgement."""
    names = [each.name for each in authorities]
    skipped = skip_measuring(session, names)
    if skipped is not session:
        return skipped
    failures: list[TimestampingError] = []
    for authority in authorities:
        try:
            return _stamp_by(session, authority, allow_hosts, clock)
        except TimestampingError as error:
            failures.append(error)
    raise no_token(failures)


def _stamp_by(
    session: Session, authority: TimestampAuthority, allow_hosts: Sequence[str], clock: Clock
) -> Session:
    wanted = session.wanted
    assert isinstance(wanted, TimestampWanted)
    token = authority.timestamp(wanted.imprint, wanted.algorithm, session.budget)
    TOKEN_SIZES.remember(authority.name, len(token))
    try:
        session = session.feed(token, at=clock())
        if isinstance(session.wanted, EvidenceWanted):
            source = online_source(allow_hosts)
        while isinstance(evidence := session.wanted, EvidenceWanted):
            answers = fetch_all(source, evidence.wants, session.budget)
            session = session.feed_evidence(answers)
    except ReservationTooSmallError:
        TOKEN_SIZES.forget([authority.name])
        raise
    return session


def no_token(failures: Sequence[TimestampingError]) -> TimestampingError | UsageError:
    """Return the error for authorities that all failed; a single one speaks for itself."""
    if not failures:
        return UsageError("Level T needs a time-stamp: say where from with tsa=.")
    if len(failures) == 1:
        return failures[0]
    return TimestampingError(
        "None of {count} time-stamping authorities gave a usable token. {tried}",
        count=len(failures),
        tried=" ".join(str(error) for error in failures),
    )
