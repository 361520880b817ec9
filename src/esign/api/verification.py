"""Verify and inspect: from a document to a report, or to the facts alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from esign.ades.evidence import Evidence, Want
from esign.ades.format import ParsedDocument
from esign.api.calls import (
    DEFAULT_TIMEOUT,
    documents,
    moment,
    now,
    policy_or_default,
    trust_or_nobody,
)
from esign.api.forms import recognised
from esign.api.online import CacheLike, fetch_all, online_source, recollection
from esign.api.qualifying import with_qualification
from esign.document import Document, DocumentLike
from esign.errors import UsageError
from esign.limits import Budget
from esign.net.cache import Recollection
from esign.pki.trust import TrustStore
from esign.validation.collection import Collection, EvidenceCollection
from esign.validation.policy import Policy
from esign.validation.process import validate
from esign.validation.report import Outcome, Report, SignatureReport, TimestampReport

if TYPE_CHECKING:
    from esign.trustlists.snapshot import TrustListSnapshot

FRESHNESS = "revocation-freshness"
"""The name of the check on the age of revocation data."""
State = TypeVar("State", bound=EvidenceCollection)
Detached = DocumentLike | Sequence[DocumentLike]


def verify(  # noqa: PLR0913 - every argument but the first is named
    document: DocumentLike,
    *,
    trust: TrustStore,
    detached: Detached = (),
    evidence: Evidence | None = None,
    at: datetime | None = None,
    offline: bool = False,
    allow_hosts: Sequence[str] = (),
    timeout: float | None = DEFAULT_TIMEOUT,
    policy: Policy | None = None,
    cache: CacheLike = None,
    trust_lists: TrustListSnapshot | None = None,
) -> Report:
    """Return what every signature of a document is worth, and why.

    Args:
        document: path, octets or binary file of a CAdES, XAdES or PAdES document.
        trust: whom to believe; nobody else is.
        detached: the content a detached signature covers.
        evidence: certificates and revocation data to consider; never trusted for being given.
        at: judge as of this time (aware) instead of now.
        offline: contact nobody.
        allow_hosts: private addresses a document may point to (name, address, host:port, CIDR).
        timeout: seconds for the whole call; None waits as long as it takes.
        policy: what is asked of a signature; by default ``Policy()``.
        cache: where fetched evidence is kept for later calls: True for this user's own file,
            a path, or a cache of your own; None keeps nothing.
        trust_lists: checked lists from which each signature's qualification is concluded.
            They add no anchor: take ``trust`` from their ``trust_store()``.

    Raises:
        UnrecognisedFormatError: the document is of no form known here.
        MalformedError: it cannot be read as what it claims to be.
        DeadlineExceededError: ``timeout`` is over.
    """
    start = begin_verification(
        document,
        trust=trust,
        detached=detached,
        evidence=evidence,
        at=at,
        timeout=timeout,
        policy=policy,
    )
    report = judge(start)
    if offline or is_settled(report):
        return with_qualification(report, trust_lists)
    report = judge(collect(start, allow_hosts, recollection(cache, start.at)))
    return with_qualification(report, trust_lists)


def inspect(
    document: DocumentLike,
    *,
    detached: Detached = (),
    timeout: float | None = DEFAULT_TIMEOUT,
) -> ParsedDocument:
    """Return what is in a signed document, without judging anything.

    Raises:
        UnrecognisedFormatError: the document is of no form known here.
        MalformedError: it cannot be read as what it claims to be.
    """
    return _parse(Document.of(document), detached, Budget.within(timeout))


def begin_verification(  # noqa: PLR0913 - the arguments of ``verify``
    document: DocumentLike,
    *,
    trust: TrustStore,
    detached: Detached,
    evidence: Evidence | None,
    at: datetime | None,
    timeout: float | None,
    policy: Policy | None,
) -> Collection:
    """Return the parsed document with everything known of it before anybody is asked."""
    budget = Budget.within(timeout)
    trusted = trust_or_nobody(trust)
    return Collection.start(
        _parse(Document.of(document), detached, budget),
        trust=trusted,
        policy=policy_or_default(policy),
        at=moment(at),
        budget=budget,
        evidence=_evidence_or_none(evidence),
    )


def _evidence_or_none(evidence: Evidence | None) -> Evidence:
    if evidence is None:
        return Evidence()
    if not isinstance(evidence, Evidence):
        raise UsageError("evidence= wants an Evidence, for example Evidence(crls=(crl,)).")
    return evidence


def judge(collection: Collection) -> Report:
    """Return the report on what was collected."""
    return validate(
        collection.parsed,
        collection.evidence,
        trust=collection.trust,
        policy=collection.policy,
        at=collection.at,
        budget=collection.budget,
    )


def is_settled(report: Report) -> bool:
    """Return whether no evidence could change the report: all passed, on fresh evidence.

    Revocation data that was fresh only when a time-stamp was made may hide a revocation from
    between: whoever signed chose what to embed, so newer data is asked for.
    """
    return all(each.passed for each in report.timestamps) and _all_settled(report.signatures)


def _all_settled(signatures: Iterable[SignatureReport]) -> bool:
    return all(
        each.passed
        and _is_fresh(each)
        and _stamps_passed(each.timestamps)
        and _all_settled(each.counter_signatures)
        for each in signatures
    )


def _is_fresh(signature: SignatureReport) -> bool:
    """Return whether no stale data was excused by a time-stamp."""
    return all(
        check.outcome is Outcome.PASSED for check in signature.checks if check.name == FRESHNESS
    )


def _stamps_passed(timestamps: Iterable[TimestampReport]) -> bool:
    return all(each.passed for each in timestamps)


def _parse(document: Document, detached: Detached, budget: Budget) -> ParsedDocument:
    return recognised(document).parse(document, budget, detached=documents(detached))


def recalled(collection: State, wants: Sequence[Want], memory: Recollection | None) -> State | None:
    """Return the state with what the cache knows of the wants; None when that is nothing new."""
    known = None if memory is None else memory.recall(wants)
    return None if known is None else collection.with_evidence(known)


def fed(
    collection: State, answers: Iterable[tuple[Want, Evidence]], memory: Recollection | None
) -> State:
    """Return the state with the answers, after the cache has taken what it keeps."""
    for want, answer in answers:
        kept = answer if memory is None else memory.keep(want, answer, now())
        collection = collection.feed(want, kept)
    return collection


def collect(collection: State, allow_hosts: Sequence[str], memory: Recollection | None) -> State:
    """Ask the cache, then the network, until nothing more would help."""
    source = None
    while wants := collection.wants():
        known = recalled(collection, wants, memory)
        if known is not None:
            collection = known
            continue
        source = source or online_source(
            allow_hosts, require_ocsp_nonce=collection.policy.require_ocsp_nonce
        )
        answers = fetch_all(source, wants, collection.budget)
        collection = fed(collection, answers, memory)
    return collection
