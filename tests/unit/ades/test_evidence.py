"""Evidence is merged without repetition and keeps its failures."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

from esign.ades.evidence import Evidence, FetchFailure, Want, WantKind
from esign.messages import Message
from esign.terms import CertificateRole


def test_merging_keeps_order_and_drops_repetition(pki) -> None:
    """Each object once, in the order first found; failures are all kept."""
    citizen, issuing = pki.certificate("citizen"), pki.certificate("issuing")
    want = Want(
        kind=WantKind.CRL,
        certificate=citizen,
        issuer=issuing,
        role=CertificateRole.SIGNER,
        urls=("http://a.test/",),
    )
    failure = FetchFailure(want=want, causes=(("http://a.test/", Message("no")),))
    first = Evidence(certificates=(citizen, issuing), failures=(failure,))
    second = Evidence(
        certificates=(issuing, pki.certificate("root"), citizen), crls=(pki.crl("root"),) * 2
    )
    merged = first.merged(second)
    assert merged.certificates == (citizen, issuing, pki.certificate("root"))
    assert merged.crls == (pki.crl("root"),)
    assert merged.failures == (failure,)


def test_the_time_of_asking_is_the_latest() -> None:
    """It proves nothing and is only told."""
    at = datetime(2026, 5, 1, tzinfo=UTC)
    assert Evidence(collected_at=at).merged(Evidence()).collected_at == at
    assert Evidence().merged(Evidence(collected_at=at)).collected_at == at


def test_a_want_is_plain_data(pki) -> None:
    """It can be sent to another process that asks the network."""
    want = Want(
        kind=WantKind.OCSP,
        certificate=pki.certificate("citizen"),
        issuer=pki.certificate("issuing"),
        role=CertificateRole.SIGNER,
        urls=(),
    )
    assert pickle.loads(pickle.dumps(want)) == want
