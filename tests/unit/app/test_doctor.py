"""The examination: what is well, what is not, and what to do about it. Chromium is started in tests/integration/browser."""

import http.server
import json
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from oodaemon.app import checks, doctor
from oodaemon.app.accounts import key_of, vault_of
from oodaemon.app.checks import Answer, Machine, Verdict
from oodaemon.app.doctor import Line
from oodaemon.app.settings import Settings, load
from oodaemon.clock import utc_now
from oodaemon.errors import ConfigurationError
from oodaemon.vault.account import Login, Place


def settings_in(folder: Path, **given: object) -> Settings:
    (folder / "config.toml").touch()
    flags = {"state_dir": str(folder / "s"), "http": "127.0.0.1:0", "base_url": "http://127.0.0.1:9", **given}
    return load(flags, {"OODAEMON_CONFIG": str(folder / "config.toml")})


def machine(folder: Path, *, is_up: bool = False, **given: object) -> Machine:
    return Machine(settings_in(folder, **given), is_up=is_up)


@pytest.fixture
def free_port() -> Iterator[int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


class Site:
    """A site that answers with a status and a clock of its own."""

    def __init__(self) -> None:
        self.status, self.ahead = 200, 0.0
        site = self

        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                import datetime

                self.send_response_only(site.status)
                self.send_header("Date", format_datetime(utc_now() + datetime.timedelta(seconds=site.ahead), usegmt=True))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Page)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield site
    site.server.shutdown()
    thread.join()
    site.server.server_close()


def test_a_folder_that_is_not_there_yet_is_well(tmp_path: Path) -> None:
    assert machine(tmp_path).folders().verdict is Verdict.OK
    assert not (tmp_path / "s").exists(), "nothing is changed"


def test_a_folder_in_which_others_may_look_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "s" / "sessions").mkdir(parents=True, mode=0o700)
    (tmp_path / "s").chmod(0o700)
    assert machine(tmp_path).folders().verdict is Verdict.OK
    (tmp_path / "s" / "sessions" / "default.json").touch(0o644)
    assert machine(tmp_path).folders().verdict is Verdict.OK, "nobody gets that far"
    (tmp_path / "s").chmod(0o755)
    answer = machine(tmp_path).folders()
    assert answer.verdict is Verdict.WARNING
    assert "1 files in it too" in answer.found
    assert answer.advice == f"run chmod -R go= {tmp_path / 's'}"


def test_a_folder_that_cannot_be_used_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    assert machine(tmp_path, state_dir=str(tmp_path / "file" / "s")).folders().verdict is Verdict.FAILED
    monkeypatch.setattr(os, "access", lambda *_: False)
    answer = machine(tmp_path).folders()
    assert answer.verdict is Verdict.FAILED
    assert "cannot be written by this user" in answer.found


def test_files_of_another_user_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "s").mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    answer = machine(tmp_path).folders()
    assert (answer.verdict, answer.advice) == (Verdict.FAILED, f"run chown -R {os.getuid() + 1} {tmp_path / 's'}")


def test_ports_and_sockets(tmp_path: Path, free_port: int) -> None:
    assert machine(tmp_path).ports().verdict is Verdict.OK
    assert machine(tmp_path, http="off", console="off").ports().verdict is Verdict.LEFT_OUT
    taken = machine(tmp_path, http=f"127.0.0.1:{free_port}").ports()
    assert taken.verdict is Verdict.FAILED
    assert f"127.0.0.1:{free_port} cannot be used" in taken.found
    assert taken.advice.startswith("set another ")
    up = machine(tmp_path, http=f"127.0.0.1:{free_port}", is_up=True)
    assert (up.ports().verdict, up.socket().verdict) == (Verdict.OK, Verdict.OK)
    (tmp_path / "x.sock").touch()
    assert "is no socket" in machine(tmp_path, listen=f"unix:{tmp_path}/x.sock").socket().found


@pytest.mark.parametrize(("free", "verdict"), [(100, Verdict.FAILED), (1500, Verdict.WARNING), (2048, Verdict.OK)])
def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, verdict: Verdict) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free * 2**20))
    answer = machine(tmp_path).disk()
    assert answer.verdict is verdict
    assert bool(answer.advice) == (verdict is not Verdict.OK)


def test_a_site_that_answers(tmp_path: Path, site: Site) -> None:
    for status in (200, 302, 404, 403):
        site.status = status
        assert machine(tmp_path, base_url=site.url).site().verdict is Verdict.OK, status
    site.status = 503
    answer = machine(tmp_path, base_url=site.url).site()
    assert (answer.verdict, "503" in answer.found) == (Verdict.FAILED, True)


def test_a_site_that_does_not(tmp_path: Path, closed: str) -> None:
    far = machine(tmp_path, base_url=closed)
    assert far.site().verdict is Verdict.FAILED
    assert "proxy" in far.site().advice
    assert far.clock().verdict is Verdict.LEFT_OUT


@pytest.fixture
def closed() -> Iterator[str]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.mark.parametrize(
    ("ahead", "verdict", "words"),
    [
        (0, Verdict.OK, "within 5 s"),
        (-60, Verdict.WARNING, "ahead of the site"),
        (60, Verdict.WARNING, "behind the site"),
        (-7200, Verdict.FAILED, "ahead of the site"),
    ],
)
def test_the_clock_is_held_against_that_of_the_site(tmp_path: Path, site: Site, ahead: float, verdict: Verdict, words: str) -> None:
    site.ahead = ahead
    answer = machine(tmp_path, base_url=site.url).clock()
    assert answer.verdict is verdict, answer
    assert words in answer.found


def test_credentials(tmp_path: Path) -> None:
    assert machine(tmp_path).credentials().verdict is Verdict.FAILED
    assert machine(tmp_path, practice=True).credentials().verdict is Verdict.OK
    settings = settings_in(tmp_path)
    vault_of(settings).save(key_of(settings), Login("margot@example.com", "s3cret"), Place.FILE)
    answer = Machine(settings, is_up=False).credentials()
    assert answer == Answer(Verdict.OK, "account 'default', kept by `ooctl login` (file)")
    (tmp_path / "credentials.key").unlink()
    answer = Machine(settings, is_up=False).credentials()
    assert (answer.verdict, "credentials.key" in answer.found) == (Verdict.FAILED, True)


def test_recordings_and_parameters(tmp_path: Path) -> None:
    assert machine(tmp_path).recordings().verdict is Verdict.OK
    with pytest.raises(ConfigurationError):
        machine(tmp_path, recordings=str(tmp_path / "none")).recordings()
    assert checks.parameters().verdict is Verdict.OK
    assert checks.python().verdict is Verdict.OK


def test_every_check_is_answered_whatever_one_of_them_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: str) -> None:
    async def browserless(_: Settings) -> Answer:
        raise ConfigurationError(["no Chromium was found; install one"])

    def broken(_: Machine) -> Answer:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(doctor, "_chromium", browserless)
    monkeypatch.setattr(Machine, "disk", broken)
    lines = list(doctor.examine(settings_in(tmp_path, base_url=closed, recordings=str(tmp_path / "none"))))
    assert [line.name for line in lines] == [
        *(
            "python",
            "chromium",
            "folders",
            "socket",
            "ports",
            "remote",
            "disk",
            "site",
            "clock",
            "credentials",
            "recordings",
            "parameters",
        ),
    ]
    by_name = {line.name: line.answer for line in lines}
    assert by_name["chromium"].found == "no Chromium was found; install one"
    assert by_name["disk"].found == "ZeroDivisionError: by nothing"
    assert by_name["recordings"].verdict is Verdict.FAILED
    assert all(answer.advice for answer in by_name.values() if answer.verdict is Verdict.FAILED)
    assert not doctor.is_sound(lines)
    told = json.loads(doctor.as_json(lines))
    assert told["ok"] is False
    assert told["checks"][6] == {
        "check": "disk",
        "verdict": "FAILED",
        "found": "ZeroDivisionError: by nothing",
        "advice": "this should not happen; please report it",
    }


def test_warnings_are_no_failure() -> None:
    lines = [Line("a", checks.ok("x")), Line("b", checks.warning("y", "z")), Line("c", Answer(Verdict.LEFT_OUT, "w"))]
    assert doctor.is_sound(lines)
    assert [text for line in lines for text in doctor.as_text(line)][1:3] == [
        "warning   b            y",
        "                       z",
    ]
