"""Every metric of the daemon: its kind, what it means, its labels. A test holds docs/metrics.md to this."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """How a metric may be used: rates of counters and histograms, never of gauges."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Entry:
    """One metric; its name is the one that is exposed, for a histogram without `_bucket`, `_sum` and `_count`."""

    name: str
    kind: Kind
    text: str
    labels: tuple[str, ...] = ()


def _gauge(name: str, text: str, *labels: str) -> Entry:
    return Entry(name, Kind.GAUGE, text, labels)


def _counter(name: str, text: str, *labels: str) -> Entry:
    return Entry(name, Kind.COUNTER, text, labels)


def _histogram(name: str, text: str, *labels: str) -> Entry:
    return Entry(name, Kind.HISTOGRAM, text, labels)


METHOD = ("grpc_type", "grpc_service", "grpc_method")

SECTIONS: Mapping[str, tuple[Entry, ...]] = {
    "The daemon": (
        _gauge("oodaemon_build_info", "Version of the daemon; always 1.", "version", "python_version"),
        _gauge("oodaemon_boot", "Number of this start of the daemon on its store."),
        _gauge("oodaemon_boot_phase_seconds", "What each phase of this start took; 0 until it is over.", "phase"),
        _histogram("oodaemon_scheduler_lag_seconds", "By how much a timer of the loop came late: how busy the daemon itself is."),
        _counter("oodaemon_clock_gaps_total", "Times the wall clock jumped: the machine slept, or the clock was set."),
        _counter("oodaemon_clock_gap_seconds_total", "Seconds of all these jumps, forwards and backwards alike."),
        _gauge("oodaemon_leftover_processes", "Processes of older starts that cannot be killed."),
        _gauge("oodaemon_disk_free_bytes", "What this user may still write below the state folder; NaN when it cannot be told."),
        _gauge("oodaemon_disk_reserved_bytes", "Below so many free bytes nothing new is begun: the setting min_free_mib."),
        _counter("oodaemon_events_total", "Events committed in this boot, by type.", "type"),
    ),
    "Actors": (
        _gauge("oodaemon_actors", "Supervised actors by state.", "state"),
        _gauge("oodaemon_actor_state", "1 for the state that an actor is in, 0 for all others.", "actor", "state"),
        _counter("oodaemon_actor_starts_total", "Times an actor was started.", "actor"),
        _counter("oodaemon_actor_restarts_total", "Failures of supervised actors by class.", "class"),
        _gauge(
            "oodaemon_actor_budget_used",
            "Failures of the worst class in a window; above 5 (burst) or 20 (sustained) it is set aside.",
            "actor",
            "window",
        ),
    ),
    "Browsers": (
        _gauge("oodaemon_browsers", "Browser actors by state.", "state"),
        _gauge("oodaemon_browser_age_seconds", "How long the browser of a slot has been up; 0 while it is not.", "browser"),
        _gauge(
            "oodaemon_browser_resident_bytes",
            "Resident memory of all its processes, weighed once a minute; shared pages count again.",
            "browser",
        ),
    ),
    "Work": (
        _gauge("oodaemon_runs", "Runs of all time by phase.", "phase"),
        _gauge("oodaemon_tasks", "Tasks of all runs by state.", "state"),
        _gauge("oodaemon_leases", "Tasks that browsers hold: before the Run click (leased) and after it (submitted).", "state"),
        _gauge("oodaemon_queue_tasks", "Tasks of runs that are to run: ready at once, or waiting for a retry.", "state"),
        _gauge(
            "oodaemon_queue_wait_seconds", "For how long a run that has tasks ready, and none in flight, has waited; the longest."
        ),
        _counter("oodaemon_tasks_settled_total", "Tasks that came to an end in this boot, by outcome.", "outcome"),
        _counter(
            "oodaemon_task_retries_total",
            "Tasks that are tried again: at once, after a delay, free because the site was to blame, or by a user.",
            "how",
        ),
        _counter("oodaemon_cache_hits_total", "Tasks that took what the site had answered before: a result, or a refusal.", "kind"),
        _counter("oodaemon_attempts_total", "Attempts of this boot by outcome.", "outcome"),
        _histogram(
            "oodaemon_task_duration_seconds",
            "Of successful attempts, from lease to recorded result; what overlaps in a browser counts once.",
        ),
        _histogram("oodaemon_task_step_duration_seconds", "Steps of backtests that went well.", "step"),
        _gauge(
            "oodaemon_run_conditions",
            "Newest runs that are not at rest and in whose way something is, by the kind of condition.",
            "kind",
        ),
        _counter(
            "oodaemon_exports_total",
            "Exports of whole runs by what was asked for, and whether all of it was written.",
            "what",
            "outcome",
        ),
    ),
    "Runs": (
        _gauge("oodaemon_run_progress_ratio", "Part of the tasks of a run that is settled.", "run"),
        _gauge("oodaemon_run_tasks", "Tasks of a run by state.", "run", "state"),
        _gauge("oodaemon_run_eta_seconds", "Estimated time to the end of a run; missing while nobody can tell, 0 at rest.", "run"),
        _gauge("oodaemon_run_best", "Best figure of a run so far, proven ones only; missing before the first.", "run", "figure"),
        _gauge(
            "oodaemon_run_parameter_best",
            "Best P/L of a run by value of a parameter; the ten best values of each.",
            "run",
            "parameter",
            "value",
        ),
    ),
    "The site": (
        _gauge("oodaemon_condition", "Conditions that hold, by kind.", "kind"),
        _gauge("oodaemon_site_blocked", "1 while the site is blocked for this reason.", "cause"),
        _gauge("oodaemon_breaker_state", "Breaker of a step of the site: 0 closed, 1 half-open, 2 open.", "site", "step"),
        _gauge("oodaemon_rate_tokens", "Backtests that may be started within this minute."),
        _gauge("oodaemon_rate_share", "Part of the set rate that is allowed after rate limits."),
        _gauge("oodaemon_turn_wait_seconds", "In how many seconds the next backtest may be started."),
        _gauge("oodaemon_recent_failures", "Recent failures that slow us down, 0 to 3."),
        _gauge("oodaemon_action_delay_seconds", "Pause before an action that the site must answer."),
        _counter(
            "oodaemon_locator_fallbacks_total",
            "Uses of an alternative of a locator other than the first: the site is moving.",
            "locator",
        ),
    ),
    "The store": (
        _histogram("oodaemon_store_commit_seconds", "What commits took."),
        _gauge("oodaemon_store_bytes", "Size of the database file."),
        _gauge("oodaemon_store_wal_bytes", "Size of the write-ahead log."),
        _gauge("oodaemon_journal_head", "Number of the newest event."),
        _gauge("oodaemon_evidence_bytes", "What the evidence of failed attempts takes on disk."),
        _gauge("oodaemon_backup_newest_timestamp_seconds", "When the newest daily backup was made, in Unix time; 0 without one."),
        _gauge("oodaemon_backups_wanted", "Daily backups that are kept: the setting backups_kept; with 0 none is made."),
    ),
    "The service": (
        _gauge("oodaemon_watch_streams", "Open watch streams."),
        _gauge("oodaemon_watch_lag_events", "Events that the watch stream furthest behind has not looked at yet."),
        _counter("grpc_server_started_total", "Calls that began.", *METHOD),
        _counter("grpc_server_handled_total", "Calls that ended, by code.", *METHOD, "grpc_code"),
        _histogram(
            "grpc_server_handling_seconds", "What calls took that ended; streams last as long as somebody watches.", *METHOD
        ),
    ),
}
"""All of them, as people read them."""

METRICS: Mapping[str, Entry] = {entry.name: entry for entries in SECTIONS.values() for entry in entries}
"""By name."""
