"""The rules of the evidence cache: what goes in, what comes out, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from esign.ades.evidence import Evidence, FetchFailure, Want, WantKind
from esign.errors import CacheError
from esign.net.cache import (
    MAXIMUM_AGE,
    CacheRecord,
    EvidenceCache,
    MemoryCache,
    ObjectKind,
    Recollection,
    subject_of,
)
from esign.net.cache_file import FileCache
from esign.pki.crl import CRL
from esign.terms import CertificateRole
from tests.support.chains import NOW, Made, key_of, make, make_crl, make_ocsp

ROOT = make("Root")
CITIZEN = make("Citizen", ROOT, ca=False)
DAY = timedelta(days=1)
MakeCache = Callable[[], EvidenceCache]


@pytest.fixture(params=["memory", "file"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceCache:
    """An empty cache of either kind."""
    return MemoryCache() if request.param == "memory" else FileCache(tmp_path / "sub" / "c.sqlite")


def want(kind: WantKind = WantKind.CRL, *, issuer: Made | None = ROOT, of: Made = CITIZEN) -> Want:
    """Return a want about the citizen's certificate."""
    return Want(
        kind=kind,
        certificate=of.ours,
        issuer=None if issuer is None else issuer.ours,
        role=CertificateRole.SIGNER,
        urls=("http://ca.example/list",),
    )


def kept(cache: EvidenceCache, wanted: Want, answer: Evidence, at: datetime = NOW) -> None:
    """Keep an answer as a call at that time would."""
    Recollection(cache, at=at).keep(wanted, answer, at)


def recalled(cache: EvidenceCache, wanted: Want, at: datetime = NOW) -> Evidence | None:
    """Return what a call at that time would be given."""
    return Recollection(cache, at=at).recall([wanted])


def test_genuine_list_comes_back(cache: EvidenceCache) -> None:
    """A list whose signature verifies under the issuer's key is kept and given again."""
    crl = make_crl(ROOT)
    kept(cache, want(), Evidence(crls=(crl,)))
    found = recalled(cache, want())
    assert found is not None
    assert found.crls == (crl,)
    assert found.consulted[0].from_cache


def test_forged_list_is_not_kept(cache: EvidenceCache) -> None:
    """A list under another key than the issuer's is not kept, whatever name it bears."""
    kept(cache, want(), Evidence(crls=(make_crl(ROOT, signed_with=key_of("Mallory")),)))
    assert list(cache.records()) == []
    assert recalled(cache, want()) is None


def test_list_is_found_for_every_certificate_of_its_issuer(cache: EvidenceCache) -> None:
    """One list answers for all certificates of the issuer that point to it."""
    kept(cache, want(), Evidence(crls=(make_crl(ROOT),)))
    assert recalled(cache, want(of=make("Other", ROOT, ca=False))) is not None


def test_list_of_a_namesake_is_not_found() -> None:
    """Another authority of the same name and address has a place of its own."""
    namesake = make("Root", key="Mallory")
    assert subject_of(want(issuer=namesake)) != subject_of(want())


def test_genuine_answer_comes_back(cache: EvidenceCache) -> None:
    """An OCSP response by the issuer is kept for the certificate it is about alone."""
    response = make_ocsp(CITIZEN, ROOT)
    kept(cache, want(WantKind.OCSP), Evidence(ocsp_responses=(response,)))
    found = recalled(cache, want(WantKind.OCSP))
    assert found is not None
    assert found.ocsp_responses == (response,)
    assert recalled(cache, want(WantKind.OCSP, of=make("Other", ROOT, ca=False))) is None


def test_answer_by_a_stranger_is_not_kept(cache: EvidenceCache) -> None:
    """A response signed by somebody whom the issuer did not certify is not kept."""
    stranger = make("Responder", make("Elsewhere"), ca=False)
    response = make_ocsp(CITIZEN, ROOT, responder=stranger)
    kept(cache, want(WantKind.OCSP), Evidence(ocsp_responses=(response,)))
    assert list(cache.records()) == []


def test_only_the_issuer_is_kept(cache: EvidenceCache) -> None:
    """Of fetched certificates the one that did issue the certificate is kept."""
    namesake = make("Root", key="Mallory")
    wanted = want(WantKind.ISSUER, issuer=None)
    kept(cache, wanted, Evidence(certificates=(namesake.ours, ROOT.ours)))
    found = recalled(cache, wanted)
    assert found is not None
    assert found.certificates == (ROOT.ours,)


def test_fetched_anew_after_the_maximum_age(cache: EvidenceCache) -> None:
    """What was fetched too long ago is not given as current although its nextUpdate is far."""
    kept(cache, want(), Evidence(crls=(make_crl(ROOT),)))
    assert recalled(cache, want(), NOW + MAXIMUM_AGE) is not None
    assert recalled(cache, want(), NOW + MAXIMUM_AGE + timedelta(seconds=1)) is None


def test_unreachable_server_leaves_what_still_counts(cache: EvidenceCache) -> None:
    """When nothing can be fetched, what is older than the maximum age is given after all."""
    crl = make_crl(ROOT)
    kept(cache, want(), Evidence(crls=(crl,)))
    failure = Evidence(failures=(FetchFailure(want=want(), causes=()),))
    answer = Recollection(cache, at=NOW + DAY).keep(want(), failure, NOW + DAY)
    assert answer.crls == (crl,)
    assert answer.failures == failure.failures


def test_old_evidence_is_kept(cache: EvidenceCache) -> None:
    """The last list before the certificate expired is given years later, beside the newest."""
    expired = make("Expired", ROOT, ca=False, days=(-365, 0))
    lists = [make_crl(ROOT, days=days, number=n) for n, days in enumerate(((-9, -2), (0.5, 7)), 1)]
    for crl in lists:
        kept(cache, want(), Evidence(crls=(crl,)), at=crl.this_update)
    found = recalled(cache, want(of=expired), NOW + 900 * DAY)
    assert found is not None
    assert set(found.crls) == set(lists)


def test_judging_the_past_gives_what_was_new_then(cache: EvidenceCache) -> None:
    """For a moment in the past the newest list of that time is among what is given."""
    lists = [make_crl(ROOT, days=(day, day + 7), number=day + 20) for day in (-14, -7, 0)]
    for crl in lists:
        kept(cache, want(), Evidence(crls=(crl,)), at=crl.this_update)
    found = recalled(cache, want(), NOW - 3 * DAY)
    assert found is not None
    assert lists[1] in found.crls
    assert lists[0] not in found.crls


def test_each_want_is_recalled_once(cache: EvidenceCache) -> None:
    """A want that the cache did not satisfy is not put to it again, so that asking ends."""
    kept(cache, want(), Evidence(crls=(make_crl(ROOT),)))
    memory = Recollection(cache, at=NOW)
    assert memory.recall([want()]) is not None
    assert memory.recall([want()]) is None


def test_content_is_bound_to_its_digest(cache: EvidenceCache) -> None:
    """Nothing is kept under the digest of something else."""
    octets = make_crl(ROOT).der
    record = _record(octets)
    with pytest.raises(CacheError):
        cache.put(record, octets + b"\0")
    cache.put(record, octets)
    assert cache.octets(record.digest) == octets


def test_prune_superseded_leaves_the_newest(cache: EvidenceCache) -> None:
    """Pruning what is superseded leaves the newest object about each subject."""
    lists = [make_crl(ROOT, days=(day, day + 7), number=day + 20) for day in (-7, 0)]
    for crl in lists:
        kept(cache, want(), Evidence(crls=(crl,)))
    assert cache.prune(fetched_before=NOW, superseded_only=True) == 0
    assert cache.prune(fetched_before=NOW + DAY, superseded_only=True) == 1
    (left,) = cache.records()
    assert left.digest == sha256(lists[1].der).hexdigest()
    assert cache.prune(fetched_before=NOW + DAY, superseded_only=False) == 1
    assert cache.octets(left.digest) is None


def test_same_object_again_renews_its_age(cache: EvidenceCache) -> None:
    """An object that was fetched again is as fresh as the last time."""
    crl = make_crl(ROOT)
    for at in (NOW, NOW + DAY):
        kept(cache, want(), Evidence(crls=(crl,)), at)
    (record,) = cache.records()
    assert record.fetched_at == NOW + DAY


def test_memory_forgets_the_oldest() -> None:
    """The cache in memory has a bound."""
    cache = MemoryCache(bound=2)
    for number in range(3):
        octets = bytes([number])
        cache.put(replace(_record(octets), subject=str(number)), octets)
    assert [record.subject for record in cache.records()] == ["1", "2"]


class _Broken(MemoryCache):
    """A cache whose disk is gone."""

    def about(self, subject: str) -> tuple[CacheRecord, ...]:
        raise CacheError("The disk of {subject} is gone.", subject=subject)

    def put(self, record: CacheRecord, octets: bytes) -> None:
        raise CacheError("The disk is gone.")


def test_trouble_with_the_cache_is_logged_only(caplog: pytest.LogCaptureFixture) -> None:
    """A cache in trouble costs time, never a verdict."""
    crl: CRL = make_crl(ROOT)
    memory = Recollection(_Broken(), at=NOW)
    assert memory.recall([want()]) is None
    assert memory.keep(want(), Evidence(crls=(crl,)), NOW).crls == (crl,)
    assert "The disk is gone" in caplog.text


def _record(octets: bytes) -> CacheRecord:
    return CacheRecord(
        subject="ab",
        digest=sha256(octets).hexdigest(),
        kind=ObjectKind.CRL,
        this_update=NOW,
        next_update=None,
        fetched_at=NOW,
        size=len(octets),
        label="Root",
    )
