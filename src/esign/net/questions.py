"""What is asked to answer a want, and what an answer must be to count; no I/O.

An answer must be readable and about the thing asked for. It is not trusted for that:
signatures, authority and freshness are judged later, with everything else.

Spec: RFC 5280 §4.2.2.1 (issuers), §4.2.1.13 (CRLs); RFC 6960 Appendix A.1 (OCSP over
HTTP), RFC 9654 (nonce); RFC 4387
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from esign.ades.evidence import Evidence, FetchFailure, Want, WantKind
from esign.ades.ports import HTTPAnswer, HTTPRequest
from esign.crypto.algorithms import digest_by_name
from esign.errors import AnswerUnusableError, EsignError, MalformedError, SourceError
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OCSPManner:
    """How responders are asked."""

    get_first: bool = False
    """Ask by GET without a nonce first, as RFC 5019 §5 describes: caches on the way may then
    answer. By default POST with a nonce comes first, and GET last."""
    require_nonce: bool = False
    """An answer that does not repeat the nonce counts as none. Many responders sign in
    advance and never repeat one; then only the times show that the answer is fresh."""

    def requests(self) -> tuple[tuple[str, bool], ...]:
        """Return method and whether a nonce is sent, in the order of trying."""
        if self.require_nonce:
            return (("POST", True),)
        post = (("POST", True), ("POST", False))
        return (("GET", False), *post) if self.get_first else (*post, ("GET", False))


class Attempts:
    """The questions for one want, in order, and why the earlier ones failed.

    A responder that answered, but not to the point, is asked again in a simpler manner: some
    refuse nonces, some know only one of POST and GET. One that could not be reached, or whose
    answer belongs to another question, is not.
    """

    def __init__(self, want: Want, manner: OCSPManner = OCSPManner()) -> None:
        self._want = want
        self._manner = manner
        self._causes: list[tuple[str, Message]] = []
        self._may_retry = False

    def __iter__(self) -> Iterator[Question]:
        want = self._want
        if want.kind is WantKind.OCSP and want.issuer is None:
            self.failed("", Message("Without its issuer's certificate OCSP cannot be asked."))
            return
        if not want.urls:
            self.failed("", Message("The certificate names no place to ask."))
        for url in dict.fromkeys(want.urls):
            for question in self._questions(url):
                yield question
                if not self._may_retry:
                    break

    def failed(self, url: str, cause: Message, *, may_retry: bool = False) -> None:
        """Keep why a question was not answered.

        Args:
            url: who was asked, as shown.
            cause: what went wrong.
            may_retry: the server may be able to answer the same in another manner.
        """
        self._may_retry = may_retry
        if (url, cause) not in self._causes:
            self._causes.append((url, cause))

    def _questions(self, url: str) -> Iterator[Question]:
        want = self._want
        if want.kind is not WantKind.OCSP or want.issuer is None:
            yield _question(want, url)
            return
        for method, with_nonce in self._manner.requests():
            nonce = secrets.token_bytes(NONCE_OCTETS) if with_nonce else None
            asked = _OCSPQuestion(want.certificate, want.issuer, nonce, self._manner.require_nonce)
            yield asked.by_get(url) if method == "GET" else asked.by_post(url)

    def failure(self) -> Evidence:
        """Return the evidence that says nothing was found, and why."""
        return Evidence(failures=(FetchFailure(want=self._want, causes=tuple(self._causes)),))


def may_retry(error: EsignError) -> bool:
    """Return whether the server answered, so that another manner of asking may help."""
    return isinstance(error, AnswerUnusableError | MalformedError)


def _question(want: Want, url: str) -> Question:
    shown = shown_url(url)
    read = _read_issuers if want.kind is WantKind.ISSUER else _read_crl
    return Question(
        url=shown,
        request=HTTPRequest(url=url, from_document=True),
        read=lambda octets: read(octets, want.certificate, shown),
    )


@dataclass(frozen=True, slots=True)
class _OCSPQuestion:
    """What a responder is asked, whatever the manner."""

    certificate: Certificate
    issuer: Certificate
    nonce: bytes | None
    require_nonce: bool

    def by_post(self, url: str) -> Question:
        """Spec: RFC 6960 Appendix A.1."""
        headers = {
            "Content-Type": "application/ocsp-request",
            "Accept": "application/ocsp-response",
        }
        request = HTTPRequest(
            url=url, method="POST", body=self._body(), headers=headers, from_document=True
        )
        return self._question(url, request)

    def by_get(self, url: str) -> Question:
        """Spec: RFC 6960 Appendix A.1, RFC 5019 §5."""
        encoded = quote(b64encode(self._body()), safe="")
        request = HTTPRequest(
            url=f"{url.strip().rstrip('/')}/{encoded}",
            headers={"Accept": "application/ocsp-response"},
            from_document=True,
        )
        return self._question(url, request)

    def _body(self) -> bytes:
        # SHA-1 finds the certificate at every responder; it protects nothing here.
        return ocsp_request(self.certificate, self.issuer, self.nonce, digest_by_name("SHA1"))

    def _question(self, url: str, request: HTTPRequest) -> Question:
        shown = shown_url(url)
        return Question(url=shown, request=request, read=lambda octets: self._read(octets, shown))

    def _read(self, octets: bytes, shown: str) -> Evidence:
        response = OCSPResponse.from_der(octets)
        if response.status != ResponseStatus.SUCCESSFUL:
            raise _unusable(
                shown,
                Message("the responder refused: {why}", why=_ocsp_reason(response.status)),
            )
        if not response.about(self.certificate, self.issuer):
            raise _unusable(shown, Message("the response is about another certificate"))
        repeated = None if self.nonce is None else check_nonce(response, self.nonce)
        if repeated is False:
            # Not to be asked again: whoever replays one answer would replay the next.
            raise SourceError(
                "{url} gave nothing usable: {reason}.",
                url=shown,
                reason=Message("the response repeats another nonce, so it may be an old one"),
            )
        if repeated is None and self.require_nonce:
            raise _unusable(
                shown, Message("the response repeats no nonce, and the policy requires one")
            )
        return Evidence(ocsp_responses=(response,))


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


def _unusable(url: str, reason: Message) -> AnswerUnusableError:
    return AnswerUnusableError("{url} gave nothing usable: {reason}.", url=url, reason=reason)
