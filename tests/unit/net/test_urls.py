"""URLs as they are found, and what is made of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign.errors import TransportRefusedError
from esign.net.urls import join_url, read_url, shown_url


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("http://ca.example/a.crl", "http://ca.example/a.crl"),
        ("HTTP://CA.Example/A.crl", "http://ca.example/A.crl"),
        (" http://ca.example/a.crl \n", "http://ca.example/a.crl"),
        ("http://ca.example", "http://ca.example/"),
        ("http://ca.example:80/x", "http://ca.example/x"),
        ("https://ca.example:443/x", "https://ca.example/x"),
        ("https://ca.example:8443/x", "https://ca.example:8443/x"),
        ("http://ca.example/My CA(1).crl", "http://ca.example/My%20CA(1).crl"),
        ("http://ca.example/a%20b.crl", "http://ca.example/a%20b.crl"),
        ("http://ca.example/100%.crl", "http://ca.example/100%25.crl"),
        ("http://ca.example/ə.crl", "http://ca.example/%C9%99.crl"),
        ("http://ca.example/a\\b.crl", "http://ca.example/a%5Cb.crl"),
        ("http://ca.example/a.crl?x=1 2#part", "http://ca.example/a.crl?x=1%202"),
        ("http://" + "ca.example?x", "http://ca.example/?x"),
        ("http://" + "ca.example./a", "http://ca.example/a"),
        ("http://bücher.example/a", "http://xn--bcher-kva.example/a"),
        ("http://" + "[2001:DB8::1]:8080/a", "http://" + "[2001:db8::1]:8080/a"),
        ("http://user:secret@ca.example/a", "http://ca.example/a"),
    ],
)
def test_odd_urls_are_mended(found: str, meant: str) -> None:
    """What certificates hold in the field becomes a URL that can be requested."""
    assert read_url(found).url == meant


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ldap://ca.example/cn=CA?certificateRevocationList", "ldap"),
        ("ldaps://ca.example/cn=CA", "ldap"),
        ("file:///etc/passwd", "only http and https"),
        ("ftp://ca.example/a.crl", "only http and https"),
        ("//ca.example/a.crl", "only http and https"),
        ("", "only http and https"),
        ("http:///a.crl", "no valid host"),
        ("http://:80/a.crl", "no valid host"),
        ("http://" + "ca example/a.crl", "no valid host"),
        ("http://ca.example:0/", "port 0"),
        ("http://ca.example:99999/", "cannot be read"),
        ("http://" + "[::1/", "cannot be read"),
        ("http://ca.example/\r\nX: y", "control characters"),
        ("http://" + "%31%32%37.0.0.1/", "no valid host"),
        ("http://ca.example/" + "a" * 9000, "too long"),
    ],
)
def test_what_cannot_be_fetched_is_refused_with_the_reason(url: str, reason: str) -> None:
    """Another scheme, no host, or no URL at all never reaches a socket."""
    with pytest.raises(TransportRefusedError, match=reason):
        read_url(url)


def test_credentials_are_kept_but_never_shown() -> None:
    """A password in a URL is available for the header and for nothing else."""
    address = read_url("http://user:s%40cret@ca.example/a?token=hidden")
    assert address.credentials == ("user", "s@cret")
    for text in (repr(address), str(address), address.url):
        assert "cret" not in text
    assert "hidden" not in str(address)


def test_refusals_do_not_repeat_credentials() -> None:
    """The error about a bad URL shows no password from it."""
    with pytest.raises(TransportRefusedError) as caught:
        read_url("ftp://user:secret@ca.example/")
    assert "secret" not in str(caught.value) + repr(caught.value.values)


def test_shown_url_drops_credentials_and_control_characters() -> None:
    """A URL in a report is as it was written, but harmless."""
    assert shown_url("ldap://u:p@ca.example/cn=x\n") == "ldap://ca.example/cn=x?"


@pytest.mark.parametrize(
    ("location", "meant"),
    [
        ("/b", "http://ca.example/b"),
        ("c", "http://ca.example/x/c"),
        ("//other.example/b", "http://other.example/b"),
        ("https://other.example/", "https://other.example/"),
    ],
)
def test_redirect_locations_are_joined(location: str, meant: str) -> None:
    """Relative locations are read against the address that sent them."""
    assert join_url(read_url("http://ca.example/x/a"), location).url == meant


def test_redirect_to_another_scheme_is_refused() -> None:
    """A server cannot redirect to a file."""
    with pytest.raises(TransportRefusedError):
        join_url(read_url("http://ca.example/"), "file:///etc/passwd")


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the reader raise anything but its own refusal, and reading is stable."""
    for url in (text, "http://" + text, "http://ca.example/" + text):
        try:
            address = read_url(url)
        except TransportRefusedError:
            continue
        assert read_url(address.url).url == address.url
        assert address.url.isascii()
