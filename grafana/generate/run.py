"""Run: progress, results by parameter, failures by class, step times."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from grafana.generate.panels import (
    GREEN,
    ORANGE,
    Query,
    bars,
    blank,
    fill,
    free_lines,
    heat,
    label,
    lines,
    now,
    number,
    quantile,
    rate,
)

RUN = '$S, run=~"$run"'


def dashboard() -> Dashboard:
    """Built anew."""
    board = blank(
        "oodaemon-run", "oodaemon · Run", "How the newest runs go: progress, results by parameter, failures by class, step times."
    )
    board.with_variable(label("run", 'oodaemon_run_progress_ratio{job=~"$job", instance=~"$instance"}', title="Run").multi(True))
    return fill(
        board,
        {"Progress": _progress(), "Results by parameter": _results(), "Failures by class": _failures(), "Step times": _steps()},
    )


def _progress() -> list[object]:
    return [
        number(
            "Done",
            "Part of the tasks of the chosen runs that is settled.",
            now(
                f'(1 - sum(oodaemon_run_tasks{{{RUN}, state=~"pending|running"}}) / sum(oodaemon_run_tasks{{{RUN}}})) or vector(0)'
            ),
            unit="percentunit",
        ),
        number(
            "Left",
            "The longest estimate, from the median of the last tasks and the browsers that are up.",
            now(f"max(oodaemon_run_eta_seconds{{{RUN}}}) or vector(0)"),
            unit="dtdurations",
        ),
        number(
            "Completed", "Tasks with a proven result.", now(f'sum(oodaemon_run_tasks{{{RUN}, state="completed"}}) or vector(0)')
        ),
        number(
            "Failed",
            "Tasks that failed for good and wait for a decision.",
            now(f'sum(oodaemon_run_tasks{{{RUN}, state="failed"}}) or vector(0)'),
            steps=((None, GREEN), (1, ORANGE)),
        ),
        number(
            "Skipped",
            "Tasks that the site refused or a user gave up.",
            now(f'sum(oodaemon_run_tasks{{{RUN}, state="skipped"}}) or vector(0)'),
            steps=((None, GREEN), (1, ORANGE)),
        ),
        number(
            "Best P/L",
            "The best proven P/L of the chosen runs.",
            now(f'max(oodaemon_run_best{{{RUN}, figure="pl"}}) or vector(0)'),
            unit="currencyUSD",
        ),
        lines(
            "Progress over time",
            "Part of the tasks that is settled, by run.",
            [Query(f"max by (run) (oodaemon_run_progress_ratio{{{RUN}}})", "{{run}}")],
            unit="percentunit",
        ),
        lines(
            "Tasks by state",
            "Of the chosen runs together.",
            [Query(f"sum by (state) (oodaemon_run_tasks{{{RUN}}})", "{{state}}")],
            is_stacked=True,
        ),
        lines(
            "Time left",
            "The estimate over time, by run.",
            [Query(f"max by (run) (oodaemon_run_eta_seconds{{{RUN}}})", "{{run}}")],
            unit="dtdurations",
        ),
        lines(
            "Tasks of all time",
            "Tasks of all runs of this store, by state.",
            [Query("sum by (state) (oodaemon_tasks{$S})", "{{state}}")],
            is_stacked=True,
        ),
    ]


def _results() -> list[object]:
    best = f"max by (run, parameter, value) (oodaemon_run_parameter_best{{{RUN}}})"
    return [
        bars(
            "Best P/L by value",
            "The ten best values of each swept parameter, by the best P/L among all tasks with that value."
            " Of many tries one is best by luck: `ooctl robustness` says how far to trust it.",
            Query(best, "{{run}}: {{parameter}} = {{value}}"),
            unit="currencyUSD",
        ),
        free_lines(
            "Best P/L over time",
            "How the best result grew; a run that finds nothing better for long may be stopped.",
            [Query(f'max by (run) (oodaemon_run_best{{{RUN}, figure="pl"}})', "{{run}}")],
            unit="currencyUSD",
        ),
        free_lines(
            "Best ratios over time",
            "MAR and CAGR (percent a year) of the best tasks, which need not be the same.",
            [Query(f'max by (run, figure) (oodaemon_run_best{{{RUN}, figure=~"mar|cagr"}})', "{{run}}: {{figure}}")],
        ),
        lines(
            "Best win percentage over time",
            "Percent of trades won by the task that won most.",
            [Query(f'max by (run) (oodaemon_run_best{{{RUN}, figure="win_percentage"}})', "{{run}}")],
            unit="percent",
        ),
    ]


def _failures() -> list[object]:
    of_range = 'sum by (outcome) (increase(oodaemon_attempts_total{$S, outcome!="succeeded"}[$__range]))'
    return [
        bars(
            "Failed attempts by class",
            "Of all runs in the time shown; docs/operations.md says what each class means and how often it is tried again.",
            now(of_range, "{{outcome}}"),
        ),
        lines(
            "Attempts per minute",
            "By outcome.",
            [Query(rate("oodaemon_attempts_total", "outcome") + " * 60", "{{outcome}}")],
            is_stacked=True,
        ),
        lines(
            "Tried again per minute",
            "At once, after a delay, free because the site was to blame, or by a user.",
            [Query(rate("oodaemon_task_retries_total", "how") + " * 60", "{{how}}")],
        ),
        lines(
            "Taken from earlier runs per minute",
            "Results and refusals that the site had given before.",
            [Query(rate("oodaemon_cache_hits_total", "kind") + " * 60", "{{kind}}")],
        ),
    ]


def _steps() -> list[object]:
    seconds, count = (rate(f"oodaemon_task_step_duration_seconds_{what}", "step") for what in ("sum", "count"))
    spent = f"{seconds} / ({count} > 0)"
    return [
        lines(
            "Mean by step",
            "What a backtest spends its time on; only steps that went well.",
            [Query(spent, "{{step}}")],
            unit="s",
            is_stacked=True,
        ),
        lines(
            "95 % of steps are quicker",
            "By step.",
            [Query(quantile(0.95, "oodaemon_task_step_duration_seconds", "step"), "{{step}}")],
            unit="s",
        ),
        lines(
            "A task takes",
            "From lease to recorded result, attempts that succeeded; what overlaps counts once.",
            [
                Query(quantile(0.5, "oodaemon_task_duration_seconds"), "half are quicker"),
                Query(quantile(0.95, "oodaemon_task_duration_seconds"), "95 % are quicker"),
            ],
            unit="s",
        ),
        heat(
            "Durations of tasks",
            "How many tasks took how long.",
            Query("sum by (le) (increase(oodaemon_task_duration_seconds_bucket{$S}[$__rate_interval]))", "{{le}}", is_heatmap=True),
        ),
    ]
