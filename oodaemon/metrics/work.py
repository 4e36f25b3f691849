"""What is exported of the work: runs, tasks, attempts, and the runs that a trader looks at."""

from collections.abc import Iterator, Mapping

from oodaemon.browser.steps import BUCKETS, Step
from oodaemon.dispatch.explain import KINDS
from oodaemon.histogram import HistogramStatistics
from oodaemon.metrics.families import Family, by, histogram, histograms, value, values
from oodaemon.metrics.scrape import RunStatistics, Scrape, ServiceCalls
from oodaemon.model.runs import RunPhase, TaskCounts
from oodaemon.model.tasks import IN_FLIGHT, WAITING, FailureClass, Move, TaskState, TaskStatus

OUTCOMES = ("succeeded", *FailureClass)
SETTLED: Mapping[str, tuple[Move, ...]] = {
    "completed": (Move.SUCCEED, Move.ADOPT, Move.ACCEPT),
    "cached": (Move.REUSE,),
    "failed": (Move.HOLD,),
    "skipped": (Move.REFUSE, Move.SKIP, Move.REUSE_REFUSAL),
    "cancelled": (Move.CANCEL,),
}
"""What ends a task, and how."""
RETRIES = {"at_once": Move.RETRY_NOW, "later": Move.RETRY_LATER, "excused": Move.EXCUSE, "by_user": Move.REOPEN}
CACHED = {"result": Move.REUSE, "refusal": Move.REUSE_REFUSAL}
EXPORTS = "oodaemon.api.v1.ExportService"
STATES = ("pending", "running", "completed", "failed", "skipped", "cancelled")


def families(now: Scrape) -> Iterator[Family]:
    """All of it; every value of a label that is not a run's own exists from the start."""
    overview, moves = now.overview, now.store.moves
    yield by("oodaemon_runs", {phase.value: overview.runs.get(phase, 0) for phase in RunPhase})
    yield by("oodaemon_tasks", {status.value: overview.tasks.get(status, 0) for status in TaskStatus})
    yield by("oodaemon_leases", _in_order(IN_FLIGHT, overview.in_flight))
    yield by("oodaemon_queue_tasks", _in_order(WAITING, overview.queued))
    yield value("oodaemon_queue_wait_seconds", now.waited)
    yield by("oodaemon_tasks_settled_total", {outcome: sum(moves.get(m, 0) for m in found) for outcome, found in SETTLED.items()})
    yield by("oodaemon_task_retries_total", {how: moves.get(move, 0) for how, move in RETRIES.items()})
    yield by("oodaemon_cache_hits_total", {kind: moves.get(move, 0) for kind, move in CACHED.items()})
    yield by("oodaemon_attempts_total", {outcome: now.tally.outcomes.get(outcome, 0) for outcome in OUTCOMES})
    yield histogram("oodaemon_task_duration_seconds", now.tally.durations)
    nothing = HistogramStatistics(BUCKETS, (0,) * (len(BUCKETS) + 1))
    yield histograms("oodaemon_task_step_duration_seconds", [((step.value,), now.steps.get(step, nothing)) for step in Step])
    kinds = sorted({*KINDS, *now.conditions})
    yield by("oodaemon_run_conditions", {kind: now.conditions.get(kind, 0) for kind in kinds})
    yield _exports(now.calls)
    yield from _runs(now.runs)


def _in_order(states: frozenset[TaskState], counts: Mapping[TaskState, int]) -> dict[str, float]:
    return {state.value: counts.get(state, 0) for state in TaskState if state in states}


def _exports(calls: ServiceCalls) -> Family:
    found: dict[tuple[str, ...], float] = {}
    for (method, code), count in calls.handled.items():
        _, service, name = method
        if service == EXPORTS:
            key = (name.removeprefix("Export").lower(), "written" if code == "OK" else "broken_off")
            found[key] = found.get(key, 0) + count
    return values("oodaemon_exports_total", found)


def _runs(runs: tuple[RunStatistics, ...]) -> Iterator[Family]:
    yield by("oodaemon_run_progress_ratio", {run.name: run.progress for run in runs})
    yield values("oodaemon_run_tasks", {(run.name, state): count for run in runs for state, count in _counts(run.counts).items()})
    yield by("oodaemon_run_eta_seconds", {run.name: run.eta for run in runs if run.eta is not None})
    yield values("oodaemon_run_best", {(run.name, figure): best for run in runs for figure, best in run.best.items()})
    yield values("oodaemon_run_parameter_best", {(run.name, *key): best for run in runs for key, best in run.values.items()})


def _counts(counts: TaskCounts) -> dict[str, int]:
    return {state: getattr(counts, state) for state in STATES}
