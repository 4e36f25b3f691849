"""The phase of a run, against the table of its states written out a second time."""

import itertools

import pytest

from oodaemon.model.runs import AT_REST, Desired, Growth, RunPhase, TaskCounts, derive_phase


def expected(desired: Desired, counts: TaskCounts, is_expanded: bool, growth: Growth = Growth.COMPLETE) -> RunPhase:
    """First what is over, then what is wanted; in words of its own."""
    working, waiting = counts.running, counts.pending + (growth is Growth.GROWING)
    if not is_expanded:
        return RunPhase.PENDING
    if desired is Desired.CANCEL:
        return RunPhase.CANCELLING if working else RunPhase.CANCELLED
    if working == 0 and waiting == 0:
        return RunPhase.NEEDS_REVIEW if counts.failed or growth is Growth.STUCK else RunPhase.COMPLETED
    if desired is Desired.PAUSE:
        return RunPhase.PAUSING if working else RunPhase.PAUSED
    return RunPhase.RUNNING


@pytest.mark.parametrize("is_expanded", [True, False])
@pytest.mark.parametrize("desired", list(Desired))
@pytest.mark.parametrize("growth", list(Growth))
def test_the_phase_follows_from_what_is_desired_and_what_is_so(desired: Desired, is_expanded: bool, growth: Growth) -> None:
    grid = list(itertools.product(range(3), repeat=6))
    for numbers in grid:
        counts = TaskCounts(*numbers)
        phase = derive_phase(desired, counts, is_expanded=is_expanded, growth=growth)
        assert phase is expected(desired, counts, is_expanded, growth), counts
    assert len(grid) == 729


@pytest.mark.parametrize(
    ("desired", "counts", "growth", "phase"),
    [
        (Desired.RUN, TaskCounts(completed=3), Growth.GROWING, RunPhase.RUNNING),
        (Desired.PAUSE, TaskCounts(completed=3, failed=1), Growth.GROWING, RunPhase.PAUSED),
        (Desired.CANCEL, TaskCounts(completed=3), Growth.GROWING, RunPhase.CANCELLED),
        (Desired.RUN, TaskCounts(skipped=3), Growth.STUCK, RunPhase.NEEDS_REVIEW),
        (Desired.RUN, TaskCounts(skipped=3, running=1), Growth.STUCK, RunPhase.RUNNING),
    ],
)
def test_phases_of_growing_runs_by_example(desired: Desired, counts: TaskCounts, growth: Growth, phase: RunPhase) -> None:
    assert derive_phase(desired, counts, growth=growth) is phase


@pytest.mark.parametrize(
    ("desired", "counts", "phase"),
    [
        (Desired.RUN, TaskCounts(), RunPhase.COMPLETED),
        (Desired.RUN, TaskCounts(pending=1), RunPhase.RUNNING),
        (Desired.RUN, TaskCounts(completed=1, skipped=1, cancelled=1), RunPhase.COMPLETED),
        (Desired.RUN, TaskCounts(completed=9, failed=1), RunPhase.NEEDS_REVIEW),
        (Desired.PAUSE, TaskCounts(completed=2), RunPhase.COMPLETED),
        (Desired.PAUSE, TaskCounts(failed=1), RunPhase.NEEDS_REVIEW),
        (Desired.PAUSE, TaskCounts(pending=1, running=1), RunPhase.PAUSING),
        (Desired.PAUSE, TaskCounts(pending=1, failed=1), RunPhase.PAUSED),
        (Desired.CANCEL, TaskCounts(completed=2), RunPhase.CANCELLED),
        (Desired.CANCEL, TaskCounts(running=1, cancelled=4), RunPhase.CANCELLING),
    ],
)
def test_some_phases_by_example(desired: Desired, counts: TaskCounts, phase: RunPhase) -> None:
    assert derive_phase(desired, counts) is phase


def test_a_run_at_rest_has_nothing_in_flight() -> None:
    for desired, numbers in itertools.product(Desired, itertools.product(range(2), repeat=6)):
        counts = TaskCounts(*numbers)
        phase = derive_phase(desired, counts)
        if phase in AT_REST or phase is RunPhase.PAUSED:
            assert counts.running == 0
    assert frozenset({RunPhase.CANCELLED, RunPhase.COMPLETED, RunPhase.NEEDS_REVIEW}) == AT_REST


def test_counts_add_up() -> None:
    assert TaskCounts(pending=1, running=2, completed=4, failed=8, skipped=16, cancelled=32, cached=3).total == 63
