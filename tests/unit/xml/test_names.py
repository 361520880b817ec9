"""Names of XML Signature."""

from __future__ import annotations

from esign.xml.names import DS, ds


def test_clark_name() -> None:
    """A local name becomes a name in the namespace of XML Signature."""
    assert ds("Signature") == "{" + DS + "}Signature"
