"""The end of a daemon on the virtual clock: phases, deadlines, and what a second and a third signal do."""

import signal
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
import trio

from oodaemon.app import shutdown as module
from oodaemon.app.shutdown import ENDED_AT_ONCE, Shutdown


class Stage:
    """The parts of a daemon whose every step takes as long as the test says; writes down when each begins."""

    def __init__(self, *, in_flight: float = 0, site: float = 1, watchers: float = 0, root: float = 0) -> None:
        self.steps: list[tuple[float, str]] = []
        self.seconds = {"in_flight": in_flight, "site": site, "watchers": watchers, "root": root}
        self.settings = SimpleNamespace(drain=20)
        self.gate = SimpleNamespace(close=lambda _: self.note("refuse"))
        self.desk = SimpleNamespace(enter=self._enter)
        self.store = SimpleNamespace(head=0, read=self._read, close=self._close)
        self.journal = SimpleNamespace(wait_beyond=self._wait_beyond, close=lambda: self.note("bye"))
        self.watch = SimpleNamespace(wait_idle=self._idle)
        self.logs = SimpleNamespace(close=lambda: None, wait_idle=self._idle)
        self.ended: list[tuple[float, int]] = []
        self.dumps = 0
        self._until = in_flight

    def dump_tasks(self) -> None:
        self.dumps += 1

    def note(self, step: str) -> None:
        self.steps.append((trio.current_time(), step))

    async def _enter(self, kind: str, message: str) -> None:
        await trio.lowlevel.checkpoint()
        self.note("stop leasing")

    async def _read(self, _: Any) -> int:
        await trio.lowlevel.checkpoint()
        return int(trio.current_time() < self._until)

    async def _wait_beyond(self, _: int) -> None:
        await trio.sleep(0.5)

    async def _idle(self) -> None:
        await trio.sleep(self.seconds["watchers"])

    async def _close(self) -> None:
        await trio.lowlevel.checkpoint()
        self.note("close the store")

    async def stop_child(self, child_id: str, *, canceller: str, reason: str) -> None:
        assert (child_id, canceller) == ("site/oo", "shutdown")
        self.note("stop the site")
        await trio.sleep(self.seconds["site"])


async def play(monkeypatch: pytest.MonkeyPatch, stage: Stage, *signals: tuple[float, int], limit: float = 60) -> None:
    """Send signals at times, and run until everything ended."""
    armed: list[tuple[int, float]] = []
    monkeypatch.setattr(module, "arm_last_resort", lambda code, seconds: armed.append((code, seconds)))
    told: list[str] = []
    notifier: Any = SimpleNamespace(stopping=lambda seconds: told.append(f"stopping {seconds:g}"))

    async def arriving() -> AsyncIterator[int]:
        for at, number in signals:
            await trio.sleep_until(at)
            yield number
        await trio.sleep_forever()

    parts: Any = stage
    root: Any = stage
    shutdown = Shutdown(parts, root, notifier, end=lambda code: stage.ended.append((trio.current_time(), code)))
    with trio.move_on_after(limit):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(shutdown.listen, arriving())
            with shutdown.scope:
                await trio.sleep_forever()
            with trio.CancelScope(shield=True):
                await trio.sleep(stage.seconds["root"])
            shutdown.is_over.set()
            stage.note("over")
            nursery.cancel_scope.cancel()
    if any(number != signal.SIGUSR1 for _, number in signals):
        assert armed == [(0, 45)]
        assert told == ["stopping 45"]


async def test_an_idle_daemon_goes_through_all_phases_in_order(autojump_clock, monkeypatch) -> None:
    stage = Stage()
    await play(monkeypatch, stage, (5, signal.SIGTERM))
    assert stage.steps == [(5, "refuse"), (5, "stop leasing"), (5, "stop the site"), (6, "bye"), (6, "over")]
    assert stage.ended == []


async def test_what_is_in_flight_may_finish_first(autojump_clock, monkeypatch) -> None:
    stage = Stage(in_flight=12)
    await play(monkeypatch, stage, (5, signal.SIGINT))
    assert (12, "stop the site") in stage.steps


async def test_the_drain_has_a_deadline(autojump_clock, monkeypatch) -> None:
    stage = Stage(in_flight=1000)
    await play(monkeypatch, stage, (5, signal.SIGTERM))
    assert (25, "stop the site") in stage.steps


async def test_the_second_signal_ends_the_drain(autojump_clock, monkeypatch) -> None:
    stage = Stage(in_flight=1000)
    await play(monkeypatch, stage, (5, signal.SIGTERM), (8, signal.SIGTERM))
    assert (8, "stop the site") in stage.steps
    assert stage.ended == []


async def test_the_third_signal_ends_the_process_at_once(autojump_clock, monkeypatch) -> None:
    stage = Stage(in_flight=1000, site=9)
    await play(monkeypatch, stage, (5, signal.SIGTERM), (8, signal.SIGINT), (9, signal.SIGTERM))
    assert stage.ended == [(9, ENDED_AT_ONCE)]


async def test_every_phase_that_hangs_is_left_behind_and_the_store_is_closed(autojump_clock, monkeypatch) -> None:
    """The worst of everything: 20 + 10 + 2 + 5 s, within the 45 s after which the process is ended from outside."""
    stage = Stage(in_flight=1000, site=1000, watchers=1000, root=1000)
    await play(monkeypatch, stage, (0, signal.SIGTERM))
    assert stage.steps == [
        (0, "refuse"),
        (0, "stop leasing"),
        (20, "stop the site"),
        (30, "bye"),
        (37, "close the store"),
        (1032, "over"),
    ]
    assert stage.ended == [(37, 0)]


async def test_sigusr1_dumps_the_tasks_and_ends_nothing(autojump_clock, monkeypatch) -> None:
    stage = Stage()
    await play(monkeypatch, stage, (1, signal.SIGUSR1), (2, signal.SIGUSR1), limit=10)
    assert stage.dumps == 2
    assert stage.steps == []
