"""What the tests of the reports share."""

from __future__ import annotations

import pytest

from tests.support.pki import PKI
from tests.support.scenes import Scene


@pytest.fixture
def scene(pki: PKI) -> Scene:
    """Makes documents over the test PKI and judges them at the control time."""
    return Scene(pki)
