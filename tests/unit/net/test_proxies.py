"""The proxy variables of the environment."""

from __future__ import annotations

import pytest

from esign.errors import UsageError
from esign.net.proxies import ProxySettings
from esign.net.urls import read_url

PROXY = {"http_proxy": "http://user:secret@proxy.example:3128", "HTTPS_PROXY": "proxy.example"}


def _proxy(url: str, **more: str) -> str | None:
    found = ProxySettings(PROXY | more).proxy_for(read_url(url))
    return None if found is None else str(found)


def test_each_scheme_has_its_proxy() -> None:
    """Lower and upper case, with and without a scheme, are read."""
    assert _proxy("http://ca.example/") == "proxy.example:3128"
    assert _proxy("https://ca.example/") == "proxy.example:80"


def test_all_proxy_serves_where_no_other_is_named() -> None:
    """all_proxy is the last resort of both schemes."""
    settings = ProxySettings({"ALL_PROXY": "http://all.example:1"})
    assert str(settings.proxy_for(read_url("https://ca.example/"))) == "all.example:1"


def test_without_variables_there_is_no_proxy() -> None:
    """An empty environment means direct connections."""
    assert ProxySettings({}).proxy_for(read_url("http://ca.example/")) is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://localhost/", "http://" + "[::1]/"])
def test_loopback_never_goes_through_a_proxy(url: str) -> None:
    """The proxy's loopback is not ours."""
    assert _proxy(url) is None


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("*", "http://ca.example/"),
        ("ca.example", "http://ca.example/"),
        (".example", "http://ca.example/"),
        ("example", "http://ca.example/"),
        ("other.test, CA.example", "http://ca.example/"),
        ("ca.example:8080", "http://ca.example:8080/"),
        ("10.0.0.0/8", "http://10.1.2.3/"),
        ("10.1.2.3:80", "http://10.1.2.3/"),
        ("fd00::/8", "http://" + "[fd00::1]/"),
    ],
)
def test_no_proxy_is_honoured(entry: str, url: str) -> None:
    """Names, suffixes, addresses and ranges in no_proxy are contacted directly."""
    assert _proxy(url, no_proxy=entry) is None


@pytest.mark.parametrize("entry", ["a.example", "ca.example:8080", "xample", "10.0.0.0/8", ""])
def test_no_proxy_means_no_more_than_it_says(entry: str) -> None:
    """Other names and ports still go through the proxy."""
    assert _proxy("http://ca.example/", no_proxy=entry) is not None


def test_a_cgi_request_cannot_choose_the_proxy() -> None:
    """HTTP_PROXY in a CGI process is a header of the client, not the operator's wish."""
    environ = {"REQUEST_METHOD": "GET", "HTTP_PROXY": "http://evil.example"}
    assert ProxySettings(environ).proxy_for(read_url("http://ca.example/")) is None


@pytest.mark.parametrize(
    "value", ["socks5://u:secret@p.example:1", "http://", "http://p.example:x/"]
)
def test_unusable_proxies_are_named_without_their_credentials(value: str) -> None:
    """A proxy of another kind is an error that names the variable, never the value."""
    with pytest.raises(UsageError, match="http_proxy") as caught:
        ProxySettings({"http_proxy": value}).proxy_for(read_url("http://ca.example/"))
    assert "secret" not in str(caught.value)


def test_credentials_are_not_shown() -> None:
    """Neither text nor repr of a proxy holds its password."""
    found = ProxySettings(PROXY).proxy_for(read_url("http://ca.example/"))
    assert found is not None
    assert found.credentials == ("user", "secret")
    assert "secret" not in repr(found) + str(found)
