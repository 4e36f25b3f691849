"""Overview: is it working, what is it doing, how long yet."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from grafana.generate.panels import (
    BLUE,
    GREEN,
    ORANGE,
    RED,
    Query,
    bars,
    blank,
    fill,
    lines,
    now,
    number,
    rate,
    rows,
    states,
    words,
)

ON_OFF = {"0": ("no", GREEN), "1": ("yes", RED)}
TROUBLE = ((None, GREEN), (1.0, RED))
FREE = "interrupted|session|rate_limited"
"""Outcomes that cost a task nothing and say nothing of it."""


def dashboard() -> Dashboard:
    """Built anew."""
    board = blank("oodaemon-overview", "oodaemon · Overview", "Is it working, what is it doing, how long yet?")
    return fill(board, {"Is it working?": _working(), "What is it doing?": _doing(), "How long yet?": _yet()})


def _working() -> list[object]:
    failed = f'sum(increase(oodaemon_attempts_total{{$S, outcome!~"succeeded|{FREE}"}}[30m]))'
    tried = f'sum(increase(oodaemon_attempts_total{{$S, outcome!~"{FREE}"}}[30m]))'
    up = words({"0": ("down", RED), "1": ("up", GREEN)})
    return [
        number(
            "Daemon", "Whether Prometheus reaches the daemon.", now("min(up{$S})"), steps=((None, RED), (1, GREEN)), mappings=up
        ),
        number(
            "Browsers up",
            "Browsers that can take tasks.",
            now('sum(oodaemon_browsers{$S, state="up"})'),
            steps=((None, RED), (1, GREEN)),
        ),
        number(
            "In the way",
            "Conditions that hold for the site; `ooctl status` says each in a sentence.",
            now("sum(oodaemon_condition{$S})"),
            steps=((None, GREEN), (1, ORANGE)),
        ),
        number(
            "Needs a person",
            "Sign-in that is refused or asks for a person, and a site that changed so that the recordings no longer fit.",
            now('sum(oodaemon_condition{$S, kind="AuthRequired"}) + sum(oodaemon_site_blocked{$S, cause="drift"})'),
            steps=TROUBLE,
        ),
        number(
            "Failed attempts, 30 min",
            "Part of the attempts that failed and cost their task a try.",
            now(f"({failed} / ({tried} > 0)) or vector(0)"),
            unit="percentunit",
            steps=((None, GREEN), (0.2, ORANGE), (0.5, RED)),
        ),
        number(
            "Alerts",
            "Alerts of these rules that fire.",
            now('sum(ALERTS{alertname=~"Oodaemon.*", alertstate="firing"}) or vector(0)'),
            steps=TROUBLE,
        ),
    ]


def _doing() -> list[object]:
    return [
        number("Running", "Tasks that browsers hold just now.", now("sum(oodaemon_leases{$S})")),
        number("Waiting", "Tasks of runs that are to run which nobody holds yet.", now("sum(oodaemon_queue_tasks{$S})")),
        number(
            "Settled, 1 h",
            "Tasks that came to an end within the last hour, whatever their end.",
            now("sum(increase(oodaemon_tasks_settled_total{$S}[1h]))"),
        ),
        number(
            "From earlier, 1 h",
            "Tasks that took what the site had answered before.",
            now("sum(increase(oodaemon_cache_hits_total{$S}[1h]))"),
        ),
        number(
            "A task takes",
            "Median of the last hour from lease to result; 0 when none was done.",
            now("(histogram_quantile(0.5, sum by (le) (rate(oodaemon_task_duration_seconds_bucket{$S}[1h]))) >= 0) or vector(0)"),
            unit="s",
        ),
        number(
            "To be looked at",
            "Runs with failed tasks that wait for a decision: `ooctl retry`, `skip` or `accept`.",
            now('sum(oodaemon_runs{$S, phase="needs_review"})'),
            steps=((None, GREEN), (1, ORANGE)),
        ),
        lines(
            "Tasks settled per minute",
            "By how they ended.",
            [Query(rate("oodaemon_tasks_settled_total", "outcome") + " * 60", "{{outcome}}")],
            is_stacked=True,
        ),
        lines(
            "Tasks of active runs",
            "In flight before and after the Run click, ready, and waiting for a retry.",
            [
                Query("sum by (state) (oodaemon_leases{$S})", "{{state}}"),
                Query("sum by (state) (oodaemon_queue_tasks{$S})", "{{state}}"),
            ],
            is_stacked=True,
        ),
        states(
            "Conditions of the site",
            "What was in the way, and when.",
            Query("max by (kind) (oodaemon_condition{$S})", "{{kind}}"),
            ON_OFF,
        ),
        lines(
            "Runs that do not go on",
            "Newest runs that are not at rest, by what is in their way.",
            [Query("sum by (kind) (oodaemon_run_conditions{$S})", "{{kind}}")],
        ),
    ]


def _yet() -> list[object]:
    columns = {
        "Progress": Query("max by (run) (oodaemon_run_progress_ratio{$S})", is_table=True),
        "Left": Query("max by (run) (oodaemon_run_eta_seconds{$S})", is_table=True),
        "Failed": Query('max by (run) (oodaemon_run_tasks{$S, state="failed"})', is_table=True),
        "Best P/L": Query('max by (run) (oodaemon_run_best{$S, figure="pl"})', is_table=True),
    }
    units = {"Progress": "percentunit", "Left": "dtdurations", "Failed": "short", "Best P/L": "currencyUSD"}
    return [
        number(
            "All done in",
            "The longest estimate of the runs that are shown.",
            now("max(oodaemon_run_eta_seconds{$S}) or vector(0)"),
            unit="dtdurations",
            steps=((None, BLUE),),
        ),
        number("Runs", "Runs that are not at rest.", now('sum(oodaemon_runs{$S, phase!~"completed|cancelled|needs_review"})')),
        number(
            "Longest wait",
            "For how long a run with tasks ready and none in flight has waited.",
            now("max(oodaemon_queue_wait_seconds{$S})"),
            unit="s",
            steps=((None, GREEN), (120, ORANGE), (600, RED)),
        ),
        bars(
            "Progress",
            "Of the ten newest runs that are not at rest, or came to rest within the last 15 minutes.",
            Query("max by (run) (oodaemon_run_progress_ratio{$S})", "{{run}}"),
            unit="percentunit",
            most=1,
            width=24,
        ),
        rows("Runs now", "The same runs, with what is left and the best result so far.", columns, "run", units=units),
    ]
