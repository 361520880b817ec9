"""Where lists come from, and how a companion file spares the way."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from esign.ades.ports import HTTPAnswer, HTTPRequest
from esign.errors import InputUnreadableError, SourceError
from esign.limits import Budget
from esign.trustlists.sources import ListFolder, OnlineLists, companion_of, digest_in

URL = "https://lists.esign.test/zz.xml"
LIST = b"<list/>"
DIGEST = sha256(LIST)


class Server:
    """A transport that answers from memory and counts."""

    def __init__(self, **files: bytes) -> None:
        self.files = files
        self.asked: list[str] = []

    def send(self, request: HTTPRequest, budget: Budget) -> HTTPAnswer:
        """Return the file, or 404."""
        assert request.from_document, "an address from a list may point anywhere"
        name = request.url.rpartition("/")[2].replace(".", "_")
        self.asked.append(name)
        body = self.files.get(name)
        return HTTPAnswer(status=200 if body is not None else 404, headers={}, body=body or b"")


@pytest.mark.parametrize("body", [DIGEST.digest(), DIGEST.hexdigest().encode() + b"  zz.xml\n"])
def test_a_companion_that_knows_the_list_spares_the_way(body: bytes) -> None:
    """Binary or written, the digest of what is kept means that nothing changed."""
    server = Server(zz_xml=LIST, zz_sha2=body)
    assert OnlineLists(transport=server).fetch(URL, DIGEST.hexdigest(), Budget()) is None
    assert server.asked == ["zz_sha2"]


def test_without_companion_or_with_another_digest_the_list_is_fetched() -> None:
    """A missing, odd or differing companion never stands for a list."""
    for files in ({}, {"zz_sha2": b"odd"}, {"zz_sha2": bytes(32)}):
        server = Server(zz_xml=LIST, **files)
        assert OnlineLists(transport=server).fetch(URL, DIGEST.hexdigest(), Budget()) == LIST


def test_a_first_fetch_asks_for_no_companion() -> None:
    """There is nothing yet that it could confirm."""
    server = Server(zz_xml=LIST)
    assert OnlineLists(transport=server).fetch(URL, None, Budget()) == LIST
    assert server.asked == ["zz_xml"]


def test_a_list_that_is_not_there_is_an_error() -> None:
    """The status is in the sentence."""
    with pytest.raises(SourceError, match="404"):
        OnlineLists(transport=Server()).fetch(URL, None, Budget())


def test_a_folder_answers_by_name(tmp_path: Path) -> None:
    """The last part of the address is the file; what is known is not read again."""
    (tmp_path / "zz.xml").write_bytes(LIST)
    folder = ListFolder(folder=tmp_path)
    assert folder.fetch(URL, None, Budget()) == LIST
    assert folder.fetch(URL, DIGEST.hexdigest(), Budget()) is None
    with pytest.raises(InputUnreadableError, match="zy"):
        folder.fetch("https://lists.esign.test/zy.xml", None, Budget())


def test_companions_are_named_after_their_lists() -> None:
    """The ending is replaced, or added where there is none."""
    assert companion_of(URL) == "https://lists.esign.test/zz.sha2"
    assert companion_of("https://lists.esign.test/zz") == "https://lists.esign.test/zz.sha2"
    assert digest_in(b"zz" * 32) is None
