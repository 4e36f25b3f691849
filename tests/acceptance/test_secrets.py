"""A password that is typed on the site is found nowhere afterwards, whatever the site does with it and whatever fails.

The site of this test tells the account's secrets in its console, in addresses, cookies, fields, texts and answers; attempts fail on
and after the sign-in page with everything switched on that could keep them.
"""

import gzip
import io
import json
import sqlite3
import subprocess
import sys
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import grpc
import httpx
import psutil
import pytest

from oodaemon.api.v1 import (
    daemon_pb2,
    daemon_pb2_grpc,
    failures_pb2,
    failures_pb2_grpc,
    runs_pb2,
    runs_pb2_grpc,
    tests_pb2,
    tests_pb2_grpc,
)
from oodaemon.practice.catalog import SAVED_TESTS
from tests.support.daemon import DaemonProcess, daemon, wait_until
from tests.support.process import CLEAN, ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EMAIL, PASSWORD = "margot.zwetschge@leaky.example", 'Xq7&vogel"Zaun<9'
BARE = ("vogel", "zwetschge")
"""Parts that no way of writing changes; the test looks for these."""
TEST = next(test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread")


class LeakySite:
    """The site as a process; see tests.support.leaky_site."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.leaky_site"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env={**CLEAN, "LEAKY_EMAIL": EMAIL, "LEAKY_PASSWORD": PASSWORD},
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]
        self.client = httpx.Client(base_url=self.url, timeout=60)

    def behave(self, **settings: object) -> None:
        self.client.post("/__practice__/behaviour", json=settings).raise_for_status()

    def expire_sessions(self) -> None:
        self.client.post("/__practice__/expire-sessions").raise_for_status()

    def end(self) -> None:
        self.client.close()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def leaky_site() -> Iterator[LeakySite]:
    site = LeakySite()
    try:
        site.behave(run_seconds=[0.2, 0.3], hydration=0)
        yield site
    finally:
        site.end()


def opened(content: bytes) -> Iterator[bytes]:
    """The bytes, and what is packed in them."""
    yield content
    with suppress(zlib.error):
        yield zlib.decompress(content)
    with suppress(OSError, EOFError, zlib.error):
        yield gzip.decompress(content)
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from opened(archive.read(name))


def tells(content: bytes) -> bool:
    """True when a secret, or a part of it, is in the bytes however they are packed."""
    return any(word.encode() in each.lower() for each in opened(content) for word in BARE)


def rows(file: Path) -> Iterator[tuple[str, bytes]]:
    """Every value of every row of a database."""
    with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in db.execute(f'SELECT * FROM "{table}"'):
                for value in row:
                    yield f"table {table}", value if isinstance(value, bytes) else str(value).encode()


def arguments() -> Iterator[tuple[str, bytes]]:
    """The command line of every process of this machine."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            yield f"process {process.pid} {process.name()}", "\0".join(process.cmdline()).encode()


def answers(at: DaemonProcess, run: str) -> Iterator[tuple[str, bytes]]:
    """What the daemon says over gRPC and HTTP; the bytes of evidence too."""
    with grpc.insecure_channel(at.target, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
        runs, failures = runs_pb2_grpc.RunServiceStub(channel), failures_pb2_grpc.FailureServiceStub(channel)
        asked: list[Callable[[], object]] = [
            lambda: runs.ListRuns(runs_pb2.ListRunsRequest()),
            lambda: runs.GetRun(runs_pb2.GetRunRequest(run_id=run)),
            lambda: runs.ListTasks(runs_pb2.ListTasksRequest(run_id=run)),
            lambda: runs.ListResults(runs_pb2.ListResultsRequest(run_id=run)),
            lambda: list(runs.WatchRun(runs_pb2.WatchRunRequest(run_id=run))),
            lambda: failures.ListFailures(failures_pb2.ListFailuresRequest(run_id=run)),
            lambda: daemon_pb2_grpc.DaemonServiceStub(channel).GetStatus(daemon_pb2.GetStatusRequest()),
            lambda: tests_pb2_grpc.TestServiceStub(channel).ListTests(tests_pb2.ListTestsRequest(refresh=True)),
        ]
        for ask in asked:
            yield "an answer", str(ask()).encode()
        for failure in failures.ListFailures(failures_pb2.ListFailuresRequest(run_id=run)).failures:
            for item in failure.evidence:
                request = failures_pb2.GetEvidenceRequest(attempt_id=failure.attempt_id, name=item.name)
                yield f"evidence {item.name}", b"".join(part.chunk for part in failures.GetEvidence(request))
    with urllib.request.urlopen(f"http://{at.status().http_address}/metrics", timeout=60) as page:
        yield "metrics", page.read()


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file():
                yield str(file), file.read_bytes()


def failed(at: DaemonProcess, run: str, wanted: str) -> list[dict[str, object]]:
    """The failures of a class with their evidence."""
    return [each for each in at.json("failures", run) if each["failure_class"] == wanted]


def test_a_password_is_nowhere() -> None:
    with (
        leaky_site() as site,
        daemon(
            "--trace",
            OODAEMON_BASE_URL=site.url,
            OODAEMON_BROWSERS="1",
            OO_EMAIL=EMAIL,
            OO_PASSWORD=PASSWORD,
            DEBUG="pw:api,pw:protocol",
        ) as at,
    ):
        run = at.submit(TEST.id, "profit_target=20,30")
        assert at.ctl("watch", run).returncode == 0
        # after the sign-in page: a backtest that ends with a message of the site
        site.behave(faults={"error_toast": 1})
        struck = at.submit(TEST.id, "profit_target=40")
        wait_until(lambda: failed(at, struck, "TIMING"), "a failure after the sign-in")
        # on the sign-in page: the session ends while a backtest runs
        site.behave(run_seconds=[3, 3], faults={"signed_out_mid_run": 1})
        signed_out = at.submit(TEST.id, "profit_target=50")
        wait_until(lambda: failed(at, signed_out, "SESSION"), "a failure on the sign-in page")
        found = list(arguments())
        site.behave(run_seconds=[0.2, 0.3], faults={})
        for each in (struck, signed_out):
            assert at.ctl("watch", each, patience=300).returncode == 0, at.said()

        kept = {item["name"] for each in (struck, signed_out) for case in at.json("failures", each) for item in case["evidence"]}
        assert kept == {"screenshot.png", "dom.html", "console.jsonl", "network.jsonl", "trace.zip"}, [
            case["missing"] for each in (struck, signed_out) for case in at.json("failures", each)
        ]
        for each in (struck, signed_out):
            found += answers(at, each)
            found += [("ooctl", at.ctl("failures", each, "0").stdout.encode())]
            saved = at.folder / f"saved-{each}"
            assert at.ctl("failures", each, "--to", str(saved)).returncode == 0
        found += files(at.folder)
        found += rows(at.state_dir / "oodaemon.db")
        found += arguments()
        assert len(found) > 200
        assert [where for where, content in found if tells(content)] == []
        # what was left over is still worth something
        dom = next(content for where, content in found if where.endswith("dom.html") and b"leaks" in content)
        assert b"[redacted]" in dom
        assert json.loads(next(c for w, c in found if w == "evidence console.jsonl").splitlines()[0])["text"].startswith(
            "signed in as"
        )
