"""The test PKI as our own objects.

def test_something(pki):
    report = esign.verify(..., trust=pki.trust, evidence=pki.evidence(), at=pki.now)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path

import esign
from esign.ades.evidence import Evidence
from esign.ades.ports import Signer
from esign.pki.certificate import Certificate, load_certificates
from esign.pki.crl import CRL
from esign.pki.ocsp import OCSPResponse
from esign.pki.trust import TrustStore
from esign.terms import Purpose
from fixtures import pki_files

FOLDER = pki_files.HERE


class PKI:
    """Reads what ``make fixtures`` built; every object once."""

    now: datetime = pki_files.declaration()["clock"]["control_time"]
    """The control time: all sound certificates are valid, all fresh evidence is fresh."""
    signing_time: datetime = pki_files.declaration()["clock"]["signing_time"]

    def path(self, name: str) -> Path:
        """Return where a certificate lies (PEM)."""
        return FOLDER / "certificates" / f"{name}.crt"

    def certificate(self, name: str) -> Certificate:
        """Return a certificate by its name in ``pki.toml``."""
        (found,) = load_certificates(self.path(name).read_bytes())
        return found

    def key_path(self, name: str) -> Path:
        """Return where the key of a certificate lies (PKCS#8 in PEM, no password)."""
        return FOLDER / "keys" / f"{pki_files.entry('certificate', name)['key']}.pem"

    def signer(self, name: str = "citizen") -> Signer:
        """Return the signer who owns a certificate, with the chain to embed."""
        return esign.load_signer(
            self.key_path(name),
            certificate=self.path(name),
            chain=tuple(self.path(issuer) for issuer in pki_files.issuers(name)),
        )

    @cached_property
    def trust(self) -> TrustStore:
        """The roots, each for its own purpose."""
        return self.trust_of(signer=("root", "ec-root"), tsa=("tsa-root",))

    def trust_of(self, *, signer: Sequence[str] = (), tsa: Sequence[str] = ()) -> TrustStore:
        """Return a store of the named certificates."""
        store = TrustStore.empty()
        for names, purpose in ((signer, Purpose.SIGNER), (tsa, Purpose.TSA)):
            if names:
                anchors = [self.certificate(name) for name in names]
                store = store.merged(TrustStore.of(*anchors, purposes=frozenset({purpose})))
        return store

    def crl(self, name: str) -> CRL:
        """Return a CRL by its name in ``pki.toml``."""
        return CRL.load((FOLDER / "crls" / f"{name}.crl").read_bytes())

    def ocsp(self, name: str) -> OCSPResponse:
        """Return an OCSP response by its name in ``pki.toml``."""
        return OCSPResponse.from_der((FOLDER / "ocsp" / f"{name}.ors").read_bytes())

    def evidence(
        self,
        *,
        crls: Sequence[str] = ("root", "issuing", "ec-root", "ec-issuing", "tsa-root"),
        ocsp: Sequence[str] = (),
        certificates: Sequence[str] = (),
    ) -> Evidence:
        """Return evidence by name; by default the CRLs that show every sound certificate good."""
        return Evidence(
            certificates=tuple(self.certificate(name) for name in certificates),
            crls=tuple(self.crl(name) for name in crls),
            ocsp_responses=tuple(self.ocsp(name) for name in ocsp),
        )
