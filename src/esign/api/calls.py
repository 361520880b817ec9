"""What several calls of the public API share: their defaults, and what they accept.

The clock is read here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from esign.ades.ports import TimestampAuthority
from esign.document import Document, DocumentLike
from esign.errors import UsageError
from esign.pki.trust import TrustStore
from esign.validation.policy import Policy

Word = TypeVar("Word", bound=StrEnum)
AuthorityLike = str | TimestampAuthority
DEFAULT_TIMEOUT = 60.0
"""Seconds for one call, everything included."""


def now() -> datetime:
    """Return the present moment, aware, UTC."""
    return datetime.now(UTC)


def moment(at: datetime | None) -> datetime:
    """Return ``at`` in UTC, by default the present.

    Raises:
        UsageError: it is no datetime, has no offset, or lies where no calendar is kept.
    """
    if at is None:
        return now()
    if not isinstance(at, datetime):
        raise UsageError("at= wants an aware datetime, not {kind}.", kind=type(at).__name__)
    if at.utcoffset() is None:
        raise UsageError("A time without a time zone names no moment; use an aware datetime.")
    if not _EARLIEST <= at.year <= _LATEST:
        raise UsageError("The year {year} is out of reach of any certificate.", year=at.year)
    return at.astimezone(UTC)


_EARLIEST, _LATEST = 1900, 9000
"""Years; beyond them, adding a tolerance or an interval would leave the calendar."""


def word(kind: type[Word], given: Word | str) -> Word:
    """Return the term ``given`` means, by name or value, case and dashes aside.

    Raises:
        UsageError: there is no such term.
    """
    if isinstance(given, kind):
        return given
    name = str(given).upper().replace("-", "_")
    if name in kind.__members__:
        return kind[name]
    raise UsageError("{given} is none of {known}.", given=given, known=", ".join(kind.__members__))


def documents(given: DocumentLike | Sequence[DocumentLike]) -> tuple[Document, ...]:
    """Return the detached contents as documents."""
    if given == ():
        return ()
    if isinstance(given, Sequence) and not isinstance(given, str | bytes | bytearray | memoryview):
        return tuple(Document.of(each) for each in given)
    return (Document.of(given),)


def trust_or_nobody(trust: TrustStore | None) -> TrustStore:
    """Return the trust store; nobody is trusted unless given.

    Raises:
        UsageError: it is something else.
    """
    if trust is None:
        return TrustStore.empty()
    if not isinstance(trust, TrustStore):
        raise UsageError("trust= wants a TrustStore, for example TrustStore.load('roots/').")
    return trust


def policy_or_default(policy: Policy | None) -> Policy:
    """Return the policy given, or the one with the documented defaults.

    Raises:
        UsageError: it is something else.
    """
    if policy is None:
        return default_policy()
    if not isinstance(policy, Policy):
        raise UsageError("policy= wants a Policy, for example Policy(name='ours').")
    return policy


@lru_cache(maxsize=1)
def default_policy() -> Policy:
    """Return the policy with the documented defaults, made once."""
    return Policy()


def authorities_of(
    tsa: AuthorityLike | Iterable[AuthorityLike] | None,
) -> tuple[AuthorityLike, ...]:
    """Return the authorities in the order in which they are tried."""
    if tsa is None:
        return ()
    if isinstance(tsa, str) or not isinstance(tsa, Iterable):
        return (tsa,)
    return tuple(tsa)
