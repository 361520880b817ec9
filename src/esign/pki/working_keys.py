"""The key under which a responder's or CRL issuer's values verify.

Spec: RFC 5280 §6.1.4 (d) to (f)
"""

from __future__ import annotations

from esign.crypto.signatures import PublicKey
from esign.pki.certificate import Certificate
from esign.pki.paths import find_path
from esign.pki.revocation_model import RevocationQuestion
from esign.terms import CertificateRole


def working_key(question: RevocationQuestion, certificate: Certificate) -> PublicKey:
    """Return the certificate's key, with the parameters its validated path gives it.

    A key that lacks parameters and has no path stays as it is: nothing verifies under it.
    """
    key = certificate.public_key
    if not key.lacks_parameters:
        return key
    found = find_path(
        certificate,
        candidates=(question.issuer, *question.candidates),
        trust=question.trust,
        purpose=question.purpose,
        at=question.at,
        budget=question.budget,
        role=CertificateRole.CA,
    )
    return key if found.path is None else found.path.keys[0]
