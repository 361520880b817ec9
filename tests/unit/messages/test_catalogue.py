"""Translations are found, complete in their values, and never break a sentence."""

from __future__ import annotations

import string

import pytest

from esign.messages import Message, languages, translate
from esign.messages.catalogue import catalogue, translated_languages


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_english_comes_first_and_needs_no_file() -> None:
    """Its sentences are in the code."""
    assert languages()[0] == "en"
    assert "en" not in translated_languages()
    assert translate("Some sentence.", "en") == "Some sentence."


def test_a_sentence_without_translation_stays_english() -> None:
    """Also in a language nobody wrote."""
    assert Message("No {thing}.", thing="x").render("az") == "No x."
    assert Message("No {thing}.", thing="x").render("zz") == "No x."
    assert catalogue("zz") == {}


@pytest.mark.parametrize("language", translated_languages())
def test_translations_use_only_the_values_of_their_sentence(language) -> None:
    """A translation cannot ask for a value the sentence does not have."""
    for template, translation in catalogue(language).items():
        assert _names(translation) <= _names(template), template
