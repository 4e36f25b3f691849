"""Dashboards and rules as a test reads them: their expressions, and what is wrong with them without asking anybody."""

import copy
import functools
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from oodaemon.metrics.catalogue import METRICS, Kind

ROOT = Path(__file__).parents[3]
GRAFANA = ROOT / "grafana"
DASHBOARDS = GRAFANA / "dashboards"
RULES = GRAFANA / "prometheus" / "rules"
OPTIONAL = "results"
"""The dashboard that needs a plug-in, and promises nothing to Prometheus."""

Board = dict[str, Any]
VARIABLES = {
    "$__rate_interval": "20s",
    "$__range": "5m",
    "$job": "oodaemon",
    "$instance": ".+",
    "$run": ".+",
    "${datasource}": "prometheus",
}
OTHERS = {
    *(
        "up",
        "ALERTS",
        "process_start_time_seconds",
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_open_fds",
    ),
    *("process_max_fds", "python_gc_collections_total"),
}
"""Metrics that are not ours: of Prometheus, and of every Python program."""

_WORDS = {"by", "on", "and", "or", "unless", "bool", "offset", "ignoring", "without", "group_left", "group_right", "le"}
_RATES = re.compile(r"\b(rate|irate|increase|resets)\(\s*([a-zA-Z_:][\w:]*)")


@dataclass(frozen=True)
class Asked:
    """An expression: where it stands, its legend, and whether it must have data."""

    where: str
    expr: str
    legend: str = ""
    is_promised: bool = True

    @property
    def substituted(self) -> str:
        """As Grafana sends it."""
        expr = self.expr
        for name, value in VARIABLES.items():
            expr = expr.replace(name, value)
        return expr


def load() -> dict[str, Board]:
    """Every committed dashboard by name."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(DASHBOARDS.glob("*.json"))}


def rules() -> list[dict[str, Any]]:
    """Every rule of every file."""
    files = [yaml.safe_load(file.read_text("utf-8")) for file in sorted(RULES.glob("*.yml"))]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


def panels(board: Board) -> Iterator[dict[str, Any]]:
    """All panels, also those inside of rows, without the rows."""
    for panel in board["panels"]:
        yield from panel.get("panels") or ()
        if panel["type"] != "row":
            yield panel


def asked(name: str, board: Board) -> Iterator[Asked]:
    """What a dashboard asks Prometheus: panels, and annotations, which may be empty."""
    for panel in panels(board):
        for target in panel["targets"]:
            if "expr" in target:
                yield Asked(f"{name}: {panel['title']} {target['refId']}", target["expr"], target.get("legendFormat", ""))
    for annotation in board.get("annotations", {}).get("list", []):
        yield Asked(f"{name}: annotation {annotation['name']}", annotation["expr"], is_promised=False)


def label_queries(board: Board) -> Iterator[tuple[str, str]]:
    """Selector and label of the variables that ask for values."""
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            found = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"])
            assert found, variable["query"]
            yield found[1], found[2]


def metrics_in(expr: str) -> set[str]:
    """The names of metrics in an expression."""
    plain = re.sub(r'"[^"]*"', "", expr)
    plain = re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", plain)
    plain = re.sub(r"\b(by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)", "", plain)
    names = re.findall(r"(?<![\w:$.])([a-zA-Z_:][\w:]*)(?!\s*\(|[\w:])", plain)
    return {name for name in names if name not in _WORDS}


@functools.cache
def known() -> set[str]:
    """Every name that may be asked for."""
    found = set(OTHERS) | {rule["record"] for rule in rules() if "record" in rule}
    for name, entry in METRICS.items():
        found |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if entry.kind is Kind.HISTOGRAM else {name}
    return found


def family(name: str) -> str:
    """The metric that a sample belongs to."""
    plain = re.sub(r"_(bucket|sum|count)$", "", name)
    return plain if plain in METRICS else name


def faults_of_expr(where: str, expr: str) -> Iterator[str]:
    """What is wrong with an expression, by itself."""
    for name in sorted(metrics_in(expr) - known()):
        yield f"{where}: unknown metric {name}"
    for function, name in _RATES.findall(expr):
        entry = METRICS.get(family(name))
        if entry is not None and entry.kind is Kind.GAUGE:
            yield f"{where}: {function}() of the gauge {name}"


def faults(boards: Mapping[str, Board]) -> list[str]:
    """Everything that is wrong with some dashboards, one sentence each."""
    found = [fault for name, board in boards.items() for fault in _of_board(name, board)]
    uids = Counter(board["uid"] for board in boards.values())
    return [*found, *(f"uid {uid} is there twice" for uid, times in uids.items() if times > 1)]


def _of_board(name: str, board: Board) -> Iterator[str]:
    if wrong := schema_faults(board):
        yield from (f"{name}: {fault}" for fault in wrong)
        return
    shown = list(panels(board))
    for what in ("title", "id"):
        counted = Counter(panel[what] for panel in shown)
        yield from (f"{name}: {what} {value} is there twice" for value, times in counted.items() if times > 1)
    for one, other in itertools.combinations(board["panels"], 2):
        if _overlap(one["gridPos"], other["gridPos"]):
            yield f"{name}: {one['title']} lies over {other['title']}"
    defined = {variable["name"] for variable in board["templating"]["list"]} | {"__rate_interval", "__range", "__all"}
    text = json.dumps(board)
    for used in set(re.findall(r"\$\{?(\w+)\}?", text)) - defined:
        yield f"{name}: ${used} is no variable"
    for panel in shown:
        yield from _of_panel(name, panel)
    for uid in set(re.findall(r'"datasource": \{[^}]*"uid": "([^"]*)"', text)):
        if not uid.startswith("${"):
            yield f"{name}: the data source {uid} is hard-wired"
    for query in asked(name, board):
        yield from faults_of_expr(query.where, query.expr)


def _of_panel(name: str, panel: Mapping[str, Any]) -> Iterator[str]:
    where = f"{name}: {panel['title']}"
    if not panel.get("description", "").endswith("."):
        yield f"{where}: no description"
    refs = Counter(target["refId"] for target in panel["targets"])
    yield from (f"{where}: refId {ref} is there twice" for ref, times in refs.items() if times > 1)
    is_number = panel["type"] in {"stat", "timeseries", "bargauge"}
    if is_number and not panel["fieldConfig"]["defaults"].get("unit"):
        yield f"{where}: no unit"
    for target in panel["targets"]:
        for window in re.findall(r"\b(?:rate|irate)\([^\[]*\[([^\]]+)\]", target.get("expr", "")):
            if window != "$__rate_interval" and panel["type"] != "stat":
                yield f"{where}: the range {window} is fixed"
    if panel["type"] == "timeseries" and panel["options"]["legend"]["displayMode"] != "table":
        yield f"{where}: no legend table"


def _overlap(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    return all(one[at] < other[at] + other[size] and other[at] < one[at] + one[size] for at, size in (("x", "w"), ("y", "h")))


def schema_faults(board: Board) -> list[str]:
    """What the types of Grafana do not allow in a dashboard, the options of its panels included.

    `expr` and `textFormat` of annotations belong to the Prometheus plug-in, which the types of dashboards do not know.
    """
    plain = copy.deepcopy(board)
    for annotation in plain.get("annotations", {}).get("list", []):
        annotation.pop("expr", None)
        annotation.pop("textFormat", None)
    found = _against("dashboard", plain)
    for panel in panels(board):
        found += _against(panel["type"], panel.get("options", {}))
        found += _against(f"{panel['type']}Field", panel["fieldConfig"]["defaults"].get("custom", {}))
    return found


def _against(kind: str, value: object) -> list[str]:
    validator = validators().get(kind)
    errors = validator.iter_errors(value) if validator else ()
    return [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in errors]


@functools.cache
def validators() -> Mapping[str, Any]:
    """Of a whole dashboard, of the options of each type of panel, and of its fields."""
    schema = json.loads((Path(__file__).with_name("grafana_schema.json")).read_text("utf-8"))
    definitions = schema["definitions"]
    types = definitions.pop("Everything")["properties"]
    return {kind: jsonschema.Draft7Validator({**found, "definitions": definitions}) for kind, found in types.items()}
