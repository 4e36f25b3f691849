"""A run put together is written as one command and as a file: both, read by the real command, are the same run."""

from __future__ import annotations

import contextlib
import io
import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ooctl.commands.root import ooctl
from ooctl.render.formats import Output
from ooctl.session import Session
from ooctl.specs import tables
from ooctl.specs.asked import MAX_TASKS, Submission
from ooctl.specs.draft import Draft, Fold, Objective, Stage, Table, WalkForward
from ooctl.specs.wire import spec_of
from ooctl.sweep import Fixed, Range, Sweep
from ooctl.wizard.order import Order, command_line, flag_words, run_file
from tests.unit.ooctl.builders import a_run

NAMES = st.from_regex(r"[a-z_]{1,6}(@[a-z0-9-]{1,3})?", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=8)
PLAIN = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,2})?|0[0-9]:[0-5][0-9]|20[0-9]{2}-0[1-9]-1[0-9]", fullmatch=True)
TEXTS = WORDS | PLAIN | st.sampled_from(["null", "~", "on", "a,b", "1..2", "$(rm x)", "it's", '"', " a ", "-x", "#", "{}", "!x"])
OPTIONS = st.dictionaries(st.from_regex(r"[a-z_]{1,4}", fullmatch=True), TEXTS, max_size=2)
STRIPPED = TEXTS.map(str.strip).filter(bool)
RANGES = st.builds(Range, PLAIN, PLAIN, PLAIN | st.just("")) | st.builds(Range, STRIPPED, STRIPPED, STRIPPED | st.just(""))
VALUES = RANGES | st.lists(PLAIN | TEXTS, min_size=1, max_size=3).map(tuple)
SWEPT = st.lists(st.builds(Sweep, NAMES, VALUES, OPTIONS), min_size=1, max_size=3, unique_by=lambda one: one.parameter).map(tuple)
FIXED = st.lists(st.builds(Fixed, NAMES, TEXTS, OPTIONS), max_size=2, unique_by=lambda one: one.parameter).map(tuple)
GOAL = st.builds(Objective, st.from_regex(r"[a-z_]{1,6}", fullmatch=True), st.sampled_from(["", "max", "min"]))
GOALS = st.lists(GOAL, max_size=2)
SOME_GOALS = st.lists(GOAL, min_size=1, max_size=2).map(tuple)
MONTHS = st.integers(1, 99)
FOLDS = st.just((Fold(("2022-01-01", "2022-12-31"), ("2023-01-01", "2023-03-31")),))
WALKS = (
    st.builds(WalkForward, MONTHS, MONTHS)
    | st.builds(WalkForward, MONTHS, MONTHS, st.just("2022-01-01"))
    | st.builds(WalkForward, folds=FOLDS, optimize_by=SOME_GOALS)
)
STAGES = st.lists(st.builds(Stage, SWEPT), min_size=1, max_size=3).map(tuple) | st.lists(
    st.builds(Stage, SWEPT, FIXED, st.just("") | WORDS, st.just("") | st.just("1"), GOALS.map(tuple)), min_size=1, max_size=2
).map(tuple)


@st.composite
def table(draw):
    columns = draw(st.lists(NAMES | TEXTS, min_size=1, max_size=3, unique=True))
    return Table(tuple(columns), tuple(draw(st.lists(st.tuples(*[TEXTS | st.just("")] * len(columns)), min_size=1, max_size=3))))


@st.composite
def order(draw) -> Order:
    kind = draw(st.sampled_from(["sweep", "grid", "search", "staged", "list"]))
    swept = draw(SWEPT) if kind in ("sweep", "grid", "search") else ()
    if kind in ("sweep", "grid"):
        kind = "sweep" if len(swept) == 1 else "grid"
    walk = draw(st.none() | WALKS)
    goals = draw(SOME_GOALS if kind == "search" or (walk and not walk.optimize_by) else GOALS.map(tuple))
    is_search = kind == "search"
    draft = Draft(
        kind=kind,
        test=draw(TEXTS),
        swept=swept,
        fixed=draw(FIXED),
        stages=draw(STAGES) if kind == "staged" else (),
        table=draw(table()) if kind == "list" else None,
        method=draw(st.sampled_from(["", "tpe", "grid"])) if is_search else "",
        optimize_by=goals,
        constraints=tuple(draw(st.lists(TEXTS, max_size=2))) if is_search else (),
        budget=draw(st.integers(1, 500)) if is_search else 0,
        seed=draw(st.integers(-9, 9)) if is_search else 0,
        walk_forward=walk,
        has_trades=draw(st.booleans()),
        has_charts=draw(st.booleans()),
        is_fresh=draw(st.booleans()),
    )
    return Order(draft, draw(st.just("") | TEXTS), draw(st.sampled_from([0, 2000, 99_999])))


@dataclass
class Daemon:
    """Takes everything, and remembers what."""

    taken: list[Submission] = field(default_factory=list)
    request_id: str = ""

    def plan(self, spec, *, sample):
        return {"tasks": 1, "planned_tasks": 1}

    def submit(self, submission):
        self.taken.append(submission)
        return a_run()


class Typed(Session):
    """A session on a daemon that takes everything."""

    def connect(self):
        return contextlib.nullcontext(self.there)


def submitted(words: list[str], stdin: str = "") -> Submission:
    """What the real command makes of some words."""
    session = Typed(env={}, output=Output(io.StringIO(), io.StringIO(), env={}), stdin=io.StringIO(stdin))
    session.there = Daemon()
    ooctl.main(words, prog_name="ooctl", standalone_mode=False, obj=session)
    (submission,) = session.there.taken
    return submission


def typed(line: str) -> Submission:
    """What a shell and the real command make of a line."""
    words = shlex.split(line)
    if words[0] == "printf":
        assert words[1] == "%s"
        assert words[3:5] == ["|", "ooctl"]
        return submitted(words[5:], words[2])
    assert words[0] == "ooctl"
    return submitted(words[1:])


def same(submission: Submission, asked: Order) -> bool:
    expected = (spec_of(asked.draft), asked.name, asked.max_tasks or MAX_TASKS)
    return (submission.spec, submission.name, submission.max_tasks) == expected


@given(order())
def test_the_command_submits_the_same_run(asked):
    line = command_line(asked)

    assert "\n" not in line
    assert same(typed(line), asked)


@given(order())
def test_the_file_submits_the_same_run(asked):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.yaml"
        path.write_text(run_file(asked, test_name="Iron fly"), "utf-8")
        assert same(submitted(["submit", str(path)]), asked)


SIMPLE = Sweep("delta", Range("5", "50", "5"), {"apply_to": "put_only"})
TIMES = Sweep("entry_time", ("09:45", "10:00"))
LINES = [
    (Draft("sweep", "abc", (SIMPLE,)), "--test abc -p delta=5..50/5 -p delta.apply_to=put_only"),
    (
        Draft("grid", "abc", (SIMPLE, TIMES), (Fixed("gap", "1"),), has_trades=True, is_fresh=True),
        "--test abc -p delta=5..50/5 -p delta.apply_to=put_only -p entry_time=09:45,10:00 --with gap=1 --trades --fresh",
    ),
    (
        Draft("staged", "abc", stages=(Stage((SIMPLE,)), Stage((TIMES, SIMPLE))), optimize_by=(Objective("mar"),)),
        (
            "--test abc --stage 'delta=5..50/5 delta.apply_to=put_only'"
            " --stage 'entry_time=09:45,10:00 delta=5..50/5 delta.apply_to=put_only' --optimize-by mar"
        ),
    ),
    (
        Draft(
            "search",
            "abc",
            (TIMES,),
            method="tpe",
            optimize_by=(Objective("mar"), Objective("pl", "max")),
            constraints=("pl > 0",),
            budget=9,
        ),
        "--test abc -p entry_time=09:45,10:00 --search tpe --budget 9 --optimize-by mar --optimize-by pl:max --where 'pl > 0'",
    ),
    (
        Draft("sweep", "abc", (TIMES,), walk_forward=WalkForward(12, 3), optimize_by=(Objective("mar"),)),
        "--test abc -p entry_time=09:45,10:00 --optimize-by mar --walk-forward 12m/3m",
    ),
]


@pytest.mark.parametrize(("draft", "words"), LINES, ids=[draft.kind for draft, _ in LINES[:-1]] + ["walk"])
def test_the_command_as_people_read_it(draft, words):
    assert command_line(Order(draft)) == f"ooctl submit {words}"


def test_what_is_allowed_and_what_it_is_called_stand_at_the_end_and_the_daemon_first():
    asked = Order(Draft("sweep", "abc", (TIMES,)), "my run", 2000, daemon=("--context", "home"))
    assert command_line(asked) == (
        "ooctl submit --context home --test abc -p entry_time=09:45,10:00 --max-tasks 2000 --name 'my run'"
    )


def test_a_table_is_read_from_its_file_and_written_out_in_a_file(tmp_path):
    path = tmp_path / "my sets.csv"
    path.write_text("delta,vix@low,delta.side\n5,20,both\n10,,short_only\n")
    asked = Order(Draft("list", "abc", table=tables.read(str(path))), table_file=str(path))

    assert command_line(asked) == f"ooctl submit --test abc --from '{path}'"
    assert same(typed(command_line(asked)), asked)
    (tmp_path / "run.yaml").write_text(run_file(asked))
    path.unlink()
    assert same(submitted(["submit", str(tmp_path / "run.yaml")]), asked)


def test_what_the_grammar_of_flags_cannot_say_is_fed_to_the_command_by_a_real_shell():
    asked = Order(Draft("sweep", "it's $HOME `x` \\ %s", (Sweep("frequency", ("a,b", "Daily")),)))
    line = command_line(asked)

    assert flag_words(asked) is None
    assert line.startswith("printf %s ")
    fed = subprocess.run(["sh", "-c", line.rpartition(" | ")[0]], capture_output=True, text=True, check=True).stdout
    assert same(submitted(["submit", "-"], fed), asked)


def test_a_file_as_people_read_it():
    asked = Order(LINES[1][0], "both", 2000)
    assert run_file(asked, test_name="Iron fly").splitlines() == [
        "# Iron fly",
        "test: abc",
        "name: both",
        "mode: grid",
        "parameters:",
        "  delta: 5..50/5",
        "  delta.apply_to: put_only",
        "  entry_time:",
        "  - 09:45",
        "  - '10:00'",
        "with:",
        "  gap: '1'",
        "trades: true",
        "fresh: true",
        "max_tasks: 2000",
    ]
