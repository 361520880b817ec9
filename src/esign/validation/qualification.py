"""What a signature is called in law, as a conclusion of its own beside the verdict.

The values are plain; whoever can read trusted lists draws the conclusion. A signature that
does not pass may still come from a qualified certificate, and the other way round.

Spec: TS 119 615
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from esign.messages import Message


class QualificationStatus(StrEnum):
    """The five answers."""

    QESIG = "QESig"
    QESEAL = "QESeal"
    ADES_QC = "AdES-QC"
    ADES = "AdES"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """The status by trusted list, with the list and the entry it came from."""

    status: QualificationStatus
    list: str = ""
    """The trusted list: its territory and sequence number, or its address; empty without one."""
    entry: str = ""
    """The service entry of that list; empty without one."""
    reasons: tuple[Message, ...] = ()
    """What led to the status, the deciding reason first."""
