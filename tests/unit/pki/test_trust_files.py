"""Anchors from files of every kind, by content and whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from esign.errors import InputError, UsageError
from esign.pki.anchors import ALL_PURPOSES
from esign.pki.trust import TrustStore
from esign.pki.trust_files import anchors_at, anchors_in
from esign.terms import Purpose
from tests.support.keystores import PASSWORD, java_store
from tests.support.pki import PKI


@pytest.mark.parametrize("kind", ["JKS", "PKCS12"])
def test_java_stores_are_known_by_their_content(tmp_path: Path, pki: PKI, kind: str) -> None:
    """Whatever the file is called; the alias is part of the anchor's source."""
    path = java_store(tmp_path / "roots.crt", kind, {"root": pki.path("root")})
    (anchor,) = anchors_in(path, ALL_PURPOSES, PASSWORD).anchors
    assert anchor.certificate == pki.certificate("root")
    assert anchor.source == f"{path}, alias root"
    store = TrustStore.load(path, password=PASSWORD)
    assert store.hash == TrustStore.of(pki.certificate("root")).hash


def test_a_snapshot_keeps_its_purposes(tmp_path: Path, pki: PKI) -> None:
    """The reader can narrow them, and never widen."""
    path = tmp_path / "roots.json"
    path.write_bytes(pki.trust.snapshot())
    assert TrustStore.load(path) == pki.trust
    only = TrustStore.load(path, purposes=[Purpose.TSA])
    assert [a.certificate for a in only.anchors] == [pki.certificate("tsa-root")]
    assert only.anchors_for(Purpose.SIGNER) == ()


def test_one_bad_file_spoils_the_directory(tmp_path: Path, pki: PKI) -> None:
    """Half of the anchors would look like all of them."""
    (tmp_path / "a.crt").write_bytes(pki.path("root").read_bytes())
    assert len(list(anchors_at(tmp_path, ALL_PURPOSES))) == 1
    (tmp_path / "b.json").write_bytes(pki.trust.snapshot()[:-40])
    with pytest.raises(InputError, match=r"b\.json"):
        list(anchors_at(tmp_path, ALL_PURPOSES))


def test_an_empty_directory_is_an_error(tmp_path: Path) -> None:
    """Nothing in it is no store."""
    with pytest.raises(UsageError, match="no trusted certificate"):
        list(anchors_at(tmp_path, ALL_PURPOSES))
