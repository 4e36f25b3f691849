"""An account given to a daemon by its client: tried out on the site, kept in the keyring, used by the next start, forgotten."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD
from tests.support.daemon import DaemonProcess, PracticeProcess, practice_site, wait_until
from tests.support.keyring_of_file import VARIABLE
from tests.support.process import CLEAN, ROOT, short_folder, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEST, WRONG = "1", "never-vogel-4711"


@pytest.fixture
def site() -> Iterator[PracticeProcess]:
    with practice_site(run_seconds=[0.2, 0.3], hydration=0) as site:
        yield site


@pytest.fixture
def at(site: PracticeProcess) -> Iterator[DaemonProcess]:
    """A daemon without an account, with a keyring of its own."""
    with short_folder() as folder:
        daemon = DaemonProcess(
            folder,
            OODAEMON_BASE_URL=site.url,
            OODAEMON_BROWSERS="1",
            PYTHON_KEYRING_BACKEND="tests.support.keyring_of_file.KeyringOfFile",
            **{VARIABLE: str(folder / "keyring.json")},
        )
        try:
            daemon.start()
            yield daemon
            assert daemon.end(signal.SIGTERM) == 0, daemon.said()
            wait_for(lambda: not daemon.own(), daemon.said)
        finally:
            daemon.destroy()


def log_in(at: DaemonProcess, password: str, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ooctl", "--daemon", at.target, "login", "--email", PRACTICE_EMAIL, "--password-stdin", *args]
    return subprocess.run(
        command,
        input=f"{password}\n",
        cwd=ROOT,
        env={**CLEAN, "XDG_STATE_HOME": str(at.folder / "c")},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def everything(at: DaemonProcess) -> Iterator[tuple[str, bytes]]:
    """All that anybody could read later, but for the keyring; and the arguments of every process."""
    for file in at.folder.rglob("*"):
        if file.is_file() and file.name != "keyring.json":
            yield str(file), file.read_bytes()
    with closing(sqlite3.connect(f"file:{at.state_dir / 'oodaemon.db'}?mode=ro", uri=True)) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            yield table, repr(db.execute(f'SELECT * FROM "{table}"').fetchall()).encode()
    for process in psutil.process_iter(["cmdline"]):
        yield f"process {process.pid}", "\0".join(process.info["cmdline"] or ()).encode()


def completes(at: DaemonProcess, value: int) -> None:
    run = at.submit(TEST, f"profit_target={value}")
    assert at.ctl("watch", run).returncode == 0, at.said()


def sessions(folder: Path) -> list[int]:
    return [file.stat().st_mode & 0o777 for file in (folder / "sessions").glob("*")]


def test_the_life_of_an_account(at: DaemonProcess, site: PracticeProcess) -> None:
    wait_until(lambda: "AuthRequired" in at.ctl("status").stdout, "a daemon that asks for an account")
    refused = log_in(at, WRONG)
    assert refused.returncode == 5, refused.stderr
    assert "refuses the e-mail or password" in refused.stderr
    assert not (at.folder / "keyring.json").exists(), "what the site refuses is not kept"
    done = log_in(at, PRACTICE_PASSWORD)
    assert (done.returncode, "kept in the system's keyring; in use now" in done.stdout) == (0, True), done.stderr
    assert "AuthRequired" not in at.ctl("status").stdout
    completes(at, 20)
    assert PRACTICE_PASSWORD in (at.folder / "keyring.json").read_text()
    assert sessions(at.state_dir) == [0o600]
    (listed,) = at.json("accounts")
    assert (listed["place"], listed["is_in_use"], listed["site"]) == ("keyring", True, site.url)

    assert at.end(signal.SIGTERM) == 0, at.said()
    at.start()
    completes(at, 30)
    site.expire_sessions()
    completes(at, 40)

    told = [where for where, content in everything(at) if WRONG.encode() in content or PRACTICE_EMAIL.encode() in content]
    assert told == []
    done = at.ctl("logout")
    assert done.returncode == 0, done.stderr
    assert json.loads((at.folder / "keyring.json").read_text()) == {}
    assert sessions(at.state_dir) == []
    assert "AuthRequired" in at.ctl("status").stdout
    assert at.ctl("submit", "--test", TEST, "-p", "profit_target=50").returncode == 5, "nobody is there to run it"
    assert log_in(at, PRACTICE_PASSWORD, "--store", "memory").returncode == 0
    completes(at, 50)
    assert json.loads((at.folder / "keyring.json").read_text()) == {}
