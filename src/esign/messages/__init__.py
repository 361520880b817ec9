"""Sentences for people: an English template with named values, translated late.

A :class:`Message` is a value. It is created where a fact is found and rendered where
somebody reads it, so one report can be read in any language the catalogue holds.
The template itself is the key; ``locale/<language>.toml`` maps it to a translation,
and a template without one stays English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, init=False)
class Message:
    """One sentence with its values; ``str()`` gives English."""

    template: str
    values: Mapping[str, object]

    def __init__(self, template: str, /, **values: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)

    def __str__(self) -> str:
        return self.render("en")

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted((k, str(v)) for k, v in self.values.items()))))

    def render(self, language: str = "en") -> str:
        """Return the sentence in ``language`` (an ISO 639-1 code)."""
        template = translate(self.template, language)
        values = {
            name: value.render(language) if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        return template.format(**values) if values else template


def in_a_row(sentences: Iterable[Message]) -> Message:
    """Return the sentences as one, each still to be rendered in the reader's language."""
    values = {f"sentence{number}": each for number, each in enumerate(sentences)}
    return Message(" ".join(f"{{{name}}}" for name in values), **values)


def translate(template: str, language: str) -> str:
    """Return the catalogue's translation of ``template``, or the template itself."""
    if language == "en":
        return template
    # English is in the code; only other languages pay for reading a catalogue.
    from esign.messages.catalogue import catalogue

    return catalogue(language).get(template, template)


def languages() -> tuple[str, ...]:
    """Return the ISO 639-1 codes the catalogue knows, English first."""
    from esign.messages.catalogue import translated_languages

    return ("en", *translated_languages())
