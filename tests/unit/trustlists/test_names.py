"""The spelling of the standard."""

from __future__ import annotations

from esign.trustlists.names import sie, tsl, tslx


def test_names_carry_their_namespace() -> None:
    """Each function gives the Clark name in its own namespace."""
    assert tsl("TSLType") == "{http://uri.etsi.org/02231/v2#}TSLType"
    assert tslx("MimeType") == "{http://uri.etsi.org/02231/v2/additionaltypes#}MimeType"
    assert sie("Qualifier").endswith("eSigDir-1999-93-EC-TrustedList/#}Qualifier")
