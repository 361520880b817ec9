"""Errors say what happened in a sentence, with fields, and travel between processes."""

from __future__ import annotations

import inspect
import pickle

import pytest

from esign import errors

KINDS = [
    each
    for _, each in inspect.getmembers(errors, inspect.isclass)
    if issubclass(each, errors.EsignError)
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_has_its_sentence_and_fields(kind) -> None:
    """The sentence has the values in it, and programs read them by name."""
    error = kind("{name} is at fault.", name="it")
    assert str(error) == "it is at fault."
    assert error.values == {"name": "it"}
    assert kind.__name__.endswith("Error")
    assert kind.__doc__


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_errors_survive_pickling(kind) -> None:
    """A worker process may raise them."""
    error = pickle.loads(pickle.dumps(kind("{n} of 3.", n=2)))
    assert type(error) is kind
    assert (str(error), error.values) == ("2 of 3.", {"n": 2})


def test_the_tree_says_who_is_at_fault() -> None:
    """Catching a branch catches its leaves."""
    assert issubclass(errors.MalformedPDFError, errors.InputError)
    assert issubclass(errors.WrongPasswordError, errors.KeyAccessError)
    assert issubclass(errors.TSATokenRefusedError, errors.NetworkError)
    assert issubclass(errors.SessionMismatchError, errors.CreationError)
    assert not issubclass(errors.OutputError, errors.CreationError)
