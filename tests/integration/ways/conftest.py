"""One real service for all tests of a worker, in a thread of its own, and ooctl in this process."""

from __future__ import annotations

import io
import itertools
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
import trio

from ooctl.__main__ import main
from ooctl.exits import ExitStatus
from oodaemon.clock import utc_now
from oodaemon.store import imports, tests
from tests.integration.rpc.analysed import a_log, grid_of, hill, put
from tests.integration.rpc.support import IRON, SavedTest, Service, serving, short_folder
from tests.support.filled import log_of

PATIENCE = 900
FAILED = 60
NUMBERS = itertools.count()


@dataclass(frozen=True)
class Site:
    """The service, and what it has: a grid with results, trade logs and one failure, and an imported log."""

    service: Service
    grid: str
    log: str
    csv: Path
    token: trio.lowlevel.TrioToken
    failed: list[str]
    """Runs whose only task failed; each is used once."""

    def fresh_run(self) -> str:
        """The id of a new run with three tasks that nobody works on."""
        return trio.from_thread.run(self.service.submit, 3, trio_token=self.token).run_id

    def fresh_test(self) -> str:
        """The id of a saved test that was not on the list before."""
        test = SavedTest(f"test{next(NUMBERS)}", "Another", "/test/another", utc_now())
        trio.from_thread.run(self.service.parts.store.write, tests.remember, [IRON, test], trio_token=self.token)
        return test.test_id

    def names(self, text: str) -> Mapping[str, str]:
        """What the words in braces of a row stand for; a run is new each time."""
        is_failed = "{failed}" in text
        return {
            "grid": self.grid,
            "csv": str(self.csv),
            "word": f"word{next(NUMBERS)}",
            "log": self.log,
            "run": self.fresh_run() if "{run}" in text else "",
            "test": self.fresh_test() if "{test}" in text else "",
            "failed": self.failed.pop() if is_failed else "",
        }


async def _serve(folder: Path, ready: queue.Queue[Site | BaseException], stop: threading.Event) -> None:
    async with serving(folder, patience=PATIENCE) as service:
        points = grid_of(lambda x, y: None if (x, y) == (4, 4) else hill(x, y))
        run = await put(service, points, name="hill", logs={index: a_log(index) for index in (11, 12, 13)})
        known = await service.parts.store.write(imports.add, a_log(1))
        csv = folder / "log.csv"
        await trio.Path(csv).write_bytes(log_of(2))
        failed = [(await put(service, [({"delta": 5}, None)], name="failed")).run_id for _ in range(FAILED)]
        ready.put(Site(service, run.run_id, known.log.import_id, csv, trio.lowlevel.current_trio_token(), failed))
        await trio.to_thread.run_sync(stop.wait, abandon_on_cancel=True)


@contextmanager
def running() -> Iterator[Site]:
    """A service in a thread, with everything that the table names."""
    ready: queue.Queue[Site | BaseException] = queue.Queue()
    stop = threading.Event()

    def run(folder: Path) -> None:
        try:
            trio.run(_serve, folder, ready, stop)
        except BaseException as error:
            ready.put(error)
            raise

    # What the service logs would stand in the output of the client, which is of this very process.
    with short_folder() as folder, structlog.testing.capture_logs():
        thread = threading.Thread(target=run, args=(folder,))
        thread.start()
        try:
            found = ready.get(timeout=60)
            assert isinstance(found, Site), found
            yield found
        finally:
            stop.set()
            thread.join(60)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def spoiled() -> Iterator[Site]:
    """For commands after which others would not work."""
    with running() as found:
        yield found


@dataclass(frozen=True)
class Done:
    """How one command ended."""

    status: ExitStatus
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of this machine matters, and no program is found."""
    empty = tmp_path / "bin"
    empty.mkdir()
    return {
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "HOME": str(tmp_path),
        "PATH": str(empty),
    }


@pytest.fixture
def ooctl(site: Site, env: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one command in this process against the service, or against another address; for at most twenty seconds."""

    def run(*args: str, daemon: str = "", stdin: str = "", **variables: str) -> Done:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        status = main(["--timeout", "20s", *args], {**env, "OOCTL_DAEMON": daemon or site.service.target, **variables})
        shown = capsys.readouterr()
        return Done(status, shown.out, shown.err)

    return run
