"""Daemon internals: actors, boot, loop, store, service."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from grafana.generate.panels import GREEN, ORANGE, RED, Query, bars, blank, fill, lines, now, number, quantile, rate, rows

TROUBLE = ((None, GREEN), (1.0, RED))


def dashboard() -> Dashboard:
    """Built anew."""
    board = blank("oodaemon-internals", "oodaemon · Daemon internals", "Actors, boot, loop, store and service of the daemon.")
    return fill(board, {"Process": _process(), "Actors and boot": _actors(), "Store": _store(), "Service": _service()})


def _process() -> list[object]:
    process = "oodaemon_build_info{$S}"
    return [
        number(
            "Up since", "When the daemon was started.", now("max(process_start_time_seconds{$S}) * 1000"), unit="dateTimeFromNow"
        ),
        number("Starts", "How often this store was opened by a daemon.", now("max(oodaemon_boot{$S})")),
        number(
            "Memory",
            "Resident memory of the daemon itself, without browsers.",
            now("max(process_resident_memory_bytes{$S})"),
            unit="bytes",
            steps=((None, GREEN), (500e6, ORANGE)),
        ),
        number(
            "Disk free",
            "What may still be written below the state folder.",
            now("min(oodaemon_disk_free_bytes{$S})"),
            unit="bytes",
            steps=((None, RED), (1e9, ORANGE), (5e9, GREEN)),
        ),
        number(
            "Backup age",
            "Since the newest daily backup.",
            now("time() - min(oodaemon_backup_newest_timestamp_seconds{$S})"),
            unit="dtdurations",
            steps=((None, GREEN), (36 * 3600, RED)),
        ),
        number(
            "Clock gaps, 24 h",
            "Times the machine slept, or the clock was set.",
            now("sum(increase(oodaemon_clock_gaps_total{$S}[24h]))"),
            steps=((None, GREEN), (1, ORANGE)),
        ),
        lines(
            "CPU",
            "Of the daemon itself; 1 is one core.",
            [Query("sum by (instance) (rate(process_cpu_seconds_total{$S}[$__rate_interval]))", "{{instance}}")],
        ),
        lines(
            "Lateness of the loop",
            "By how much a timer comes late: everything in the daemon waits so long at least.",
            [
                Query(quantile(0.5, "oodaemon_scheduler_lag_seconds"), "half are less"),
                Query(quantile(0.99, "oodaemon_scheduler_lag_seconds"), "99 % are less"),
            ],
            unit="s",
        ),
        lines(
            "Memory over time",
            "Resident memory of the daemon itself.",
            [Query("max by (instance) (process_resident_memory_bytes{$S})", "{{instance}}")],
            unit="bytes",
        ),
        lines(
            "Open files",
            "Against what the system allows.",
            [Query("max(process_open_fds{$S})", "open"), Query("min(process_max_fds{$S})", "allowed")],
        ),
        lines(
            "Disk",
            "Free below the state folder, and below what nothing new is begun.",
            [Query("min(oodaemon_disk_free_bytes{$S})", "free"), Query("max(oodaemon_disk_reserved_bytes{$S})", "reserved")],
            unit="bytes",
        ),
        lines(
            "Clock",
            "Seconds by which the wall clock jumped, per hour.",
            [Query("sum(increase(oodaemon_clock_gap_seconds_total{$S}[1h]))", "jumped")],
            unit="s",
        ),
        rows(
            "Versions",
            "Of each daemon that is chosen.",
            {"Version": Query(f"max by (instance, version, python_version) ({process})", is_table=True)},
            "instance",
            units={},
        ),
    ]


def _actors() -> list[object]:
    return [
        lines(
            "Actors by state",
            "All that are supervised.",
            [Query("sum by (state) (oodaemon_actors{$S})", "{{state}}")],
            is_stacked=True,
        ),
        lines(
            "Actors that are not up",
            "1 while an actor is down, waits to be started again, or was set aside.",
            [Query('max by (actor) (oodaemon_actor_state{$S, state=~"down|backoff|quarantined"})', "{{actor}}")],
            steps=TROUBLE,
        ),
        bars(
            "Boot",
            "What each phase of the last start took.",
            Query("max by (phase) (oodaemon_boot_phase_seconds{$S})", "{{phase}}"),
            unit="s",
        ),
        lines(
            "Garbage collections per second",
            "Of Python, by generation.",
            [Query(rate("python_gc_collections_total", "generation"), "generation {{generation}}")],
        ),
    ]


def _store() -> list[object]:
    return [
        lines(
            "Commits take",
            "From COMMIT to the disk.",
            [
                Query(quantile(0.5, "oodaemon_store_commit_seconds"), "half are quicker"),
                Query(quantile(0.99, "oodaemon_store_commit_seconds"), "99 % are quicker"),
            ],
            unit="s",
            steps=((None, GREEN), (1, RED)),
        ),
        lines(
            "Commits per second",
            "All transactions that were committed.",
            [Query("sum by (instance) (rate(oodaemon_store_commit_seconds_count{$S}[$__rate_interval]))", "{{instance}}")],
        ),
        lines(
            "Size",
            "The database, its write-ahead log, and evidence.",
            [
                Query("max(oodaemon_store_bytes{$S})", "database"),
                Query("max(oodaemon_store_wal_bytes{$S})", "write-ahead log"),
                Query("max(oodaemon_evidence_bytes{$S})", "evidence"),
            ],
            unit="bytes",
        ),
        lines(
            "Events per minute",
            "Of the journal, by type.",
            [Query(rate("oodaemon_events_total", "type") + " * 60", "{{type}}")],
            is_stacked=True,
        ),
        lines(
            "Newest event",
            "Its number; what watchers follow.",
            [Query("max by (instance) (oodaemon_journal_head{$S})", "{{instance}}")],
        ),
        lines(
            "Backups that are wanted",
            "Daily backups that are kept; with 0 none is made.",
            [Query("max by (instance) (oodaemon_backups_wanted{$S})", "{{instance}}")],
        ),
    ]


def _service() -> list[object]:
    failed = 'sum by (grpc_code) (rate(grpc_server_handled_total{$S, grpc_code!="OK"}[$__rate_interval]))'
    slow = (
        'histogram_quantile(0.95, sum by (le) (rate(grpc_server_handling_seconds_bucket{$S, grpc_type="unary"}[$__rate_interval])))'
    )
    half = (
        'histogram_quantile(0.5, sum by (le) (rate(grpc_server_handling_seconds_bucket{$S, grpc_type="unary"}[$__rate_interval])))'
    )
    return [
        lines(
            "Calls per second",
            "By method; the ten with most.",
            [Query("topk(10, " + rate("grpc_server_started_total", "grpc_method") + ")", "{{grpc_method}}")],
        ),
        lines(
            "Calls that ended in an error, per second",
            "By code. NOT_FOUND and INVALID_ARGUMENT are words of users; INTERNAL is a defect of ours.",
            [Query(failed, "{{grpc_code}}")],
        ),
        lines(
            "Calls take",
            "Those with one answer; a stream lasts as long as somebody watches.",
            [Query(half, "half are quicker"), Query(slow, "95 % are quicker")],
            unit="s",
        ),
        lines(
            "Watchers",
            "Open streams, and events that the one furthest behind has not looked at.",
            [Query("sum(oodaemon_watch_streams{$S})", "streams"), Query("max(oodaemon_watch_lag_events{$S})", "events behind")],
        ),
        lines(
            "Exports per hour",
            "Of whole runs, by what was asked for, and whether all of it was written.",
            [Query("sum by (what, outcome) (increase(oodaemon_exports_total{$S}[1h]))", "{{what}} {{outcome}}")],
        ),
    ]
