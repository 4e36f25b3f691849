"""The best figures of a run, kept up to date from what is new."""

from oodaemon.store import attempts, bests, rulings
from oodaemon.store.bests import Bests
from tests.integration.store.caching import Caching, deltas
from tests.integration.store.test_rulings import mismatch, order
from tests.integration.store.workbench import Workbench, proven

NOTHING = Bests()


def test_a_run_without_results_has_no_best(bench: Workbench) -> None:
    run = bench.submit(2)
    found = bench.read(bests.look, run.run_id, NOTHING)
    assert (found.figures, found.values) == ({}, {})


def test_the_best_of_each_figure_and_of_each_value(bench: Workbench) -> None:
    run = bench.submit(3)
    for pl in (5.0, 7.5, -2.0):
        bench.succeed_next(pl=pl)
    found = bench.read(bests.look, run.run_id, NOTHING)
    assert found.figures == {"pl": 7.5}
    assert {key: best for key, best in found.values.items() if key[0] == "delta"} == {
        ("delta", "10"): 5.0,
        ("delta", "11"): 7.5,
        ("delta", "12"): -2.0,
    }
    assert found.values["delta.unit", "percent"] == 7.5


def test_looks_one_after_the_other_come_to_what_one_look_finds(bench: Workbench) -> None:
    """Attempts end in another order than they began: what ends late is not passed over."""
    run = bench.submit(6)
    first, second = bench.announced(actor="browser/1"), bench.announced(actor="browser/2")
    bench.write(attempts.succeed, second.token, proven(3.0))
    seen = bench.read(bests.look, run.run_id, NOTHING)
    assert seen.figures == {"pl": 3.0}
    bench.write(attempts.succeed, first.token, proven(9.0))
    seen = bench.read(bests.look, run.run_id, seen)
    assert seen.figures == {"pl": 9.0}
    for pl in (4.0, 11.0, 2.0):
        bench.succeed_next(pl=pl)
        seen = bench.read(bests.look, run.run_id, seen)
    at_once = bench.read(bests.look, run.run_id, NOTHING)
    assert (seen.figures, seen.values) == (at_once.figures, at_once.values)
    assert at_once.figures == {"pl": 11.0}
    assert at_once.values["delta", "10"] == 9.0


def test_results_of_other_runs_do_not_count(bench: Workbench) -> None:
    one = bench.submit(1)
    bench.succeed_next(pl=1.0)
    seen = bench.read(bests.look, one.run_id, NOTHING)
    other = bench.submit(1)
    bench.succeed_next(pl=100.0)
    assert bench.read(bests.look, one.run_id, seen).figures == {"pl": 1.0}
    assert bench.read(bests.look, other.run_id, NOTHING).figures == {"pl": 100.0}


def test_what_was_never_proven_is_not_the_best(bench: Workbench) -> None:
    run = bench.submit(2)
    bench.succeed_next(pl=1.0)
    mismatch(bench, 1_000_000.0)
    bench.write(rulings.accept, order(run, 1))
    assert bench.run(run).counts.completed == 2
    assert bench.read(bests.look, run.run_id, NOTHING).figures == {"pl": 1.0}


def test_results_taken_from_earlier_runs_count(bench: Workbench) -> None:
    at = Caching(bench)
    at.submit(deltas(5, 10))
    at.work()
    again = at.submit(deltas(5, 10, 20))
    assert at.hits(again) == 2
    seen = bench.read(bests.look, again.run_id, NOTHING)
    assert seen.figures == {"pl": 10.0}
    at.work()
    assert bench.read(bests.look, again.run_id, seen).figures == {"pl": 20.0}
