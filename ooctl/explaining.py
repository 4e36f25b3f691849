"""Why nothing or little happens, in one sentence, and what to do about it: made of what the daemon says of a run or of itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ooctl.records import Record
from ooctl.render.tables import done_of
from ooctl.render.text import duration

ADVICE: Final = {
    "AuthRequired": "sign in with `ooctl login`",
    "SiteBlocked": "it goes on by itself once the site is as it was; `ooctl logs --level warning` shows what was seen",
    "RateLimited": "nothing is to be done, it goes on by itself",
    "SiteSlow": "nothing is to be done, it becomes quicker by itself",
    "DaemonDraining": "start the daemon again to go on",
    "DiskLow": "make room on the disk; it goes on by itself",
    "NoBrowser": "`ooctl tree` shows why; a browser is started again by itself",
    "BudgetExhausted": "`ooctl tree` shows the failures; each browser is tried again by itself",
    "ConcurrencyWait": "nothing is to be done, runs take turns; `ooctl pause` of the other one lets this one go first",
    "WaitingForRetry": "nothing is to be done; `ooctl failures {run}` shows what failed",
    "Resuming": "nothing is to be done, it becomes quicker by itself",
    "Paced": "nothing is to be done",
    "CannotPlan": "`ooctl tasks {run}` shows what failed; retry, skip or accept those tasks",
    "Unexplained": "`ooctl dump` and `ooctl logs` are what a report needs",
}
"""What a person can do, by the kind of a condition."""

SLOWER: Final = frozenset({"SiteSlow", "Resuming", "Paced"})
"""Conditions under which work goes on, only more slowly."""


def explain_run(run: Record, next_result: float | None) -> Record:
    """A record with `sentence`, `advice` (empty: there is nothing to do), `is_fine`, and what they are made of.

    `next_result` is in how many seconds the daemon expects the next result, None when it does not know.
    """
    conditions = sorted(run["conditions"], key=lambda each: each["kind"] in SLOWER)
    if run["phase"] in ("RUNNING", "PENDING") and conditions:
        is_fine, sentence, advice = _hindered(run, conditions[0])
    else:
        is_fine, sentence, advice = _by_phase(run, next_result)
    return {
        "run_id": run["run_id"],
        "phase": run["phase"],
        "is_fine": is_fine,
        "sentence": sentence,
        "advice": advice,
        "working": run["tasks"]["running"],
        "next_result_seconds": next_result,
        "eta_seconds": run["eta_seconds"],
        "conditions": conditions,
    }


def explain_daemon(daemon: Record, active: Sequence[Record]) -> Record:
    """The same of the daemon and all its runs that are not at rest."""
    conditions = sorted(daemon["conditions"], key=lambda each: each["kind"] in SLOWER)
    going = [run for run in active if run["phase"] in ("RUNNING", "PENDING")]
    working = daemon["in_flight"]
    if conditions:
        first = conditions[0]
        is_fine, sentence, advice = _verdict(first, is_working=bool(working), run_id="RUN")
    elif not active:
        is_fine, sentence, advice = True, "everything is fine: there is no work", "`ooctl submit` gives it some"
    elif not going:
        is_fine, sentence = False, f"nothing happens: {_many(len(active), 'run')} stopped, none is to go on"
        advice = "`ooctl list` shows them, `ooctl resume RUN` lets one go on"
    else:
        is_fine, advice = True, ""
        sentence = f"everything is fine: {_many(len(going), 'run')} at work, {_many(working, 'backtest')} in flight"
    return {
        "is_fine": is_fine,
        "sentence": sentence,
        "advice": advice,
        "working": working,
        "active_runs": len(active),
        "conditions": conditions,
    }


def explanation_line(explained: Record) -> str:
    """Sentence and advice as one sentence."""
    return "; ".join(filter(None, (explained["sentence"], explained["advice"])))


def _hindered(run: Record, condition: Record) -> tuple[bool, str, str]:
    return _verdict(condition, is_working=bool(run["tasks"]["running"]), run_id=run["run_id"])


def _verdict(condition: Record, *, is_working: bool, run_id: str) -> tuple[bool, str, str]:
    little = is_working or condition["kind"] in SLOWER
    message = condition["message"].rstrip(".")
    advice = ADVICE.get(condition["kind"], "").format(run=run_id)
    if "`ooctl" in message:  # the daemon said it better
        advice = ""
    return condition["kind"] in SLOWER, f"{'little' if little else 'nothing'} happens: {message}", advice


def _by_phase(run: Record, next_result: float | None) -> tuple[bool, str, str]:
    tasks, run_id = run["tasks"], run["run_id"]
    match run["phase"]:
        case "PAUSED":
            return False, f"nothing happens: the run is paused at {done_of(tasks)}", f"`ooctl resume {run_id}` lets it go on"
        case "PAUSING":
            sentence = f"nothing new happens: a pause was asked for, {_many(tasks['running'], 'backtest')} in flight"
            return False, sentence, f"`ooctl pause {run_id} --now` does not wait for them"
        case "CANCELLING":
            sentence = f"nothing new happens: the run is being cancelled, {_many(tasks['running'], 'backtest')} in flight"
            return False, sentence, f"`ooctl cancel {run_id} --now` does not wait for them"
        case "CANCELLED":
            return False, "nothing happens any more: the run was cancelled", f"`ooctl results {run_id}` shows what it had"
        case "NEEDS_REVIEW":
            sentence = f"nothing happens: {_many(tasks['failed'], 'task')} failed and need a decision"
            advice = f"`ooctl failures {run_id}` shows why, then `ooctl retry`, `skip` or `accept` them"
            return False, sentence, advice
        case "COMPLETED":
            return True, f"the run is complete, {done_of(tasks)}", f"`ooctl results {run_id}` shows what it found"
        case _:
            return _at_work(run, next_result)


def _at_work(run: Record, next_result: float | None) -> tuple[bool, str, str]:
    tasks = run["tasks"]
    if not tasks["running"]:
        soon = "its further tasks are being chosen" if not tasks["pending"] else "a browser takes its next task in a moment"
        return True, f"everything is fine: {soon}", ""
    parts = [f"{_many(tasks['running'], 'browser')} work{'s' if tasks['running'] == 1 else ''}"]
    if next_result is not None:
        parts.append(f"next result {'at any moment' if next_result < 1 else f'in about {_about(next_result)}'}")
    if run["eta_seconds"] is not None:
        parts.append(f"the end in about {_about(run['eta_seconds'])}")
    advice = (
        f"{_many(tasks['failed'], 'task')} failed so far, `ooctl failures {run['run_id']}` shows why" if tasks["failed"] else ""
    )
    return True, f"everything is fine: {', '.join(parts)}", advice


def _about(seconds: float) -> str:
    """Not more exact than an estimate is."""
    if seconds < 20:
        return duration(max(1, seconds))
    step = 5 if seconds < 120 else 30 if seconds < 1200 else 60 if seconds < 7200 else 600
    return duration(round(seconds / step) * step)


def _many(count: Any, noun: str) -> str:  # noqa: ANN401 - a number of a record
    return f"{count} {noun}{'' if count == 1 else 's'}"
