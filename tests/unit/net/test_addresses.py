"""Which addresses a document may lead to."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from esign.errors import UsageError
from esign.net.addresses import AllowList, number_in_disguise, refusal


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.255.0.3",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "fec0::1",
        "64:ff9b:1::808:808",
        "192.0.0.8",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "::127.0.0.1",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    ],
)
def test_addresses_that_are_not_public_are_refused(text: str) -> None:
    """Special-purpose addresses, and addresses that carry one inside, have a kind."""
    assert refusal(ip_address(text)) is not None


@pytest.mark.parametrize("text", ["8.8.8.8", "172.32.0.1", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_not(text: str) -> None:
    """A global unicast address has nothing against it."""
    assert refusal(ip_address(text)) is None


@pytest.mark.parametrize("text", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "0x7f000001"])
def test_numbers_in_disguise_are_recognised(text: str) -> None:
    """The spellings that resolvers take for 127.0.0.1 are that address."""
    assert number_in_disguise(text) == ip_address("127.0.0.1")


@pytest.mark.parametrize("text", ["ca.example", "1.example", "0xg", "1.2.3.4.5", "999999999999"])
def test_names_are_not_numbers(text: str) -> None:
    """A host name, even one with digits, is no address."""
    assert number_in_disguise(text) is None


@pytest.mark.parametrize(
    ("entry", "host", "port"),
    [
        ("ca.example", "ca.example", 80),
        ("CA.Example.", "ca.example", 80),
        ("ca.example:8080", "ca.example", 8080),
    ],
)
def test_allowed_names(entry: str, host: str, port: int) -> None:
    """A name is allowed with any port, or with the port given."""
    assert AllowList([entry]).permits_host(host, port)


@pytest.mark.parametrize(
    ("entry", "host", "port"),
    [
        ("ca.example:8080", "ca.example", 80),
        ("ca.example", "sub.ca.example", 80),
        ("ca.example", "evilca.example", 80),
        ("127.0.0.1", "ca.example", 80),
    ],
)
def test_other_names_are_not_allowed(entry: str, host: str, port: int) -> None:
    """Another port, a subdomain or a longer name is another host."""
    assert not AllowList([entry]).permits_host(host, port)


@pytest.mark.parametrize(
    ("entry", "address", "port"),
    [
        ("127.0.0.1", "127.0.0.1", 80),
        ("127.0.0.1:8080", "127.0.0.1", 8080),
        ("127.0.0.0/8", "127.1.2.3", 80),
        ("10.1.2.3/8", "10.9.9.9", 80),
        ("127.0.0.1", "::ffff:127.0.0.1", 80),
        ("::1", "::1", 80),
        ("[::1]", "::1", 80),
        ("[::1]:8080", "::1", 8080),
        ("fd00::/8", "fd12::1", 80),
    ],
)
def test_allowed_addresses(entry: str, address: str, port: int) -> None:
    """Addresses and ranges are allowed in either family, with a port where one is given."""
    assert AllowList([entry]).permits_address(ip_address(address), port)


@pytest.mark.parametrize(
    ("entry", "address", "port"),
    [
        ("127.0.0.1", "127.0.0.2", 80),
        ("127.0.0.1:8080", "127.0.0.1", 80),
        ("127.0.0.0/8", "10.0.0.1", 80),
        ("[::1]:8080", "::1", 80),
        ("localhost", "127.0.0.1", 80),
    ],
)
def test_other_addresses_are_not_allowed(entry: str, address: str, port: int) -> None:
    """An entry permits what it says and nothing beside."""
    assert not AllowList([entry]).permits_address(ip_address(address), port)


@pytest.mark.parametrize(
    "entry",
    ["", " ", "http://ca.example/", "a b", "ca.example:0", "10.0.0.0/40", "ca.example:70000", "*"],
)
def test_senseless_entries_are_refused(entry: str) -> None:
    """A typing error in the allow-list is told, not ignored."""
    with pytest.raises(UsageError):
        AllowList([entry])


def test_one_text_is_one_entry() -> None:
    """A single string is not taken apart into letters."""
    assert AllowList("ca.example").permits_host("ca.example", 80)
