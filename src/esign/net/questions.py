"""What is asked to answer a want, and what an answer must be to count; no I/O.

An answer must be readable and about the thing asked for. It is not trusted for that:
signatures, authority and freshness are judged later, with everything else.

Spec: RFC 5280 §4.2.2.1 (issuers), §4.2.1.13 (CRLs); RFC 6960 Appendix A.1 (OCSP over
HTTP), RFC 9654 (nonce); RFC 4387
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from esign.ades.evidence import Evidence, FetchFailure, Want, WantKind
from esign.ades.ports import HTTPAnswer, HTTPRequest
from esign.crypto.algorithms import digest_by_name
from esign.errors import SourceError
from esign.messages import Message
from esign.net.urls import shown_url
from esign.pki.certificate import Certificate, load_certificates
from esign.pki.crl import CRL
from esign.pki.crl_scope import distribution_points, is_from_named_issuer
from esign.pki.ocsp import OCSPResponse, ResponseStatus
from esign.pki.ocsp_request import NONCE_OCTETS, check_nonce, ocsp_request

MAX_ISSUERS = 64
"""Certificates taken from one issuer URL; bundles of cross-certificates have about ten."""

_OCSP_REASONS = {
    ResponseStatus.MALFORMED_REQUEST: "it could not read the request",
    ResponseStatus.INTERNAL_ERROR: "it has an internal error",
    ResponseStatus.TRY_LATER: "it asks to try later",
    ResponseStatus.SIG_REQUIRED: "it wants signed requests",
    ResponseStatus.UNAUTHORIZED: "it does not answer for this certificate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request, and how its answer is read."""

    url: str
    """As shown in failures."""
    request: HTTPRequest
    read: Callable[[bytes], Evidence]

    def evidence(self, answer: HTTPAnswer) -> Evidence:
        """Return what an answer holds.

        Raises:
            SourceError: the answer is an error, or about something else.
            InputError: it cannot be read.
        """
        if answer.status != 200:
            raise _unusable(
                self.url,
                Message("the server answered with HTTP status {status}", status=answer.status),
            )
        if not answer.body:
            raise _unusable(self.url, Message("the server's answer is empty"))
        return self.read(answer.body)


class Attempts:
    """The questions for one want, in order, and why the earlier ones failed."""

    def __init__(self, want: Want) -> None:
        self._want = want
        self._causes: list[tuple[str, Message]] = []

    def __iter__(self) -> Iterator[Question]:
        want = self._want
        if want.kind is WantKind.OCSP and want.issuer is None:
            self.failed("", Message("Without its issuer's certificate OCSP cannot be asked."))
            return
        if not want.urls:
            self.failed("", Message("The certificate names no place to ask."))
        for url in dict.fromkeys(want.urls):
            yield _question(want, url)

    def failed(self, url: str, cause: Message) -> None:
        """Keep why a question was not answered."""
        self._causes.append((url, cause))

    def failure(self) -> Evidence:
        """Return the evidence that says nothing was found, and why."""
        return Evidence(failures=(FetchFailure(want=self._want, causes=tuple(self._causes)),))


def _question(want: Want, url: str) -> Question:
    shown = shown_url(url)
    if want.kind is WantKind.OCSP and want.issuer is not None:
        return _ask_responder(want.certificate, want.issuer, url)
    read = _read_issuers if want.kind is WantKind.ISSUER else _read_crl
    return Question(
        url=shown,
        request=HTTPRequest(url=url, from_document=True),
        read=lambda octets: read(octets, want.certificate, shown),
    )


def _ask_responder(certificate: Certificate, issuer: Certificate, url: str) -> Question:
    nonce = secrets.token_bytes(NONCE_OCTETS)
    shown = shown_url(url)
    request = HTTPRequest(
        url=url,
        method="POST",
        # SHA-1 finds the certificate at every responder; it protects nothing here.
        body=ocsp_request(certificate, issuer, nonce, digest_by_name("SHA1")),
        headers={"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"},
        from_document=True,
    )

    def read(octets: bytes) -> Evidence:
        response = OCSPResponse.from_der(octets)
        if response.status != ResponseStatus.SUCCESSFUL:
            raise _unusable(
                shown,
                Message("the responder refused: {why}", why=_ocsp_reason(response.status)),
            )
        if not response.about(certificate, issuer):
            raise _unusable(shown, Message("the response is about another certificate"))
        if check_nonce(response, nonce) is False:
            raise _unusable(
                shown, Message("the response repeats another nonce, so it may be an old one")
            )
        return Evidence(ocsp_responses=(response,))

    return Question(url=shown, request=request, read=read)


def _read_issuers(octets: bytes, certificate: Certificate, shown: str) -> Evidence:
    found = load_certificates(octets)[:MAX_ISSUERS]
    # The wanted one first; cross-certificates that came along may help to build the path.
    fitting = [each for each in found if each.subject == certificate.issuer]
    if not fitting:
        raise _unusable(shown, Message("no certificate found there belongs to the issuer"))
    return Evidence(certificates=tuple(dict.fromkeys((*fitting, *found))))


def _read_crl(octets: bytes, certificate: Certificate, shown: str) -> Evidence:
    crl = CRL.load(octets)
    if not is_from_named_issuer(crl, certificate, distribution_points(certificate)):
        raise _unusable(shown, Message("the revocation list is of another issuer"))
    return Evidence(crls=(crl,))


def _ocsp_reason(status: int) -> Message:
    known = {int(each): reason for each, reason in _OCSP_REASONS.items()}
    return Message(known[status]) if status in known else Message("status {status}", status=status)


def _unusable(url: str, reason: Message) -> SourceError:
    return SourceError("{url} gave nothing usable: {reason}.", url=url, reason=reason)
