"""`ooctl run` on a pseudo-terminal, against a real gRPC server without a site: what a person sees, types and gets."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import grpc
import pytest

from ooctl.exits import ExitStatus
from oodaemon.api.v1 import daemon_pb2, runs_pb2
from oodaemon.parameters.registry import discover
from oodaemon.rpc.parameters import _parameter
from tests.contracts.test_parameters import third_party
from tests.integration.ooctl.conftest import ROOT
from tests.integration.ooctl.fake_daemon import Refusal
from tests.integration.ooctl.fake_tests import a_test
from tests.support.terminal import terminal
from tests.unit.ooctl.builders import RUN_ID, counts

pytestmark = pytest.mark.usefixtures("daemon")
OOCTL = (sys.executable, "-m", "ooctl")


@pytest.fixture
def state(state):
    state.tests = [a_test(1, "abc", "Iron fly"), a_test(2, "def", "Condor of a Thousand and One Nights, the Second of its Name")]
    state.parameters = [_parameter(each) for each in [*discover(), third_party()]]
    actors = [daemon_pb2.Actor(path=f"site/oo/browser/{n}", state=daemon_pb2.ACTOR_STATE_UP) for n in (1, 2)]
    state.status = daemon_pb2.GetStatusResponse(
        base_url="https://site.example", tree=daemon_pb2.Actor(path="root", children=actors)
    )
    state.runs[0].phase = runs_pb2.RUN_PHASE_COMPLETED
    state.runs[0].tasks.CopyFrom(counts(3, completed=3))
    state.snapshot.CopyFrom(state.runs[0])
    return state


@pytest.fixture
def env(socket_path, tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OOCTL_", "OODAEMON_", "NO_COLOR"))}
    return {**clean, "OOCTL_DAEMON": f"unix:{socket_path}", "XDG_STATE_HOME": str(tmp_path / "state"), "PYTHONPATH": str(ROOT)}


@pytest.fixture
def wizard(env, tmp_path):
    """Starts `ooctl run` on a terminal."""

    def start(*, columns: int = 80, rows: int = 24, words: tuple[str, ...] = (), **more: str):
        return terminal([*OOCTL, *words, "run"], {**env, **more}, columns=columns, rows=rows, cwd=tmp_path)

    return start


def submissions(state) -> list[runs_pb2.SubmitRunRequest]:
    return [each for each in state.requests if isinstance(each, runs_pb2.SubmitRunRequest)]


def to_the_summary(shown, values: str = "5..15/5") -> str:
    shown.answer("Which saved test?", "enter")
    shown.answer("What should be tried", "enter")
    shown.answer("Which parameter?", "delta", "enter")
    shown.answer("Options of delta", "enter")
    shown.answer("Which values of delta?", values, "enter")
    shown.answer("Anything else?", "enter")
    return shown.expect("Run it?")


def test_from_the_first_question_to_the_file(wizard, state, ooctl, tmp_path):
    with wizard() as shown:
        first = shown.expect("Which saved test?")
        summary = to_the_summary(shown)
        shown.press("enter")
        shown.answer("Save it as a file", "down", "enter")
        shown.answer("What is the file called?", "enter")
        assert shown.end() == ExitStatus.OK
        last = shown.screen.text()
        assert shown.settings() == shown.before
    (request,) = submissions(state)

    assert "2 browsers work on https://site.example" in first
    assert "Backtests   3; none was run before" in summary
    assert request.spec == runs_pb2.RunSpec(
        sweep=runs_pb2.SweepSpec(
            test="abc", parameter=runs_pb2.SweptParameter(name="delta", range=runs_pb2.ValueRange(start="5", end="15", step="5"))
        )
    )
    assert request.request_id
    assert "ooctl submit --test abc -p delta=5..15/5" in last
    assert f"ooctl results {RUN_ID}" in last
    assert "saved; ooctl submit iron-fly.yaml runs the same" in last

    ooctl("submit", str(tmp_path / "iron-fly.yaml"))
    line = next(line for line in last.splitlines() if line.startswith("ooctl submit"))
    ooctl(*shlex.split(line)[1:])
    assert [each.spec for each in submissions(state)] == [request.spec] * 3


def test_a_parameter_of_somebody_else_appears_by_itself(wizard, state):
    with wizard() as shown:
        shown.answer("Which saved test?", "enter")
        shown.answer("What should be tried", "enter")
        shown.answer("Which parameter?", "max_vix")
        assert "Highest VIX at which trades are opened" in shown.answer("max_vix_", "enter")
        days = shown.answer("max_vix: days", "9")
        assert "Whole numbers, 1 to 5" in days
        assert "9 is above the maximum 5" in shown.expect("! ")
        shown.press("backspace", "3", "enter")
        options = shown.expect("Options of max_vix")
        for each in ("days = 3", "strict = on", "unit = points"):
            assert each in options
        shown.press("strict", "enter")
        shown.answer("max_vix: strict", "off", "enter")
        shown.answer("Options of max_vix", "enter")
        assert "0.01 to 200" in shown.answer("Which values of max_vix?", "20..24/2")
        assert "3 values: 20, 22, 24" in shown.expect("= ")
        shown.press("enter")
        shown.answer("Anything else?", "enter")
        shown.answer("Run it?", "enter")
        shown.answer("Save it", "enter")
        assert shown.end() == ExitStatus.OK

    swept = submissions(state)[0].spec.sweep.parameter
    assert (swept.name, dict(swept.options)) == ("max_vix", {"days": "3", "strict": "off"})


@pytest.mark.parametrize("stop", [0, 2, 4, 5])
def test_ctrl_c_leaves_everything_as_it_was(wizard, state, stop):
    questions = ("Which saved test?", "What should be tried", "Which parameter?", "Options of", "Which values of", "Anything else?")
    answers = ("enter", "enter", "enter", "enter", "x", "enter")
    with wizard() as shown:
        for question, key in zip(questions[:stop], answers, strict=False):
            shown.answer(
                question, *(("delta", "enter") if question == "Which parameter?" else ("5,10", "enter") if key == "x" else (key,))
            )
        shown.answer(questions[stop], "ctrl-c")
        assert shown.end() == ExitStatus.INTERRUPTED
        assert shown.screen.text().splitlines()[-1] == "left; nothing was submitted"
        assert questions[stop] not in shown.screen.text()
        assert shown.settings() == shown.before
        assert shown.raw.rfind("\x1b[?25h") >= shown.raw.rfind("\x1b[?25l")
    assert submissions(state) == []


def test_ctrl_c_while_it_runs_ends_the_watching_and_still_tells_the_command(wizard, state):
    state.runs[0].phase = runs_pb2.RUN_PHASE_RUNNING
    state.runs[0].tasks.CopyFrom(counts(3))
    state.snapshot.CopyFrom(state.runs[0])
    with wizard() as shown:
        to_the_summary(shown)
        shown.press("enter")
        shown.answer("0/3", "ctrl-c")
        assert shown.end() == ExitStatus.INTERRUPTED
        last = shown.screen.text().splitlines()
        assert shown.settings() == shown.before
    assert len(submissions(state)) == 1
    assert f"stopped watching; the run {RUN_ID} goes on" in "".join(last)
    assert last[-1] == "ooctl submit --test abc -p delta=5..15/5"


def test_going_back_to_the_beginning_and_another_way(wizard, state):
    with wizard() as shown:
        to_the_summary(shown)
        for question in (
            "Anything else?",
            "Which values of delta?",
            "Options of delta",
            "Which parameter?",
            "What should be tried",
        ):
            shown.press("esc")
            shown.expect(question)
        shown.press("esc")
        assert "Iron fly" not in shown.expect("Which saved test?").partition("Which saved test?")[0]
        shown.press("condor", "enter")
        shown.answer("What should be tried", "enter")
        shown.answer("Which parameter?", "delta", "enter")
        shown.answer("Options of delta", "enter")
        shown.answer("Which values of delta?", "7", "enter")
        shown.answer("Anything else?", "enter")
        shown.answer("Run it?", "enter")
        shown.answer("Save it", "ctrl-c")
        assert shown.end() == ExitStatus.OK

    sweep = submissions(state)[0].spec.sweep
    assert (sweep.test, list(sweep.parameter.list.values)) == ("def", ["7"])


@pytest.mark.parametrize("columns", [60, 40])
def test_a_narrow_terminal_without_colours(wizard, columns):
    with wizard(columns=columns, NO_COLOR="1") as shown:
        pages = [shown.answer("Which saved test?", "down", "enter"), shown.answer("What should be tried", "enter")]
        pages += [shown.answer("Which parameter?", "underlying", "enter"), shown.answer("Options of", "enter")]
        pages += [shown.answer("Which values of", "1..x"), shown.expect("is not a number")]
        shown.press("ctrl-u", "1..500000")
        pages.append(shown.expect("take a larger step"))
        shown.press("ctrl-c")
        assert shown.end() == ExitStatus.INTERRUPTED
        assert shown.screen.colours == 0
        assert shown.screen.wrapped == 0 or columns < 60
    for page in pages:
        assert "Ctrl-C" in page.splitlines()[-1]


def test_colours_where_they_are_wanted(wizard):
    with wizard() as shown:
        shown.answer("Which saved test?", "ctrl-c")
        assert shown.screen.colours > 0


def test_what_the_daemon_refuses_stands_below_the_answer(wizard, state):
    with wizard() as shown:
        shown.answer("Which saved test?", "enter")
        shown.answer("What should be tried", "enter")
        shown.answer("Which parameter?", "delta", "enter")
        state.refusals["PlanRun"] = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "delta: the test has no leg priced in Δ", times=1)
        shown.answer("Options of delta", "enter")
        shown.answer("Which values of delta?", "5,10", "enter")
        page = shown.expect("! delta: the test has no leg priced in")
        assert "> 5,10" in page
        shown.press(",15", "enter")
        shown.answer("Anything else?", "enter")
        state.refusals["SubmitRun"] = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "the test changed", times=1)
        shown.answer("Run it?", "enter")
        shown.expect("! the test changed")
        shown.press("enter")
        shown.answer("Save it", "enter")
        assert shown.end() == ExitStatus.OK

    assert list(submissions(state)[-1].spec.sweep.parameter.list.values) == ["5", "10", "15"]


def test_a_daemon_that_goes_away_at_the_end_does_not_take_the_work_with_it(wizard, state):
    with wizard() as shown:
        to_the_summary(shown)
        state.refusals["SubmitRun"] = Refusal(grpc.StatusCode.UNAVAILABLE, "the daemon drains and starts nothing new")
        shown.press("enter")
        assert shown.end() == ExitStatus.UNREACHABLE
        last = shown.screen.text()
        assert shown.settings() == shown.before
    assert "this repeats it: ooctl submit --test abc -p delta=5..15/5" in last
    assert "error: the daemon drains" in last


def test_the_printed_command_names_the_daemon_that_was_named(wizard, socket_path):
    with wizard(words=("--daemon", f"unix:{socket_path}"), OOCTL_DAEMON="unix:/nonexistent") as shown:
        to_the_summary(shown)
        shown.press("not now", "enter")
        assert "Nothing was run. This command would:" in shown.answer("Save it", "enter")
        assert shown.end() == ExitStatus.OK
        assert f"submit --daemon unix:{socket_path} --test abc" in shown.screen.text().replace("\n", "")


def test_without_a_daemon(wizard):
    with wizard(OOCTL_DAEMON="unix:/nonexistent/d.sock") as shown:
        assert shown.end() == ExitStatus.UNREACHABLE
        said = shown.screen.text().replace("\n", " ")
        assert shown.settings() == shown.before
    assert said.startswith("error: no daemon answers at unix:/nonexistent/d.sock")
    assert "Traceback" not in said


@pytest.mark.parametrize("which", ["stdin", "stdout", "stderr"])
def test_without_a_terminal(env, which):
    ours, theirs = os.openpty()
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs) | {
        which: subprocess.DEVNULL if which == "stdin" else subprocess.PIPE
    }
    with subprocess.Popen([*OOCTL, "run"], env={**env, "TERM": "xterm"}, cwd=ROOT, **streams) as process:
        os.close(theirs)
        code = process.wait(60)
        said = process.stderr.read() if which == "stderr" else os.read(ours, 4096)
    os.close(ours)

    assert code == ExitStatus.USAGE
    assert re.sub(r"\x1b\[[0-9;]*m", "", said.decode()).replace("\r", "").splitlines() == [
        "error: ooctl run asks questions, so it needs a terminal",
        'hint: "ooctl submit --help" shows how to do without',
    ]


def test_a_terminal_that_cannot_move_its_cursor(env):
    with terminal(["env", "TERM=dumb", *OOCTL, "run"], env) as shown:
        assert shown.end() == ExitStatus.USAGE
        assert "needs a terminal" in shown.screen.text()


def test_first_contact(env):
    with terminal([*OOCTL], env) as shown:
        assert shown.end() == ExitStatus.USAGE
        lines = shown.screen.text().splitlines()
    assert len(lines) == 3
    assert [line.split("  ")[0] for line in lines] == ["ooctl run", "ooctl list", "ooctl --help"]


def test_only_the_wizard_pays_for_its_libraries():
    code = (
        "import sys; from ooctl.__main__ import main; main(sys.argv[1:], {});"
        "sys.exit(sum(name in sys.modules for name in ('prompt_toolkit', 'questionary', 'ooctl.wizard')))"
    )
    for words in (["run", "--help"], ["run"], ["--version"], ["list"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *words], capture_output=True, stdin=subprocess.DEVNULL, cwd=ROOT, check=False
        )
        assert done.returncode == 0
