"""When was a certificate suspended, although it no longer is?

A hold that was lifted leaves a span in which the certificate was not to be relied on; what
was made in it is not made good by the release. Where the release is not dated, it counts
from the first object that no longer tells of the hold.

Spec: RFC 5280 §5.3.1, §5.2.4
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from esign.pki.crl import REMOVE_FROM_CRL
from esign.pki.distribution import ALL_REASONS
from esign.pki.revocation_model import RevocationState, Statement, Suspension


def suspensions(statements: Sequence[Statement], chosen: Statement) -> tuple[Suspension, ...]:
    """Return the spans that are over, oldest first; a hold that lasts is the status itself.

    Args:
        statements: everything accepted about the certificate.
        chosen: what its status rests on.
    """
    found = {each for statement in statements for each in statement.suspensions}
    found.update(_told_by_older(statements, chosen))
    return tuple(sorted(found, key=lambda each: (each.begins, each.ends)))


def lifted(
    base: Statement, deltas: Sequence[Statement], newest: Statement
) -> tuple[Suspension, ...]:
    """Return the span that ended with ``newest``, a delta list after which nothing is held.

    Args:
        base: the complete list's statement.
        deltas: those of all delta lists that extend it.
        newest: the last of them.
    """
    held = [each for each in (base, *deltas) if each.state is RevocationState.ON_HOLD]
    removed = newest.reason == REMOVE_FROM_CRL
    if not held and not removed:
        return ()
    # A removal without its hold: it began after the base, which does not tell of it.
    begins = min((each.revoked_at or each.this_update for each in held), default=base.this_update)
    known_until = max((each.this_update for each in held), default=base.this_update)
    release = newest.revoked_at if removed else None
    is_dated = release is not None and known_until <= release <= newest.this_update
    ends = release if release is not None and is_dated else newest.this_update
    return (Suspension(begins=begins, ends=ends),) if begins < ends else ()


def _told_by_older(statements: Sequence[Statement], chosen: Statement) -> Iterator[Suspension]:
    """Yield holds that a later object no longer tells of, or that ended in a revocation."""
    good = [
        each.this_update
        for each in statements
        if each.state is RevocationState.GOOD and each.reasons >= ALL_REASONS
    ]
    for held in statements:
        if held.state is not RevocationState.ON_HOLD:
            continue
        begins = held.revoked_at or held.this_update
        revoked = chosen.revoked_at if chosen.state is RevocationState.REVOKED else None
        ends = min((each for each in good if each > held.this_update), default=revoked)
        if ends is not None and begins < ends:
            yield Suspension(begins=begins, ends=ends)
