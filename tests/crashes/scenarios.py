"""What is played: one entry per scenario. To prove another operation of the store, add a scenario that uses it."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from oodaemon.model.runs import Author, Desired, Mode
from oodaemon.model.tasks import FailureClass, Kept, Verdict
from oodaemon.store import attempts, drift, holding, journal, retention, rulings, tasks
from oodaemon.store.rulings import Order, Which
from tests.crashes.player import Player, truth
from tests.integration.store.growing import SEARCH, STAGED, new_run
from tests.integration.store.workbench import proven

F = FailureClass


@dataclass(frozen=True, slots=True)
class Scenario:
    """`expect` is the outcome of each run without any crash, `after_crash` what else may be after one: what was in flight when its
    run was cancelled may be recorded or cancelled.
    """

    play: Callable[[Player], None]
    expect: Mapping[str, str]
    after_crash: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    in_recovery: bool = False
    """Whether the recovery from the last crash is killed as well."""


def sweep(at: Player) -> None:
    at.submit("a", 2)
    at.work()


def retries(at: Player) -> None:
    at.submit("a", 2, {0: (F.TIMING, F.SESSION), 1: (F.RATE_LIMITED,)})
    at.work()


def hold(at: Player) -> None:
    at.submit("a", 2, {0: (F.MISMATCH,), 1: (F.BUG, F.BUG, F.BUG)})
    at.work()


def refuse(at: Player) -> None:
    at.submit("a", 2, {1: (F.SITE_ERROR,)})
    at.work()


def pause_before_click(at: Player) -> None:
    at.submit("a", 1)
    leased = at.lease()
    at.steer("a", Desired.PAUSE)
    at.finish(at.click(leased))
    at.steer("a", Desired.RUN)
    at.work()


def pause_in_flight(at: Player) -> None:
    at.submit("a", 2)
    leased = at.click(at.lease()) if at.settled("a") == 0 else None
    at.steer("a", Desired.PAUSE)
    at.finish(leased)
    assert at.ledger.read(attempts.in_flight) == 0
    at.steer("a", Desired.RUN)
    at.work()


def cancel_at_rest(at: Player) -> None:
    at.submit("a", 2, {0: (F.MISMATCH,)})
    if not at.failures(at.memory.runs["a"]):
        at.work(1)
    at.steer("a", Desired.CANCEL)
    at.work()


def cancel_in_flight(at: Player) -> None:
    at.submit("a", 2)
    leased = at.click(at.lease()) if "cancel a " not in at.memory.answers else None
    at.steer("a", Desired.CANCEL)
    at.finish(leased)
    at.work()


def release(at: Player) -> None:
    at.submit("a", 1)
    leased = at.lease()
    if leased is not None:
        at.write(attempts.release, leased.token, "the browser is replaced")
    at.work()


def take_turns(at: Player) -> None:
    at.submit("a", 1)
    at.submit("b", 2, {0: (F.TIMING,)})
    at.work()


def drifted(at: Player) -> None:
    """As the drift watch of the daemon counts: what older boots missed is in the store."""
    at.submit("a", 3)
    while not _is_told(at) and (leased := at.click(at.lease())) is not None:
        since = at.memory.now - datetime.timedelta(minutes=10)
        earlier = at.ledger.read(drift.missed_before, at.ledger.boot, since)
        at.sightings |= {(leased.run_id, leased.index), *(missed.task for missed in earlier)}
        if len(at.sightings) < 3:
            at.write(attempts.fail, leased.token, F.DRIFT, "no Profit Target")
        else:
            at.write(drift.block, leased.token, drift.Block("SiteBlocked", "drift: x", tuple(at.sightings), since))
    at.work()


def _is_told(at: Player) -> bool:
    events = at.ledger.read(journal.read, 0, run_id=None, limit=10_000)
    return any(event.body.get("message") == "drift: x" and event.index is None for event in events)


def cannot_apply(at: Player) -> None:
    at.submit("a", 3)
    if not at.failures(at.memory.runs["a"])[0] and (leased := at.lease()) is not None:
        at.write(attempts.refuse_test, leased.token, "the test has no short call")
    at.work()


def charts(at: Player) -> None:
    at.submit("a", 1)
    if (leased := at.click(at.lease())) is not None:
        at.finish(leased, Kept(charts={"pl": b"png"}))
    kept = at.ledger.read(lambda db: db.execute("SELECT count(*) FROM charts").fetchone()[0])
    assert kept == at.settled("a")


def conditions(at: Player) -> None:
    at.write(journal.condition, "SiteBlocked", "it answers 503")
    at.submit("a", 1)
    at.write(journal.condition, "SiteBlocked", "")
    at.work()


def stop_and_start(at: Player) -> None:
    at.submit("a", 2)
    if not at.settled("a"):
        at.work(1)
    at.reopen()
    at.work()


def pause_now(at: Player) -> None:
    at.submit("a", 2)
    leased = at.click(at.lease()) if at.settled("a") == 0 else None
    at.steer("a", Desired.PAUSE, mode=Mode.NOW)
    if leased is not None:
        is_over = at.ledger.read(holding.is_to_run, leased.token)
        assert at.ledger.read(holding.is_wanted, leased.token) is is_over, "a run that is stopped at once still wants its task"
        at.write(attempts.fail, leased.token, F.INTERRUPTED, "the run was stopped at once")
    assert at.ledger.read(attempts.in_flight) == 0
    at.steer("a", Desired.RUN)
    at.work()


def decided(ruling: Callable[..., rulings.Ruled]) -> Callable[[Player], None]:
    """A user retries, skips or accepts a task that was held."""

    def play(at: Player) -> None:
        run_id = at.submit("a", 2, {0: (F.MISMATCH,)})
        at.work()
        order = Order(ref=run_id, which=Which(indexes=(0,)), author=Author("me@desk", "looked at the page"))
        at.request("decide", ruling.__name__, lambda tx: str(ruling(tx, order).indexes))
        at.work()

    return play


def late(at: Player) -> None:
    """The result of an attempt that was given up comes while another one tries the task."""
    at.submit("a", 2)
    if at.settled("a") == 0 and (first := at.click(at.lease())) is not None:
        at.write(attempts.fail, first.token, F.INTERRUPTED, "given up")
        at.lease()
        assert at.write(attempts.succeed, first.token, proven(truth(first.index))) is Verdict.ADOPTED
        at.memory.recorded[first.run_id, first.index] = truth(first.index)
        assert at.write(attempts.succeed, first.token, proven(truth(first.index))) is Verdict.DUPLICATE
    at.work()


def compact(at: Player) -> None:
    at.submit("a", 2, {1: (F.TIMING,)})
    at.work()
    at.memory.now += datetime.timedelta(days=40)
    before = at.memory.now - datetime.timedelta(days=30)
    for run_id in at.ledger.read(retention.due, before):
        assert at.write(retention.compact, at.ledger.read(retention.digest, run_id))
    at.write(retention.expire, before)
    for scope in at.ledger.read(retention.unfinished):
        while at.write(retention.remove, scope, limit=3):
            pass
    assert at.ledger.read(retention.due, before) == at.ledger.read(retention.unfinished) == []


def reuse(at: Player) -> None:
    """A second run takes what the site answered to the first one."""
    at.submit("a", 2, {1: (F.SITE_ERROR,)})
    at.look()
    at.work()
    at.submit("b", 2)
    assert at.lease() is None


def staged(at: Player) -> None:
    """The second stage follows from the first, in which the higher index is better."""
    at.submit_new(new_run(at.run_id(), "a", STAGED))
    at.work_and_grow("a")
    assert points(at, "a") == [(10, None), (11, None), (11, 30), (11, 40)]


def search(at: Player) -> None:
    """The same points as without any crash, and none of them twice."""
    at.submit_new(new_run(at.run_id(), "a", SEARCH))
    at.work_and_grow("a")
    found = points(at, "a")
    assert len(set(found)) == len(found)
    assert found == _searched.setdefault("points", found)


_searched: dict[str, list[tuple[object, object]]] = {}


def stuck(at: Player) -> None:
    """No task of the first stage has a result; a user has one of them tried again."""
    run_id = at.submit_new(new_run(at.run_id(), "a", STAGED), {0: (F.MISMATCH,), 1: (F.MISMATCH,)})
    at.work_and_grow("a")
    order = Order(ref=run_id, which=Which(indexes=(1,)), author=Author("me@desk", "looked at the page"))
    at.request("decide", "retry", lambda tx: str(rulings.retry(tx, order).indexes))
    at.work_and_grow("a")
    assert points(at, "a")[2:] == [(11, 30), (11, 40)]


def pause_between_parts(at: Player) -> None:
    at.submit_new(new_run(at.run_id(), "a", STAGED))
    at.work()
    at.steer("a", Desired.PAUSE)
    at.steer("a", Desired.RUN)
    at.work_and_grow("a")
    assert points(at, "a")[2:] == [(11, 30), (11, 40)]


def points(at: Player, name: str) -> list[tuple[object, object]]:
    """Delta and target of every task."""
    found = at.ledger.read(tasks.page, at.memory.runs[name])
    return [(task.values["delta"], task.values.get("profit_target")) for task in found]


SCENARIOS: Mapping[str, Scenario] = {
    "sweep": Scenario(sweep, {"a": "completed succeeded succeeded"}, in_recovery=True),
    "retries": Scenario(retries, {"a": "completed timing+session+succeeded rate_limited+succeeded"}),
    "hold": Scenario(hold, {"a": "needs_review mismatch+held bug+bug+bug+held"}),
    "refuse": Scenario(refuse, {"a": "completed succeeded site_error+invalid"}),
    "pause before the click": Scenario(pause_before_click, {"a": "completed succeeded"}),
    "pause in flight": Scenario(pause_in_flight, {"a": "completed succeeded succeeded"}),
    "cancel at rest": Scenario(cancel_at_rest, {"a": "cancelled mismatch+cancelled cancelled"}),
    "cancel in flight": Scenario(
        cancel_in_flight, {"a": "cancelled succeeded cancelled"}, {"a": ("cancelled cancelled cancelled",)}
    ),
    "release": Scenario(release, {"a": "completed succeeded"}, in_recovery=True),
    "take turns": Scenario(take_turns, {"a": "completed succeeded", "b": "completed timing+succeeded succeeded"}),
    "drift": Scenario(drifted, {"a": "completed succeeded succeeded succeeded"}),
    "cannot apply": Scenario(cannot_apply, {"a": "cancelled site_error+invalid cancelled cancelled"}),
    "charts": Scenario(charts, {"a": "completed succeeded"}),
    "conditions": Scenario(conditions, {"a": "completed succeeded"}),
    "pause now": Scenario(pause_now, {"a": "completed succeeded succeeded"}),
    "retry": Scenario(decided(rulings.retry), {"a": "completed mismatch+succeeded succeeded"}),
    "skip": Scenario(decided(rulings.skip), {"a": "completed mismatch+invalid succeeded"}),
    "accept": Scenario(decided(rulings.accept), {"a": "completed mismatch+succeeded succeeded"}),
    "late result": Scenario(late, {"a": "completed succeeded succeeded"}),
    "compaction": Scenario(compact, {"a": "completed succeeded timing+succeeded"}),
    "reuse": Scenario(
        reuse,
        {"a": "completed succeeded site_error+invalid", "b": "completed cached invalid"},
        in_recovery=True,
    ),
    "staged": Scenario(staged, {"a": "completed succeeded succeeded succeeded succeeded"}),
    "search": Scenario(search, {"a": "completed" + 6 * " succeeded"}),
    "stuck": Scenario(stuck, {"a": "needs_review mismatch+held mismatch+succeeded succeeded succeeded"}),
    "pause between parts": Scenario(pause_between_parts, {"a": "completed succeeded succeeded succeeded succeeded"}),
    "stop and start": Scenario(stop_and_start, {"a": "completed succeeded succeeded"}),
}
