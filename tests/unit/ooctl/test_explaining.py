"""One sentence why nothing happens, and what to do; for everything a run and a daemon can be in."""

import pytest

from ooctl.explaining import ADVICE, explain_daemon, explain_run, explanation_line
from ooctl.records import daemon_record, run_record
from oodaemon.api.v1 import daemon_pb2, runs_pb2
from oodaemon.dispatch import explain, site
from tests.unit.ooctl.builders import RUN_ID, a_run

CANCEL = f"`ooctl cancel {RUN_ID} --now`"
PAUSE = f"`ooctl pause {RUN_ID} --now`"
NO_WAIT = "does not wait for them"
DECIDE = "shows why, then `ooctl retry`, `skip` or `accept` them"
PHASES = {value.name.removeprefix("RUN_PHASE_"): value.number for value in runs_pb2.RunPhase.DESCRIPTOR.values}


def line(
    phase: str = "RUNNING", *conditions: tuple[str, str], next_result: float | None = None, eta: float | None = None, **tasks: int
) -> str:
    run = a_run(PHASES[phase], tasks=runs_pb2.TaskCounts(**{"total": 12, "pending": 6, **tasks}))
    for kind, message in conditions:
        run.conditions.add(kind=kind, message=message)
    if eta is not None:
        run.eta.FromSeconds(int(eta))
    return explanation_line(explain_run(run_record(run), next_result))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            line(running=2, next_result=38, eta=700),
            "everything is fine: 2 browsers work, next result in about 40 s, the end in about 11 min 30 s",
        ),
        (line(running=1, next_result=0.2), "everything is fine: 1 browser works, next result at any moment"),
        (line(running=1), "everything is fine: 1 browser works"),
        (line(), "everything is fine: a browser takes its next task in a moment"),
        (line(pending=0), "everything is fine: its further tasks are being chosen"),
        (
            line(running=1, failed=2),
            f"everything is fine: 1 browser works; 2 tasks failed so far, `ooctl failures {RUN_ID}` shows why",
        ),
        (
            line("RUNNING", ("NoBrowser", "no browser is up; `ooctl status` shows why")),
            "nothing happens: no browser is up; `ooctl status` shows why",
        ),
        (
            line("RUNNING", ("AuthRequired", "the site refused the account.")),
            "nothing happens: the site refused the account; sign in with `ooctl login`",
        ),
        (
            line("RUNNING", ("SiteBlocked", "no answer"), running=1),
            f"little happens: no answer; {ADVICE['SiteBlocked']}",
        ),
        (
            line("RUNNING", ("Paced", "politeness: in 12 s"), ("DiskLow", "20 MiB are left")),
            "nothing happens: 20 MiB are left; make room on the disk; it goes on by itself",
        ),
        (
            line("RUNNING", ("Paced", "politeness: in 12 s"), running=1),
            "little happens: politeness: in 12 s; nothing is to be done",
        ),
        (line("RUNNING", ("NewKind", "something new")), "nothing happens: something new"),
        (line("PAUSED", completed=3), f"nothing happens: the run is paused at 3/12; `ooctl resume {RUN_ID}` lets it go on"),
        (
            line("PAUSING", running=2),
            f"nothing new happens: a pause was asked for, 2 backtests in flight; {PAUSE} {NO_WAIT}",
        ),
        (
            line("CANCELLING", running=1),
            f"nothing new happens: the run is being cancelled, 1 backtest in flight; {CANCEL} {NO_WAIT}",
        ),
        (line("CANCELLED"), f"nothing happens any more: the run was cancelled; `ooctl results {RUN_ID}` shows what it had"),
        (
            line("NEEDS_REVIEW", failed=3),
            f"nothing happens: 3 tasks failed and need a decision; `ooctl failures {RUN_ID}` {DECIDE}",
        ),
        (line("COMPLETED", completed=12), f"the run is complete, 12/12; `ooctl results {RUN_ID}` shows what it found"),
        (
            line("PAUSED", ("SiteBlocked", "no answer")),
            f"nothing happens: the run is paused at 0/12; `ooctl resume {RUN_ID}` lets it go on",
        ),
    ],
)
def test_a_run_in_one_sentence(said: str, expected: str) -> None:
    assert said == expected


def test_there_is_advice_for_every_condition_the_daemon_knows() -> None:
    kinds = {*explain.KINDS, site.AUTH_REQUIRED, site.SITE_BLOCKED, site.RATE_LIMITED, site.DRAINING, site.SITE_SLOW, site.DISK_LOW}
    assert kinds <= set(ADVICE)
    assert all("{" not in advice.format(run="RUN") for advice in ADVICE.values())


def daemon_line(*conditions: tuple[str, str], runs: tuple[str, ...] = (), in_flight: int = 0) -> str:
    status = daemon_pb2.GetStatusResponse(in_flight=in_flight, active_runs=len(runs))
    for kind, message in conditions:
        status.conditions.add(kind=kind, message=message)
    return explanation_line(explain_daemon(daemon_record(status), [run_record(a_run(PHASES[phase])) for phase in runs]))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (daemon_line(), "everything is fine: there is no work; `ooctl submit` gives it some"),
        (daemon_line(runs=("RUNNING", "PAUSED"), in_flight=2), "everything is fine: 1 run at work, 2 backtests in flight"),
        (
            daemon_line(runs=("PAUSED",)),
            "nothing happens: 1 run stopped, none is to go on; `ooctl list` shows them, `ooctl resume RUN` lets one go on",
        ),
        (
            daemon_line(("DaemonDraining", "it starts nothing new"), runs=("RUNNING",)),
            "nothing happens: it starts nothing new; start the daemon again to go on",
        ),
    ],
)
def test_the_daemon_in_one_sentence(said: str, expected: str) -> None:
    assert said == expected
