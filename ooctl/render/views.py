"""What a watcher sees line by line: one line, or one JSON object, per event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ooctl.render.formats import compact_json, to_yaml
from ooctl.render.tables import Record, done_of
from ooctl.render.text import duration, moment, money, number, one_line, percent, plain

if TYPE_CHECKING:
    from ooctl.render.formats import Output

_SHOWN_METRICS: Final = (
    ("pl", money),
    ("cagr", percent),
    ("max_drawdown", percent),
    ("mar", number),
    ("win_percentage", percent),
    ("total_trades", number),
)


def event_line(event: Record) -> str:
    """`TIME #SEQ task INDEX WHAT key=value … done=3/12: message`; the order of the parts is a promise."""
    parts = [moment(event["occurred_at"]), f"#{event['seq']}", _what(event)]
    if event["phase"]:
        parts.append(event["phase"])
    parts += [f"{name}={plain(value)}" for name, value in event["parameters"].items()]
    for name, show in _SHOWN_METRICS:
        if event["metrics"] is not None and event["metrics"][name] is not None:
            parts.append(f"{name}={show(event['metrics'][name])}")
    if event["failure_class"]:
        parts.append(f"class={event['failure_class']}")
    if event["actor"]:
        parts.append(f"actor={event['actor']}")
    if event["client"]:
        parts.append(f"by={event['client']}")
    if event["tasks"] is not None:
        parts.append(f"done={done_of(event['tasks'])}")
    line = " ".join(parts)
    return one_line(f"{line}: {event['message']}" if event["message"] else line)


def state_line(run: Record) -> str:
    """`run ID PHASE 3/12`, and what went wrong or stands in the way."""
    tasks = run["tasks"]
    parts = [f"run {run['run_id']} {plain(run['phase'])} {done_of(tasks)}"]
    parts += [run["stage"]] if run["stage"] else []
    parts += [f"{tasks[key]} {key}" for key in ("cached", "failed", "skipped", "cancelled") if tasks[key]]
    if run["eta_seconds"] is not None:
        parts.append(f"ETA {duration(run['eta_seconds'])}")
    parts += [f"{condition['kind']}: {condition['message']}" for condition in run["conditions"]]
    return one_line(", ".join(parts))


class LineView:
    """Events on standard output as lines of text, as JSON objects, or as documents of YAML; the rest on standard error."""

    def __init__(self, output: Output, *, is_json: bool, is_yaml: bool = False) -> None:
        self._output = output
        self._is_json, self._is_yaml = is_json, is_yaml

    def snapshot(self, run: Record) -> None:
        """Say where the run stands, to people only."""
        self._output.note(state_line(run))

    def event(self, event: Record) -> None:
        """Write the event at once."""
        if self._is_yaml:
            self._output.line(f"---\n{to_yaml(event).rstrip()}")
        else:
            self._output.line(compact_json(event) if self._is_json else event_line(self._output.timed(event)))

    def notice(self, sentence: str) -> None:
        """Say it, to people only."""
        self._output.note(sentence)


def _what(event: Record) -> str:
    """The type in words, with the index of the task after `task`."""
    subject, *words = plain(event["type"]).lower().split("_")
    if event["task_index"] is not None:
        subject = f"{subject} {event['task_index']}"
    return " ".join((subject, *words))
