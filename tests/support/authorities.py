"""Time-stamping authorities that answer at once, for sessions and calls under test.

authority = SceneAuthority(Scene(pki), time=pki.signing_time)
esign.sign(..., level="T", tsa=authority, trust=pki.trust, at=pki.now)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from esign.creation.session import EvidenceWanted, Session, SignatureWanted
from esign.creation.signed import SignedDocument
from esign.crypto.algorithms import DigestAlgorithm
from esign.errors import TSAUnreachableError
from esign.limits import Budget
from tests.support.pki import PKI
from tests.support.scenes import Scene


@dataclass
class SceneAuthority:
    """Implements ``TimestampAuthority`` with the test PKI, in this process."""

    scene: Scene
    tsa: str = "tsa"
    time: datetime | None = None
    name: str = "https://tsa.test/"
    rewrite: Callable[[bytes], bytes] = field(default=lambda token: token)
    """What a dishonest or broken authority does to its token."""
    asked: list[bytes] = field(default_factory=list)

    def timestamp(self, imprint: bytes, algorithm: DigestAlgorithm, budget: Budget) -> bytes:
        """Return a token over ``imprint``."""
        self.asked.append(imprint)
        token = self.scene.token(imprint, algorithm, tsa=self.tsa, time=self.time)
        return self.rewrite(token)


@dataclass
class SilentAuthority:
    """Never gives a token."""

    name: str = "https://silent.test/"

    def timestamp(self, imprint: bytes, algorithm: DigestAlgorithm, budget: Budget) -> bytes:
        """Raise as a client does when nobody answers."""
        raise TSAUnreachableError("{url} does not answer.", url=self.name)


def finish(session: Session, pki: PKI, signer: object, authority: object = None) -> SignedDocument:
    """Answer what a session wants with the test PKI and its sound evidence."""
    while (wanted := session.wanted) is not None:
        if isinstance(wanted, SignatureWanted):
            value = signer.sign(wanted.octets, wanted.algorithm)
            session = session.feed(value, at=pki.now)
        elif isinstance(wanted, EvidenceWanted):
            session = session.feed_evidence([(want, pki.evidence()) for want in wanted.wants])
        else:
            token = authority.timestamp(wanted.imprint, wanted.algorithm, Budget())
            session = session.feed(token, at=pki.now)
    return session.result
