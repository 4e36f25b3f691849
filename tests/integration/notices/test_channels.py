"""A real program and a real web server are told: what they get, and what comes of those that hang, fail or are not there."""

import datetime
import hashlib
import hmac
import json
import os
import socket
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest
import structlog
import trio

from oodaemon.model.notices import Notice, Topic
from oodaemon.notices import command as commands
from oodaemon.notices.command import Command
from oodaemon.notices.webhook import Webhook
from tests.integration.notices.receiver import Receiver, receiving

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
NOTICE = Notice(
    "store-7", Topic.RUN_ENDED, NOW, "Run 01R is completed", "of 3 backtests 3 completed", run_id="01R", phase="COMPLETED"
)
SECRET = "whispered"


def script(folder: Path, text: str) -> tuple[str, str]:
    """A program in Python."""
    file = folder / "hook.py"
    file.write_text(text)
    return sys.executable, str(file)


def surroundings(**more: str) -> Mapping[str, str]:
    return {**os.environ, **more}


async def test_a_program_gets_the_notice_on_its_input_and_in_its_environment(tmp_path: Path) -> None:
    words = script(
        tmp_path,
        "import json, os, pathlib, sys\n"
        "got = {'in': json.load(sys.stdin), 'env': dict(os.environ), 'args': sys.argv[1:]}\n"
        f"pathlib.Path({str(tmp_path / 'got.json')!r}).write_text(json.dumps(got))\n",
    )
    environ = surroundings(OO_PASSWORD="swordfish", OODAEMON_NOTIFY_SECRET=SECRET, MINE="kept")
    went = await Command((*words, "$(reboot) 'a b'"), environ=environ).deliver(NOTICE)
    assert (went.is_done, went.reason) == (True, "")
    got = json.loads((tmp_path / "got.json").read_text())
    assert got["in"] == NOTICE.as_record()
    assert got["args"] == ["$(reboot) 'a b'"], "no shell looked at it"
    assert {name: got["env"][name] for name in ("OO_TOPIC", "OO_RUN_ID", "OO_PHASE", "OO_TITLE", "MINE")} == {
        "OO_TOPIC": "run_ended",
        "OO_RUN_ID": "01R",
        "OO_PHASE": "COMPLETED",
        "OO_TITLE": NOTICE.title,
        "MINE": "kept",
    }
    assert not {"OO_PASSWORD", "OODAEMON_NOTIFY_SECRET"} & set(got["env"])


async def test_what_a_program_says_is_logged_up_to_a_bound(tmp_path: Path) -> None:
    words = script(tmp_path, "print('x' * 100_000)")
    with structlog.testing.capture_logs() as lines:
        assert (await Command(words).deliver(NOTICE)).is_done
    assert len(lines[0]["said"]) == commands.OUTPUT


async def test_a_program_that_fails_was_told_all_the_same(tmp_path: Path) -> None:
    went = await Command(script(tmp_path, "import sys; print('no'); sys.exit(3)")).deliver(NOTICE)
    assert (went.is_done, went.reason) == (True, "it ended with 3; it said: no")


@pytest.mark.parametrize("word", ["/nowhere/hook", "no\0word"])
async def test_a_program_that_cannot_be_started_is_a_sentence(word: str) -> None:
    went = await Command((word,)).deliver(NOTICE)
    assert (went.is_done, went.is_final) == (False, True)
    assert "cannot be started" in went.reason


async def test_one_that_takes_too_long_is_ended_with_everything_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 0.5)
    pids = tmp_path / "pids"
    words = script(
        tmp_path,
        "import os, pathlib, signal, subprocess, sys\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "deaf = 'import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()'\n"
        "child = subprocess.Popen([sys.executable, '-c', deaf])\n"
        f"pathlib.Path({str(pids)!r}).write_text(f'{{os.getpid()}} {{child.pid}}')\n"
        "signal.pause()\n",
    )
    with trio.fail_after(30):
        went = await Command(words, limit=3).deliver(NOTICE)
    assert went.is_done
    assert went.reason.startswith("it was ended after 3 s")
    await gone(*map(int, pids.read_text().split()))


async def test_what_a_program_leaves_behind_does_not_hold_up_anybody(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    words = script(
        tmp_path,
        "import pathlib, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
        f"pathlib.Path({str(pids)!r}).write_text(str(child.pid))\n",
    )
    with trio.fail_after(60):
        assert (await Command(words, limit=60).deliver(NOTICE)).is_done
    await gone(int(pids.read_text()))


async def test_a_program_that_does_not_read_holds_up_nobody(tmp_path: Path) -> None:
    big = Notice("store-8", Topic.ATTENTION, NOW, "t", "x" * 90_000)
    with trio.fail_after(60):
        assert (await Command(script(tmp_path, "import os; os.close(0)"), environ={}).deliver(big)).is_done


async def gone(*pids: int) -> None:
    """Return when none of these processes works any more; zombies of others count as gone."""
    with trio.fail_after(60):
        while any(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in pids):  # noqa: ASYNC110
            await trio.sleep(0.05)


async def test_a_receiver_can_tell_that_it_is_ours_and_new() -> None:
    with receiving(Receiver()) as receiver:
        went = await Webhook(receiver.url, SECRET, clock=lambda: 1_795_262_400.9).deliver(NOTICE)
    assert (went.is_done, went.reason) == (True, "")
    (got,) = receiver.got
    assert json.loads(got.body) == NOTICE.as_record()
    assert got.headers["x-oodaemon-timestamp"] == "1795262400"
    assert got.headers["x-oodaemon-id"] == "store-7"
    expected = hmac.new(SECRET.encode(), b"1795262400." + got.body, hashlib.sha256).hexdigest()
    assert got.headers["x-oodaemon-signature"] == f"sha256={expected}"
    assert SECRET not in repr(got)


@pytest.mark.parametrize(
    ("code", "is_done", "is_final"),
    [
        (200, True, False),
        (204, True, False),
        (302, False, True),
        (400, False, True),
        (404, False, True),
        (429, False, False),
        (503, False, False),
    ],
)
async def test_what_an_answer_means(code: int, is_done: bool, is_final: bool) -> None:
    with receiving(Receiver(codes=[code])) as receiver:
        went = await Webhook(receiver.url, SECRET).deliver(NOTICE)
    assert (went.is_done, went.is_final) == (is_done, is_final)
    assert len(receiver.got) == 1, "a redirection is not followed"


async def test_a_receiver_that_hangs_is_given_up_in_time() -> None:
    with receiving(Receiver(hold=threading.Event())) as receiver, trio.fail_after(60):
        went = await Webhook(receiver.url, SECRET, limit=0.5).deliver(NOTICE)
    assert (went.is_done, went.is_final) == (False, False)
    assert "within 0.5 s" in went.reason


async def test_a_receiver_that_is_not_there_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone_soon:
        port = gone_soon.getsockname()[1]
    went = await Webhook(f"http://127.0.0.1:{port}/{SECRET}", SECRET).deliver(NOTICE)
    assert not went.is_done
    assert "cannot be reached" in went.reason
    assert SECRET not in went.reason
