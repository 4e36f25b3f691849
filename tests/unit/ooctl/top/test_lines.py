"""Lines of the view: as wide as they may be, and true at the edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from ooctl.records import run_record
from ooctl.render.text import DASH
from ooctl.top import lines
from ooctl.top.lines import DONE, FAILED_BAR, LEFT, Palette, bar, clock_of, columns, fit, run_lines, window
from oodaemon.api.v1 import runs_pb2
from tests.unit.ooctl.builders import a_run, counts

PLAIN = Palette()


def a_record(total: int = 10, **done: int):
    return run_record(a_run(tasks=counts(total, **done)))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (a_record(10), LEFT * 10),
        (a_record(10, completed=5), DONE * 5 + LEFT * 5),
        (a_record(10, completed=3, failed=2), DONE * 3 + FAILED_BAR * 2 + LEFT * 5),
        (a_record(1000, completed=1), DONE + LEFT * 9),
        (a_record(1000, completed=999), DONE * 9 + LEFT),
        (a_record(1000, completed=998, failed=1), DONE * 8 + FAILED_BAR + LEFT),
        (a_record(10, completed=10), DONE * 10),
        (a_record(2, failed=2), FAILED_BAR * 10),
    ],
)
def test_a_bar_shows_what_is_done_failed_and_left(record, expected: str) -> None:
    assert bar(record, 10, PLAIN).plain == expected


def test_the_bar_of_a_growing_run_counts_what_is_yet_to_come() -> None:
    run = a_run(tasks=counts(5, completed=5))
    run.growing, run.planned_tasks = True, 10
    assert bar(run_record(run), 10, PLAIN).plain == DONE * 5 + LEFT * 5


@given(st.text(max_size=80), st.integers(0, 60))
def test_what_is_fitted_has_the_width(text: str, width: int) -> None:
    assert Text(fit(text, width)).cell_len == width


@given(
    st.text(max_size=60),
    st.integers(20, 200),
    st.sampled_from([value.number for value in runs_pb2.RunPhase.DESCRIPTOR.values]),
    st.integers(0, 10**6),
    st.integers(0, 50),
)
def test_a_run_takes_its_width_whatever_is_in_it(name: str, width: int, phase: int, eta: int, failed: int) -> None:
    run = a_run(phase, tasks=counts(12_345, completed=10_000, failed=failed))
    run.name = name
    run.eta.FromSeconds(eta)
    record = run_record(run)
    (line,) = run_lines(record, width, columns([record], width), PLAIN, is_selected=True)
    assert width < 60 or line.cell_len <= width


def test_the_selected_block_is_always_seen() -> None:
    blocks = [[Text(f"{n}")] * (1 + n % 3) for n in range(40)]
    for selected in range(40):
        found, hidden = window(blocks, selected, 6)
        assert str(selected) in [line.plain for line in found]
        assert len(found) <= 6
        assert 0 <= hidden < 40
    assert window(blocks[:2], 0, 10)[1] == 0
    assert window([], 0, 10) == ([], 0)


@pytest.mark.parametrize(("moment", "clock"), [("2026-11-21T08:00:01.5Z", "08:00:01"), (None, DASH), ("", DASH)])
def test_the_time_of_the_day(moment: str | None, clock: str) -> None:
    assert clock_of(moment) == clock


def test_a_run_without_anything_has_lines_all_the_same() -> None:
    assert lines.best_lines(None, None, 60, PLAIN)[0].plain == "  no run yet"
    assert lines.site_lines(None, "", 60, PLAIN) == []
    assert "connecting" in lines.head_line(None, "", 60, PLAIN).plain
