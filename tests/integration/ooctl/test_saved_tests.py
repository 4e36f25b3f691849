"""`ooctl tests`: what is certain is done, what is not is asked, and a deletion is asked about twice."""

from __future__ import annotations

import os
import select
import subprocess
import time

import pytest

from ooctl.exits import ExitStatus
from oodaemon.api.v1 import tests_pb2
from tests.integration.ooctl.fake_tests import a_test

pytestmark = pytest.mark.usefixtures("daemon")

FLY, CONDOR, OTHER = (
    a_test(1, "fly", "Iron fly"),
    a_test(2, "condor", "Iron condor"),
    a_test(3, "other", "mine", site_name="Long call"),
)


@pytest.fixture(autouse=True)
def three(state):
    state.tests = [FLY, CONDOR, OTHER]


class Terminal:
    """A command at a terminal of its own: what it shows, and what a person types."""

    def __init__(self, spawn, *args: str) -> None:
        self.ours, theirs = os.openpty()
        self.process = spawn(*args, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE)
        os.close(theirs)
        self.shown = ""

    def wait_for(self, words: str) -> None:
        end = time.monotonic() + 30
        while words not in self.shown:
            ready, _, _ = select.select([self.ours], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"{words!r} was not shown, but {self.shown!r}"
            self.shown += self._read()

    def _read(self) -> str:
        try:
            return os.read(self.ours, 4096).decode()
        except OSError:  # the other end is closed
            raise AssertionError(f"it ended with {self.shown!r}") from None

    def type(self, line: str) -> None:
        os.write(self.ours, f"{line}\n".encode())

    def end(self) -> int:
        out, _ = self.process.communicate(timeout=30)
        while select.select([self.ours], [], [], 0)[0]:
            try:
                self.shown += os.read(self.ours, 4096).decode()
            except OSError:
                break
        os.close(self.ours)
        self.out = out
        return self.process.returncode


@pytest.mark.parametrize("command", [("tests",), ("tests", "list")])
def test_the_list(ooctl, state, command):
    table = ooctl(*command)
    as_json = ooctl(*command, "--refresh", "-o", "json").json
    ooctl(*command, "--recent")

    assert "Iron condor" in table.out
    assert [each["test_id"] for each in as_json] == ["fly", "condor", "other"]
    assert [(request.refresh, request.recent) for request in state.requests] == [(False, False), (True, False), (False, True)]


def test_options_of_the_list_belong_behind_its_name(ooctl, state):
    done = ooctl("tests", "--recent", "show", "1")

    assert done.status is ExitStatus.USAGE
    assert "ooctl tests list --recent" in done.err
    assert state.requests == []


def test_one_test_with_all_that_is_known(ooctl):
    shown = ooctl("tests", "show", "3", "--refresh")
    bare = ooctl("tests", "show", "condor")
    as_json = ooctl("tests", "show", "3", "--refresh", "-o", "json").json

    assert "name        mine\non the site Long call\n" in shown.out
    assert "leg         sell 1 put 15 Δ 0 DTE" in shown.out
    assert "runs        2, not at rest: 01RUN" in shown.out
    assert "its page was not opened yet; --refresh does" in bare.out
    assert "on the site" not in bare.out
    assert (as_json["site_name"], as_json["config"]["legs"][0]["value"]) == ("Long call", 15)


def test_words_of_one_name_are_told_what_they_mean(ooctl):
    assert ooctl("tests", "show", "fly").err == ""
    assert "test: Iron fly (fly)" in ooctl("tests", "show", "n fl").err


def test_words_of_several_names_are_refused_with_the_candidates(ooctl, state):
    done = ooctl("tests", "rename", "Iron", "new")

    assert done.status is ExitStatus.USAGE
    assert "'Iron' may mean 2 saved tests\n  Iron fly (fly)\n  Iron condor (condor)\n" in done.err
    assert state.mutations() == []


def test_a_name_that_nothing_is_like_is_not_found(ooctl):
    done = ooctl("tests", "show", "nothing")

    assert done.status is ExitStatus.NOT_FOUND
    assert "there is no saved test 'nothing'" in done.err


def test_a_person_chooses(spawn, state):
    terminal = Terminal(spawn, "tests", "show", "Iron", "-o", "json")
    terminal.wait_for("Which one")
    assert "1  Iron fly (fly)" in terminal.shown
    terminal.type("2")

    assert terminal.end() == ExitStatus.OK
    assert '"test_id": "condor"' in terminal.out


@pytest.mark.parametrize("answer", ["0", ""])
def test_a_person_chooses_none(spawn, state, answer):
    terminal = Terminal(spawn, "tests", "rename", "Iron", "new")
    terminal.wait_for("Which one")
    terminal.type(answer)

    assert terminal.end() == ExitStatus.FAILED
    assert "no test was chosen" in terminal.shown
    assert state.mutations() == []


def test_a_person_chooses_what_to_submit(spawn, state):
    terminal = Terminal(spawn, "submit", "--test", "Iron", "-p", "delta=5")
    terminal.wait_for("Which one")
    terminal.type("1")

    assert terminal.end() == ExitStatus.OK
    (submitted,) = state.mutations()
    assert submitted.spec.sweep.test == "fly"


def test_a_script_submits_what_it_says(ooctl, state):
    ooctl("submit", "--test", "Iron", "-p", "delta=5")

    (submitted,) = state.requests
    assert submitted.spec.sweep.test == "Iron"


@pytest.mark.parametrize(("flags", "place"), [((), tests_pb2.TEST_PLACE_SITE), (("--only-here",), tests_pb2.TEST_PLACE_LIST)])
def test_renaming(ooctl, state, flags, place):
    done = ooctl("tests", "rename", "mine", "yours", "--reason", "why not", *flags)

    assert "the site calls it so" in done.out
    (request,) = state.mutations()
    assert (request.test_id, request.name, request.new_name, request.place) == ("other", "Long call", "yours", place)
    assert request.reason == "why not"
    assert request.request_id


def test_adding(ooctl, state):
    done = ooctl("tests", "add", "known", "new", "-o", "json")

    assert done.err == "Iron fly was on the list already\nIron fly is on the list\n"
    assert len(done.json) == 2
    assert [request.reference for request in state.mutations()] == ["known", "new"]


@pytest.mark.parametrize("flags", [(), ("--yes",), ("--confirm", "Long call")])
def test_a_script_that_does_not_answer_twice_deletes_nothing(ooctl, state, flags):
    done = ooctl("tests", "delete", "mine", *flags)

    assert done.status is ExitStatus.USAGE
    assert "Long call (other) is not deleted without being asked twice" in done.err
    assert "--yes --confirm 'Long call'" in done.err
    assert state.mutations() == []


def test_a_script_that_gives_another_name_deletes_nothing(ooctl, state):
    done = ooctl("tests", "delete", "mine", "--yes", "--confirm", "mine")

    assert done.status is ExitStatus.USAGE
    assert "'mine' is not its name, 'Long call'; nothing was deleted" in done.err
    assert state.mutations() == []


def test_a_script_that_answers_twice_deletes(ooctl, state):
    done = ooctl("tests", "delete", "mine", "--yes", "--confirm", "Long  call", "--reason", "old")

    assert "it is gone" in done.out
    (request,) = state.mutations()
    assert (request.test_id, request.name, request.place) == ("other", "Long call", tests_pb2.TEST_PLACE_SITE)


def test_what_leaves_our_list_only_is_not_asked_about_in_a_script(ooctl, state):
    ooctl("tests", "delete", "mine", "--only-here")

    (request,) = state.mutations()
    assert request.place == tests_pb2.TEST_PLACE_LIST


def test_a_person_is_asked_twice(spawn, state):
    terminal = Terminal(spawn, "tests", "delete", "mine")
    terminal.wait_for("Delete Long call (other, here mine) from the site for good? [y/N]")
    terminal.type("y")
    terminal.wait_for("Type its name to delete it")
    assert state.mutations() == []
    terminal.type("Long call")

    assert terminal.end() == ExitStatus.OK
    assert len(state.mutations()) == 1


@pytest.mark.parametrize(("first", "second", "status"), [("n", None, ExitStatus.FAILED), ("y", "Long", ExitStatus.USAGE)])
def test_a_person_may_think_better_of_it(spawn, state, first, second, status):
    terminal = Terminal(spawn, "tests", "delete", "mine")
    terminal.wait_for("for good?")
    terminal.type(first)
    if second is not None:
        terminal.wait_for("Type its name")
        terminal.type(second)

    assert terminal.end() == status
    assert "nothing was deleted" in terminal.shown
    assert state.mutations() == []
