"""The authority over HTTP."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from esign.crypto.algorithms import digest_by_name
from esign.errors import OutputError, TSARejectedError, UsageError
from esign.limits import Budget
from esign.net.timestamping import TimestampClient
from esign.service.tsa import TSAServer, serve, system_clock
from esign.tsa.messages import read_response, request_octets
from esign.tsa.token import parse_token
from tests.support.authority import POLICY, make_authority
from tests.support.paths import ROOT

SHA256 = digest_by_name("SHA256")
DIGEST = hashlib.sha256(b"data").digest()


def test_a_client_gets_a_token_of_now(tmp_path: Path) -> None:
    """From end to end over loopback, dated by the machine's clock."""
    with TSAServer(make_authority(), policy=POLICY, serials=tmp_path / "s", accuracy=1) as tsa:
        token = parse_token(TimestampClient(tsa.url).timestamp(DIGEST, SHA256, Budget()))
    assert abs(token.generation_time - datetime.now(UTC)) < timedelta(seconds=10)
    assert (token.policy, token.accuracy_seconds) == (POLICY, 1)


def test_the_types_are_the_registered_ones(tmp_path: Path) -> None:
    """Another HTTP client sees application/timestamp-reply."""
    with TSAServer(make_authority(), policy=POLICY, serials=tmp_path / "s") as tsa:
        asked = urllib.request.Request(
            tsa.url,
            data=request_octets(DIGEST, SHA256),
            headers={"Content-Type": "application/timestamp-query"},
        )
        with urllib.request.urlopen(asked, timeout=5) as answer:
            assert answer.headers["Content-Type"] == "application/timestamp-reply"
            assert parse_token(read_response(answer.read(), authority="x")).imprint == DIGEST


def test_refusals_are_answers_of_the_protocol(tmp_path: Path) -> None:
    """A refusal comes as a response with status 200, as RFC 3161 wants."""
    with (
        TSAServer(make_authority(), policy=POLICY, serials=tmp_path / "s") as tsa,
        pytest.raises(TSARejectedError, match="unacceptedPolicy"),
    ):
        TimestampClient(tsa.url, policy="1.2.3").timestamp(DIGEST, SHA256, Budget())


def test_threads_get_different_numbers(tmp_path: Path) -> None:
    """Eight clients at once get eight tokens, no number twice, times in order."""
    found: list[int] = []
    server = TSAServer(make_authority(), policy=POLICY, serials=tmp_path / "s", ordering=True)
    with server as tsa:

        def ask() -> None:
            client = TimestampClient(tsa.url)
            for _ in range(5):
                token = parse_token(client.timestamp(DIGEST, SHA256, Budget()))
                found.append(token.serial_number)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(found)) == 40


def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    """Two authorities one after the other over one file never repeat a number."""
    numbers = []
    for _ in range(3):
        with TSAServer(make_authority(), policy=POLICY, serials=tmp_path / "s") as tsa:
            octets = TimestampClient(tsa.url).timestamp(DIGEST, SHA256, Budget())
            numbers.append(parse_token(octets).serial_number)
    assert len(set(numbers)) == 3


def test_a_given_clock_is_used(tmp_path: Path) -> None:
    """A demonstration may set the time."""
    moment = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
    with TSAServer(
        make_authority(), policy=POLICY, serials=tmp_path / "s", clock=lambda: moment
    ) as tsa:
        token = parse_token(TimestampClient(tsa.url).timestamp(DIGEST, SHA256, Budget()))
    assert token.generation_time == moment


def test_an_unfit_certificate_does_not_start(tmp_path: Path) -> None:
    """The service refuses before it listens."""
    with pytest.raises(UsageError, match="extended key usage"):
        serve(make_authority(usages=()), policy=POLICY, serials=tmp_path / "s", port=0)


def test_an_unusable_serial_file_does_not_start(tmp_path: Path) -> None:
    """Without a place for numbers nothing is served."""
    with pytest.raises(OutputError):
        serve(make_authority(), policy=POLICY, serials=tmp_path / "missing" / "s", port=0)


def test_the_clock_is_utc() -> None:
    """Times are aware."""
    assert system_clock().tzinfo is UTC


_SERVICE = """
import sys
from pathlib import Path
from esign.service.tsa import serve
from tests.support.authority import POLICY, make_authority
serve(make_authority(), policy=POLICY, serials=Path(sys.argv[1]), port=0,
      announce=lambda url: print(url, flush=True))
print("ended in good order", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to be handled")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_service_in_good_order(tmp_path: Path, number: signal.Signals) -> None:
    """The process answers, is told to stop, and stops with status 0."""
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVICE, str(tmp_path / "s")],
        stdout=subprocess.PIPE,
        text=True,
        env=environ,
    )
    assert process.stdout is not None
    with process.stdout:
        url = process.stdout.readline().strip()
        assert parse_token(TimestampClient(url).timestamp(DIGEST, SHA256, Budget()))
        start = time.monotonic()
        process.send_signal(number)
        assert process.stdout.read() == "ended in good order\n"
    assert process.wait(5) == 0
    assert time.monotonic() - start < 5
