"""Between two sittings lies plain data that is believed in nothing."""

from __future__ import annotations

import json

import pytest

import esign
from esign.creation.prepared import PreparedSignature
from esign.errors import CreationError, SessionMismatchError
from tests.support.pdf_making import document as minimal_pdf


def _prepared(pki, document=b"content", **given) -> PreparedSignature:
    signer = pki.signer()
    return esign.prepare(
        document, certificate=signer.certificate, chain=signer.chain, at=pki.now, **given
    )


def test_json_and_back(pki) -> None:
    """The stored text gives the same session and holds nothing of the document."""
    prepared = _prepared(pki, b"a secret document")
    text = prepared.to_json()
    assert PreparedSignature.from_json(text) == prepared
    assert "secret" not in text


def test_the_digest_is_that_of_the_octets(pki) -> None:
    """A device that signs digests gets the right one; EdDSA has none."""
    import hashlib

    prepared = _prepared(pki)
    assert prepared.digest == hashlib.sha256(prepared.octets).digest()
    signer = pki.signer("citizen-ed25519")
    other = esign.prepare(b"", certificate=signer.certificate, chain=signer.chain, at=pki.now)
    assert other.digest is None


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"kind": "esign-prepared-signature", "version": 2}', "[" * 100_000],
)
def test_other_text_is_no_session(text) -> None:
    """Whatever is not a session of this version is refused by name."""
    with pytest.raises(SessionMismatchError):
        PreparedSignature.from_json(text)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 7),
        (("level",), "XL"),
        (("octets",), "%%%"),
        (("document_digest",), "zz"),
        (("request", "form"), "JAdES"),
        (("request", "certificate"), "AAAA"),
        (("request", "algorithm"), "NONE"),
        (("request", "signing_time"), "yesterday"),
        (("request", "signing_time"), "0001-01-01T00:00:00+14:00"),
        (("document_size",), float("inf")),
        (("request",), None),
    ],
)
def test_a_damaged_session_is_refused(pki, path, value) -> None:
    """Each field that is not what it should be is noticed when reading."""
    content = json.loads(_prepared(pki).to_json())
    place = content
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(SessionMismatchError):
        PreparedSignature.from_json(json.dumps(content))


def test_a_pdf_for_level_t_must_be_measured(pki) -> None:
    """Without an authority the size of its token cannot be known."""
    from esign.api.signing import order_for, wishes_of
    from esign.creation.order import SignerFacts
    from esign.creation.prepared import prepare_order
    from esign.document import Document

    signer = pki.signer()
    wishes = wishes_of(
        level="T",
        form=None,
        packaging=None,
        digest=None,
        algorithm=None,
        properties=None,
        pdf=None,
        xml=None,
    )
    facts = SignerFacts(
        certificate=signer.certificate, chain=signer.chain, algorithms=signer.algorithms
    )
    order = order_for(
        Document.of(minimal_pdf()), facts, wishes, detached=(), timeout=None, at=pki.now
    )
    with pytest.raises(CreationError, match="measured"):
        prepare_order(order)
