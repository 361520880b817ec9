"""The way to the network, paid for only by calls that go there."""

from __future__ import annotations

from collections.abc import Sequence

from esign.ades.ports import EvidenceSource


def online_source(allow_hosts: Sequence[str]) -> EvidenceSource:
    """Return the source that fetches what documents and certificates point to."""
    # Only a call that contacts somebody pays for the network libraries.
    from esign.net.sources import OnlineSource
    from esign.net.transport import HTTPTransport

    return OnlineSource(HTTPTransport(allow_hosts=tuple(allow_hosts)))
