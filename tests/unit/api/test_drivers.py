"""The driver answers, remembers how long tokens are, and tries authorities in order."""

from __future__ import annotations

import pytest

import esign
from esign.api import drivers
from esign.api.drivers import TokenSizes
from esign.errors import TimestampingError, TSATokenRefusedError, TSAUnreachableError, UsageError
from tests.support.authorities import SceneAuthority, SilentAuthority
from tests.support.pdf_making import document as minimal_pdf
from tests.support.scenes import Scene, flipped


def _sign(pki, authorities, document=b"x", **given):
    return esign.sign(
        document,
        signer=pki.signer(),
        level="T",
        tsa=authorities,
        trust=pki.trust,
        at=pki.now,
        **given,
    )


def _fit(pki, **given) -> SceneAuthority:
    return SceneAuthority(Scene(pki), time=pki.now, **given)


def test_the_next_authority_is_asked_when_one_fails(pki) -> None:
    """Silence and a token that is refused both lead to the next."""
    liar = _fit(pki, name="liar", rewrite=flipped)
    signed = _sign(pki, [SilentAuthority(), liar, _fit(pki)])
    assert signed.level is esign.SignatureLevel.T
    assert liar.asked


def test_all_failing_tells_every_reason(pki) -> None:
    """One failure speaks for itself, several are listed."""
    with pytest.raises(TSAUnreachableError):
        _sign(pki, SilentAuthority())
    with pytest.raises(TimestampingError, match="2 time-stamping") as caught:
        _sign(pki, [SilentAuthority(), _fit(pki, rewrite=flipped)])
    assert "silent.test" in str(caught.value)


def test_a_lying_authority_alone_is_refused(pki) -> None:
    """Its own error reaches the caller."""
    with pytest.raises(TSATokenRefusedError):
        _sign(pki, _fit(pki, rewrite=flipped))


def test_level_t_without_an_authority_is_a_mistake(pki) -> None:
    """The sentence says which argument is missing."""
    with pytest.raises(UsageError, match="tsa="):
        _sign(pki, None)


def test_a_known_token_size_saves_the_measuring(pki, monkeypatch) -> None:
    """The first PDF asks twice, the second once."""
    monkeypatch.setattr(drivers, "TOKEN_SIZES", TokenSizes())
    authority = _fit(pki, name="measured")
    _sign(pki, authority, minimal_pdf())
    assert len(authority.asked) == 2
    _sign(pki, authority, minimal_pdf())
    assert len(authority.asked) == 3


def test_a_token_that_outgrows_the_guess_is_named_and_forgotten(pki, monkeypatch) -> None:
    """Never a silent second try: the error has both sizes, and the next call measures."""
    sizes = TokenSizes()
    sizes.remember("grown", 10)
    monkeypatch.setattr(drivers, "TOKEN_SIZES", sizes)
    authority = _fit(pki, name="grown")
    with pytest.raises(esign.EsignError) as caught:
        _sign(pki, authority, minimal_pdf())
    assert {"needed", "reserved"} <= caught.value.values.keys()
    assert sizes.of(["grown"]) is None
    assert _sign(pki, authority, minimal_pdf()).level is esign.SignatureLevel.T


def test_sizes_are_bounded_and_need_the_first_authority() -> None:
    """The longest of those known counts, if the first is known at all."""
    sizes = TokenSizes(bound=2)
    for name, size in (("a", 5), ("b", 9), ("c", 1), ("a", 3)):
        sizes.remember(name, size)
    assert sizes.of(["a", "b"]) == 9
    assert sizes.of(["a", "c"]) == 5
    assert sizes.of(["c", "a"]) is None
    assert sizes.of([]) is None
