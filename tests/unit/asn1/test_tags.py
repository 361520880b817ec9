"""Identifier octets."""

import pytest

from esign.asn1 import tags


def test_context_tags_carry_class_form_and_number() -> None:
    """[0] constructed is A0, [2] primitive is 82."""
    assert (tags.context(0), tags.context(2, False)) == (0xA0, 0x82)


def test_a_number_beyond_thirty_is_refused() -> None:
    """The short form ends at 30."""
    with pytest.raises(ValueError, match="high-tag"):
        tags.context(31)
