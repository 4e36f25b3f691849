"""The live bar of a watcher at a terminal. Importing this module imports rich."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from ooctl.exits import PHASES_AT_REST
from ooctl.render.tables import Record, done_of, settled
from ooctl.render.text import duration, plain
from ooctl.render.views import event_line, state_line

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from ooctl.render.formats import Output

PACE_WINDOW: Final = 20
"""So many of the last settled tasks say how fast a run is."""

_WORTH_A_LINE: Final = frozenset(
    {"TASK_FAILED", "TASK_SKIPPED", "TASK_RETRY_SCHEDULED", "SITE_CONDITION_CHANGED", "RUN_PHASE_CHANGED", "RUN_EXTENDED"}
)


class Pace:
    """How long a run still takes, from the times at which its last tasks were settled."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque(maxlen=PACE_WINDOW)
        self._first_guess: float | None = None
        self._left = 0
        self.total = 0
        """Tasks of the run, with those that a growing one is planned to get."""

    def start(self, run: Record) -> None:
        """Forget the past; the estimate of the daemon holds until two tasks were settled."""
        self._marks.clear()
        self._first_guess = run["eta_seconds"]
        self.total = run["tasks"]["total"]
        if run["growing"]:
            self.total = max(self.total, run["planned_tasks"] or 0)
        self._left = self.total - settled(run["tasks"])

    def observe(self, event: Record) -> None:
        """Take the counts of an event at the time at which it happened."""
        if event["tasks"] is None or event["occurred_at"] is None:
            return
        done = settled(event["tasks"])
        is_over = event["phase"] in PHASES_AT_REST
        self.total = event["tasks"]["total"] if is_over else max(self.total, event["tasks"]["total"])
        self._left = self.total - done
        if not self._marks or done > self._marks[-1][1]:
            self._marks.append((datetime.fromisoformat(event["occurred_at"]).timestamp(), done))

    def seconds_left(self) -> float | None:
        """None while nothing is known, 0 at the end."""
        if len(self._marks) < 2:
            return self._first_guess
        (first, done_first), (last, done_last) = self._marks[0], self._marks[-1]
        return max(0.0, last - first) / (done_last - done_first) * self._left


class BarView:
    """A bar on standard error, failures and changes as lines above it; events as lines where output is a pipe."""

    def __init__(self, output: Output) -> None:
        """A context manager: the bar is drawn between entering and leaving."""
        self._output = output
        self._pace = Pace()
        console = Console(file=output.err, no_color=not output.has_err_colour, highlight=False)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[counts]}", markup=False),
            console=console,
            redirect_stdout=False,
            redirect_stderr=False,
            refresh_per_second=5,
        )
        self._bar = self._progress.add_task("waiting for the daemon", total=None, counts="")
        self._label = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._progress.stop()

    def snapshot(self, run: Record) -> None:
        """Draw the run as it is."""
        self._pace.start(run)
        self._label = plain(run["name"] or run["run_id"])
        self._draw(run["tasks"], run["phase"])
        self._say(state_line(run))

    def event(self, event: Record) -> None:
        """Move the bar; only what a person must know becomes a line."""
        self._pace.observe(event)
        if not self._output.is_out_terminal:
            self._output.line(event_line(event))
        if event["type"] in _WORTH_A_LINE:
            self._say(event_line(event))
        if event["tasks"] is not None:
            self._draw(event["tasks"], event["phase"])

    def notice(self, sentence: str) -> None:
        """Say it above the bar."""
        self._say(sentence)

    def _say(self, line: str) -> None:
        self._progress.console.print(Text(line), soft_wrap=True)

    def _draw(self, tasks: Record, phase: str | None) -> None:
        counts = [done_of(tasks)]
        counts += [f"{tasks[key]} {key}" for key in ("running", "failed", "skipped") if tasks[key]]
        left = self._pace.seconds_left()
        if left:
            counts.append(f"ETA {duration(left)}")
        self._progress.update(
            self._bar,
            description=f"{self._label} {phase}" if phase else None,
            total=max(self._pace.total, tasks["total"]),
            completed=settled(tasks),
            counts=", ".join(counts),
            refresh=True,
        )
