"""EU DSS and pyHanko read our national lists, and refuse what we refuse."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509

from tests.support import dss
from tests.support.lists import altered, certificate, fixture, issue
from tests.support.pki import FOLDER

pytestmark = pytest.mark.interop

SIGNERS = {"zz.xml": "zz-list", "zy.xml": "zy-list"}


def _dss(path: Path, signer: str) -> dict[str, Any]:
    if reason := dss.missing():
        pytest.skip(reason)
    run = subprocess.run(
        [
            "java", "-cp", dss.classpath(), "verdicts.Lists",
            str(path), str(FOLDER / "certificates" / f"{signer}.crt"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


@pytest.mark.parametrize("name", SIGNERS)
def test_dss_accepts_the_list(name: str, tmp_path: Path) -> None:
    """The signature passes, the structure has no fault, and both services are found."""
    path = tmp_path / name
    path.write_bytes(fixture(name))
    found = _dss(path, SIGNERS[name])
    assert (found["indication"], found["structure"]) == ("TOTAL_PASSED", "null")
    assert (found["territory"], found["services"]) == (name[:2].upper(), "2")


def test_dss_refuses_another_signer_and_a_wrong_structure(tmp_path: Path) -> None:
    """So its yes above means something."""
    path = tmp_path / "zz.xml"
    path.write_bytes(fixture("zz.xml"))
    assert _dss(path, "zy-list")["indication"] == "INDETERMINATE"
    path.write_bytes(fixture("zz.xml").replace(b"Svcstatus/granted", b"Svcstatus/gone"))
    assert _dss(path, "zz-list")["indication"] == "TOTAL_FAILED"
    path.write_bytes(issue(altered("zz.xml", (b"SchemeTerritory>", b"SchemeCountry>"))))
    assert _dss(path, "zz-list")["structure"] != "null"


@pytest.mark.parametrize("name", SIGNERS)
def test_pyhanko_reads_the_list(name: str) -> None:
    """Its reader checks the signature and finds the services of qualified issuers."""
    parse = pytest.importorskip("pyhanko.sign.validation.qualified.eutl_parse")
    signer = x509.Certificate.load(certificate(SIGNERS[name]).der)
    registry, errors = parse.trust_list_to_registry(fixture(name).decode(), [signer])
    assert errors == []
    # In zy the first issuer is withdrawn, which pyHanko sees as we do.
    granted = "issuing" if name == "zz.xml" else "ec-issuing"
    found = {each.certificate.dump() for each in registry.known_certificate_authorities}
    assert found == {certificate(granted).der}
    broken = fixture(name).replace(b"Svcstatus/granted", b"Svcstatus/gone")
    with pytest.raises(Exception, match=r"."):
        parse.trust_list_to_registry(broken.decode(), [signer])
