"""The same calls, awaited: ``await esign.aio.verify(...)``.

The core is the same; only the driver differs. What computes runs in a worker thread, so
that the event loop goes on; what waits for the network is awaited. Cancelling the task
ends the call, and the timeout covers everything.

Example::

    report = await esign.aio.verify("signed.pdf", trust=trust)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

import anyio
from anyio import to_thread

from esign.ades.evidence import Evidence, Want
from esign.ades.format import ParsedDocument, PDFOptions, SignerProperties, XMLOptions
from esign.ades.ports import AsyncEvidenceSource, AsyncTimestampAuthority, Signer
from esign.api import drivers, signing, verification
from esign.api.calls import DEFAULT_TIMEOUT, moment
from esign.api.online import CacheLike, recollection
from esign.api.qualifying import certificate_with_qualification, with_qualification
from esign.api.signing import Detached
from esign.certificates import CertificateLike, begin_check
from esign.certificates import judge as judge_certificate
from esign.creation.order import SignerFacts
from esign.creation.session import (
    EvidenceWanted,
    Session,
    SignatureWanted,
    TimestampWanted,
    begin,
)
from esign.creation.signed import SignedDocument
from esign.crypto.algorithms import SignatureAlgorithm
from esign.document import Document, DocumentLike
from esign.errors import DeadlineExceededError, ReservationTooSmallError, TimestampingError
from esign.limits import Budget
from esign.net.cache import Recollection
from esign.net.questions import OCSPManner
from esign.net.sources import AsyncOnlineSource
from esign.net.transport import AsyncHTTPTransport
from esign.pki.certificate import Certificate
from esign.pki.trust import TrustStore
from esign.terms import Packaging, Purpose, SignatureForm, SignatureLevel
from esign.tsa.client import TimestampClient
from esign.validation.certificate_check import CertificateReport
from esign.validation.collection import EvidenceCollection
from esign.validation.policy import Policy
from esign.validation.report import Report

if TYPE_CHECKING:
    from esign.trustlists.snapshot import TrustListSnapshot

Result = TypeVar("Result")
State = TypeVar("State", bound=EvidenceCollection)


class AsyncSigner(Protocol):
    """A signer that is asked and answers later: a remote service, a phone."""

    @property
    def certificate(self) -> Certificate: ...
    @property
    def chain(self) -> tuple[Certificate, ...]: ...
    @property
    def algorithms(self) -> tuple[SignatureAlgorithm, ...]: ...
    def sign(self, octets: bytes, algorithm: SignatureAlgorithm) -> Awaitable[bytes]: ...


async def verify(  # noqa: PLR0913 - the arguments of :func:`esign.verify`
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
    """Return the report; see :func:`esign.verify`."""

    async def work() -> Report:
        start = await _apart(
            partial(
                verification.begin_verification,
                document,
                trust=trust,
                detached=detached,
                evidence=evidence,
                at=at,
                timeout=timeout,
                policy=policy,
            )
        )
        report = await _apart(partial(verification.judge, start))
        if offline or verification.is_settled(report):
            return with_qualification(report, trust_lists)
        memory = recollection(cache, start.at)
        collected = await _collect(start, allow_hosts, memory)
        report = await _apart(partial(verification.judge, collected))
        return with_qualification(report, trust_lists)

    return await _within(timeout, work)


async def inspect(
    document: DocumentLike,
    *,
    detached: Detached = (),
    timeout: float | None = DEFAULT_TIMEOUT,
) -> ParsedDocument:
    """Return what is in a document; see :func:`esign.inspect`."""
    work = partial(verification.inspect, document, detached=detached, timeout=timeout)
    return await _within(timeout, partial(_apart, work))


async def check_certificate(  # noqa: PLR0913 - the arguments of :func:`esign.certificates.check`
    certificate: CertificateLike,
    *,
    trust: TrustStore,
    purpose: Purpose | str = Purpose.SIGNER,
    evidence: Evidence | None = None,
    at: datetime | None = None,
    offline: bool = False,
    allow_hosts: Sequence[str] = (),
    timeout: float | None = DEFAULT_TIMEOUT,
    policy: Policy | None = None,
    cache: CacheLike = None,
    trust_lists: TrustListSnapshot | None = None,
) -> CertificateReport:
    """Return the report; see :func:`esign.certificates.check`."""

    async def work() -> CertificateReport:
        start = await _apart(
            partial(
                begin_check,
                certificate,
                trust=trust,
                purpose=purpose,
                evidence=evidence,
                at=at,
                timeout=timeout,
                policy=policy,
            )
        )
        report = await _apart(partial(judge_certificate, start))
        if offline or report.passed:
            return certificate_with_qualification(report, trust_lists)
        collected = await _collect(start, allow_hosts, recollection(cache, start.at))
        report = await _apart(partial(judge_certificate, collected))
        return certificate_with_qualification(report, trust_lists)

    return await _within(timeout, work)


async def sign(  # noqa: PLR0913 - the arguments of :func:`esign.sign`
    document: DocumentLike,
    *,
    signer: Signer | AsyncSigner,
    level: SignatureLevel | str = SignatureLevel.B,
    form: SignatureForm | str | None = None,
    packaging: Packaging | str | None = None,
    digest: str | None = None,
    algorithm: str | None = None,
    properties: SignerProperties | None = None,
    pdf: PDFOptions | None = None,
    xml: XMLOptions | None = None,
    tsa: AsyncAuthorities | None = None,
    trust: TrustStore | None = None,
    detached: Detached = (),
    allow_hosts: Sequence[str] = (),
    timeout: float | None = DEFAULT_TIMEOUT,
    unsafe_unverified_tsa: bool = False,
    policy: Policy | None = None,
    at: datetime | None = None,
) -> SignedDocument:
    """Return the document signed; see :func:`esign.sign`."""
    wishes = signing.wishes_of(
        level=level,
        form=form,
        packaging=packaging,
        digest=digest,
        algorithm=algorithm,
        properties=properties,
        pdf=pdf,
        xml=xml,
    )
    judge = signing.judge_for(wishes.level, trust, policy, unsafe_unverified_tsa)
    facts = SignerFacts(
        certificate=signer.certificate, chain=signer.chain, algorithms=signer.algorithms
    )

    def start() -> Session:
        order = signing.order_for(
            Document.of(document), facts, wishes, detached=detached, timeout=timeout, at=at
        )
        return begin(order, judge)

    async def work() -> SignedDocument:
        driver = _Driver(signer, _clients(tsa), allow_hosts, at)
        return await driver.drive(await _apart(start))

    return await _within(timeout, work)


async def timestamp(  # noqa: PLR0913 - the arguments of :func:`esign.timestamp`
    document: DocumentLike,
    *,
    tsa: AsyncAuthorities,
    trust: TrustStore | None = None,
    signature: str | None = None,
    detached: Detached = (),
    allow_hosts: Sequence[str] = (),
    timeout: float | None = DEFAULT_TIMEOUT,
    unsafe_unverified_tsa: bool = False,
    policy: Policy | None = None,
    at: datetime | None = None,
) -> SignedDocument:
    """Return the document raised to level T; see :func:`esign.timestamp`."""
    judge = signing.judge_of(trust, policy, unsafe_unverified_tsa)

    async def work() -> SignedDocument:
        session = await _apart(
            partial(
                signing.begin_timestamping,
                document,
                judge=judge,
                signature=signature,
                detached=detached,
                timeout=timeout,
            )
        )
        return await _Driver(None, _clients(tsa), allow_hosts, at).drive(session)

    return await _within(timeout, work)


AsyncAuthority = str | TimestampClient | AsyncTimestampAuthority
AsyncAuthorities = AsyncAuthority | Sequence[AsyncAuthority]


class _Driver:
    """Answers what a session wants, one call long."""

    def __init__(
        self,
        signer: Signer | AsyncSigner | None,
        authorities: Sequence[AsyncTimestampAuthority],
        allow_hosts: Sequence[str],
        at: datetime | None,
    ) -> None:
        self._signer = signer
        self._authorities = authorities
        self._allow_hosts = allow_hosts
        self._at = at

    async def drive(self, session: Session) -> SignedDocument:
        while (wanted := session.wanted) is not None:
            if isinstance(wanted, SignatureWanted):
                value = await self._value(wanted)
                session = await _apart(partial(session.feed, value, at=moment(self._at)))
            else:
                session = await self._stamp(session)
        return session.result

    async def _value(self, wanted: SignatureWanted) -> bytes:
        assert self._signer is not None
        signer = self._signer

        def ask() -> bytes | Awaitable[bytes]:
            return signer.sign(wanted.octets, wanted.algorithm)

        answer = await _apart(ask)
        return answer if isinstance(answer, bytes) else await answer

    async def _stamp(self, session: Session) -> Session:
        skipped = drivers.skip_measuring(session, [each.name for each in self._authorities])
        if skipped is not session:
            return skipped
        failures: list[TimestampingError] = []
        for authority in self._authorities:
            try:
                return await self._stamp_by(session, authority)
            except TimestampingError as error:
                failures.append(error)
        raise drivers.no_token(failures)

    async def _stamp_by(self, session: Session, authority: AsyncTimestampAuthority) -> Session:
        wanted = session.wanted
        assert isinstance(wanted, TimestampWanted)
        token = await authority.timestamp(wanted.imprint, wanted.algorithm, session.budget)
        drivers.TOKEN_SIZES.remember(authority.name, len(token))
        try:
            session = await _apart(partial(session.feed, token, at=moment(self._at)))
            while isinstance(evidence := session.wanted, EvidenceWanted):
                answers = await _fetch_all(evidence.wants, self._allow_hosts, session.budget)
                session = await _apart(partial(session.feed_evidence, answers))
        except ReservationTooSmallError:
            drivers.TOKEN_SIZES.forget([authority.name])
            raise
        return session


async def _collect(
    collection: State, allow_hosts: Sequence[str], memory: Recollection | None
) -> State:
    while wants := await _apart(collection.wants):
        known = await _apart(partial(verification.recalled, collection, wants, memory))
        if known is not None:
            collection = known
            continue
        manner = OCSPManner(require_nonce=collection.policy.require_ocsp_nonce)
        answers = await _fetch_all(wants, allow_hosts, collection.budget, manner)
        collection = await _apart(partial(verification.fed, collection, answers, memory))
    return collection


async def _fetch_all(
    wants: Sequence[Want],
    allow_hosts: Sequence[str],
    budget: Budget,
    manner: OCSPManner | None = None,
) -> list[tuple[Want, Evidence]]:
    """Return an answer for each want, asked side by side, in the order of the wants."""
    source: AsyncEvidenceSource = AsyncOnlineSource(
        AsyncHTTPTransport(allow_hosts=tuple(allow_hosts)), manner
    )
    answers: dict[int, Evidence] = {}
    late: list[DeadlineExceededError] = []

    async def fetch(number: int, want: Want) -> None:
        # Raised inside the group it would come out wrapped in an exception group.
        try:
            answers[number] = await source.fetch(want, budget)
        except DeadlineExceededError as error:
            late.append(error)
            group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for number, want in enumerate(wants):
            group.start_soon(fetch, number, want)
    if late:
        raise late[0]
    return [(want, answers[number]) for number, want in enumerate(wants)]


def _clients(tsa: AsyncAuthorities | None) -> tuple[AsyncTimestampAuthority, ...]:
    if tsa is None:
        return ()
    transport = AsyncHTTPTransport()
    if isinstance(tsa, Sequence) and not isinstance(tsa, str):
        return tuple(_client(each, transport) for each in tsa)
    return (_client(tsa, transport),)


def _client(authority: AsyncAuthority, transport: AsyncHTTPTransport) -> AsyncTimestampAuthority:
    if isinstance(authority, str):
        return TimestampClient(authority).awaited(transport)
    if isinstance(authority, TimestampClient):
        return authority.awaited(transport)
    return authority


async def _apart(work: Callable[[], Result]) -> Result:
    """Run what computes in a worker thread; cancelling leaves it to finish by itself."""
    return await to_thread.run_sync(work, abandon_on_cancel=True)


async def _within(seconds: float | None, work: Callable[[], Awaitable[Result]]) -> Result:
    try:
        with anyio.fail_after(seconds):
            return await work()
    except TimeoutError as error:
        raise DeadlineExceededError("The time allowed for this call is over.") from error
