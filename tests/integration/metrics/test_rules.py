"""Each alert on its own: silent before, firing after, silent for those it is not about, with the words people read."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.metrics import boards
from tests.integration.metrics.monitoring import needs_prometheus

PAGE = "docs/operations.md"
BAD, GOOD = 'job="oodaemon", instance="bad"', 'job="oodaemon", instance="good"'


@dataclass(frozen=True)
class Case:
    """Series a sample a minute, in the notation of promtool; `before` and `after` are when the alert is silent and when it fires.

    `B` and `G` in a series stand for the daemon that is in trouble, and for one that is close to it and must stay silent.
    """

    alert: str
    series: dict[str, str]
    before: str
    after: str
    severity: str
    summary: str
    description: str
    runbook: str
    labels: dict[str, str] = field(default_factory=lambda: {"job": "oodaemon", "instance": "bad"})


CASES = (
    Case(
        "OodaemonDown",
        {"up{B}": "1x5 0x20", "up{G}": "1x5 0x1 1x20"},
        "7m",
        "9m",
        "critical",
        "oodaemon on bad cannot be scraped",
        "Prometheus has not reached it for two minutes: it is down, or its address changed.",
        "no-scrape",
    ),
    Case(
        "OodaemonAbsent",
        {'up{job="node", instance="good"}': "1x60"},
        "4m",
        "10m",
        "warning",
        "no oodaemon is scraped",
        "Prometheus knows no target of the job oodaemon.",
        "no-scrape",
        {"job": "oodaemon"},
    ),
    Case(
        "OodaemonRestarts",
        {"process_start_time_seconds{B}": "100x5 200 300 400x30", "process_start_time_seconds{G}": "100x5 200x30"},
        "7m",
        "9m",
        "critical",
        "oodaemon on bad starts again and again",
        "It was started 3 times within 30 minutes; its log says why it ended.",
        "restarts",
    ),
    Case(
        "OodaemonRunStuck",
        {
            'oodaemon_queue_tasks{B, state="ready"}': "5x90",
            'oodaemon_tasks_settled_total{B, outcome="completed"}': "7x90",
            'oodaemon_condition{B, kind="SiteSlow"}': "1x90",
            'oodaemon_queue_tasks{G, state="ready"}': "5x90",
            'oodaemon_tasks_settled_total{G, outcome="completed"}': "0+1x90",
            'oodaemon_queue_tasks{job="oodaemon", instance="blocked", state="ready"}': "5x90",
            'oodaemon_tasks_settled_total{job="oodaemon", instance="blocked", outcome="completed"}': "7x90",
            'oodaemon_condition{job="oodaemon", instance="blocked", kind="SiteBlocked"}': "1x90",
        },
        "25m",
        "35m",
        "warning",
        "a run on bad does not go on",
        "5 tasks are ready, and none was settled for 30 minutes.",
        "stuck-run",
    ),
    Case(
        "OodaemonUnexplained",
        {
            'oodaemon_run_conditions{B, kind="Unexplained"}': "0x5 1x30",
            'oodaemon_run_conditions{G, kind="Unexplained"}': "0x5 1x1 0x30",
            'oodaemon_run_conditions{G, kind="Paced"}': "1x40",
        },
        "9m",
        "13m",
        "warning",
        "a run on bad stands still and nobody knows why",
        "Nothing that the daemon knows of is in its way: a defect.",
        "stuck-run",
    ),
    Case(
        "OodaemonNoBrowser",
        {
            'oodaemon_run_conditions{B, kind="BudgetExhausted"}': "0x5 1x30",
            'oodaemon_run_conditions{G, kind="ConcurrencyWait"}': "1x40",
        },
        "14m",
        "18m",
        "critical",
        "no browser works on bad",
        "Runs wait, and no browser has been up for ten minutes.",
        "no-browser",
    ),
    Case(
        "OodaemonNeedsPerson",
        {'oodaemon_condition{B, kind="AuthRequired"}': "0x5 1x30", 'oodaemon_condition{G, kind="SiteBlocked"}': "1x40"},
        "7m",
        "9m",
        "critical",
        "the session on bad needs a person",
        "The site refused the account, or asks for a person; nothing runs until somebody signs in.",
        "session",
    ),
    Case(
        "OodaemonSiteBlocked",
        {'oodaemon_site_blocked{B, cause="breaker"}': "0x5 1x90", 'oodaemon_site_blocked{G, cause="drift"}': "1x90"},
        "30m",
        "40m",
        "warning",
        "the site is blocked for bad",
        "For half an hour nothing could be leased because of: breaker.",
        "site-blocked",
        {"job": "oodaemon", "instance": "bad", "cause": "breaker"},
    ),
    Case(
        "OodaemonDrift",
        {'oodaemon_site_blocked{B, cause="drift"}': "0x5 1x30", 'oodaemon_site_blocked{G, cause="breaker"}': "1x40"},
        "6m",
        "8m",
        "critical",
        "the site changed under bad",
        "An element of the recordings is gone; nothing is leased until they are mended.",
        "drift",
    ),
    Case(
        "OodaemonLocatorFallback",
        {
            'oodaemon_locator_fallbacks_total{B, locator="Run"}': "0+1x200",
            'oodaemon_locator_fallbacks_total{G, locator="Run"}': "0x10 15x200",
        },
        "30m",
        "60m",
        "info",
        "the site begins to change under bad",
        "Elements were found by a later alternative 60 times within six hours.",
        "drift",
    ),
    Case(
        "OodaemonHighFailureRatio",
        {
            'oodaemon_attempts_total{B, outcome="timing"}': "0+3x90",
            'oodaemon_attempts_total{B, outcome="succeeded"}': "0+1x90",
            'oodaemon_attempts_total{G, outcome="interrupted"}': "0+3x90",
            'oodaemon_attempts_total{G, outcome="succeeded"}': "0+1x90",
            'oodaemon_attempts_total{job="oodaemon", instance="few", outcome="timing"}': "0x10 3x90",
        },
        "10m",
        "60m",
        "warning",
        "half of the attempts fail on bad",
        "75% of the attempts of the last 30 minutes failed.",
        "failures",
    ),
    Case(
        "OodaemonNeedsReview",
        {'oodaemon_runs{B, phase="needs_review"}': "0x5 2x90", 'oodaemon_runs{G, phase="completed"}': "9x90"},
        "60m",
        "70m",
        "info",
        "runs on bad wait for a decision",
        "2 runs ended with failed tasks.",
        "review",
    ),
    Case(
        "OodaemonUnkillableProcess",
        {
            'oodaemon_events_total{B, type="actor_unkillable"}': "0x5 1x30",
            "oodaemon_leftover_processes{B}": "0x40",
            'oodaemon_events_total{G, type="processes_reaped"}': "0x5 1x30",
            "oodaemon_leftover_processes{G}": "0x40",
        },
        "5m",
        "7m",
        "critical",
        "a process on bad cannot be killed",
        "A browser or driver outlives SIGKILL; its slot is set aside.",
        "unkillable",
    ),
    Case(
        "OodaemonStoreSlow",
        {
            'oodaemon_store_commit_seconds_bucket{B, le="1.0"}': "0x60",
            'oodaemon_store_commit_seconds_bucket{B, le="2.5"}': "0+5x60",
            'oodaemon_store_commit_seconds_bucket{B, le="+Inf"}': "0+5x60",
            'oodaemon_store_commit_seconds_bucket{G, le="1.0"}': "0+5x60",
            'oodaemon_store_commit_seconds_bucket{G, le="2.5"}': "0+5x60",
            'oodaemon_store_commit_seconds_bucket{G, le="+Inf"}': "0+5x60",
        },
        "8m",
        "20m",
        "warning",
        "the store on bad is slow",
        "One commit in a hundred takes longer than 2.485s.",
        "store",
    ),
    Case(
        "OodaemonStoreLogGrows",
        {"oodaemon_store_wal_bytes{B}": f"0x5 {300 * 2**20}x90", "oodaemon_store_wal_bytes{G}": f"{60 * 2**20}x90"},
        "30m",
        "40m",
        "warning",
        "the write-ahead log on bad is not emptied",
        "It has 300MiB; something reads the store and does not end.",
        "store",
    ),
    Case(
        "OodaemonDiskLow",
        {
            "oodaemon_disk_free_bytes{B}": f"{5 * 2**30}x5 {2**30}x30",
            "oodaemon_disk_reserved_bytes{B}": f"{2**30}x40",
            "oodaemon_disk_free_bytes{G}": f"{2**30}x40",
            "oodaemon_disk_reserved_bytes{G}": f"{2**28}x40",
        },
        "9m",
        "13m",
        "critical",
        "the disk of bad is almost full",
        "1GiB are free; below min_free_mib nothing new is begun.",
        "disk",
    ),
    Case(
        "OodaemonBackupsOld",
        {
            "oodaemon_backup_newest_timestamp_seconds{B}": "0x3000",
            "oodaemon_backups_wanted{B}": "7x3000",
            "process_start_time_seconds{B}": "0x3000",
            "oodaemon_backup_newest_timestamp_seconds{G}": "0x3000",
            "oodaemon_backups_wanted{G}": "0x3000",
            "process_start_time_seconds{G}": "0x3000",
            'oodaemon_backup_newest_timestamp_seconds{job="oodaemon", instance="fresh"}': "0+60x3000",
            'oodaemon_backups_wanted{job="oodaemon", instance="fresh"}': "7x3000",
            'process_start_time_seconds{job="oodaemon", instance="fresh"}': "0x3000",
        },
        "36h",
        "38h",
        "warning",
        "the newest backup of bad is old",
        "The newest daily backup is 1d 14h 0m 0s old.",
        "backups",
    ),
    Case(
        "OodaemonClockGap",
        {"oodaemon_clock_gaps_total{B}": "0x5 1x30", "oodaemon_clock_gaps_total{G}": "1x40"},
        "5m",
        "7m",
        "info",
        "the clock of bad jumped",
        "The machine slept, or its clock was set.",
        "clock",
    ),
)


def as_promtool_wants(case: Case) -> dict[str, Any]:
    """A file of `promtool test rules` with one test."""

    def named(series: str) -> str:
        return series.replace("{B", "{" + BAD).replace("{G", "{" + GOOD)

    annotations = {"summary": case.summary, "description": case.description, "runbook_url": f"{PAGE}#runbook-{case.runbook}"}
    firing = {"exp_labels": {"severity": case.severity, **case.labels}, "exp_annotations": annotations}
    silent, fires = (
        {"eval_time": at, "alertname": case.alert, "exp_alerts": found} for at, found in ((case.before, []), (case.after, [firing]))
    )
    test = {
        "interval": "1m",
        "input_series": [{"series": named(series), "values": values} for series, values in case.series.items()],
        "alert_rule_test": [silent, fires],
    }
    return {"rule_files": [str(file) for file in sorted(boards.RULES.glob("*.yml"))], "evaluation_interval": "1m", "tests": [test]}


def promtool(case: Case, folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "test.yml"
    file.write_text(yaml.safe_dump(as_promtool_wants(case)), "utf-8")
    return subprocess.run(["promtool", "test", "rules", str(file)], capture_output=True, text=True, timeout=60, check=False)


@needs_prometheus
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.alert)
def test_alert(case: Case, tmp_path: Path) -> None:
    done = promtool(case, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_its_case() -> None:
    alerts = [rule["alert"] for rule in boards.rules() if "alert" in rule]
    assert sorted(case.alert for case in CASES) == sorted(alerts)


def test_a_silent_daemon_stands_beside_each_one_in_trouble() -> None:
    for case in CASES:
        assert any("{G" in series or 'instance="good"' in series for series in case.series), case.alert


def anchor(heading: str) -> str:
    """What GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors() -> set[str]:
    text = (boards.ROOT / PAGE).read_text("utf-8")
    return {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def test_every_alert_leads_to_its_place_in_the_runbook() -> None:
    there, used = anchors(), set()
    for rule in boards.rules():
        if "alert" in rule:
            page, _, place = rule["annotations"]["runbook_url"].partition("#")
            assert page == PAGE
            assert place in there, place
            used.add(place)
            assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert {found for found in there if found.startswith("runbook-")} == used, "a section that no alert leads to"


def test_links_inside_the_page_lead_somewhere() -> None:
    text = (boards.ROOT / PAGE).read_text("utf-8")
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= anchors()


def test_no_rule_asks_for_what_there_is_not() -> None:
    assert [fault for rule in boards.rules() for fault in boards.faults_of_expr(str(rule.get("alert")), rule["expr"])] == []
