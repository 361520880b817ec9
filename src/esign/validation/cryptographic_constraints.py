"""Are the algorithms and keys that were used acceptable, and until when?

Answers are remembered as end dates, because one suite is asked the same question for every
signature; the sentence is made only when the answer is no.

Spec: EN 319 102-1 §5.2.8.4.2, ETSI TS 119 312
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise

from esign.crypto.algorithms import DigestAlgorithm, Scheme, SignatureAlgorithm
from esign.crypto.signatures import PublicKey
from esign.crypto.suites import CryptographicSuite
from esign.messages import Message
from esign.pki.certificate import Certificate
from esign.terms import SubIndication
from esign.validation.checks import Block, Check, failed

ALGORITHMS = Check("algorithms", Block.SIGNATURE_ACCEPTANCE_VALIDATION, "EN 319 102-1 §5.2.8.4.2")
CHAIN_ALGORITHMS = Check(
    "chain-algorithms", Block.X509_CERTIFICATE_VALIDATION, "EN 319 102-1 §5.2.6.4"
)

NEVER = datetime.min.replace(tzinfo=UTC)
"""The end of what a suite does not accept at any time."""
OPEN = datetime.max.replace(tzinfo=UTC)
"""The end of what a suite accepts without a date."""


@lru_cache(maxsize=4096)
def signature_end(
    suite: CryptographicSuite, algorithm: SignatureAlgorithm | None, key: PublicKey
) -> datetime:
    """Return the first moment at which a signature under this key is accepted no more."""
    if algorithm is None:
        return NEVER
    verdict = suite.accepts_signature(algorithm, key, NEVER)
    return (verdict.until or OPEN) if verdict.ok else NEVER


@lru_cache(maxsize=256)
def digest_end(
    suite: CryptographicSuite, digest: DigestAlgorithm, *, beside_eddsa: bool = False
) -> datetime:
    """Return the first moment at which this digest is accepted no more."""
    verdict = suite.accepts_digest(digest, NEVER, beside_eddsa=beside_eddsa)
    return (verdict.until or OPEN) if verdict.ok else NEVER


@lru_cache(maxsize=1024)
def algorithms_end(
    suite: CryptographicSuite,
    algorithm: SignatureAlgorithm | None,
    key: PublicKey,
    digests: tuple[DigestAlgorithm, ...],
) -> datetime:
    """Return the first moment at which a signature or one of its digests is accepted no more."""
    beside_eddsa = algorithm is not None and algorithm.scheme is Scheme.EDDSA
    ends = [digest_end(suite, each, beside_eddsa=beside_eddsa) for each in digests]
    return min([signature_end(suite, algorithm, key), *ends])


@lru_cache(maxsize=1024)
def chain_end(suite: CryptographicSuite, chain: tuple[Certificate, ...]) -> datetime:
    """Return the first moment at which a certificate of the chain is accepted no more.

    The anchor is believed as it is: nobody relies on its self-signature.
    """
    return min(
        (
            signature_end(suite, certificate.signature_algorithm, issuer.public_key)
            for certificate, issuer in pairwise(chain)
        ),
        default=OPEN,
    )


def weak_digest(
    digest: DigestAlgorithm,
    suite: CryptographicSuite,
    at: datetime,
    *,
    algorithm: SignatureAlgorithm | None = None,
) -> Check | None:
    """Return the failing check on a digest that links covered objects, or None."""
    beside_eddsa = algorithm is not None and algorithm.scheme is Scheme.EDDSA
    end = digest_end(suite, digest, beside_eddsa=beside_eddsa)
    if at < end:
        return None
    reason = suite.accepts_digest(digest, at, beside_eddsa=beside_eddsa).reason
    return _weak(
        ALGORITHMS, Message("The digest over the signed data: {reason}", reason=reason), end
    )


def weak_signature(
    algorithm: SignatureAlgorithm | None,
    certificate: Certificate,
    key: PublicKey,
    suite: CryptographicSuite,
    at: datetime,
) -> Check | None:
    """Return the failing check on the signature algorithm and the signer's key, or None."""
    end = signature_end(suite, algorithm, key)
    if at < end:
        return None
    message = Message("The signature: {reason}", reason=_reason(algorithm, key, suite, at))
    return _weak(ALGORITHMS, message, end, certificate=certificate)


def weak_certificate(
    certificate: Certificate,
    issuer_key: PublicKey,
    suite: CryptographicSuite,
    at: datetime,
) -> Check | None:
    """Return the failing check on how a certificate was signed, or None.

    A time-stamp does not help here: a certificate signed with a weak algorithm can be
    forged today, whatever the date inside it.
    """
    if at < signature_end(suite, certificate.signature_algorithm, issuer_key):
        return None
    message = Message(
        "The certificate of “{subject}”: {reason}",
        subject=str(certificate.subject),
        reason=_reason(certificate.signature_algorithm, issuer_key, suite, at),
    )
    return _weak(CHAIN_ALGORITHMS, message, NEVER, certificate=certificate)


def _reason(
    algorithm: SignatureAlgorithm | None,
    key: PublicKey,
    suite: CryptographicSuite,
    at: datetime,
) -> Message:
    if algorithm is None or not key.is_usable:
        return Message("its algorithm or key is not known here.")
    reason = suite.accepts_signature(algorithm, key, at).reason
    return reason or Message("its algorithm is not accepted.")


def _weak(
    passed: Check,
    message: Message,
    end: datetime,
    *,
    certificate: Certificate | None = None,
) -> Check:
    return failed(
        passed,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
        message,
        _REMEDY,
        certificate=certificate,
        before=None if end == NEVER else end,
    )


_REMEDY = Message(
    "Ask for a signature made with current algorithms. A time-stamp from before the end date "
    "would also help."
)
