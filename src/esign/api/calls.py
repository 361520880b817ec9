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
        UsageError: it has no offset, so it names no moment.
    """
    if at is None:
        return now()
    if at.tzinfo is None:
        raise UsageError("A time without a time zone names no moment; use an aware datetime.")
    return at.astimezone(UTC)


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
