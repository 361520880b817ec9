"""Trust anchors: nothing is trusted unless given.

Spec: RFC 5280 §6.1.1 (d), EN 319 102-1 §5.2.6.2
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from esign.errors import InputError, InputUnreadableError, UsageError
from esign.pki.trust import TrustAnchor, TrustStore
from esign.terms import Purpose
from tests.support.chains import NOW, Made, make

ROOT = make("Root")
OTHER = make("Other")
SIGNER, TSA = frozenset({Purpose.SIGNER}), frozenset({Purpose.TSA})


def write(path: Path, *made: Made, encoding: str = "PEM") -> Path:
    """Write certificates to a file and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = getattr(serialization.Encoding, encoding)
    path.write_bytes(b"".join(m.x509.public_bytes(kind) for m in made))
    return path


def test_empty_store_trusts_nothing() -> None:
    """An empty store has no anchor for anything, and still is a store."""
    store = TrustStore.empty()
    assert len(store) == 0
    assert store.anchors_for(Purpose.SIGNER) == ()
    assert store


@pytest.mark.parametrize("encoding", ["PEM", "DER"])
def test_file_is_loaded(tmp_path: Path, encoding: str) -> None:
    """PEM and DER files give their certificate, with the file as its source."""
    path = write(tmp_path / "root.crt", ROOT, encoding=encoding)
    (anchor,) = TrustStore.load(path).anchors
    assert anchor.certificate == ROOT.ours
    assert anchor.source == str(path)


def test_bundle_and_pkcs7_give_all_their_certificates(tmp_path: Path) -> None:
    """A PEM bundle and a p7b file give every certificate in them."""
    bundle = write(tmp_path / "bundle.pem", ROOT, OTHER)
    p7b = tmp_path / "roots.p7b"
    p7b.write_bytes(
        pkcs7.serialize_certificates([ROOT.x509, OTHER.x509], serialization.Encoding.DER)
    )
    expected = TrustStore.of(ROOT.ours, OTHER.ours)
    assert TrustStore.load(bundle) == TrustStore.load(p7b) == expected
    assert len(TrustStore.load(bundle, p7b)) == 2


def test_sub_folders_limit_purposes(tmp_path: Path) -> None:
    """What lies below ``tsa`` or ``signer`` is trusted for that alone."""
    write(tmp_path / "signer" / "deep" / "root.crt", ROOT)
    write(tmp_path / "tsa" / "other.crt", OTHER)
    store = TrustStore.load(tmp_path)
    assert [a.certificate for a in store.anchors_for(Purpose.SIGNER)] == [ROOT.ours]
    assert [a.certificate for a in store.anchors_for(Purpose.TSA)] == [OTHER.ours]
    narrowed = TrustStore.load(tmp_path, purposes=SIGNER)
    assert [a.certificate for a in narrowed.anchors] == [ROOT.ours]


def test_hidden_files_are_passed_over(tmp_path: Path) -> None:
    """Names that begin with a dot belong to other programs."""
    write(tmp_path / "root.crt", ROOT)
    (tmp_path / ".gitignore").write_text("*")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("x")
    assert len(TrustStore.load(tmp_path)) == 1


def test_strange_file_is_named(tmp_path: Path) -> None:
    """A file without a certificate is an error that names it, in a folder or alone."""
    write(tmp_path / "root.crt", ROOT)
    (tmp_path / "notes.txt").write_text("trust me")
    for path in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(InputError, match=r"notes\.txt"):
            TrustStore.load(path)


def test_empty_folder_is_an_error(tmp_path: Path) -> None:
    """A folder without a certificate is a mistake, never silence."""
    with pytest.raises(UsageError, match=tmp_path.name):
        TrustStore.load(tmp_path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A path that leads nowhere is an error that names it."""
    with pytest.raises(InputUnreadableError, match=r"absent\.pem"):
        TrustStore.load(tmp_path / "absent.pem")
    broken = tmp_path / "broken.pem"
    broken.symlink_to(tmp_path / "absent.pem")
    with pytest.raises(InputUnreadableError, match=r"broken\.pem"):
        TrustStore.load(tmp_path)


def test_no_path_and_no_purpose_are_mistakes() -> None:
    """Loading nothing, or for nothing, is refused."""
    with pytest.raises(UsageError):
        TrustStore.load()
    with pytest.raises(UsageError):
        TrustStore.of(ROOT.ours, purposes=())


def test_purposes_add_up_when_merged() -> None:
    """One certificate given twice is one anchor with both purposes."""
    merged = TrustStore.of(ROOT.ours, purposes=SIGNER).merged(
        TrustStore.of(ROOT.ours, purposes=TSA)
    )
    (anchor,) = merged.anchors
    assert anchor.purposes == SIGNER | TSA
    assert merged == TrustStore.of(ROOT.ours)


def test_hash_tells_facts_apart_and_nothing_else(tmp_path: Path) -> None:
    """Order and source leave the hash alone; certificate, purpose and period change it."""
    store = TrustStore.of(ROOT.ours, OTHER.ours)
    loaded = TrustStore.load(write(tmp_path / "a.pem", OTHER), write(tmp_path / "b.pem", ROOT))
    assert store.hash == loaded.hash
    assert len(store.hash) == 64
    dated = TrustStore([TrustAnchor(certificate=ROOT.ours, not_after=NOW)])
    variants = {
        store.hash,
        TrustStore.of(ROOT.ours).hash,
        TrustStore.of(ROOT.ours, purposes=SIGNER).hash,
        dated.hash,
        TrustStore.empty().hash,
    }
    assert len(variants) == 5


def test_store_travels_between_processes() -> None:
    """A pickled store is the same store."""
    store = TrustStore.of(ROOT.ours, OTHER.ours)
    assert pickle.loads(pickle.dumps(store)) == store


def test_store_is_shared_by_threads() -> None:
    """Eight threads that ask a fresh store at once get the answers of one."""
    for _ in range(20):
        store = TrustStore.of(ROOT.ours, OTHER.ours)
        with ThreadPoolExecutor(8) as pool:
            found = list(
                pool.map(
                    lambda _, s=store: s.by_subject(Purpose.SIGNER, ROOT.ours.subject), range(16)
                )
            )
        assert all(len(each) == 1 for each in found)


def test_trust_may_be_dated() -> None:
    """An anchor is trusted within its period, both ends included."""
    day = timedelta(days=1)
    anchor = TrustAnchor(certificate=ROOT.ours, not_before=NOW, not_after=NOW + day)
    trusted = [anchor.is_trusted_at(NOW + n * day) for n in (-1, 0, 1, 2)]
    assert trusted == [False, True, True, False]


def test_system_store_is_the_file_openssl_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE names the system's roots; where there are none it is said."""
    monkeypatch.setenv("SSL_CERT_FILE", str(write(tmp_path / "system.pem", ROOT, OTHER)))
    assert len(TrustStore.system()) == 2
    assert TrustStore.system(purposes=TSA).anchors_for(Purpose.SIGNER) == ()
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setattr("esign.pki.trust.SYSTEM_FILES", ())
    with pytest.raises(UsageError):
        TrustStore.system()


def test_file_of_absurd_size_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than any bundle of anchors is refused before it is parsed."""
    monkeypatch.setattr("esign.pki.trust_files.MAX_ANCHOR_FILE", 10)
    with pytest.raises(InputError, match="too large"):
        TrustStore.load(write(tmp_path / "huge.pem", ROOT))


def test_store_is_shown_by_size_and_hash() -> None:
    """The representation names the number of anchors and the beginning of the hash."""
    store = TrustStore.of(ROOT.ours)
    assert repr(store) == f"TrustStore(1 anchors, {store.hash[:16]})"
    assert len({store, TrustStore.of(ROOT.ours)}) == 1
    assert store != "store"


def test_linked_folders_are_followed_once(tmp_path: Path) -> None:
    """A link to a folder is followed, and one that leads back up does no harm."""
    write(tmp_path / "elsewhere" / "root.crt", ROOT)
    (tmp_path / "roots").mkdir()
    (tmp_path / "roots" / "tsa").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "up").symlink_to(tmp_path / "roots")
    (anchor,) = TrustStore.load(tmp_path / "roots").anchors
    assert anchor.purposes == TSA


def test_strange_entry_is_named(tmp_path: Path) -> None:
    """Something that is neither file nor folder is an error, and nobody waits for it."""
    write(tmp_path / "root.crt", ROOT)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="pipe"):
        TrustStore.load(tmp_path)


def test_unreadable_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that may not be read is an error, never a folder without certificates."""
    write(tmp_path / "root.crt", ROOT)
    write(tmp_path / "closed" / "other.crt", OTHER)
    read = Path.iterdir

    def refusing(folder: Path) -> Iterator[Path]:
        if folder.name == "closed":  # the superuser may read everything, so it is refused here
            raise PermissionError(13, "Permission denied")
        return read(folder)

    monkeypatch.setattr(Path, "iterdir", refusing)
    with pytest.raises(InputUnreadableError, match="closed"):
        TrustStore.load(tmp_path)
