"""A daemon at work on the practice site, and the times of its attempts as its store has them."""

import contextlib
import datetime
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psutil

from oodaemon.clock import from_text
from tests.bench.floor import TEST
from tests.support.daemon import ACCOUNT, DaemonProcess, PracticeProcess, daemon, practice_site, wait_until

PATIENCE = 300.0
AT_ONCE = {"popup_delay": 0.0, "hydration": 0.05}
"""The site itself costs next to nothing; how long a backtest takes is what a measurement chooses. Its popup always shows: a page
without one is believed 5.5 s later, and whether the practice site shows one that comes after a moment would be chance."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """When a task was leased, its Run clicked and its result stored, in seconds since the epoch."""

    leased: float
    clicked: float
    closed: float


@contextlib.contextmanager
def site(latency: float) -> Iterator[PracticeProcess]:
    """A practice site whose backtests take `latency` seconds."""
    with practice_site(run_seconds=[latency, latency], **AT_ONCE) as found:
        yield found


@contextlib.contextmanager
def working(at: PracticeProcess, browsers: int, **settings: str) -> Iterator[DaemonProcess]:
    """A daemon without politeness pacing whose browsers are all up and have opened the site."""
    given = {"OODAEMON_BASE_URL": at.url, "OODAEMON_BROWSERS": str(browsers), "OODAEMON_EASE_OFF": "false", **ACCOUNT, **settings}
    with daemon(**given) as process:
        wait_up(process, browsers)
        yield process


def wait_up(process: DaemonProcess, browsers: int) -> None:
    """Until all browsers can take tasks."""
    wait_until(lambda: up(process) == browsers, f"{browsers} browsers up", patience=PATIENCE)


def up(process: DaemonProcess) -> int:
    """Browsers that are up."""
    with contextlib.suppress(AssertionError, ValueError):
        return sum(actor["state"] == "UP" and "/browser/" in actor["path"] for actor in _actors(process.json("status")["tree"]))
    return 0


def _actors(node: dict[str, object]) -> Iterator[dict[str, str]]:
    yield node  # type: ignore[misc]
    for child in node.get("children", ()):  # type: ignore[attr-defined]
        yield from _actors(child)


def sweep(process: DaemonProcess, values: Sequence[float]) -> tuple[str, float]:
    """Submit a sweep; its id, and when it was asked for, in seconds since the epoch. Nothing is taken from the cache."""
    asked = time.time()
    return process.submit(TEST.id, f"profit_target={','.join(f'{value:g}' for value in values)}", flags=["--fresh"]), asked


def finish(process: DaemonProcess, run: str) -> list[Attempt]:
    """Wait for the end of a run, which must be good; its attempts in the order in which they were leased."""
    done = process.ctl("watch", run, patience=PATIENCE)
    assert done.returncode == 0, (done.returncode, done.stdout[-500:], done.stderr[-500:])
    return attempts(process, run)


def attempts(process: DaemonProcess, run: str) -> list[Attempt]:
    """Those attempts of a run so far that ended well."""
    with contextlib.closing(sqlite3.connect(f"file:{process.state_dir}/oodaemon.db?mode=ro", uri=True)) as db:
        rows = db.execute(
            "SELECT leased_at, submitted_at, closed_at FROM attempts"
            " WHERE run_id = ? AND outcome = 'succeeded' ORDER BY attempt_id",
            (run,),
        ).fetchall()
    return [Attempt(*(from_text(text).timestamp() for text in row)) for row in rows]


def first_click_after(process: DaemonProcess, moment: float) -> float:
    """Wait for a Run click later than a moment; the seconds between them."""

    def look() -> str | None:
        with (
            contextlib.suppress(sqlite3.Error),
            contextlib.closing(sqlite3.connect(f"file:{process.state_dir}/oodaemon.db?mode=ro", uri=True)) as db,
        ):
            after = datetime.datetime.fromtimestamp(moment, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            found = db.execute("SELECT min(submitted_at) FROM attempts WHERE submitted_at > ?", (after,)).fetchone()
            return str(found[0]) if found[0] else None
        return None

    return from_text(wait_until(look, "a Run click", patience=PATIENCE)).timestamp() - moment


def cpu(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def pss(pid: int) -> float:
    """MiB of proportional set size: shared pages are divided by those who share them."""
    return float(psutil.Process(pid).memory_full_info().pss) / 2**20
