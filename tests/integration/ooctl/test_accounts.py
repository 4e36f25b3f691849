"""`ooctl login`, `logout` and `accounts`: how a password gets to the daemon, and where it is never seen."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import grpc
import psutil
import pytest

from ooctl.exits import ExitStatus
from oodaemon.api.v1 import accounts_pb2
from tests.integration.ooctl.conftest import ROOT
from tests.integration.ooctl.fake_daemon import Refusal

PASSWORD = "s3cret vogel ✓"
HERE = ("login", "--email", " me@example.com ", "--password-stdin")


@pytest.fixture
def piped(spawn):
    """Runs one command as a process of its own with this on standard input; exit code, standard output and error."""

    def run(text: str, *args: str) -> tuple[int, str, str]:
        process = spawn(*args, stdin=subprocess.PIPE)
        seen = "\0".join(psutil.Process(process.pid).cmdline())
        out, err = process.communicate(text, timeout=60)
        assert PASSWORD not in seen + out + err
        return process.returncode, out, err

    return run


def test_a_piped_password_is_sent_as_it_is(daemon, state, piped):
    code, out, err = piped(f"{PASSWORD}\nanother line\n", *HERE)
    assert (code, out) == (0, "default: signed in as m…@e….com, kept in the system's keyring; in use now\n"), err
    (request,) = [each for each in state.requests if isinstance(each, accounts_pb2.SignInRequest)]
    assert (request.name, request.email, request.password) == ("", "me@example.com", PASSWORD)
    assert request.place == accounts_pb2.ACCOUNT_PLACE_KEYRING


def test_another_account_in_a_file(daemon, state, piped):
    code, out, _ = piped(PASSWORD, *HERE, "--account", "second", "--store", "file")
    assert (code, out.split("; ")[1]) == (0, 'used by a daemon with account = "second"\n')
    assert state.requests[-1].place == accounts_pb2.ACCOUNT_PLACE_FILE
    assert state.requests[-1].name == "second"


def test_nothing_of_it_is_written_down(daemon, piped, tmp_path):
    code, _, _ = piped(PASSWORD, *HERE)
    assert code == 0
    assert [file for file in (tmp_path / "state").rglob("*") if file.is_file()] == [], "the journal of requests knows nothing of it"


def test_what_the_site_refuses_is_said(daemon, state, piped):
    state.refusals["SignIn"] = Refusal(grpc.StatusCode.UNAUTHENTICATED, "the site refuses the e-mail or password")
    code, out, err = piped(PASSWORD, *HERE)
    assert (code, out) == (ExitStatus.DENIED, "")
    assert "error: the site refuses the e-mail or password" in err


def test_a_lost_connection_is_tried_again_and_tells_no_secret(daemon, state, piped):
    state.refusals["SignIn"] = Refusal(grpc.StatusCode.UNAVAILABLE, "Socket closed", times=1)
    code, _, err = piped(PASSWORD, *HERE, "--debug")
    assert code == 0, err
    assert len([each for each in state.requests if isinstance(each, accounts_pb2.SignInRequest)]) == 2


@pytest.mark.parametrize(
    ("args", "text", "why"),
    [
        (("login",), "", "nobody is here to type a password"),
        (("login", "--email", "a@b.c"), PASSWORD, "nobody is here to type a password"),
        (("login", "--password-stdin"), PASSWORD, "--password-stdin needs --email"),
        (HERE, "", "the password is empty"),
        (HERE, "\n", "the password is empty"),
        (("login", "--password", PASSWORD[:6]), "", "No such option"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_sent(daemon, state, piped, args, text, why):
    code, out, err = piped(text, *args)
    assert (code, out) == (ExitStatus.USAGE, "")
    assert why in err
    assert state.requests == []


def test_without_a_daemon_it_is_said(socket_path, piped):
    code, _, err = piped(PASSWORD, *HERE)
    assert code == ExitStatus.UNREACHABLE
    assert "no daemon answers" in err


def test_on_a_terminal_it_is_asked_for_without_echo(daemon, state, socket_path: Path, tmp_path):
    ours, theirs = pty.openpty()
    env = {**os.environ, "OOCTL_DAEMON": f"unix:{socket_path}", "XDG_STATE_HOME": str(tmp_path), "TERM": "xterm", "NO_COLOR": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "ooctl", "login"],
        cwd=ROOT,
        env=env,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""

    def until(words: bytes) -> None:
        nonlocal shown
        while words not in shown:
            shown += os.read(ours, 4096)

    try:
        until(b"E-mail address")
        os.write(ours, b"me@example.com\n")
        until(b"Password")
        os.write(ours, b"hush-vogel\n")
        until(b"in use now")
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert b"me@example.com" in shown
    assert b"vogel" not in shown
    assert state.requests[-1].password == "hush-vogel"


def test_logging_out(daemon, state, ooctl):
    done = ooctl("logout")
    assert (done.status, done.out) == (ExitStatus.OK, "default: m…@e….com is forgotten\n")
    assert "the next start takes it from there again" in done.err
    done = ooctl("logout", "--account", "second")
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert [each.name for each in state.requests] == ["", "second"]
    state.refusals["SignOut"] = Refusal(grpc.StatusCode.NOT_FOUND, "there is no account 'x'")
    done = ooctl("logout", "--account", "x")
    assert done.status is ExitStatus.NOT_FOUND
    assert "ooctl accounts" in done.err


def test_accounts_are_listed(daemon, ooctl):
    lines = ooctl("accounts").out.splitlines()
    assert lines[0].split() == ["name", "address", "kept", "in", "session", "site"]
    assert lines[1].split() == ["*", "default", "m…@e….com", "settings", "kept", "https://optionomega.com"]
    assert [each["name"] for each in ooctl("accounts", "-o", "json").json] == ["default", "second"]
    assert ooctl("accounts", "-o", "csv").out.splitlines()[0] == "name,site,address,place,is_in_use,has_session"


def test_contexts_by_command(ooctl, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert ooctl("context", "add", "home", "--daemon", "/run/x.sock").status is ExitStatus.OK
    assert "current context" in ooctl("context", "add", "office", "--daemon", "10.0.0.1:1", "--use").err
    listed = ooctl("context", "list", "-o", "json").json
    assert [(each["name"], each["daemon"], each["is_current"]) for each in listed] == [
        ("home", "unix:/run/x.sock", False),
        ("office", "10.0.0.1:1", True),
    ]
    assert ooctl("context", "use", "home").status is ExitStatus.OK
    assert ooctl("context", "remove", "office").status is ExitStatus.OK
    assert ooctl("context", "use", "office").status is ExitStatus.USAGE
    assert ooctl("context", "add", "bad", "--daemon", "nonsense").status is ExitStatus.USAGE
    done = ooctl("--context", "home", "status")
    assert done.status is ExitStatus.UNREACHABLE
    assert "unix:/run/x.sock" in done.err
