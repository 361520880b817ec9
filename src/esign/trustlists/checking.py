"""Is a trusted list signed by whom it should be, and may it be used now?

The signers of a list are announced elsewhere: in the list of lists, or by the caller. The
list's signature is judged by the same validator as any other, with those certificates as
its only anchors, at the time the signature claims: whoever announced a key vouches for it
until a newer announcement leaves it out, so the dates of the certificate today do not count.

Spec: TS 119 612 §5.7, TS 119 615 §4.1, §4.2
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from esign.ades.format import ParsedDocument
from esign.document import Document
from esign.errors import TrustedListError
from esign.limits import Budget
from esign.pki.certificate import Certificate
from esign.pki.trust import TrustStore
from esign.terms import Purpose, Scope
from esign.trustlists.model import TrustedList
from esign.validation.policy import Policy
from esign.validation.process import validate
from esign.validation.report import SignatureReport
from esign.xades.format import XADES

CLOCK_SKEW = timedelta(minutes=5)
SUPPORTED_VERSIONS = frozenset({4, 5, 6})
"""TSLVersionIdentifier of TS 119 612 V1.2 to V2.4; 4 only occurs in old lists."""
POLICY = Policy(name="esign trusted lists")


def require_signed(
    listed: TrustedList,
    octets: bytes,
    signers: Sequence[Certificate],
    *,
    budget: Budget,
    policy: Policy = POLICY,
) -> Certificate:
    """Return the announced certificate that signed the whole list.

    Raises:
        TrustedListError: there is no signature or more than one, it does not hold, it leaves
            a part of the list out, or somebody else made it.
    """
    if not signers:
        raise TrustedListError(
            "Nobody is announced as signer of the trusted list of {territory}, so its signature "
            "cannot be checked. Name the certificate of its scheme operator.",
            territory=listed.territory,
        )
    parsed = XADES.parse(Document.of(octets), budget)
    if len(parsed.signatures) != 1:
        raise TrustedListError(
            "The trusted list of {territory} has {count} signatures where it must have one. Do "
            "not use it; get it again from its scheme operator.",
            territory=listed.territory,
            count=len(parsed.signatures),
        )
    report = _judge(parsed, signers, listed, policy, budget)
    _require_passed(report, listed)
    signer = report.certificate
    if signer is None or signer not in signers:
        raise TrustedListError(
            "The trusted list of {territory} was signed by {signer}, who is not announced as its "
            "signer. Do not use it; ask its scheme operator, or update the list of lists.",
            territory=listed.territory,
            signer="nobody" if signer is None else str(signer.subject),
        )
    return signer


def require_usable(
    listed: TrustedList,
    *,
    at: datetime,
    territory: str | None = None,
    known_sequence: int | None = None,
) -> None:
    """Return only when the list is one that can be used at ``at`` (aware, UTC).

    Args:
        listed: the list, its signature already checked.
        at: the moment of use.
        territory: whose list is expected; another's is refused.
        known_sequence: the highest sequence number seen so far; a lower one is refused.

    Raises:
        TrustedListError: the list expired, is dated in the future, is of another territory,
            of an unknown version, or older than one already seen.
    """
    _require_identity(listed, territory, known_sequence)
    if listed.issued > at + CLOCK_SKEW:
        raise TrustedListError(
            "The trusted list of {territory} is dated {issued}, after the time judged for "
            "({at}). Check the clock.",
            territory=listed.territory,
            issued=listed.issued,
            at=at,
        )
    if listed.next_update is not None and listed.next_update < at:
        raise TrustedListError(
            "The trusted list of {territory} (sequence number {sequence}) expired on "
            "{next_update}. What it says may have been withdrawn since: fetch the current one.",
            territory=listed.territory,
            sequence=listed.sequence,
            next_update=listed.next_update,
        )


def _require_identity(
    listed: TrustedList, territory: str | None, known_sequence: int | None
) -> None:
    if territory is not None and listed.territory.upper() != territory.upper():
        raise TrustedListError(
            "A trusted list of {expected} was expected, and one of {territory} came. Do not use "
            "it; check the address.",
            expected=territory,
            territory=listed.territory or "nobody",
        )
    if listed.version not in SUPPORTED_VERSIONS:
        raise TrustedListError(
            "The trusted list of {territory} is of version {version} of the format; only 4 to 6 "
            "are understood.",
            territory=listed.territory,
            version=listed.version,
        )
    if not listed.sequence:
        raise TrustedListError(
            "The trusted list of {territory} has no sequence number.", territory=listed.territory
        )
    if known_sequence is not None and listed.sequence < known_sequence:
        raise TrustedListError(
            "The trusted list of {territory} has the sequence number {sequence}, but {known} was "
            "seen before. An old list is being served in place of the current one.",
            territory=listed.territory,
            sequence=listed.sequence,
            known=known_sequence,
        )


def _judge(
    parsed: ParsedDocument,
    signers: Sequence[Certificate],
    listed: TrustedList,
    policy: Policy,
    budget: Budget,
) -> SignatureReport:
    claimed = parsed.signatures[0].signed_properties.signing_time
    trust = TrustStore.of(*signers, purposes=frozenset({Purpose.SIGNER}))
    at = claimed or listed.issued
    report = validate(parsed, trust=trust, policy=policy, at=at, budget=budget)
    return report.signatures[0]


def _require_passed(report: SignatureReport, listed: TrustedList) -> None:
    if not report.passed:
        raise TrustedListError(
            "The signature of the trusted list of {territory} does not hold: {indication} / "
            "{sub_indication}. {reason} Do not use the list.",
            territory=listed.territory,
            indication=report.indication.value,
            sub_indication=report.sub_indication,
            reason=report.reasons[0].message,
        )
    if report.coverage is not Scope.FULL:
        raise TrustedListError(
            "The signature of the trusted list of {territory} leaves a part of the list out. Do "
            "not use the list.",
            territory=listed.territory,
        )
