"""What each kind of record shows: columns for people with their units, and the fixed columns of CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ooctl.render.text import duration, minutes, moment, money, number, percent, plain

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column for people."""

    header: str
    cell: Callable[[Record], str]
    is_number: bool = False


@dataclass(frozen=True)
class Noun:
    """How a kind of record is shown in a table and in CSV; `csv` holds the columns that are there even without rows.

    `key` is the field that --quiet prints, empty where a record has no name of its own. `wide` names the fields, as CSV does, that
    the wide table adds to the columns.
    """

    columns: Callable[[Sequence[Record]], Sequence[Column]]
    csv: tuple[str, ...]
    key: str = ""
    wide: tuple[str, ...] = ()


def done_of(tasks: Record) -> str:
    """`3/12`: tasks that need no more work, and all."""
    return f"{settled(tasks)}/{tasks['total']}"


def total_of(run: Record) -> int:
    """Tasks of a run, with those that a growing one is planned to get."""
    total = int(run["tasks"]["total"])
    return max(total, run["planned_tasks"] or 0) if run["growing"] else total


def settled(tasks: Record) -> int:
    """Tasks that are not waited for any more."""
    return int(tasks["completed"] + tasks["failed"] + tasks["skipped"] + tasks["cancelled"])


def values_of(spec: Record) -> str:
    """What a run sweeps, the way it is written after -p; of a list and of stages the names alone."""
    for kind, asked in spec.items():
        match kind:
            case "sweep":
                return plain(_written(asked["parameter"]) if asked.get("parameter") else None)
            case "grid":
                return plain(" ".join(map(_written, asked.get("parameters", ()))))
            case "search":
                return plain(f"search {' '.join(map(_written, asked.get('parameters', ())))}")
            case "list":
                return plain("list of " + ", ".join(column["name"] for column in asked.get("columns", ())))
            case "staged":
                return plain(", then ".join(_names(stage) for stage in asked.get("stages", ())))
            case _:
                pass
    return plain(None)


def _names(stage: Record) -> str:
    return " x ".join(parameter["name"] for parameter in stage.get("parameters", ()))


def _written(parameter: Record) -> str:
    if "range" in parameter:
        found = parameter["range"]
        values = f"{found.get('start', '')}..{found.get('end', '')}" + (f"/{found['step']}" if found.get("step") else "")
    else:
        values = ",".join(parameter.get("list", {}).get("values", ()))
    return f"{parameter['name']}={values}"


def _of(key: str, show: Callable[[Any], str] = plain) -> Callable[[Record], str]:
    return lambda record: show(record[key])


def _metric(key: str, show: Callable[[float | None], str]) -> Callable[[Record], str]:
    return lambda record: show(record["metrics"][key])


def _parameter(name: str) -> Callable[[Record], str]:
    return lambda record: plain(record["parameters"].get(name))


def parameter_columns(records: Sequence[Record]) -> list[Column]:
    """The swept values; what is the same for the whole run, fixed parameters and options, stays in JSON and CSV."""
    names = list(dict.fromkeys(name for record in records for name in record["parameters"] if "." not in name))
    varying = [name for name in names if len({record["parameters"].get(name) for record in records}) > 1]
    names = varying or names
    return [Column(name, _parameter(name), is_number=True) for name in names]


def _time_in_trade(record: Record) -> str:
    """Minutes or days: a page shows one of them."""
    days = record["metrics"]["avg_days_in_trade"]
    return minutes(record["metrics"]["avg_minutes_in_trade"]) if days is None else f"{number(days)} d"


_FIGURES: Final = (
    Column("P/L", _metric("pl", money), is_number=True),
    Column("CAGR", _metric("cagr", percent), is_number=True),
    Column("max drawdown", _metric("max_drawdown", percent), is_number=True),
    Column("MAR", _metric("mar", number), is_number=True),
    Column("win", _metric("win_percentage", percent), is_number=True),
    Column("trades", _metric("total_trades", number), is_number=True),
    Column("winners", _metric("winners", number), is_number=True),
    Column("avg/trade", _metric("avg_per_trade", money), is_number=True),
    Column("capture", _metric("capture_rate", percent), is_number=True),
    Column("premium", _metric("total_premium", money), is_number=True),
    Column("ending capital", _metric("ending_capital", money), is_number=True),
    Column("time in trade", _time_in_trade, is_number=True),
)


def _result_columns(records: Sequence[Record]) -> list[Column]:
    columns = [
        Column("#", _of("index"), is_number=True),
        *parameter_columns(records),
        Column("status", _status_of_result),
        *_FIGURES,
    ]
    if any(record["reason"] for record in records):
        columns.append(Column("reason", _of("reason")))
    if any(record["ruling"] for record in records):
        columns.append(Column("decided by", _decision))
    return columns


def _status_of_result(record: Record) -> str:
    """What was not proven in time, or for an earlier run, says so wherever it is shown."""
    mark = {"ACCEPTED": " (accepted)", "LATE": " (late)", "CACHED": " (cached)"}.get(record["origin"] or "", "")
    return plain(record["status"]) + mark


def _decision(record: Record) -> str:
    ruling = record["ruling"]
    return plain(None if ruling is None else f"{ruling['client']}: {ruling['reason']}")


def _task_columns(records: Sequence[Record]) -> list[Column]:
    return [
        Column("#", _of("index"), is_number=True),
        *parameter_columns(records),
        Column("status", _of("status")),
        Column("attempts", _of("attempts"), is_number=True),
        Column("not before", _of("not_before", moment)),
        Column("last failure", lambda task: _failure_line(task["last_failure"])),
    ]


def _failure_line(failure: Record | None) -> str:
    return plain(None if failure is None else f"{failure['failure_class']}: {failure['message']}")


_RUN_COLUMNS: Final = (
    Column("run", _of("run_id")),
    Column("name", _of("name")),
    Column("phase", _of("phase")),
    Column("tasks", lambda run: done_of(run["tasks"]), is_number=True),
    Column("failed", lambda run: plain(run["tasks"]["failed"] + run["tasks"]["skipped"]), is_number=True),
    Column("ETA", _of("eta_seconds", duration), is_number=True),
    Column("values", lambda run: values_of(run["spec"])),
    Column("test", lambda run: plain(run["test"]["name"])),
    Column("created", _of("created_at", moment)),
)


def _run_columns(records: Sequence[Record]) -> Sequence[Column]:
    """Why nothing happens stands beside the phase of those runs where nothing does."""
    if not any(record["conditions"] for record in records):
        return _RUN_COLUMNS
    kinds = Column("waits for", lambda run: plain(", ".join(condition["kind"] for condition in run["conditions"])))
    return (*_RUN_COLUMNS[:3], kinds, *_RUN_COLUMNS[3:])


_TEST_COLUMNS: Final = (
    Column("#", _of("number"), is_number=True),
    Column("test", _of("test_id")),
    Column("name", _of("name")),
    Column("last used", _of("last_used_at", moment)),
    Column("last seen", _of("last_seen_at", moment)),
    Column("address", _of("url")),
)


def _field(key: str) -> Callable[[Record], str]:
    return lambda parameter: plain(parameter["value"][key])


_PARAMETER_COLUMNS: Final = (
    Column("parameter", _of("name")),
    Column("kind", _field("kind")),
    Column("from", _field("minimum"), is_number=True),
    Column("to", _field("maximum"), is_number=True),
    Column("step", _field("default_step"), is_number=True),
    Column("unit", _field("unit")),
    Column("options", lambda parameter: plain(", ".join(option["name"] for option in parameter["options"]))),
    Column("description", _of("description")),
)

METRICS: Final = (
    "pl",
    "cagr",
    "max_drawdown",
    "mar",
    "win_percentage",
    "total_premium",
    "capture_rate",
    "starting_capital",
    "ending_capital",
    "avg_per_trade",
    "avg_winner",
    "avg_loser",
    "max_winner",
    "max_loser",
    "avg_minutes_in_trade",
    "avg_days_in_trade",
    "total_trades",
    "winners",
)
"""The figures of a result, in the order in which they are printed."""

_RULED: Final = ("origin", *(f"ruling_{key}" for key in ("client", "reason", "decided_at")), "reused_from")

RESULTS: Final = Noun(
    _result_columns,
    ("task_id", "run_id", "index", "status", "attempts", *METRICS, "recorded_at", "reason", "trade_count", "config", *_RULED),
    key="index",
    wide=("starting_capital", *METRICS[10:16], "attempts", "trade_count", "origin", "recorded_at", "task_id"),
)
TASKS: Final = Noun(
    _task_columns,
    (
        "task_id",
        "run_id",
        "index",
        "status",
        "attempts",
        "not_before",
        *(f"last_failure_{key}" for key in ("attempt_id", "failure_class", "message", "failed_at")),
        "remaining_delay_seconds",
    ),
    key="index",
    wide=("last_failure_failed_at", "remaining_delay_seconds", "task_id"),
)
RUNS: Final = Noun(
    _run_columns,
    (
        *("run_id", "name", "revision", "phase", "test_id", "test_name", "test_url", "spec"),
        *(f"tasks_{key}" for key in ("total", "pending", "running", "completed", "failed", "skipped", "cancelled", "cached")),
        *("conditions", "created_at", "ended_at", "median_task_seconds", "eta_seconds", "stop_mode"),
    ),
    key="run_id",
    wide=("name", "tasks_running", "tasks_pending", "tasks_cached", "median_task_seconds", "ended_at", "revision", "test_id"),
)
RULED: Final = Noun(
    lambda records: (Column("changed", _of("changed"), is_number=True), *_run_columns(records)),
    ("changed", *RUNS.csv),
    key="run_id",
    wide=RUNS.wide,
)
TESTS: Final = Noun(
    lambda _: _TEST_COLUMNS,
    ("number", "test_id", "name", "url", "last_used_at", "last_seen_at"),
    key="test_id",
)
PARAMETERS: Final = Noun(
    lambda _: _PARAMETER_COLUMNS,
    (
        *("name", "description", "section", "requires_toggle"),
        *(f"value_{key}" for key in ("name", "kind", "description", "default_value", "minimum", "maximum")),
        *(f"value_{key}" for key in ("default_step", "choices", "decimals", "unit")),
        "options",
    ),
    key="name",
    wide=("section", "requires_toggle", "value_default_value", "value_choices", "value_decimals"),
)
DRAINED: Final = Noun(lambda _: (Column("in flight", _of("in_flight"), is_number=True),), ("in_flight",))
DAEMON: Final = Noun(
    lambda _: (),
    (
        *("version", "boot", "started_at", "uptime_seconds", "pid", "base_url", "state_dir", "is_draining"),
        *("active_runs", "in_flight", "http_address", "console_address", "conditions", "tree"),
    ),
)
