"""Authorities as named on the command line."""

from __future__ import annotations

import pytest

from esign.cli.authorities import load_authorities
from esign.errors import UsageError

GIVEN = {
    "tsa": ("http://a.test/", "http://b.test/"),
    "tsa_user": None,
    "tsa_password_file": None,
    "tsa_password_env": None,
    "tsa_header": (),
    "tsa_policy": None,
}


def test_each_address_is_a_client_in_order() -> None:
    """Names are the addresses."""
    clients = load_authorities(GIVEN)
    assert [client.name for client in clients] == ["http://a.test/", "http://b.test/"]


def test_the_password_is_read_and_shown_to_nobody(monkeypatch) -> None:
    """From the variable; it is in no repr."""
    monkeypatch.setenv("SECRET", "sesam")
    given = {**GIVEN, "tsa_user": "me", "tsa_password_env": "SECRET"}
    assert "sesam" not in repr(load_authorities(given))


@pytest.mark.parametrize("header", ["NoColon", ": value"])
def test_a_header_needs_name_and_value(header) -> None:
    """The sentence shows the form wanted."""
    with pytest.raises(UsageError, match="NAME:VALUE"):
        load_authorities({**GIVEN, "tsa_header": (header,)})
    assert load_authorities({**GIVEN, "tsa_header": ("X-Key: 1",)})
