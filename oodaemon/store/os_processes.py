"""The operating-system processes of drivers and browsers that were started and are not known to be gone."""

from collections.abc import Sequence
from dataclasses import dataclass

from oodaemon.model.events import EventType
from oodaemon.store.transaction import Snapshot, Transaction


@dataclass(frozen=True, slots=True)
class OsProcess:
    """One process. `started` and `host_boot` tell it from any later owner of its pid; `folder` is its profile, if it has one."""

    pid: int
    started: str
    host_boot: str
    kind: str
    actor: str
    boot: int = 0
    folder: str = ""


def record(tx: Transaction, process: OsProcess) -> None:
    """Remember a process that was started by this boot."""
    tx.note(
        "INSERT OR REPLACE INTO os_procs (pid, started, host_boot, kind, actor, boot, folder) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (process.pid, process.started, process.host_boot, process.kind, process.actor, tx.boot, process.folder),
    )


def forget(tx: Transaction, process: OsProcess) -> None:
    """It is gone for sure."""
    tx.note(
        "DELETE FROM os_procs WHERE pid = ? AND started = ? AND host_boot = ?", (process.pid, process.started, process.host_boot)
    )


def recorded(db: Snapshot) -> list[OsProcess]:
    """Every process that is not known to be gone, the oldest boot first."""
    return [
        OsProcess(row["pid"], row["started"], row["host_boot"], row["kind"], row["actor"], row["boot"], row["folder"])
        for row in db.execute("SELECT * FROM os_procs ORDER BY boot, pid")
    ]


def reaped(tx: Transaction, pids: Sequence[int]) -> None:
    """Tell that processes of an older boot were ended."""
    tx.emit(EventType.PROCESSES_REAPED, pids=list(pids))


def unkillable(tx: Transaction, actor: str, pids: Sequence[int]) -> None:
    """Tell that processes of an actor, or of none that is known, outlived SIGKILL."""
    tx.emit(EventType.ACTOR_UNKILLABLE, actor=actor, pids=list(pids))


def clock_gap(tx: Transaction, seconds: float) -> None:
    """Tell that the wall clock went so many seconds further than the daemon: the machine slept, or the clock was set."""
    tx.emit(EventType.DAEMON_CLOCK_GAP, seconds=seconds)


def pulse(tx: Transaction) -> None:
    """Prove that a commit gets through."""
    tx.note("INSERT OR REPLACE INTO meta (key, value) VALUES ('pulse', ?)", (tx.now_text,))
