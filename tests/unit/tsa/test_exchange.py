"""One question and its answer, without a network."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from esign.ades.ports import HTTPAnswer
from esign.crypto.algorithms import digest_by_name
from esign.errors import TSARejectedError, TSATokenRefusedError, TSAUnreachableError
from esign.limits import Budget
from esign.tsa.exchange import MAX_RESPONSE, Account, Exchange, basic_authorization
from esign.tsa.issuing import TokenIssuer
from esign.tsa.messages import granted_response, read_request, request_octets
from esign.tsa.serials import SerialFile
from tests.support.authority import NOW, POLICY, make_authority

SHA256, SHA384 = digest_by_name("SHA256"), digest_by_name("SHA384")
DIGEST = hashlib.sha256(b"data").digest()


@pytest.fixture
def issuer(tmp_path: Path) -> TokenIssuer:
    """An authority without a network."""
    serials = SerialFile(tmp_path / "serials")
    return TokenIssuer(make_authority(), policy=POLICY, serials=serials)


def _exchange(*, policy: str | None = None, headers: dict[str, str] | None = None) -> Exchange:
    account = Account(
        url="http://tsa.example/x",
        name="http://tsa.example/x",
        headers=headers or {},
        policy=policy,
    )
    return Exchange(account, DIGEST, SHA256)


def _answer(body: bytes, status: int = 200) -> HTTPAnswer:
    return HTTPAnswer(status=status, headers={}, body=body)


def test_the_request_is_as_the_standard_says() -> None:
    """POST, the registered types, the imprint, a nonce, and certificates wanted."""
    exchange = _exchange(policy="1.2.3", headers={"X-Key": "k"})
    request = exchange.request
    assert (request.method, request.url, request.from_document) == (
        "POST",
        "http://tsa.example/x",
        False,
    )
    assert request.headers["Content-Type"] == "application/timestamp-query"
    assert request.headers["X-Key"] == "k"
    asked = read_request(request.body)
    assert (asked.imprint.octets, asked.policy, asked.cert_req) == (DIGEST, "1.2.3", True)
    assert asked.nonce is not None
    assert asked.nonce.bit_length() == 127


def test_nonces_differ() -> None:
    """Every question has a number of its own."""
    nonces = {read_request(_exchange().request.body).nonce for _ in range(20)}
    assert len(nonces) == 20


def test_the_fitting_token_comes_back(issuer: TokenIssuer) -> None:
    """An honest answer gives its token."""
    exchange = _exchange(policy=POLICY)
    answer = issuer.answer(exchange.request.body, NOW)
    token = exchange.token(_answer(answer), Budget())
    assert answer.endswith(token)


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"imprint": hashlib.sha256(b"other").digest()}, "over other data"),
        ({"nonce": 1}, "nonce is not ours"),
        ({"nonce": None}, "nonce is not ours"),
        ({"algorithm": SHA384, "imprint": hashlib.sha384(b"data").digest()}, "digest algorithm"),
    ],
)
def test_tokens_for_another_question_are_refused(
    issuer: TokenIssuer, asked: dict[str, object], problem: str
) -> None:
    """Wrong data, wrong nonce, no nonce, or another digest is not our token."""
    exchange = _exchange()
    ours = read_request(exchange.request.body)
    theirs = {"imprint": DIGEST, "algorithm": SHA256, "nonce": ours.nonce} | asked
    request = request_octets(
        theirs["imprint"],  # type: ignore[arg-type]
        theirs["algorithm"],  # type: ignore[arg-type]
        nonce=theirs["nonce"],  # type: ignore[arg-type]
    )
    with pytest.raises(TSATokenRefusedError, match=problem):
        exchange.token(_answer(issuer.answer(request, NOW)), Budget())


def test_an_old_answer_is_refused(issuer: TokenIssuer) -> None:
    """The answer to yesterday's question about the same data is a replay."""
    old = issuer.answer(_exchange().request.body, NOW)
    with pytest.raises(TSATokenRefusedError, match="old answer"):
        _exchange().token(_answer(old), Budget())


def test_another_policy_than_asked_is_refused(issuer: TokenIssuer) -> None:
    """A policy that was asked for must be the token's."""
    exchange = _exchange(policy="1.2.3")
    nonce = read_request(exchange.request.body).nonce
    answer = issuer.answer(request_octets(DIGEST, SHA256, nonce=nonce), NOW)
    with pytest.raises(TSATokenRefusedError, match="its policy is"):
        exchange.token(_answer(answer), Budget())


def test_an_unreadable_token_is_refused() -> None:
    """A grant with something else in place of a token is told."""
    with pytest.raises(TSATokenRefusedError, match="cannot be read"):
        _exchange().token(_answer(granted_response(b"\x30\x03\x02\x01\x01")), Budget())


def test_a_refusal_is_passed_on(issuer: TokenIssuer) -> None:
    """The authority's own reason reaches the caller."""
    exchange = _exchange(policy="1.2.3")
    answer = _answer(issuer.answer(exchange.request.body, NOW))
    with pytest.raises(TSARejectedError, match="unacceptedPolicy"):
        exchange.token(answer, Budget())


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "user name"), (404, "no time-stamping service"), (500, "500")]
)
def test_http_errors_are_explained(status: int, hint: str) -> None:
    """A status other than 200 is no answer, whatever the body says."""
    with pytest.raises(TSAUnreachableError, match=hint):
        _exchange().token(_answer(b"", status), Budget())


def test_huge_answers_are_not_read() -> None:
    """A response of megabytes is no response."""
    with pytest.raises(TSAUnreachableError, match="more than"):
        _exchange().token(_answer(b"\x30" * (MAX_RESPONSE + 1)), Budget())


def test_basic_authorization_is_rfc_7617() -> None:
    """The example of the standard, with its non-ASCII sibling."""
    assert basic_authorization("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert basic_authorization("test", "123£") == "Basic dGVzdDoxMjPCow=="
