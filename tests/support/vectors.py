"""The vectors of ``fixtures/index.toml`` and how to judge one."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import esign
from tests.support.paths import FIXTURES

if TYPE_CHECKING:
    from tests.support.pki import PKI


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """One entry of the index."""

    id: str
    says: str
    file: str
    sha256: str
    origin: str
    clause: str
    form: str
    level: str
    packaging: str
    signer: str
    policy: str
    control_time: datetime
    indication: str
    detached: Sequence[str] = ()
    trust_signer: Sequence[str] = ()
    trust_tsa: Sequence[str] = ()
    crls: Sequence[str] = ()
    ocsp: Sequence[str] = ()
    sub_indication: str | None = None
    sibling: str | None = None

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return FIXTURES / self.file

    @property
    def detached_paths(self) -> tuple[Path, ...]:
        """Where the contents beside it lie."""
        return tuple(FIXTURES / name for name in self.detached)

    @property
    def evidence_paths(self) -> tuple[Path, ...]:
        """Where the CRLs and OCSP responses lie."""
        folder = FIXTURES / "pki"
        return (
            *(folder / "crls" / f"{name}.crl" for name in self.crls),
            *(folder / "ocsp" / f"{name}.ors" for name in self.ocsp),
        )

    @property
    def passes(self) -> bool:
        """The vector is one that must pass."""
        return self.indication == "TOTAL_PASSED"


@cache
def vectors() -> tuple[Vector, ...]:
    """Return all vectors in the order of the index."""
    content = tomllib.loads((FIXTURES / "index.toml").read_text(encoding="utf-8"))
    return tuple(Vector(**entry) for entry in content["vector"])


def judge(vector: Vector, pki: PKI, **changes: Any) -> esign.Report:
    """Return our report on a vector under its own trust, evidence, policy and time."""
    policy = esign.Policy()
    if vector.policy == "unsafe-without-revocation":
        policy = esign.Policy.unsafe_without_revocation()
    arguments: dict[str, Any] = {
        "trust": pki.trust_of(signer=vector.trust_signer, tsa=vector.trust_tsa),
        "detached": vector.detached_paths,
        "evidence": pki.evidence(crls=vector.crls, ocsp=vector.ocsp),
        "at": vector.control_time,
        "offline": True,
        "policy": policy,
    }
    return esign.verify(changes.pop("document", vector.path), **{**arguments, **changes})
