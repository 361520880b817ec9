"""162 lists that others published or altered: read, and believed exactly when they should be.

Signers are those that some list in the corpus announces for the territory, as a list of
lists does; so an altered list fails for its alteration, not for want of an announcement.
"""

from __future__ import annotations

import json
import tarfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from esign.errors import EsignError, MalformedError, TrustedListError
from esign.limits import Budget
from esign.pki.certificate import Certificate
from esign.trustlists.checking import require_signed
from esign.trustlists.loading import FirstList, load
from esign.trustlists.model import TrustedList
from esign.trustlists.reading import read_list
from tests.support.corpus import corpus_folder

pytestmark = pytest.mark.slow

NO_LISTS = {"", "certificate.xml"}
"""What the index calls no list by giving it no type."""
UNREADABLE = {
    "dss/lotlCache/CZ_not-conform.xml": "its tags do not match, whatever the index says",
    "dss/tl-empty.xml": "it has nothing but a root",
    "dss/tl-empty-with-identifier.xml": "it has no dates",
}
CHANGED_AFTER_SIGNING = {
    "dss/eu-lotl-no-tl-version.xml",
    "dss/fi-v6-no-service-information.xml",
    "dss/fi-v6-no-tsp-information.xml",
    "dss/fr-65-docusign.xml",
    "dss/lotlCache/CZ_not-compliant.xml",
    "dss/lotlCache/eu-lotl_non-compliant.xml",
    "dss/lotlCache/tl_pivot_191_mp_broken-sig.xml",
    "dss/lotlCache/tl_pivot_247_mp_broken-sig.xml",
    "dss/lotlCache/tl_pivot_247_mp_missing-pivot.xml",
    "dss/mra-zz-lotl-duplicated-equivalence-context.xml",
    "dss/tsl-sk-minimal-dss-1911.xml",
    "HungaryTrustedList.xml",
}
"""Files the index lists as published whose names, or whose lost entries, say otherwise."""
STRANGERS = {
    "dss/fi-v5-invalid.xml",
    "dss/fi-v5-sig-cert-v2.xml",
    "dss/fi-v6-no-supply-points-type.xml",
    "dss/fi-v6-sig-cert.xml",
    "dss/fi-v6.xml",
    "dss/mra-lotl.xml",
    "dss/mra-zz-lotl-custom-equivalence-context.xml",
    "dss/mra-zz-lotl-history.xml",
    "dss/mra-zz-tl.xml",
    "dss/peru-lotl.xml",
    "dss/tl-ecdsa-brainpool.xml",
    "dss/dk_tl-sn21.xml",
}
"""Sound, but signed by a test key that no list announces."""
NOT_BELIEVED = {
    "dss/lotlCache/CZ_two-sigs.xml": "2 signatures",
    "dss/tsl-pe.xml": "SHA1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The corpus, unpacked and read once."""

    folder: Path
    index: tuple[Mapping[str, str], ...]
    read: Mapping[str, TrustedList]
    signers: Mapping[str, tuple[Certificate, ...]]

    def octets(self, name: str) -> bytes:
        """Return the file."""
        return (self.folder / name).read_bytes()


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lists]:
    """Return the corpus, or skip where it is not."""
    corpus = corpus_folder()
    if corpus is None or not (corpus / "trusted-lists.tar.xz").is_file():
        pytest.skip("no corpus beside the checkout and ESIGN_CORPUS is not set")
    folder = tmp_path_factory.mktemp("lists")
    with tarfile.open(corpus / "trusted-lists.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    index = tuple(json.loads((corpus / "trusted-lists.json").read_text("utf-8")))
    read: dict[str, TrustedList] = {}
    for entry in index:
        try:
            read[entry["file"]] = read_list((folder / entry["file"]).read_bytes())
        except MalformedError:
            continue
    announced: dict[str, dict[str, Certificate]] = defaultdict(dict)
    for listed in read.values():
        for pointer in listed.pointers:
            for signer in pointer.signers:
                announced[pointer.territory][signer.id] = signer
    signers = {territory: tuple(found.values()) for territory, found in announced.items()}
    return Lists(folder=folder, index=index, read=read, signers=signers)


def test_every_list_is_read(lists: Lists) -> None:
    """All that are well-formed and have a head; the others are named with their reason."""
    unread = {
        entry["file"]
        for entry in lists.index
        if entry["type"] and entry["file"] not in lists.read and entry["expected"] != "unparsable"
    }
    assert unread <= set(UNREADABLE), unread - set(UNREADABLE)
    assert len(lists.read) == 138


def test_what_was_read_is_what_the_index_says(lists: Lists) -> None:
    """Territory, sequence number and version agree with whoever made the index."""
    for entry in lists.index:
        listed = lists.read.get(entry["file"])
        if listed is None:
            continue
        assert listed.territory == (entry["territory"] or ""), entry["file"]
        assert str(listed.sequence) == (entry["seq"] or "0"), entry["file"]
        assert str(listed.version) == (entry["version"] or "0"), entry["file"]


def _accepted(lists: Lists, name: str) -> EsignError | None:
    listed = lists.read[name]
    signers = lists.signers.get(listed.territory, ())
    try:
        require_signed(listed, lists.octets(name), signers, budget=Budget())
    except TrustedListError as error:
        return error
    return None


def _is_among(name: str, names: set[str]) -> bool:
    return name in names or Path(name).name in names


def test_no_altered_or_unsigned_list_is_believed(lists: Lists) -> None:
    """Broken signatures, none at all, and texts changed after signing."""
    for entry in lists.index:
        name = entry["file"]
        if name not in lists.read:
            continue
        if entry["expected"] != "as published" or _is_among(name, CHANGED_AFTER_SIGNING):
            error = _accepted(lists, name)
            assert error is not None, name
            expected = "0 signatures" if entry["expected"] == "no signature" else "HASH_FAILURE"
            assert expected in str(error), f"{name}: {error}"


def test_every_published_list_is_believed(lists: Lists) -> None:
    """Whatever a government published verifies against whom the lists announce."""
    count = 0
    for entry in lists.index:
        name = entry["file"]
        published = entry["expected"] == "as published" and name in lists.read
        if not published or _is_among(name, CHANGED_AFTER_SIGNING):
            continue
        error = _accepted(lists, name)
        if name in STRANGERS:
            assert error is not None, name
        elif name in NOT_BELIEVED:
            assert NOT_BELIEVED[name] in str(error), name
        else:
            assert error is None, f"{name}: {error}"
            count += 1
    assert count >= 95, count


class _Archive:
    """Answers addresses of 2019 with the files that were saved from them."""

    def __init__(self, folder: Path, read: Mapping[str, TrustedList]) -> None:
        self.folder = folder
        self.read = read

    def fetch(self, location: str, known: str | None, budget: Budget) -> bytes:
        """Return the list that lay there."""
        return (self.folder / self._name(location)).read_bytes()

    def _name(self, location: str) -> str:
        file = location.rpartition("/")[2]
        if "pivot" in file:
            return "dss/lotlCache/" + file.replace("-", "_")
        if "lotl" in file:
            return "dss/eu-lotl-pivot.xml"
        raise TrustedListError("{location} was not saved.", location=location)


def test_the_pivots_of_2019_lead_to_its_list_of_lists(lists: Lists) -> None:
    """From whoever signed the first pivot, three changes of signers later."""
    first_pivot = lists.read["dss/lotlCache/tl_pivot_172_mp.xml"]
    octets = lists.octets("dss/lotlCache/tl_pivot_172_mp.xml")
    signer = require_signed(first_pivot, octets, lists.signers["EU"], budget=Budget())
    first = FirstList(
        location="https://lists.esign.test/eu-lotl.xml", signers=(signer,), territory="EU"
    )
    source = _Archive(lists.folder, lists.read)
    at = datetime(2019, 9, 1, tzinfo=UTC)
    snapshot = load(first, source=source, at=at, territories=())
    assert snapshot.lists[0].sequence == 247
    stranger = lists.signers["SK"][:1]
    with pytest.raises(TrustedListError, match="breaks the chain"):
        load(FirstList(location=first.location, signers=stranger), source=source, at=at)
