"""Semantic identifiers: read whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign.pki.semantic_identifiers import SubjectNature, legal_person, natural_person


@pytest.mark.parametrize(
    ("text", "scheme", "country", "value"),
    [
        ("PNOEE-38001085718", "PNO", "EE", "38001085718"),
        ("IDCBE-590082394654", "IDC", "BE", "590082394654"),
        ("PASSK-P3000180", "PAS", "SK", "P3000180"),
        ("EI:SE-200007292386", "EI:", "SE", "200007292386"),
    ],
)
def test_natural_persons(text: str, scheme: str, country: str, value: str) -> None:
    """Scheme, country and number of a natural person."""
    found = natural_person(text)
    assert found is not None
    assert (found.scheme, found.country, found.value) == (scheme, country, value)
    assert found.nature is SubjectNature.NATURAL
    assert str(found) == text


@pytest.mark.parametrize("text", ["VATEE-101234567", "NTREE-10060701", "PSDPL-PFSA-1234567890"])
def test_legal_persons(text: str) -> None:
    """The same of a legal person; a value may hold further hyphens."""
    found = legal_person(text)
    assert found is not None
    assert found.nature is SubjectNature.LEGAL
    assert str(found) == text


def test_an_identifier_names_only_its_own_nature() -> None:
    """A tax number of a company is no personal number, and the other way round."""
    assert natural_person("VATEE-101234567") is None
    assert legal_person("PNOEE-38001085718") is None


def test_legal_entity_identifiers_belong_to_no_country() -> None:
    """LEI goes with the pseudo country XG, and nothing else does."""
    assert legal_person("LEIXG-529900T8BM49AURSDO55") is not None
    assert legal_person("LEIEE-529900T8BM49AURSDO55") is None
    assert legal_person("VATXG-101234567") is None


@pytest.mark.parametrize(
    "text",
    [None, "", "PNOEE38001085718", "pnoEE-1", "PNOee-1", "PNOEE-", "PNOEE- 1", " PNOEE-1",
     "XYZEE-1", "PNOEE-1\n", "CN=PNOEE-1", "PNOEE-1\x00"],
)  # fmt: skip
def test_what_only_resembles_one_is_none(text: str | None) -> None:
    """Nothing is guessed or mended."""
    assert natural_person(text) is None


@given(st.text(max_size=30))
def test_reading_returns_what_it_read(text: str) -> None:
    """Whatever is taken for an identifier writes itself back letter by letter."""
    found = natural_person(text)
    assert found is None or str(found) == text
