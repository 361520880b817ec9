"""Signing in two sittings: the key is somewhere else, and not at the same time.

First :func:`prepare` says which octets (or which digest) the key must sign; then, in
another process or on another day, :func:`complete` takes the value and checks everything
again. Between the two lies :class:`~esign.creation.prepared.PreparedSignature`, plain data.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from esign.ades.format import PDFOptions, SignerProperties, XMLOptions
from esign.api.calls import DEFAULT_TIMEOUT, authorities_of, documents, moment
from esign.api.drivers import clients_of, drive, measured
from esign.api.forms import format_of
from esign.api.signing import (
    Authorities,
    Detached,
    judge_for,
    order_for,
    wishes_of,
)
from esign.creation.order import Order, SignerFacts, require_valid
from esign.creation.prepared import PreparedSignature, prepare_order, require_same
from esign.creation.session import SignatureWanted, begin
from esign.creation.signed import SignedDocument
from esign.crypto.algorithms import algorithms_for
from esign.document import Document, DocumentLike
from esign.errors import KeyMismatchError, SessionMismatchError, UsageError
from esign.limits import Budget
from esign.pki.certificate import Certificate, load_certificates
from esign.pki.trust import TrustStore
from esign.terms import Packaging, SignatureForm, SignatureLevel
from esign.validation.policy import Policy

CertificateLike = Certificate | DocumentLike


def prepare(  # noqa: PLR0913 - the arguments of ``sign``, with a certificate for the signer
    document: DocumentLike,
    *,
    certificate: CertificateLike,
    chain: Sequence[CertificateLike] = (),
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
) -> PreparedSignature:
    """Return what the key must sign, and everything needed to go on later.

    The arguments are those of :func:`esign.sign`, with the signer's certificate in place of
    the signer. ``tsa`` is used only for PDF at level T, to measure its time-stamp.

    Raises:
        UsageError: the arguments contradict each other.
        CreationError: the document cannot be signed so, or the certificate is not valid.
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
        _facts(certificate, chain),
        wishes,
        detached=detached,
        timeout=timeout,
        at=at,
    )
    if _must_be_measured(order):
        session = begin(order, judge_for(wishes.level, trust, policy, unsafe_unverified_tsa))
        session = measured(
            session,
            authorities=clients_of(authorities_of(tsa)),
            allow_hosts=allow_hosts,
            clock=lambda: moment(at),
        )
        assert session.order is not None
        order = session.order
    return prepare_order(order)


def complete(  # noqa: PLR0913 - every argument but the first three is named
    document: DocumentLike,
    prepared: PreparedSignature,
    value: bytes,
    *,
    tsa: Authorities | None = None,
    trust: TrustStore | None = None,
    detached: Detached = (),
    allow_hosts: Sequence[str] = (),
    timeout: float | None = DEFAULT_TIMEOUT,
    unsafe_unverified_tsa: bool = False,
    policy: Policy | None = None,
    at: datetime | None = None,
) -> SignedDocument:
    """Return the signed document, made of the document and the value of the second sitting.

    Args:
        document: the very document the signature was prepared for.
        prepared: from :func:`prepare`, possibly through JSON.
        value: the raw signature value (ECDSA as DER) over ``prepared.octets``.
        tsa: authorities for the time-stamp of level T.
        trust: anchors against which the time-stamp is judged.
        detached: the contents given to :func:`prepare`.
        allow_hosts: private addresses a certificate may point to.
        timeout: seconds for the whole call.
        unsafe_unverified_tsa: build the time-stamp in without judging it; the result says so.
        policy: for judging the time-stamp.
        at: takes the place of now.

    Raises:
        SessionMismatchError: document, session or value do not belong together.
        TimestampingError: no authority gave a time-stamp that stands up.
    """
    require_valid(prepared.request.certificate, moment(at))
    order = Order(
        document=Document.of(document),
        format=format_of(prepared.request.form),
        request=prepared.request,
        level=prepared.level,
        detached=documents(detached),
        budget=Budget.within(timeout),
    )
    session = begin(order, judge_for(prepared.level, trust, policy, unsafe_unverified_tsa))
    wanted = session.wanted
    if not isinstance(wanted, SignatureWanted):
        raise SessionMismatchError("The stored session lacks the size of its time-stamp.")
    require_same(prepared, order, wanted.octets)
    try:
        session = session.feed(value, at=moment(at))
    except KeyMismatchError as error:
        raise SessionMismatchError(
            "The value is not that of the certificate's key over the prepared octets."
        ) from error
    return drive(
        session,
        authorities=clients_of(authorities_of(tsa)),
        allow_hosts=allow_hosts,
        clock=lambda: moment(at),
    )


def _must_be_measured(order: Order) -> bool:
    return order.format.form is SignatureForm.PADES and order.level is not SignatureLevel.B


def _facts(certificate: CertificateLike, chain: Sequence[CertificateLike]) -> SignerFacts:
    own, *beside = _certificates(certificate)
    further = [each for item in chain for each in _certificates(item)]
    algorithms = algorithms_for(own.public_key)
    if not algorithms:
        raise UsageError(
            "The certificate's key ({kind}, {bits} bits) is not used to sign any more.",
            kind=own.public_key.key_type,
            bits=own.public_key.size,
        )
    return SignerFacts(
        certificate=own, chain=tuple(dict.fromkeys((*further, *beside))), algorithms=algorithms
    )


def _certificates(source: CertificateLike) -> tuple[Certificate, ...]:
    if isinstance(source, Certificate):
        return (source,)
    return load_certificates(Document.of(source).whole(1 << 20))
