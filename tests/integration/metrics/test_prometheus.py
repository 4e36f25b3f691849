"""A real Prometheus scrapes a real daemon through a sweep with faults, and is asked everything that dashboards and rules ask."""

import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from oodaemon.metrics.catalogue import METRICS
from tests.integration.metrics import boards
from tests.integration.metrics.monitoring import Prometheus, has_number, needs_prometheus, prometheus
from tests.support.daemon import ACCOUNT, DaemonProcess, daemon, practice_site, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_prometheus]

QUICK = {"run_seconds": [0.2, 0.3], "hydration": 0, "popup_delay": 0.05}
NAME = "Afternoon of https://example.com/secret?token=1"


@dataclass(frozen=True)
class Observed:
    """A daemon after a sweep, and the Prometheus that watched all of it."""

    daemon: DaemonProcess
    watched: Prometheus
    began: float
    text: str
    run: str


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Observed]:
    folder = tmp_path_factory.mktemp("prometheus")
    with (
        practice_site(**QUICK) as site,
        daemon(OODAEMON_BASE_URL=site.url, OODAEMON_EASE_OFF="false", **ACCOUNT) as at,
        prometheus(folder, at.status().http_address) as watched,
    ):
        began = time.time()
        site.behave(faults={"error_toast": 0.3, "announcement": 1.0})
        run = at.submit("Afternoon Call Spread", "profit_target=10..80/10", flags=("--trades", "--name", NAME))
        wait_until(lambda: at.json("results", run) or None, "a first result")
        at.submit("Afternoon Call Spread", "profit_target=10..30/10", flags=("--trades",))
        wait_until(lambda: site.struck("error_toast") > 1, "a fault")
        site.behave(faults={})
        at.browsers()[0].kill()
        wait_until(lambda: all(run["phase"] == "COMPLETED" for run in at.json("list")), "the end of both", patience=240)
        at.ask("export", run, "--format", "csv", "--output", str(folder / "out.csv"))
        at.ask("status", "NOSUCHRUN")
        settled = 'oodaemon_run_progress_ratio == 1 and on (run) oodaemon_run_best{figure="pl"}'
        wait_until(lambda: len(watched.instant(settled)) == 2, "a scrape of the end")
        asked_last = 'sum(grpc_server_handled_total{grpc_code="NOT_FOUND"}) >= 1'
        wait_until(lambda: watched.instant(asked_last), "a scrape of what was asked last")
        wait_until(lambda: watched.instant("oodaemon:attempts_failed:ratio30m"), "an evaluation of the rules")
        text = httpx.get(f"http://{at.status().http_address}/metrics", timeout=60).raise_for_status().text
        yield Observed(at, watched, began, text, run)


def test_every_panel_has_what_it_asks_for(observed: Observed) -> None:
    empty, unnamed = [], []
    for name, board in boards.load().items():
        for query in boards.asked(name, board):
            found = observed.watched.over(query.substituted, observed.began, time.time())
            if query.is_promised and not any(has_number(series) for series in found):
                empty.append(f"{query.where}: {query.substituted}")
            for label in re.findall(r"\{\{(\w+)\}\}", query.legend):
                unnamed += [f"{query.where}: {label}" for series in found if label not in series["metric"]]
    assert empty == []
    assert unnamed == []


def test_every_number_is_there_now(observed: Observed) -> None:
    """Also when nothing runs any more: numbers show a zero."""
    missing = []
    for name, board in boards.load().items():
        for panel in boards.panels(board):
            for target in panel["targets"] if panel["type"] == "stat" else ():
                expr = boards.Asked(panel["title"], target["expr"]).substituted
                if not any(has_number(series) for series in observed.watched.instant(expr)):
                    missing.append(f"{name}: {panel['title']}: {expr}")
    assert missing == []


def test_every_variable_has_values(observed: Observed) -> None:
    for name, board in boards.load().items():
        for selector, label in boards.label_queries(board):
            asked = boards.Asked(name, selector).substituted
            assert observed.watched.get(f"label/{label}/values", **{"match[]": asked}), f"{name}: {label}"


def test_every_rule_is_evaluated(observed: Observed) -> None:
    found = {rule["name"]: rule for group in observed.watched.get("rules")["groups"] for rule in group["rules"]}
    assert set(found) == {rule.get("alert") or rule["record"] for rule in boards.rules()}
    wait_until(lambda: all(r["health"] != "unknown" for g in observed.watched.get("rules")["groups"] for r in g["rules"]), "rules")
    for group in observed.watched.get("rules")["groups"]:
        for rule in group["rules"]:
            assert rule["health"] == "ok", rule
    for rule in boards.rules():
        data = observed.watched.instant(rule["expr"])
        assert "alert" in rule or data, f"{rule} records nothing"
    assert [alert for alert in observed.watched.get("alerts")["alerts"] if alert["state"] == "firing"] == []


def test_prometheus_finds_nothing_to_criticise(observed: Observed) -> None:
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=observed.text, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_it_knows_no_metric_that_the_catalogue_does_not(observed: Observed) -> None:
    names = {name for name in observed.watched.get("label/__name__/values") if name.startswith(("oodaemon", "grpc"))}
    records = {rule["record"] for rule in boards.rules() if "record" in rule}
    assert {boards.family(name) for name in names} == set(METRICS) | records


def test_what_is_told_of_the_sweep_is_true(observed: Observed) -> None:
    watched, at = observed.watched, observed.daemon
    assert watched.instant('sum(oodaemon_tasks_settled_total{outcome=~"completed|cached"})')[0]["value"][1] == "11"
    failed = watched.instant('sum(oodaemon_attempts_total{outcome!="succeeded"})')[0]["value"][1]
    assert float(failed) >= 2
    best = max(row["metrics"]["pl"] for row in at.json("results", observed.run))
    shown = watched.instant('oodaemon_run_best{figure="pl",run=~"Afternoon.*"}')
    assert [float(series["value"][1]) for series in shown] == [best]
    assert float(watched.instant('sum(oodaemon_exports_total{outcome="written"})')[0]["value"][1]) >= 1
    assert float(watched.instant('sum(grpc_server_handled_total{grpc_code="NOT_FOUND"})')[0]["value"][1]) >= 1
    assert float(watched.instant("max(oodaemon_browser_resident_bytes)")[0]["value"][1]) > 50e6
    assert float(watched.instant('max(oodaemon_task_step_duration_seconds_count{step="download"})')[0]["value"][1]) >= 8


def test_no_label_holds_an_address_or_the_id_of_a_run(observed: Observed) -> None:
    runs = [run["run_id"] for run in observed.daemon.json("list")]
    lines = [line for line in observed.text.splitlines() if not line.startswith("#")]
    assert not [line for line in lines if "://" in line or "token=" in line or any(run in line for run in runs)]
    assert "Afternoon of …" in observed.text


def test_the_files_are_sound() -> None:
    folder: Path = boards.GRAFANA / "prometheus"
    for words in (["check", "config", "prometheus.yml"], ["check", "rules", "rules/recording.yml", "rules/alerts.yml"]):
        done = subprocess.run(["promtool", *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
