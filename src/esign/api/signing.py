"""Sign and time-stamp: what the public calls do before and after the driver."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from esign.ades.format import PDFOptions, SignerProperties, XMLOptions
from esign.ades.ports import Signer
from esign.ades.signature import AdESSignature
from esign.api.calls import (
    DEFAULT_TIMEOUT,
    AuthorityLike,
    authorities_of,
    documents,
    moment,
    policy_or_default,
    trust_or_nobody,
    word,
)
from esign.api.drivers import clients_of, drive
from esign.api.forms import form_to_make, format_of, recognised
from esign.creation.judging import TimestampJudge
from esign.creation.order import (
    NOTHING_SAID,
    PLAIN_PDF,
    PLAIN_XML,
    Order,
    SignerFacts,
    Wishes,
    signature_request,
)
from esign.creation.session import Session, begin, begin_timestamp
from esign.creation.signed import SignedDocument
from esign.document import Document, DocumentLike
from esign.errors import UsageError
from esign.limits import Budget
from esign.pki.trust import TrustStore
from esign.terms import Packaging, SignatureForm, SignatureLevel
from esign.tsa.token import parse_token
from esign.validation.policy import Policy

Detached = DocumentLike | Sequence[DocumentLike]
Authorities = AuthorityLike | Iterable[AuthorityLike]


def sign(  # noqa: PLR0913 - every argument but the first is named and has a default
    document: DocumentLike,
    *,
    signer: Signer,
    level: SignatureLevel | str = SignatureLevel.B,
    form: SignatureForm | str | None = None,
    packaging: Packaging | str | None = None,
    digest: str | None = None,
    algorithm: str | None = None,
    properties: SignerProperties | None = None,
    pdf: PDFOptions | None = None,
    xml: XMLOptions | None = None,
    tsa: Authorities | None = None,
    trust: TrustStore | None = None,
    detached: Detached = (),
    allow_hosts: Sequence[str] = (),
    timeout: float | None = DEFAULT_TIMEOUT,
    unsafe_unverified_tsa: bool = False,
    policy: Policy | None = None,
    at: datetime | None = None,
) -> SignedDocument:
    """Return the document signed; nothing is written until :meth:`SignedDocument.write`.

    Args:
        document: path, octets or binary file.
        signer: whose key signs; see :func:`esign.load_signer`.
        level: ``B`` or ``T``; T needs ``tsa`` and, to judge it, ``trust``.
        form: by default PDF becomes PAdES, XML becomes XAdES, everything else CAdES.
        packaging: by default PDF and XML carry the signature, CAdES carries the content.
        digest: for example ``SHA512``; by default what fits the key.
        algorithm: for example ``RSA_PSS_SHA256``; by default the key's preferred one.
        properties: what the signer says: place, roles, commitment, policy.
        pdf: field, reason and appearance of a PDF signature.
        xml: canonicalisation and place of an XML signature.
        tsa: addresses or clients of time-stamping authorities, tried in order.
        trust: anchors against which the time-stamp is judged before it is built in.
        detached: further contents of a detached XML signature.
        allow_hosts: private addresses a certificate may point to.
        timeout: seconds for the whole call.
        unsafe_unverified_tsa: build the time-stamp in without judging it; the result says so.
        policy: for judging the time-stamp.
        at: takes the place of now: the time claimed, and at which a time-stamp is judged.

    Raises:
        UsageError: the arguments contradict each other.
        CreationError: the document cannot be signed so, or the certificate is not valid.
        KeyAccessError: the key refuses.
        TimestampingError: no authority gave a time-stamp that stands up.
    """
    wishes = wishes_of(
        level=level,
        form=form,
        packaging=packaging,
        digest=digest,
        algorithm=algorithm,
        properties=properties,
        pdf=pdf,
        xml=xml,
    )
    order = order_for(
        Document.of(document),
        facts_of(signer),
        wishes,
        detached=detached,
        timeout=timeout,
        at=at,
    )
    session = begin(order, judge_for(wishes.level, trust, policy, unsafe_unverified_tsa))
    return drive(
        session,
        signer=signer,
        authorities=clients_of(authorities_of(tsa)),
        allow_hosts=allow_hosts,
        clock=lambda: moment(at),
    )


def timestamp(  # noqa: PLR0913 - every argument but the first is named
    document: DocumentLike,
    *,
    tsa: Authorities,
    trust: TrustStore | None = None,
    signature: str | None = None,
    detached: Detached = (),
    allow_hosts: Sequence[str] = (),
    timeout: float | None = DEFAULT_TIMEOUT,
    unsafe_unverified_tsa: bool = False,
    policy: Policy | None = None,
    at: datetime | None = None,
) -> SignedDocument:
    """Return a signed document with a signature time-stamp added: level B becomes T.

    Args:
        document: the signed document.
        tsa: addresses or clients of time-stamping authorities, tried in order.
        trust: anchors against which the time-stamp is judged before it is built in.
        signature: which of several signatures, by id or name.
        detached: the content a detached signature covers.
        allow_hosts: private addresses a certificate may point to.
        timeout: seconds for the whole call.
        unsafe_unverified_tsa: build the time-stamp in without judging it; the result says so.
        policy: for judging the time-stamp.
        at: takes the place of now when the time-stamp is judged.

    Raises:
        UsageError: it is not clear which signature is meant.
        CreationError: the signature is broken.
        TimestampingError: no authority gave a time-stamp that stands up.
    """
    session = begin_timestamping(
        document,
        judge=judge_of(trust, policy, unsafe_unverified_tsa),
        signature=signature,
        detached=detached,
        timeout=timeout,
    )
    return drive(
        session,
        authorities=clients_of(authorities_of(tsa)),
        allow_hosts=allow_hosts,
        clock=lambda: moment(at),
    )


def wishes_of(  # noqa: PLR0913 - one argument for each of the caller's
    *,
    level: SignatureLevel | str,
    form: SignatureForm | str | None,
    packaging: Packaging | str | None,
    digest: str | None,
    algorithm: str | None,
    properties: SignerProperties | None,
    pdf: PDFOptions | None,
    xml: XMLOptions | None,
) -> Wishes:
    """Return what the caller asked for, words turned into terms."""
    return Wishes(
        level=word(SignatureLevel, level),
        form=None if form is None else word(SignatureForm, form),
        packaging=None if packaging is None else word(Packaging, packaging),
        digest=digest,
        algorithm=algorithm,
        properties=properties or NOTHING_SAID,
        pdf=pdf or PLAIN_PDF,
        xml=xml or PLAIN_XML,
    )


def facts_of(signer: Signer) -> SignerFacts:
    """Return what must be known of a signer before anything is signed."""
    return SignerFacts(
        certificate=signer.certificate, chain=signer.chain, algorithms=signer.algorithms
    )


def order_for(
    document: Document,
    signer: SignerFacts,
    wishes: Wishes,
    *,
    detached: Detached,
    timeout: float | None,
    at: datetime | None,
) -> Order:
    """Return the order for a signature by ``signer``."""
    made = wishes.form or form_to_make(document)
    return Order(
        document=document,
        format=format_of(made),
        request=signature_request(
            made, signer, wishes, at=moment(at), unique=secrets.token_hex(16)
        ),
        level=wishes.level,
        detached=documents(detached),
        budget=Budget.within(timeout),
    )


def judge_for(
    level: SignatureLevel,
    trust: TrustStore | None,
    policy: Policy | None,
    unsafe_unverified: bool,
) -> TimestampJudge | None:
    """Return who judges the time-stamps a level needs; level B needs none."""
    if level is SignatureLevel.B:
        return None
    return judge_of(trust, policy, unsafe_unverified)


def begin_timestamping(
    document: DocumentLike,
    *,
    judge: TimestampJudge,
    signature: str | None,
    detached: Detached,
    timeout: float | None,
) -> Session:
    """Return the first state of raising an existing signature."""
    source = Document.of(document)
    form = recognised(source)
    contents = documents(detached)
    budget = Budget.within(timeout)
    parsed = form.parse(source, budget, detached=contents)
    return begin_timestamp(
        source,
        form,
        _chosen(parsed.signatures, signature),
        judge=judge,
        detached=contents,
        budget=budget,
    )


def judge_of(
    trust: TrustStore | None,
    policy: Policy | None,
    unsafe_unverified: bool,
) -> TimestampJudge:
    """Return who judges time-stamps."""
    return TimestampJudge(
        trust=trust_or_nobody(trust),
        policy=policy_or_default(policy),
        read_token=parse_token,
        unsafe_unverified=unsafe_unverified,
    )


def _chosen(signatures: Sequence[AdESSignature], wanted: str | None) -> AdESSignature:
    if wanted is not None:
        fitting = [each for each in signatures if wanted in (each.id, each.name)]
    else:
        fitting = list(signatures)
    if len(fitting) == 1:
        return fitting[0]
    if not signatures:
        raise UsageError("There is no signature in this document to time-stamp.")
    raise UsageError(
        "Say which signature is meant: {known}.",
        known=", ".join(f"{each.name or 'signature'} ({each.id})" for each in signatures),
    )
