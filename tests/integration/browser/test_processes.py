"""Finding and ending what an older boot left."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import trio

from oodaemon.browser import processes
from tests.integration.browser.processes_of import private_folder

SLEEP = [sys.executable, "-c", "import time; time.sleep(300)"]

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def folder() -> Iterator[Path]:
    with private_folder("oopr-") as made:
        yield made


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def run(*arguments: str, **environ: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([*SLEEP, *arguments], env={**os.environ, **environ})
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def test_what_carries_the_mark_is_killed_and_what_does_not_is_left(folder: Path, start: Start) -> None:
    by_environment, by_argument = start(TMPDIR=str(folder)), start(f"--user-data-dir={folder}/profile")
    stranger = start(TMPDIR="/tmp")
    (folder / "profile").mkdir()
    (folder / "profile" / "Cookies").write_text("secret")

    began = time.monotonic()
    killed = processes.reap(folder)

    assert sorted(killed) == sorted([by_environment.pid, by_argument.pid])
    assert not processes.is_alive(by_environment.pid)
    assert not processes.is_alive(by_argument.pid)
    assert stranger.poll() is None
    assert time.monotonic() - began < 5
    assert list(folder.iterdir()) == []
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert processes.reap(folder) == []


def test_a_process_that_is_stopped_is_killed_as_well(folder: Path, start: Start) -> None:
    hung = start(TMPDIR=str(folder))
    hung.send_signal(signal.SIGSTOP)
    assert processes.reap(folder) == [hung.pid]
    assert not processes.is_alive(hung.pid)


def test_a_folder_whose_name_only_begins_so_is_left_alone(folder: Path, start: Start) -> None:
    neighbour = start(TMPDIR=f"{folder}x")
    assert processes.reap(folder) == []
    assert neighbour.poll() is None


def test_a_link_in_the_place_of_the_folder_is_not_followed(folder: Path) -> None:
    elsewhere, place = folder / "elsewhere", folder / "place"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    place.symlink_to(elsewhere)
    processes.reap(place)
    assert (elsewhere / "kept").exists()
    assert not place.is_symlink()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_the_process_itself_is_not_marked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(folder))
    assert os.getpid() not in [process.pid for process in processes.marked(folder)]


async def test_ending_a_process_waits_until_it_is_gone(start: Start) -> None:
    victim = start()
    with trio.fail_after(60):
        await processes.end(victim.pid)
    assert not processes.is_alive(victim.pid)
    assert victim.wait(1) == -signal.SIGKILL
    with trio.fail_after(60):
        await processes.end(victim.pid)
        await processes.wait_gone(victim.pid)


async def test_ending_a_group_ends_its_members() -> None:
    code = f"import subprocess, sys; p = subprocess.Popen({SLEEP!r}); print(p.pid, flush=True); p.wait()"
    with subprocess.Popen(  # noqa: ASYNC220 - returns at once
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as leader:
        assert leader.stdout is not None
        member = psutil.Process(int(leader.stdout.readline()))
        with trio.fail_after(60):
            await processes.end(leader.pid, is_group=True)
            await processes.wait_gone(member.pid)
        leader.wait()
