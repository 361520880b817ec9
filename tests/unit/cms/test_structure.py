"""Each rule broken once, beside an honest sibling that differs in that one thing."""

from __future__ import annotations

import pytest

from esign.asn1 import writer
from esign.asn1.reader import parse
from esign.cms import builder, oids
from esign.cms.claims import attribute
from esign.terms import Severity
from tests.support import cms_making as make


def _severity(octets: bytes, code: str) -> Severity:
    (found,) = (f for f in make.only(octets).structure_findings() if f.code == code)
    return found.severity


def test_honest_signature_has_no_findings() -> None:
    """What we sign ourselves breaks no rule, and is baseline."""
    signature = make.only(make.signed())
    assert make.is_sound(signature)
    assert signature.structure_findings() == ()
    assert signature.is_ades_baseline


def test_honest_attributes_in_the_test_builder_have_no_findings() -> None:
    """The builder that breaks rules below breaks none when asked for nothing."""
    signature = make.only(make.with_attributes(make.attributes()))
    assert make.is_sound(signature)
    assert make.codes(signature) == set()


def test_no_signed_attributes_is_a_constraint() -> None:
    """A value straight over the content verifies, and is still no AdES signature."""
    octets = make.without_attributes(make.CONTENT)
    signature = make.only(octets)
    assert make.is_sound(signature)
    assert _severity(octets, "no-signed-attributes") is Severity.CONSTRAINT
    assert not signature.is_ades_baseline


def test_signed_attributes_replayed_as_content_are_malformed() -> None:
    """Attributes of a good signature, passed off as content, verify but are found out."""
    honest = make.only(make.signed())
    replayed = honest.facts.signer_info.signed_octets  # type: ignore[attr-defined]
    info = writer.sequence(
        *(each.encoded for each in _parts_without_attributes(make.signed())),
    )
    octets = builder.signed_data(make.request(), info, content=replayed)
    signature = make.only(octets)
    assert make.is_sound(signature), "the attack is real: the value does verify"
    assert _severity(octets, "content-imitates-signed-attributes") is Severity.MALFORMED


def test_replayed_attributes_are_found_out_when_detached() -> None:
    """The same attack with the replayed attributes in a file beside the signature."""
    honest = make.only(make.signed())
    replayed = honest.facts.signer_info.signed_octets  # type: ignore[attr-defined]
    info = writer.sequence(*(each.encoded for each in _parts_without_attributes(make.signed())))
    signature = make.only(builder.signed_data(make.request(), info), replayed)
    assert "content-imitates-signed-attributes" in make.codes(signature)


def test_content_that_merely_starts_like_a_set_is_no_imitation() -> None:
    """A text that begins with the digit 1, which is the tag of a SET, is left alone."""
    for content in (b"1st of March", b"1\x02ab", b"1\x00", writer.set_of(writer.integer(5))):
        codes = make.codes(make.only(make.signed(content)))
        assert "content-imitates-signed-attributes" not in codes


def _parts_without_attributes(octets: bytes) -> list[object]:
    element = make.only(octets).facts.signer_info.element  # type: ignore[attr-defined]
    return [child for child in element.children if child.tag != 0xA0]


@pytest.mark.parametrize(
    ("oid", "code", "severity"),
    [
        (oids.CONTENT_TYPE, "content-type-missing", Severity.CONSTRAINT),
        (oids.MESSAGE_DIGEST, "message-digest-missing", Severity.CONSTRAINT),
        (oids.SIGNING_CERTIFICATE_V2, "signing-certificate-missing", Severity.LEVEL),
        (oids.SIGNING_TIME, "signing-time-missing", Severity.LEVEL),
    ],
)
def test_missing_attribute_is_found(oid: str, code: str, severity: Severity) -> None:
    """Each attribute that the baseline asks for is missed by name."""
    octets = make.with_attributes(make.attributes(make.CONTENT, oid))
    signature = make.only(octets)
    assert make.codes(signature) == {code}
    assert _severity(octets, code) is severity
    assert not signature.is_ades_baseline


@pytest.mark.parametrize(
    "oid",
    [
        oids.CONTENT_TYPE,
        oids.MESSAGE_DIGEST,
        oids.SIGNING_TIME,
        oids.SIGNING_CERTIFICATE_V2,
        oids.ALGORITHM_PROTECTION,
    ],
)
def test_repeated_attribute_is_found(oid: str) -> None:
    """An attribute that must occur once and occurs twice is a broken constraint."""
    parts = make.attributes()
    twice = next(each for each in parts if parse(each).children[0].encoded == writer.oid(oid))
    octets = make.with_attributes([*parts, twice])
    assert _severity(octets, "signed-attribute-repeated") is Severity.CONSTRAINT


def test_two_values_in_one_attribute_are_found() -> None:
    """Two message digests in one attribute bind nothing."""
    digests = (writer.octet_string(bytes([number]) * 32) for number in (1, 2))
    parts = make.attributes(make.CONTENT, oids.MESSAGE_DIGEST)
    signature = make.only(make.with_attributes([*parts, attribute(oids.MESSAGE_DIGEST, *digests)]))
    assert "signed-attribute-repeated" in make.codes(signature)
    assert not signature.references()[0].intact


def test_content_type_that_differs_is_found() -> None:
    """content-type says data, the content says TSTInfo: somebody has re-labelled it."""
    octets = make.with_attributes(make.attributes(), content_type=oids.TST_INFO)
    assert _severity(octets, "content-type-differs") is Severity.CONSTRAINT


@pytest.mark.parametrize(
    ("digest", "algorithm"),
    [("SHA384", "RSA_PKCS1_SHA256"), ("SHA256", "RSA_PKCS1_SHA384")],
)
def test_exchanged_algorithms_are_found(digest: str, algorithm: str) -> None:
    """CMSAlgorithmProtection that names other algorithms than are in use is a mismatch."""
    signing = make.request(algorithm=algorithm).algorithm
    hashing = make.digest_by_name(digest)
    value = writer.sequence(hashing.identifier(), writer.implicit(1, signing.identifier()))
    parts = make.attributes(make.CONTENT, oids.ALGORITHM_PROTECTION)
    octets = make.with_attributes([*parts, attribute(oids.ALGORITHM_PROTECTION, value)])
    assert _severity(octets, "algorithm-protection-differs") is Severity.CONSTRAINT


def test_protection_that_leaves_out_null_is_the_same() -> None:
    """Absent parameters and NULL mean the same algorithm."""
    request = make.request()
    bare = writer.sequence(writer.oid(request.algorithm.oid))
    value = writer.sequence(request.digest_algorithm.identifier(), writer.implicit(1, bare))
    parts = make.attributes(make.CONTENT, oids.ALGORITHM_PROTECTION)
    signature = make.only(
        make.with_attributes([*parts, attribute(oids.ALGORITHM_PROTECTION, value)])
    )
    assert make.codes(signature) == set()


def test_unsorted_attributes_verify_as_sent_with_a_remark() -> None:
    """Attributes out of DER order verify over the octets as they were sent."""
    octets = make.with_attributes(sorted(make.attributes(), reverse=True), sort=False)
    signature = make.only(octets)
    assert make.is_sound(signature)
    assert _severity(octets, "signed-attributes-not-der") is Severity.REMARK
    assert signature.is_ades_baseline


def test_unknown_attribute_is_told() -> None:
    """A signed attribute of unknown meaning is reported and hinders nothing."""
    strange = attribute("1.3.6.1.4.1.55555.7", writer.utf8_string("?"))
    octets = make.with_attributes([*make.attributes(), strange])
    assert _severity(octets, "signed-attribute-unknown") is Severity.REMARK
    assert make.only(octets).signed_properties.other["1.3.6.1.4.1.55555.7"] == "?"


@pytest.mark.parametrize(
    ("oid", "value", "severity"),
    [
        (oids.SIGNING_TIME, writer.utf8_string("noon"), Severity.CONSTRAINT),
        (oids.SIGNING_CERTIFICATE_V2, writer.sequence(), Severity.CONSTRAINT),
        (oids.MESSAGE_DIGEST, writer.integer(3), Severity.CONSTRAINT),
        (oids.CONTENT_HINTS, writer.null(), Severity.LEVEL),
        (oids.MIME_TYPE, writer.integer(1), Severity.LEVEL),
        (oids.SIGNATURE_POLICY, writer.sequence(), Severity.CONSTRAINT),
    ],
)
def test_unreadable_value_is_found(oid: str, value: bytes, severity: Severity) -> None:
    """A value of another type than its attribute's is named; what decides weighs more."""
    parts = [*make.attributes(make.CONTENT, oid), attribute(oid, value)]
    assert _severity(make.with_attributes(parts), "signed-attribute-unreadable") is severity


def test_attribute_that_is_none_is_malformed() -> None:
    """A member of the signed attributes that is no attribute breaks the form."""
    octets = make.with_attributes([*make.attributes(), writer.integer(7)])
    assert _severity(octets, "signed-attribute-malformed") is Severity.MALFORMED


def test_counter_signature_must_not_name_a_content_type() -> None:
    """content-type in a counter-signature costs its level (RFC 5652 §11.4)."""
    value = make.only(make.signed()).signature_value
    octets = writer.set_of(*make.attributes(value))
    counter = builder.signer_info(make.request(), octets, make.value(octets))
    unsigned = [attribute(oids.COUNTER_SIGNATURE, counter)]
    (found,) = make.only(
        make.with_attributes(make.attributes(), unsigned=unsigned)
    ).counter_signatures
    assert make.codes(found) == {"counter-signature-has-content-type"}


def test_content_type_that_is_no_oid_is_found() -> None:
    """content-type of another type says nothing about the content."""
    parts = make.attributes(make.CONTENT, oids.CONTENT_TYPE)
    broken = attribute(oids.CONTENT_TYPE, writer.integer(1))
    octets = make.with_attributes([*parts, broken])
    assert _severity(octets, "content-type-differs") is Severity.CONSTRAINT


def test_unsigned_attribute_that_is_none_is_remarked() -> None:
    """What anybody may add cannot break the signature, but is told."""
    octets = make.with_attributes(make.attributes(), unsigned=[writer.integer(1)])
    assert make.is_sound(make.only(octets))
    assert _severity(octets, "unsigned-attribute-malformed") is Severity.REMARK


def test_old_encapsulation_is_remarked() -> None:
    """PKCS #7 content that is no OCTET STRING is digested without its header, and told.

    Spec: RFC 5652 §5.2.1
    """
    content = writer.integer(5)
    octets = make.with_attributes(make.attributes(content), content=content)
    old = writer.sequence(content)
    changed = octets.replace(writer.octet_string(content), old)
    assert len(changed) == len(octets)
    assert make.is_sound(make.only(changed))
    assert make.codes(make.only(changed)) == {"content-not-octet-string"}


def test_other_revocation_information_asks_for_version_5() -> None:
    """OCSP responses beside the certificates ask for version 5 (RFC 5652 §5.1)."""
    data = parse(make.signed()).children[1].children[0]
    other = writer.sequence(writer.oid("1.2.3"), writer.null())
    *parts, infos = (each.encoded for each in data.children)
    for version, expected in ((1, {"signed-data-version"}), (5, set())):
        body = writer.sequence(
            writer.integer(version),
            *parts[1:],
            writer.explicit(1, writer.implicit(1, other)),
            infos,
        )
        octets = writer.sequence(writer.oid(oids.SIGNED_DATA), writer.explicit(0, body))
        assert make.codes(make.only(octets)) == expected


def test_timestamp_token_is_no_signature_of_a_document() -> None:
    """A token, handed in as a signed document, is told from one; inside a signature it is fine."""
    token = make.token(bytes(32))
    assert _severity(token, "content-is-a-timestamp") is Severity.CONSTRAINT
    stamp = builder.timestamp_attribute(token)
    signature = make.only(make.with_attributes(make.attributes(), unsigned=[stamp]))
    (found,) = signature.timestamps
    assert found.token is not None
    assert "content-is-a-timestamp" not in make.codes(found.token)


def test_signing_time_among_the_unsigned_is_found() -> None:
    """A signing time that anybody may have added later is a broken constraint."""
    late = attribute(oids.SIGNING_TIME, writer.utc_or_generalized(make.TIME))
    octets = make.with_attributes(make.attributes(), unsigned=[late])
    assert _severity(octets, "signed-attribute-not-signed") is Severity.CONSTRAINT


def test_certificate_left_out_costs_the_level() -> None:
    """Without the signer's certificate the signature is not baseline."""
    info = make.only(make.signed()).facts.signer_info.element.encoded  # type: ignore[attr-defined]
    stranger = make.request(certificate=make.certificate("agency"))
    signature = make.only(builder.signed_data(stranger, info, content=make.CONTENT))
    assert make.codes(signature) == {"signer-certificate-not-embedded"}
    assert signature.value_verifies(make.certificate().public_key)


def test_wrong_versions_are_remarked() -> None:
    """A SignerInfo that claims version 3 for a name, and a SignedData of version 9."""
    octets = make.signed()
    data = parse(octets).children[1].children[0]
    info = make.only(octets).facts.signer_info.element  # type: ignore[attr-defined]
    at = data.children[0].body
    changed = octets[:at] + b"\x09" + octets[at + 1 :]
    assert make.codes(make.only(changed)) == {"signed-data-version"}
    at = info.children[0].body
    changed = octets[:at] + b"\x03" + octets[at + 1 :]
    assert make.codes(make.only(changed)) == {"signer-info-version", "signed-data-version"}


def test_digest_of_another_family_than_the_signature_is_a_constraint() -> None:
    """message-digest by SHA-512 under RSA with SHA-256: RFC 5754 has them agree."""
    octets = make.signed()
    info = make.only(octets).facts.signer_info  # type: ignore[attr-defined]
    sha512 = make.digest_by_name("SHA512").identifier()
    changed = octets.replace(info.digest_algorithm.encoded, sha512)
    assert "digest-differs-from-signature" in make.codes(make.only(changed))
