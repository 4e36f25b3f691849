"""How failed attempts are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from ooctl.render.tables import METRICS, Column, Noun, Record
from ooctl.render.text import moment, number, plain

LABEL_WIDTH: Final = 12


def kept(failure: Record) -> list[str]:
    """The names of the evidence that is still there."""
    return [item["name"] for item in failure["evidence"] if item["dropped_at"] is None]


_COLUMNS: Final = (
    Column("task", lambda failure: plain(failure["index"]), is_number=True),
    Column("attempt", lambda failure: plain(failure["attempt_id"]), is_number=True),
    Column("class", lambda failure: plain(failure["failure_class"])),
    Column("when", lambda failure: moment(failure["failed_at"])),
    Column("reason", lambda failure: plain(failure["message"])),
    Column("evidence", lambda failure: plain(" ".join(kept(failure)))),
)

FAILURES: Final = Noun(
    lambda _: _COLUMNS,
    (
        *("attempt_id", "run_id", "index", "failure_class", "message", "failed_at", "step", "url", "title"),
        *("causes", "evidence", "missing", "quarantined"),
    ),
    key="attempt_id",
    wide=("step", "url", "title", "causes"),
)


def failure_details(failures: Iterable[Record]) -> Iterator[str]:
    """Failed attempts one after the other, with everything that is known of each."""
    for place, failure in enumerate(failures):
        if place:
            yield ""
        yield from _details(failure)


def _details(failure: Record) -> Iterator[str]:
    yield _line("attempt", f"{failure['attempt_id']} of task {failure['index']}")
    yield _line("values", ", ".join(f"{name}={plain(value)}" for name, value in failure["parameters"].items()))
    yield _line("class", failure["failure_class"])
    yield _line("when", moment(failure["failed_at"]))
    yield _line("reason", failure["message"])
    yield _line("step", failure["step"])
    yield _line("page", f"{failure['url']} {failure['title']}")
    for cause in failure["causes"]:
        yield _line("cause", cause)
    for item in failure["evidence"]:
        gone = f", removed {moment(item['dropped_at'])} to make room" if item["dropped_at"] else ""
        yield _line("evidence", f"{item['name']} ({item['bytes']:,} bytes{gone})")
    for name, reason in failure["missing"].items():
        yield _line("missing", f"{name}: {reason}")
    if failure["quarantined"] is not None:
        metrics = failure["quarantined"]["metrics"]
        shown = ", ".join(f"{name} {number(metrics[name])}" for name in METRICS if metrics.get(name) is not None)
        yield _line("unproven", shown or "no figures, only text")


def _line(label: str, text: Any) -> str:  # noqa: ANN401 - any value of a record
    return f"{label:<{LABEL_WIDTH}}{plain(text)}"
