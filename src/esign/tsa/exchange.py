"""One question to an authority and the check that the answer belongs to it, without I/O.

Checked here is what the requester alone can know: status, imprint, nonce, policy. Whether
the token is genuine (signature, certificate, chain) is judged before it is built in.

Spec: RFC 3161 §2.2, §2.4, §3.4
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from esign.ades.ports import HTTPAnswer, HTTPRequest
from esign.crypto.algorithms import DigestAlgorithm
from esign.errors import MalformedError, TSATokenRefusedError, TSAUnreachableError
from esign.limits import Budget
from esign.messages import Message
from esign.tsa.messages import read_response, request_octets
from esign.tsa.token import parse_token

MAX_RESPONSE = 1_048_576
"""Octets; tokens with a full chain and revocation data have some 20,000."""
NONCE_BITS = 128

_STATUS_HINTS = {
    401: " (it wants a user name and password, or other ones)",
    403: " (it does not serve this caller)",
    404: " (there is no time-stamping service at this address)",
    407: " (the proxy wants a user name and password)",
    429: " (too many requests were sent)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where an authority is and what it must be told; secrets are never shown."""

    url: str = field(repr=False)
    name: str
    headers: Mapping[str, str] = field(repr=False)
    policy: str | None


class Exchange:
    """One time-stamp asked for. Send ``request``; ``token`` reads the answer."""

    __slots__ = ("_account", "_algorithm", "_imprint", "_nonce", "request")

    def __init__(self, account: Account, imprint: bytes, algorithm: DigestAlgorithm) -> None:
        self._account = account
        self._imprint = imprint
        self._algorithm = algorithm
        # Positive and never short, so that every authority reads the same number.
        self._nonce = secrets.randbits(NONCE_BITS - 1) | 1 << NONCE_BITS - 2
        self.request = HTTPRequest(
            url=account.url,
            method="POST",
            body=request_octets(imprint, algorithm, policy=account.policy, nonce=self._nonce),
            headers={
                "Content-Type": "application/timestamp-query",
                "Accept": "application/timestamp-reply",
                **account.headers,
            },
        )

    def token(self, answer: HTTPAnswer, budget: Budget) -> bytes:
        """Return the token of an answer that fits the question.

        Raises:
            TSARejectedError: the authority refused.
            TSAUnreachableError: the answer is not of the protocol.
            TSATokenRefusedError: the token belongs to another question.
        """
        name = self._account.name
        if answer.status != 200:
            hint = _STATUS_HINTS.get(answer.status)
            raise TSAUnreachableError(
                "{url} answered with HTTP status {status}{hint}.",
                url=name,
                status=answer.status,
                hint=Message(hint) if hint else "",
            )
        if len(answer.body) > MAX_RESPONSE:
            raise TSAUnreachableError(
                "{url} answered with more than {bound} octets.", url=name, bound=MAX_RESPONSE
            )
        octets = read_response(answer.body, authority=name, budget=budget)
        self._require_ours(octets, budget)
        return octets

    def _require_ours(self, octets: bytes, budget: Budget) -> None:
        name = self._account.name
        try:
            token = parse_token(octets, budget)
        except MalformedError as error:
            raise TSATokenRefusedError(
                "{url} sent a token that cannot be read: {reason}", url=name, reason=error.message
            ) from error
        wanted_policy = self._account.policy
        for fits, problem in (
            (
                token.imprint_oid == self._algorithm.oid,
                Message("it has another digest algorithm"),
            ),
            (token.imprint == self._imprint, Message("it is over other data")),
            (
                token.nonce == self._nonce,
                Message("its nonce is not ours, so it may be an old answer"),
            ),
            (
                wanted_policy in (None, token.policy),
                Message("its policy is {policy}", policy=token.policy),
            ),
        ):
            if not fits:
                raise TSATokenRefusedError(
                    "The token from {url} does not answer our request: {problem}.",
                    url=name,
                    problem=problem,
                )


def basic_authorization(username: str, password: str) -> str:
    """Return the value of the Authorization header.

    Spec: RFC 7617 §2
    """
    pair = f"{username}:{password}".encode()
    return f"Basic {base64.b64encode(pair).decode('ascii')}"
