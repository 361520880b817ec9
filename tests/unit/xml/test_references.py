"""References are followed inside the document or to what was given, and nowhere else."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from esign.document import Document
from esign.errors import LimitExceededError
from esign.limits import Budget, Limits
from esign.xml.dsig import SignatureElement, signatures_in
from esign.xml.names import C14N_EXCLUSIVE
from esign.xml.references import ReferenceProcessor
from tests.support.xml_making import octets_of, outcomes, reference, unsigned, xml

BODY = '<b Id="i">x<!-- c --></b>'


def _of(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("#i", b'<b Id="i">x</b>'),
        ("#xpointer(id('i'))", b'<b Id="i">x<!-- c --></b>'),
        ("#xpointer(id(&quot;i&quot;))", b'<b Id="i">x<!-- c --></b>'),
    ],
)
def test_same_document_references(uri: str, expected: bytes) -> None:
    """A bare name leaves comments out, a full pointer keeps them (§4.4.3.3)."""
    content = f"<a>{BODY}{unsigned(reference(uri, C14N_EXCLUSIVE + 'WithComments'))}</a>"
    assert octets_of(content) == expected


def test_whole_document_with_and_without_comments() -> None:
    """``""`` leaves comments out and ``#xpointer(/)`` keeps them."""
    for uri, count in ("", 0), ("#xpointer(/)", 1):
        content = f"<a>{BODY}{unsigned(reference(uri, C14N_EXCLUSIVE + 'WithComments'))}</a>"
        assert octets_of(content).count(b"<!--") == count


@pytest.mark.parametrize("second", ['<c Id="i"/>', '<c ID="i"/>', '<c id="i"/>', '<c xml:id="i"/>'])
def test_duplicate_id_is_ambiguous(second: str) -> None:
    """A second element of that id, whatever the attribute is called, leaves nothing found."""
    digest = _of(b'<b Id="i">x</b>')
    sound = f"<a>{BODY}{unsigned(reference('#i', digest=digest))}</a>"
    (outcome,) = outcomes(sound)
    assert outcome.intact
    (outcome,) = outcomes(sound.replace("</b>", "</b>" + second))
    assert outcome.ambiguous
    assert not outcome.found
    assert not outcome.intact


@pytest.mark.parametrize("uri", ["#none", "#xpointer(//b)", "#xpointer(id('none'))"])
def test_what_is_not_there_is_not_found(uri: str) -> None:
    """A missing id and an unknown pointer are reported."""
    (outcome,) = outcomes(f"<a>{BODY}{unsigned(reference(uri))}</a>")
    assert not outcome.found
    assert outcome.problem is not None


def test_files_and_addresses_are_only_names(tmp_path: Path) -> None:
    """A path, a file: or an http: address is never opened."""
    file = tmp_path / "secret.txt"
    file.write_bytes(b"secret")
    for uri in (str(file), file.as_uri(), "http://example.org/secret.txt"):
        (outcome,) = outcomes(unsigned(reference(uri, digest=_of(b"secret"))))
        assert not outcome.found
        given = [Document.of(b"secret", name=uri), Document.of(b"x", name="x")]
        (outcome,) = outcomes(unsigned(reference(uri, digest=_of(b"secret"))), given)
        assert outcome.intact


def test_given_documents_are_found_by_name() -> None:
    """The name counts as written, unescaped, or as the last part of a relative path."""
    given = [Document.of(b"one", name="a b.txt"), Document.of(b"two", name="two")]
    for uri in ("a%20b.txt", "a b.txt", "./a%20b.txt", "folder/a%20b.txt"):
        (outcome,) = outcomes(unsigned(reference(uri, digest=_of(b"one"))), given)
        assert outcome.intact, uri


def test_two_given_of_one_name_are_ambiguous() -> None:
    """Two documents of the same name leave nothing found."""
    given = [Document.of(b"one", name="a"), Document.of(b"two", name="a")]
    (outcome,) = outcomes(unsigned(reference("a", digest=_of(b"one"))), given)
    assert outcome.ambiguous
    assert not outcome.found


def test_missing_uri_takes_exactly_one() -> None:
    """Without a URI the only given document is meant; of two none is guessed."""
    one, two = Document.of(b"one", name="a"), Document.of(b"two", name="b")
    content = unsigned(reference(None, digest=_of(b"one")))
    assert outcomes(content, [one])[0].intact
    assert not outcomes(content, [one, two])[0].found
    assert not outcomes(content)[0].found


def test_changed_octets_do_not_match() -> None:
    """One changed octet is found and not intact; so is a shortened digest."""
    sound = unsigned(reference("a", digest=_of(b"one")))
    assert outcomes(sound, [Document.of(b"one", name="a")])[0].intact
    (changed,) = outcomes(sound, [Document.of(b"onE", name="a")])
    assert (changed.found, changed.intact) == (True, False)
    short = base64.b64encode(hashlib.sha256(b"one").digest()[:16]).decode()
    (cut,) = outcomes(unsigned(reference("a", digest=short)), [Document.of(b"one", name="a")])
    assert not cut.intact


@pytest.mark.parametrize("digest", ["", "!", "{}<!-- c -->"])
def test_unreadable_digest_never_matches(digest: str) -> None:
    """A digest value that is empty, no base64, or split by a comment matches nothing."""
    content = unsigned(reference("a", digest=digest.format(_of(b"one"))))
    (outcome,) = outcomes(content, [Document.of(b"one", name="a")])
    assert not outcome.intact


def test_two_digest_values_match_nothing() -> None:
    """Of two DigestValues neither is taken."""
    value = f"<ds:DigestValue>{_of(b'one')}</ds:DigestValue>"
    content = unsigned(reference("a", digest=_of(b"one"))).replace(value, value * 2)
    (outcome,) = outcomes(content, [Document.of(b"one", name="a")])
    assert not outcome.intact


def test_unknown_digest_is_named() -> None:
    """A digest algorithm nobody knows is found and not intact, with its name."""
    content = unsigned(reference("a")).replace("xmlenc#sha256", "xmlenc#sha-unknown")
    (outcome,) = outcomes(content, [Document.of(b"one", name="a")])
    assert (outcome.found, outcome.intact, outcome.algorithm) == (True, False, None)
    assert "sha-unknown" in str(outcome.problem)


def test_references_and_transforms_are_limited() -> None:
    """More references or transforms than allowed end the call."""
    document = xml(unsigned(*[reference("#i")] * 3))
    signature = SignatureElement(next(signatures_in(document.root)), document)
    processor = ReferenceProcessor(document, [], Budget(Limits(references=2)))
    with pytest.raises(LimitExceededError):
        [processor.check(one, signature.element) for one in signature.references]
    with pytest.raises(LimitExceededError):
        outcomes(f"<a>{BODY}{unsigned(reference('#i', *[C14N_EXCLUSIVE] * 9))}</a>")


def test_canonicalised_octets_are_limited() -> None:
    """Many references over one large document end in a named error, not in waiting."""
    document = xml(f"<a>{'x' * 1000}{unsigned(*[reference('', C14N_EXCLUSIVE)] * 5)}</a>")
    signature = SignatureElement(next(signatures_in(document.root)), document)
    size = len(document.octets)
    enough = ReferenceProcessor(document, [], Budget(Limits(xml_canonical_octets=6 * size)))
    assert len([enough.check(one, signature.element) for one in signature.references]) == 5
    scarce = ReferenceProcessor(document, [], Budget(Limits(xml_canonical_octets=4 * size)))
    with pytest.raises(LimitExceededError):
        [scarce.check(one, signature.element) for one in signature.references]


def test_one_file_is_digested_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several references to one given document read it once."""
    document = Document.of(b"x" * 100, name="a")
    reads: list[int] = []
    read = type(document).read
    monkeypatch.setattr(
        Document, "read", lambda self, *span: reads.append(span[0]) or read(self, *span)
    )
    found = outcomes(unsigned(*[reference("a", digest=_of(b"x" * 100))] * 5), [document])
    assert all(one.intact for one in found)
    assert len(reads) == 1
