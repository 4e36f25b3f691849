"""What the view knows: made of what the source tells, changed by nothing else. No drawing, no waiting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ooctl.exits import PHASES_AT_REST
from ooctl.records import Record
from ooctl.top.source import Best, Look

FAILURES: Final = 500
"""So many of the newest failures are kept."""
AT_REST_SHOWN: Final = 20
FAILED: Final = frozenset({"TASK_RETRY_SCHEDULED", "TASK_FAILED", "TASK_SKIPPED"})
"""Events that tell of a failed attempt."""


class Board:
    """The state of the view. Runs at work stand before those at rest, newest first."""

    def __init__(self, watched: str | None = None) -> None:
        """`watched` is the only run to be shown, None for all."""
        self.watched = watched
        self.daemon: Record | None = None
        self.browsers: list[Record] = []
        self.runs: list[Record] = []
        self.failures: list[Record] = []
        """Newest first; each with run_id, index, attempt_id, failure_class, message, failed_at."""
        self.best: dict[str, Best] = {}
        self.trouble = ""
        """Why nothing new is told; empty while the daemon answers."""
        self._selected = watched or ""
        self._failure = 0
        self._seen: dict[str, int] = {}

    def look(self, look: Look) -> None:
        """Take what the daemon says of itself."""
        self.daemon = look.daemon
        self.browsers = [actor for actor in _walk(look.tree) if "browser/" in actor["path"]]
        found = [run for run in look.runs if self.watched in (None, run["run_id"])]
        self.runs = [run for run in found if run["phase"] not in PHASES_AT_REST]
        self.runs += [run for run in found if run["phase"] in PHASES_AT_REST][:AT_REST_SHOWN]

    def event(self, event: Record) -> None:
        """Take an event: counts and phase of its run, and a failure if it tells of one."""
        run = next((run for run in self.runs if run["run_id"] == event["run_id"]), None)
        if run is not None:
            self._update(run, event)
        if event["type"] in FAILED and event["attempt_id"] is not None:
            failure = {key: event[key] for key in ("run_id", "attempt_id", "failure_class", "message")}
            self.failed([{**failure, "index": event["task_index"], "failed_at": event["occurred_at"]}])

    def _update(self, run: Record, event: Record) -> None:
        run["tasks"] = event["tasks"] or run["tasks"]
        run["phase"] = event["phase"] or run["phase"]

    def failed(self, failures: Sequence[Record]) -> None:
        """Take failed attempts; each is shown once. Who looks at an older one goes on looking at it."""
        looked_at = self.failure
        known = {failure["attempt_id"]: failure for failure in self.failures}
        for failure in failures:
            known.setdefault(failure["attempt_id"], failure)
        newest = sorted(known.values(), key=lambda each: (each["failed_at"] or "", each["attempt_id"]), reverse=True)
        self.failures = newest[:FAILURES]
        if looked_at is not None and self._failure > 0:
            self._failure = next((n for n, each in enumerate(self.failures) if each["attempt_id"] == looked_at["attempt_id"]), 0)

    def replace(self, run: Record) -> None:
        """Take a run as an order left it."""
        self.runs = [run if known["run_id"] == run["run_id"] else known for known in self.runs]

    @property
    def selected(self) -> Record | None:
        """The run the user looks at: the first one until another was chosen."""
        chosen = next((run for run in self.runs if run["run_id"] == self._selected), None)
        return chosen or (self.runs[0] if self.runs else None)

    @property
    def failure(self) -> Record | None:
        """The failure the user looks at: the newest one until another was chosen."""
        return self.failures[min(self._failure, len(self.failures) - 1)] if self.failures else None

    def move_run(self, by: int) -> None:
        """Look at another run, so many further down."""
        if self.runs:
            here = self.runs.index(self.selected) if self.selected in self.runs else 0
            self._selected = self.runs[max(0, min(len(self.runs) - 1, here + by))]["run_id"]

    def move_failure(self, by: int) -> None:
        """Look at another failure, so many further down."""
        self._failure = max(0, min(len(self.failures) - 1, self._failure + by))

    def name_of(self, run_id: str) -> str:
        """What a run is called, its id if that is all there is."""
        return next((run["name"] or run_id for run in self.runs if run["run_id"] == run_id), run_id)


def _walk(actor: Record) -> Iterator[Record]:
    yield actor
    for child in actor["children"]:
        yield from _walk(child)
