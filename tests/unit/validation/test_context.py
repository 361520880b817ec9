"""The pool of material one judgement looks at."""

from __future__ import annotations

import pytest

from esign.ades.evidence import Evidence
from esign.errors import LimitExceededError
from esign.limits import Budget, Limits
from esign.validation.context import pool_of
from tests.support.scenes import Scene


def test_the_pool_is_the_union(scene: Scene) -> None:
    """Signature, time-stamp and evidence add up, each object once."""
    parsed = scene.cades(tsa="tsa")
    evidence = Evidence(
        certificates=(scene.certificate("citizen"), scene.certificate("root")),
        crls=(scene.pki.crl("root"),) * 2,
    )
    pool = pool_of(parsed, evidence, Budget())
    assert {scene.certificate(n) for n in ("citizen", "issuing", "tsa", "root")} == set(
        pool.certificates
    )
    assert len(pool.certificates) == 4
    assert pool.has_revocation_data
    assert not pool_of(parsed, Evidence(), Budget()).has_revocation_data


def test_too_many_certificates(scene: Scene) -> None:
    """A document that carries more than the limit is refused by name."""
    with pytest.raises(LimitExceededError) as caught:
        pool_of(scene.cades(), Evidence(), Budget(Limits(certificates=1)))
    assert caught.value.values["limit"] == "certificates"
