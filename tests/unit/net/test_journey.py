"""The way of a request through redirects, decided without a network."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from esign.ades.ports import HTTPAnswer, HTTPRequest
from esign.errors import NetworkError, TransportRefusedError
from esign.limits import Budget, Limits
from esign.net.journey import Journey, Rules


def _journey(url: str, *, allow: tuple[str, ...] = (), **request: object) -> Journey:
    asked = HTTPRequest(url=url, **request)  # type: ignore[arg-type]
    return Journey(asked, Rules(allow, 10, {}), Budget())


def _redirect(location: str, status: int = 302) -> HTTPAnswer:
    return HTTPAnswer(status=status, headers={"location": location}, body=b"")


@pytest.mark.parametrize(
    "answer",
    [
        HTTPAnswer(status=200, headers={}, body=b""),
        HTTPAnswer(status=200, headers={"location": "http://other.example/"}, body=b""),
        HTTPAnswer(status=302, headers={}, body=b""),
        HTTPAnswer(status=304, headers={"location": "/x"}, body=b""),
        HTTPAnswer(status=404, headers={"location": "/x"}, body=b""),
    ],
)
def test_final_answers_end_the_journey(answer: HTTPAnswer) -> None:
    """Only a redirect status with a location leads on."""
    assert not _journey("http://ca.example/").advance(answer)


def test_the_operators_origin_stays_trusted() -> None:
    """A redirect within the configured origin needs no check, another origin does."""
    journey = _journey("http://tsa.example/")
    assert not journey.hop.untrusted
    assert journey.advance(_redirect("/next"))
    assert not journey.hop.untrusted
    assert journey.advance(_redirect("http://tsa.example:8080/"))
    assert journey.hop.untrusted


def test_a_documents_url_is_never_trusted() -> None:
    """Neither the first hop nor a later one."""
    journey = _journey("http://ca.example/", from_document=True)
    assert journey.hop.untrusted
    journey.advance(_redirect("/next"))
    assert journey.hop.untrusted


def test_exactly_the_allowed_redirects_are_followed() -> None:
    """The limit itself is allowed, one more is not."""
    journey = _journey("http://ca.example/")
    for number in range(Limits().redirects):
        assert journey.advance(_redirect(f"/{number}"))
    with pytest.raises(NetworkError, match="too often"):
        journey.advance(_redirect("/more"))


def test_checked_addresses_come_back() -> None:
    """Public addresses are handed on as they were found."""
    journey = _journey("http://ca.example/", from_document=True)
    public = ip_address("93.184.216.34")
    assert journey.permitted([public]) == (public,)
    with pytest.raises(TransportRefusedError):
        journey.permitted([public, ip_address("10.0.0.1")])


def test_a_document_may_redirect_from_https_to_http() -> None:
    """What is fetched for a document is signed; only what the operator chose stays encrypted."""
    document = _journey("https://ca.example/a.crl", from_document=True)
    assert document.advance(_redirect("http://ca.example/a.crl"))
    with pytest.raises(TransportRefusedError, match="not encrypted"):
        _journey("https://tsa.example/").advance(_redirect("http://tsa.example/"))


def test_a_hop_shows_no_headers() -> None:
    """The headers, which may hold a password, are not in the repr."""
    journey = _journey("http://me:hidden@tsa.example/", headers={"X-Key": "hidden"})
    assert "hidden" not in repr(journey.hop)
