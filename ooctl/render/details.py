"""One thing at a time for people: a run, the daemon, a parameter, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ooctl.render.tables import Record, done_of, values_of
from ooctl.render.text import DASH, duration, moment, plain

LABEL_WIDTH: Final = 12


def run_details(run: Record) -> Iterator[str]:
    """A run with its counts and with what stands in its way."""
    tasks = run["tasks"]
    counts = ", ".join(f"{tasks[key]} {key}" for key in tasks if key != "total" and tasks[key])
    yield _line("run", run["run_id"])
    yield _line("name", run["name"])
    yield _line("phase", run["phase"])
    yield _line("tasks", f"{done_of(tasks)} done" + (f" ({counts})" if counts else ""))
    if run["stage"]:
        yield _line("stage", run["stage"])
    if run["growing"]:
        most = "nobody can tell how many" if run["planned_tasks"] is None else f"{run['planned_tasks']:,} at most"
        yield _line("planned", f"{most}; further tasks follow from the results")
    yield _line("test", f"{run['test']['name']} {run['test']['url']}")
    yield _line("values", values_of(run["spec"]))
    options = run["spec"].get("sweep", {}).get("parameter", {}).get("options", {})
    if options:
        yield _line("options", ", ".join(f"{key}={value}" for key, value in options.items()))
    yield _line("created", moment(run["created_at"]))
    yield _line("ended", moment(run["ended_at"]))
    yield _line("per task", duration(run["median_task_seconds"]))
    yield _line("ETA", duration(run["eta_seconds"]))
    yield _line("revision", str(run["revision"]))
    yield from _conditions(run["conditions"])


def daemon_details(daemon: Record) -> Iterator[str]:
    """The daemon, its conditions and its tree."""
    yield _line("version", f"{plain(daemon['version'])}, boot {daemon['boot']}, process {daemon['pid']}")
    yield _line("up", f"{duration(daemon['uptime_seconds'])}, since {moment(daemon['started_at'])}")
    yield _line("site", daemon["base_url"])
    yield _line("state", daemon["state_dir"])
    yield _line("metrics", daemon["http_address"])
    yield _line("console", f"http://{daemon['console_address']}/" if daemon["console_address"] else DASH)
    yield _line("runs", f"{daemon['active_runs']} active, {daemon['in_flight']} backtests in flight")
    yield _line("draining", "yes: nothing new is started" if daemon["is_draining"] else "no")
    yield from _conditions(daemon["conditions"])
    if daemon["tree"] is not None:
        yield "tree"
        yield from _branch(daemon["tree"], depth=1)


def parameter_details(parameter: Record) -> Iterator[str]:
    """A parameter, its options, and how it is written."""
    yield _line("parameter", parameter["name"])
    yield _line("description", parameter["description"])
    yield _line("section", parameter["section"])
    if parameter["requires_toggle"]:
        yield _line("needs", f"the toggle {parameter['requires_toggle']}")
    yield _line("values", _schema(parameter["value"]))
    for option in parameter["options"]:
        yield _line("option", f"{parameter['name']}.{option['name']}: {_schema(option)}")
    yield _line("example", f"ooctl submit --test 1 -p {parameter['name']}={_example(parameter['value'])}")


def _schema(field: Record) -> str:
    parts = [str(field["kind"]).lower()]
    if field["choices"]:
        parts.append("one of " + ", ".join(field["choices"]))
    if field["minimum"]:
        parts.append(f"from {field['minimum']}")
    if field["maximum"]:
        parts.append(f"to {field['maximum']}")
    if field["unit"]:
        parts.append(f"in {field['unit']}")
    if field["default_step"]:
        parts.append(f"step {field['default_step']}")
    if field["default_value"]:
        parts.append(f"default {field['default_value']}")
    text = " ".join(parts)
    return f"{text} {DASH} {field['description']}" if field["description"] else text


def _example(field: Record) -> str:
    if field["choices"]:
        return ",".join(field["choices"][:2])
    if field["minimum"] and field["maximum"]:
        step = f"/{field['default_step']}" if field["default_step"] else ""
        return f"{field['minimum']}..{field['maximum']}{step}"
    return "VALUES"


def _conditions(conditions: Sequence[Record]) -> Iterator[str]:
    for condition in conditions:
        yield _line("condition", f"{condition['kind']}: {condition['message']} (since {moment(condition['since'])})")


def _branch(actor: Record, *, depth: int) -> Iterator[str]:
    restarts = f", {actor['restarts']} restarts" if actor["restarts"] else ""
    detail = f": {actor['detail']}" if actor["detail"] else ""
    yield "  " * depth + plain(f"{actor['path']} {actor['state']}{restarts}{detail}")
    for child in actor["children"]:
        yield from _branch(child, depth=depth + 1)


def _line(label: str, text: str) -> str:
    return f"{label:<{LABEL_WIDTH}}{plain(text.strip() if text else None)}"
