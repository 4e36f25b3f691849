"""The live bar of a watcher at a terminal. Importing this module imports rich."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from ooctl.exits import PHASES_AT_REST
from ooctl.render.tables import Record, done_of, settled, total_of
from ooctl.render.text import duration, plain
from ooctl.render.views import event_line, state_line

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from ooctl.render.formats import Output

_WORTH_A_LINE: Final = frozenset(
    {"TASK_FAILED", "TASK_SKIPPED", "TASK_RETRY_SCHEDULED", "SITE_CONDITION_CHANGED", "RUN_PHASE_CHANGED", "RUN_EXTENDED"}
)


class BarView:
    """A bar on standard error, failures and changes as lines above it; events as lines where output is a pipe."""

    def __init__(self, output: Output) -> None:
        """A context manager: the bar is drawn between entering and leaving."""
        self._output = output
        self._total = 0
        self._eta: float | None = None
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
        self._total = total_of(run)
        self._eta = run["eta_seconds"]
        self._label = plain(run["name"] or run["run_id"])
        self._draw(run["tasks"], run["phase"])
        self._say(state_line(run))

    def event(self, event: Record) -> None:
        """Move the bar; only what a person must know becomes a line."""
        if event["tasks"] is not None:
            is_over = event["phase"] in PHASES_AT_REST
            self._total = event["tasks"]["total"] if is_over else max(self._total, event["tasks"]["total"])
        if not self._output.is_out_terminal:
            self._output.line(event_line(event))
        if event["type"] in _WORTH_A_LINE:
            self._say(event_line(event))
        if event["tasks"] is not None:
            self._draw(event["tasks"], event["phase"])

    def outlook(self, run: Record) -> None:
        """Say how long it still takes."""
        self._eta = run["eta_seconds"]
        self._draw(run["tasks"], run["phase"])

    def notice(self, sentence: str) -> None:
        """Say it above the bar."""
        self._say(sentence)

    def _say(self, line: str) -> None:
        self._progress.console.print(Text(line), soft_wrap=True)

    def _draw(self, tasks: Record, phase: str | None) -> None:
        counts = [done_of(tasks)]
        counts += [f"{tasks[key]} {key}" for key in ("running", "failed", "skipped") if tasks[key]]
        if self._eta is not None and settled(tasks) < self._total:
            counts.append(f"ETA {duration(self._eta)}")
        self._progress.update(
            self._bar,
            description=f"{self._label} {phase}" if phase else None,
            total=max(self._total, tasks["total"]),
            completed=settled(tasks),
            counts=", ".join(counts),
            refresh=True,
        )
