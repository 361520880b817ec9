"""What an authority does with one request: check it, number it, date it, sign it.

The order of checks is that of their cost; each refusal carries the failure code of the
standard and a sentence. Nothing is issued when clock, key or serial numbers fail.

Spec: RFC 3161 §2.1 (requirements), §2.3 (certificate), §2.4.2; RFC 5816; EN 319 422 §5, §6
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Protocol

from esign.ades.format import SignatureRequest
from esign.ades.ports import Signer
from esign.asn1 import writer
from esign.cms.builder import signed_attributes, signed_data, signer_info
from esign.crypto.algorithms import SignatureAlgorithm
from esign.errors import (
    InputError,
    KeyAccessError,
    OutputError,
    UnsupportedAlgorithmError,
    UsageError,
)
from esign.limits import Budget, Limits
from esign.pki.certificate import Certificate
from esign.terms import Packaging, SignatureForm
from esign.tsa.messages import (
    FailureInfo,
    TimestampRequest,
    granted_response,
    read_request,
    rejection_response,
)
from esign.tsa.tst_info import CONTENT_TYPE, Accuracy, TSTInfo

TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
"""id-kp-timeStamping."""

_LOG = logging.getLogger("esign.tsa")
_SIGNING_USAGES = frozenset({"digitalSignature", "nonRepudiation"})
_LIMITS = Limits(asn1_elements=1_000)
"""A request has some fifteen elements."""


class SerialNumbers(Protocol):
    """Numbers that are never given out twice (see :mod:`esign.tsa.serials`)."""

    def next(self) -> int: ...
    def next_in_order(self, moment: datetime) -> tuple[int, datetime] | None: ...


class TokenIssuer:
    """One authority: its key, its policy, its numbers. May be shared by threads.

    Args:
        signer: the authority's key; its certificate must be fit for time-stamping only.
        policy: dotted OID of the policy under which every token is issued.
        serials: where serial numbers come from.
        accuracy: seconds, stated in every token; None states nothing.
        ordering: promise that every token has a later time than those before it.

    Raises:
        UsageError: the certificate is not one of a time-stamping authority, or the policy
            is no OID.
    """

    def __init__(
        self,
        signer: Signer,
        *,
        policy: str,
        serials: SerialNumbers,
        accuracy: float | None = None,
        ordering: bool = False,
    ) -> None:
        require_timestamping_certificate(signer.certificate)
        self._signer = signer
        self._algorithm = _choose_algorithm(signer)
        self._policy = _require_policy(policy)
        self._serials = serials
        self._accuracy = None if accuracy is None else Accuracy.of(accuracy)
        self._ordering = ordering
        # Fractions of a second are written only where somebody can rely on them.
        self._fine = ordering or (accuracy is not None and accuracy < 1)
        self._name = writer.explicit(4, signer.certificate.subject_der)

    def answer(self, request: bytes, now: datetime) -> bytes:
        """Return the TimeStampResp to an encoded request: a token, or a refusal.

        Args:
            request: what arrived.
            now: the time, aware, from the authority's clock.
        """
        try:
            asked = read_request(request, Budget(_LIMITS))
            return granted_response(self._issue(asked, now))
        except InputError as error:
            return _refusal(FailureInfo.BAD_DATA_FORMAT, str(error))
        except _RefusedError as refused:
            return _refusal(refused.failure, str(refused))
        except (KeyAccessError, OutputError, UnsupportedAlgorithmError) as error:
            # The reason is the operator's business; the requester learns that it failed.
            _LOG.error("no token could be issued: %s", error)
            return _refusal(FailureInfo.SYSTEM_FAILURE, "The authority has an internal problem.")

    def _issue(self, asked: TimestampRequest, now: datetime) -> bytes:
        self._require_acceptable(asked)
        certificate = self._signer.certificate
        if not certificate.is_valid_at(now):
            _LOG.error("the certificate of this authority is not valid now")
            raise _RefusedError(
                FailureInfo.TIME_NOT_AVAILABLE, "The authority's certificate is not valid now."
            )
        serial, moment = self._number(now)
        info = TSTInfo(
            policy=self._policy,
            imprint=asked.imprint,
            serial_number=serial,
            generation_time=moment,
            accuracy=self._accuracy,
            ordering=self._ordering,
            nonce=asked.nonce,
            tsa=self._name,
        )
        return self._sign(info, embed_certificates=asked.cert_req)

    def _require_acceptable(self, asked: TimestampRequest) -> None:
        """Refuse what this authority does not time-stamp (RFC 3161 §2.4.1, §2.4.2)."""
        digest = asked.imprint.algorithm
        if asked.version != 1:
            raise _RefusedError(FailureInfo.BAD_REQUEST, "Only version 1 of requests is known.")
        if digest is None:
            raise _RefusedError(FailureInfo.BAD_ALG, "The digest algorithm is not known here.")
        if not digest.signable:
            raise _RefusedError(FailureInfo.BAD_ALG, f"{digest.name} is too weak to be used.")
        if not asked.imprint.has_right_length:
            raise _RefusedError(
                FailureInfo.BAD_DATA_FORMAT, f"A {digest.name} digest has {digest.size} octets."
            )
        if asked.policy not in (None, self._policy):
            raise _RefusedError(
                FailureInfo.UNACCEPTED_POLICY, f"Tokens are issued under {self._policy} only."
            )
        if asked.extensions:
            raise _RefusedError(
                FailureInfo.UNACCEPTED_EXTENSION, "Requests with extensions are not served."
            )

    def _number(self, now: datetime) -> tuple[int, datetime]:
        if not self._ordering:
            return self._serials.next(), now if self._fine else now.replace(microsecond=0)
        claimed = self._serials.next_in_order(now)
        if claimed is None:
            _LOG.error("the clock stands before the last time given out")
            raise _RefusedError(FailureInfo.TIME_NOT_AVAILABLE, "The clock was set back.")
        return claimed

    def _sign(self, info: TSTInfo, *, embed_certificates: bool) -> bytes:
        content = info.encoded()
        digest = self._algorithm.cms_digest
        request = SignatureRequest(
            form=SignatureForm.TIMESTAMP,
            packaging=Packaging.ENVELOPING,
            certificate=self._signer.certificate,
            chain=self._signer.chain,
            algorithm=self._algorithm,
            digest_algorithm=digest,
            signing_time=info.generation_time,
            unique=f"{info.serial_number:032x}",
        )
        attributes = signed_attributes(request, digest.digest(content), content_type=CONTENT_TYPE)
        value = self._signer.sign(attributes, self._algorithm)
        return signed_data(
            request,
            signer_info(request, attributes, value),
            content_type=CONTENT_TYPE,
            content=content,
            embed_certificates=embed_certificates,
        )

    def __repr__(self) -> str:
        return f"TokenIssuer({self._signer.certificate.subject}, policy={self._policy})"


def require_timestamping_certificate(certificate: Certificate) -> None:
    """Raise unless the certificate is one of a time-stamping authority, and nothing else.

    Raises:
        UsageError: extended key usage is not exactly timeStamping, or not critical, or the
            key may not sign.

    Spec: RFC 3161 §2.3, EN 319 422 §6
    """
    usages = certificate.extended_key_usage
    key_usage = certificate.key_usage
    for holds, problem in (
        (usages is not None, "it has no extended key usage"),
        (usages == (TIME_STAMPING,), "its extended key usage is not timeStamping alone"),
        (certificate.extended_key_usage_critical, "its extended key usage is not critical"),
        (key_usage is None or bool(key_usage & _SIGNING_USAGES), "its key may not sign"),
        (key_usage is None or key_usage <= _SIGNING_USAGES, "its key may do more than sign"),
    ):
        if not holds:
            raise UsageError(
                "{subject} cannot be a time-stamping authority's certificate: {problem}.",
                subject=certificate.subject,
                problem=problem,
            )


class _RefusedError(Exception):
    """A request that is answered with a failure code."""

    def __init__(self, failure: FailureInfo, text: str) -> None:
        super().__init__(text)
        self.failure = failure


def _refusal(failure: FailureInfo, text: str) -> bytes:
    return rejection_response(failure, text)


def _choose_algorithm(signer: Signer) -> SignatureAlgorithm:
    for algorithm in signer.algorithms:
        if algorithm.signable and algorithm.cms_digest.signable:
            return algorithm
    raise UsageError("This key has no algorithm with which a time-stamp may be signed.")


def _require_policy(policy: str) -> str:
    try:
        writer.oid(policy)
    except ValueError as error:
        raise UsageError(
            "A time-stamping policy is an OID such as 1.3.6.1.4.1.99999.1, not {policy!r}.",
            policy=policy,
        ) from error
    return policy
