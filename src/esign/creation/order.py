"""From what a caller asks to the request that fixes a signature's octets.

Defaults are chosen and impossible wishes refused here, before any key is used.

Spec: EN 319 102-1 §4.2, §4.3
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache

from esign.ades.format import (
    PDFOptions,
    SignatureFormat,
    SignatureRequest,
    SignerProperties,
    XMLOptions,
)
from esign.crypto.algorithms import (
    DigestAlgorithm,
    KeyType,
    SignatureAlgorithm,
    digest_by_name,
    signature_by_name,
)
from esign.document import Document
from esign.errors import CreationError, KeyMismatchError, LevelUnreachableError, UsageError
from esign.limits import Budget
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.terms import Packaging, SignatureForm, SignatureLevel

_PACKAGINGS = {
    SignatureForm.CADES: (Packaging.ENVELOPING, Packaging.DETACHED),
    SignatureForm.XADES: (
        Packaging.ENVELOPED,
        Packaging.ENVELOPING,
        Packaging.DETACHED,
        Packaging.INTERNALLY_DETACHED,
    ),
    SignatureForm.PADES: (Packaging.ENVELOPED,),
}
"""What each form can be, its default first."""

NOTHING_SAID = SignerProperties()
PLAIN_PDF, PLAIN_XML = PDFOptions(), XMLOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the caller said of the signature to be; None means the default."""

    level: SignatureLevel = SignatureLevel.B
    form: SignatureForm | None = None
    packaging: Packaging | None = None
    digest: str | None = None
    algorithm: str | None = None
    properties: SignerProperties = NOTHING_SAID
    pdf: PDFOptions = PLAIN_PDF
    xml: XMLOptions = PLAIN_XML


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerFacts:
    """What must be known of a signer before anything is signed."""

    certificate: Certificate
    chain: tuple[Certificate, ...]
    algorithms: tuple[SignatureAlgorithm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A document, the format that signs it, and everything the octets depend on."""

    document: Document
    format: SignatureFormat
    request: SignatureRequest
    level: SignatureLevel
    detached: tuple[Document, ...] = ()
    budget: Budget = field(default_factory=Budget)


def signature_request(
    form: SignatureForm, signer: SignerFacts, wishes: Wishes, *, at: datetime, unique: str
) -> SignatureRequest:
    """Return the request that fixes the octets of the signature.

    Args:
        form: what will be made.
        signer: whose key will sign.
        wishes: what was asked for.
        at: the signing time to claim, aware.
        unique: 16 or more hex digits, fresh for each signature.

    Raises:
        UsageError: the wishes contradict each other or the form.
        KeyMismatchError: the key cannot sign with what was asked for.
        CreationError: the certificate is not valid at ``at``.
    """
    require_makeable(wishes.level)
    _require_use_of(wishes, form)
    require_valid(signer.certificate, at)
    algorithm = _algorithm(form, signer, wishes)
    return SignatureRequest(
        form=form,
        packaging=_packaging(form, wishes.packaging),
        certificate=signer.certificate,
        # A root in the document proves nothing to anybody: verifiers bring their own.
        chain=tuple(each for each in signer.chain if not each.is_self_issued),
        algorithm=algorithm,
        digest_algorithm=_digest(form, algorithm, wishes.digest),
        signing_time=at.replace(microsecond=0),
        properties=wishes.properties,
        pdf=wishes.pdf,
        xml=wishes.xml,
        unique=unique,
    )


def _require_use_of(wishes: Wishes, form: SignatureForm) -> None:
    """Refuse what this form has no place for: left out silently, it would be missed too late."""
    for options, plain, place in (
        (wishes.pdf, PLAIN_PDF, SignatureForm.PADES),
        (wishes.xml, PLAIN_XML, SignatureForm.XADES),
    ):
        if options is not plain and form is not place and options != plain:
            raise UsageError(
                "Options of {place} were given (such as {example}), and this becomes {form}.",
                place=place.value,
                example=next(
                    each.name
                    for each in fields(options)
                    if getattr(options, each.name) != getattr(plain, each.name)
                ),
                form=form.value,
            )


def require_makeable(level: SignatureLevel) -> None:
    """Raise unless the level can be made here.

    Raises:
        LevelUnreachableError: LT and LTA are read and judged, but not yet made.
    """
    if level in (SignatureLevel.LT, SignatureLevel.LTA):
        raise LevelUnreachableError(
            "Level {level} is not yet made here; ask for T, which can be raised later.",
            level=level.value,
            missing="validation material",
        )


def require_valid(certificate: Certificate, at: datetime) -> None:
    """Raise unless the certificate is valid at the time.

    Raises:
        CreationError: it has expired or is not yet valid; no verifier could accept it.
    """
    if at < certificate.not_before:
        raise CreationError(
            "The certificate of {subject} is valid only from {start}; nothing was signed.",
            subject=certificate.subject,
            start=certificate.not_before,
        )
    if at > certificate.not_after:
        raise CreationError(
            "The certificate of {subject} expired at {end}; nothing was signed. Sign with a "
            "valid one.",
            subject=certificate.subject,
            end=certificate.not_after,
        )


@lru_cache(maxsize=256)
def doubts_about(certificate: Certificate) -> tuple[Message, ...]:
    """Return what of the certificate will make verifiers refuse or frown."""
    doubts = [
        Message("The signer's certificate breaks its profile: {problem}", problem=problem)
        for problem in certificate.problems
    ]
    usages = certificate.key_usage
    if usages is not None and not usages & {"nonRepudiation", "digitalSignature"}:
        doubts.append(Message("The signer's certificate is not meant for signing (key usage)."))
    if certificate.is_ca:
        doubts.append(Message("The signer's certificate is that of a certification authority."))
    return tuple(doubts)


def _packaging(form: SignatureForm, asked: Packaging | None) -> Packaging:
    possible = _PACKAGINGS[form]
    if asked is None:
        return possible[0]
    if asked not in possible:
        raise UsageError(
            "{form} signs {possible}, not {packaging}.",
            form=form.value,
            possible=" or ".join(each.value for each in possible),
            packaging=asked.value,
        )
    return asked


def _algorithm(form: SignatureForm, signer: SignerFacts, wishes: Wishes) -> SignatureAlgorithm:
    usable: Sequence[SignatureAlgorithm] = signer.algorithms
    if form is SignatureForm.XADES:
        usable = [each for each in usable if each.uri]
    if wishes.algorithm is not None:
        asked = signature_by_name(wishes.algorithm)
        if asked not in usable:
            raise KeyMismatchError(
                "{algorithm} cannot be made with this key as {form}; possible are {known}.",
                algorithm=asked.name,
                form=form.value,
                known=_names(usable),
            )
        return asked
    if wishes.digest is not None:
        digest = _signable(wishes.digest)
        usable = [each for each in usable if each.digest in (digest, None)]
    if not usable:
        raise KeyMismatchError(
            "This key makes no {form} signature with {digest}; possible are {known}.",
            form=form.value,
            digest=wishes.digest,
            known=_names(signer.algorithms),
        )
    return usable[0]


def _digest(
    form: SignatureForm, algorithm: SignatureAlgorithm, asked: str | None
) -> DigestAlgorithm:
    if form is SignatureForm.XADES:
        return _xml_digest(algorithm, asked)
    digest = algorithm.cms_digest
    if asked is not None and _signable(asked) is not digest:
        raise UsageError(
            "In {form} the digest beside {algorithm} is {digest}; {asked} cannot go with it.",
            form=form.value,
            algorithm=algorithm.name,
            digest=digest.name,
            asked=asked,
        )
    return digest


def _xml_digest(algorithm: SignatureAlgorithm, asked: str | None) -> DigestAlgorithm:
    if asked is None:
        # SHAKE256, which CMS puts beside Ed448, has no identifier in XML.
        eddsa = algorithm.key_type in (KeyType.ED25519, KeyType.ED448)
        return digest_by_name("SHA512") if eddsa else algorithm.cms_digest
    digest = _signable(asked)
    if digest.uri is None:
        raise UsageError("{digest} has no identifier in XML signatures.", digest=digest.name)
    return digest


def _signable(name: str) -> DigestAlgorithm:
    digest = digest_by_name(name)
    if not digest.signable:
        raise UsageError(
            "{digest} is read, so that old documents can be judged, and never used to sign.",
            digest=digest.name,
        )
    return digest


def _names(algorithms: Sequence[SignatureAlgorithm]) -> str:
    return ", ".join(each.name for each in algorithms)
