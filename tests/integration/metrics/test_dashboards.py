"""The dashboards as they are committed: what the generator makes, valid for Grafana, and sound."""

import copy
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from oodaemon.metrics.catalogue import METRICS, SECTIONS
from tests.integration.metrics import boards
from tests.integration.metrics.boards import Board

UNSEEN: dict[str, str] = {}
"""Metrics that are on no panel, and why."""


def test_they_are_what_the_generator_makes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "grafana.generate", str(tmp_path)], cwd=boards.ROOT, check=True, timeout=60)
    made = {file.name: file.read_text("utf-8") for file in tmp_path.iterdir()}
    committed = {file.name: file.read_text("utf-8") for file in boards.DASHBOARDS.iterdir()}
    assert made == committed, "run make grafana"


def test_nothing_is_wrong_with_them() -> None:
    assert boards.faults(boards.load()) == []


def test_there_are_the_five() -> None:
    found = {board["uid"]: board["title"] for board in boards.load().values()}
    assert set(found) == {f"oodaemon-{name}" for name in ("overview", "run", "browsers", "internals", "results")}


def test_each_has_its_variables_links_and_marks() -> None:
    for name, board in boards.load().items():
        assert board["links"], name
        if name != boards.OPTIONAL:
            assert [v["name"] for v in board["templating"]["list"]][:3] == ["datasource", "job", "instance"]
            assert {"Restarts", "Drift"} <= {a["name"] for a in board["annotations"]["list"]}
            assert len(list(boards.panels(board))) >= 15


def unknown_metric(board: Board) -> None:
    panel = next(panel for panel in boards.panels(board) if panel["type"] == "timeseries")
    panel["targets"][0]["expr"] = panel["targets"][0]["expr"].replace("oodaemon_", "oodaemon_no_")


def hard_wired_source(board: Board) -> None:
    next(boards.panels(board))["datasource"]["uid"] = "prometheus"


def overlapping(board: Board) -> None:
    one, other = [panel for panel in board["panels"] if panel["type"] != "row"][:2]
    other["gridPos"] = dict(one["gridPos"])


def twice_the_title(board: Board) -> None:
    one, other = list(boards.panels(board))[:2]
    other["title"] = one["title"]


def rate_of_a_gauge(board: Board) -> None:
    panel = next(panel for panel in boards.panels(board) if panel["type"] == "timeseries")
    panel["targets"][0]["expr"] = "rate(oodaemon_store_bytes[$__rate_interval])"


def fixed_range(board: Board) -> None:
    panel = next(panel for panel in boards.panels(board) if "$__rate_interval" in str(panel["targets"]))
    panel["targets"][0]["expr"] = panel["targets"][0]["expr"].replace("$__rate_interval", "1m")


def unknown_variable(board: Board) -> None:
    next(boards.panels(board))["targets"][0]["expr"] = 'oodaemon_tasks{job="$jobs"}'


def no_description(board: Board) -> None:
    next(boards.panels(board)).pop("description")


def twice_the_query(board: Board) -> None:
    panel = next(boards.panels(board))
    panel["targets"].append(dict(panel["targets"][0]))


def no_unit(board: Board) -> None:
    next(panel for panel in boards.panels(board) if panel["type"] == "timeseries")["fieldConfig"]["defaults"].pop("unit")


def wrong_type(board: Board) -> None:
    next(boards.panels(board))["gridPos"]["w"] = "wide"


def wrong_word(board: Board) -> None:
    panel = next(panel for panel in boards.panels(board) if panel["type"] == "timeseries")
    panel["options"]["legend"]["displayMode"] = "tables"


MUTANTS = (
    *(unknown_metric, hard_wired_source, overlapping, twice_the_title, rate_of_a_gauge, fixed_range, unknown_variable),
    *(no_description, twice_the_query, no_unit, wrong_type, wrong_word),
)


@pytest.mark.parametrize("mutate", MUTANTS, ids=lambda mutate: mutate.__name__)
def test_the_check_notices(mutate: Callable[[Board], None]) -> None:
    noticed = 0
    for name, board in boards.load().items():
        broken = copy.deepcopy(board)
        with suppress(StopIteration):  # a dashboard that has nothing of the kind
            mutate(broken)
        if broken != board:
            assert boards.faults({name: broken}), f"{mutate.__name__} in {name} goes unnoticed"
            noticed += 1
    assert noticed >= 2


def test_a_uid_that_is_there_twice_is_noticed() -> None:
    found = boards.load()
    found["run"]["uid"] = found["overview"]["uid"]
    assert [fault for fault in boards.faults(found) if "uid" in fault]


def on_panels() -> set[str]:
    names: set[str] = set()
    for name, board in boards.load().items():
        for query in boards.asked(name, board):
            names |= {boards.family(metric) for metric in boards.metrics_in(query.expr)}
    return names


def test_every_metric_is_on_a_panel_or_there_is_a_reason() -> None:
    assert set(METRICS) - on_panels() == set(UNSEEN)


def test_every_metric_in_grafana_exists() -> None:
    names = on_panels() | {boards.family(m) for rule in boards.rules() for m in boards.metrics_in(rule["expr"])}
    assert names <= set(METRICS) | boards.known()


def test_every_metric_is_documented_as_it_is() -> None:
    page = (boards.ROOT / "docs" / "metrics.md").read_text("utf-8")
    rows = [
        f"| `{entry.name}` | {entry.kind.value} | {', '.join(f'`{label}`' for label in entry.labels)} | {entry.text} |"
        for entries in SECTIONS.values()
        for entry in entries
    ]
    assert [line for line in page.splitlines() if line.startswith(("| `oodaemon_", "| `grpc_"))] == rows
    assert all(f"\n## {title}\n" in page for title in SECTIONS)


def test_the_documentation_names_no_metric_that_is_not_there() -> None:
    for page in (boards.ROOT / "docs").glob("*.md"):
        if page.name != "design-notes.md":
            named = set(re.findall(r"`(oodaemon_[a-z0-9_]+)[`{]", page.read_text("utf-8")))
            assert {name for name in named if boards.family(name) not in METRICS} <= {"oodaemon_key", "oodaemon_run_"}, page.name


def test_the_provisioning_names_what_is_there() -> None:
    source = boards.yaml.safe_load((boards.GRAFANA / "provisioning/datasources/oodaemon.yaml").read_text("utf-8"))
    provider = boards.yaml.safe_load((boards.GRAFANA / "provisioning/dashboards/oodaemon.yaml").read_text("utf-8"))
    config = boards.yaml.safe_load((boards.GRAFANA / "prometheus/prometheus.yml").read_text("utf-8"))
    (found,) = source["datasources"]
    assert found["jsonData"]["timeInterval"] == config["global"]["scrape_interval"], "$__rate_interval rests on it"
    assert found["uid"]
    assert provider["providers"][0]["options"]["path"] == "$OODAEMON_DASHBOARDS"
    assert config["scrape_configs"][0]["job_name"] == "oodaemon"
