"""Looking at the list of runs again and again, through every outage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from ooctl.exits import ClientError, ExitStatus
from ooctl.pacing import SECONDS, Pacing
from ooctl.records import Record

INTERVAL: Final = 1 * SECONDS


def looks(ask: Callable[[], Sequence[Record]], notice: Callable[[str], None], *, pacing: Pacing) -> Iterator[Sequence[Record]]:
    """What `ask` answers, once a second and without end.

    A daemon that goes away after the first answer is waited for as long as `pacing.patience`, then, and before the first answer at
    once, its ClientError is raised.
    """
    has_answered, lost_since, delays = False, None, pacing.delays()
    while True:
        try:
            found = ask()
        except ClientError as error:
            now = pacing.clock()
            if not has_answered or error.status is not ExitStatus.UNREACHABLE:
                raise
            if lost_since is None:
                lost_since = now
                notice("the connection to the daemon is lost; waiting for it to come back")
            if now - lost_since >= pacing.patience:
                raise
            pacing.sleep(next(delays))
            continue
        if lost_since is not None:
            notice("the daemon is back")
            lost_since, delays = None, pacing.delays()
        has_answered = True
        yield found
        pacing.sleep(INTERVAL)


class Changes:
    """Which runs changed since they were last looked at. Estimates alone are no change."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, ...]] = {}

    def among(self, runs: Sequence[Record]) -> list[Record]:
        """Those that are new or differ, oldest first."""
        found = [run for run in reversed(runs) if self._known.get(run["run_id"]) != _face(run)]
        self._known = {run["run_id"]: _face(run) for run in runs}
        return found


def _face(run: Record) -> tuple[object, ...]:
    return run["revision"], run["phase"], tuple((each["kind"], each["message"]) for each in run["conditions"])
