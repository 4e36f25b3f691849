"""A daemon that knows three parameters, and a person who answers from a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ooctl.exits import ClientError, ExitStatus
from ooctl.specs.draft import Draft
from ooctl.wizard.answers import Answers
from ooctl.wizard.flow import following
from ooctl.wizard.listing import Listing
from ooctl.wizard.questions import GoBack, Question, converse
from oodaemon.api.v1 import parameters_pb2, tests_pb2
from oodaemon.parameters.registry import discover
from oodaemon.rpc.parameters import _parameter
from tests.integration.ooctl.fake_tests import a_test

BACK = object()
"""An answer: the question before."""


def parameters(*names: str) -> list[parameters_pb2.Parameter]:
    """The schemas of the built-in ones, as the daemon sends them."""
    return [_parameter(each) for each in discover() if each.name in names]


def plan(tasks: int = 3, **more):
    """What a run comes to."""
    known = {"tasks": tasks, "planned_tasks": tasks, "cached": 0, "browsers": 2, "median_task_seconds": 10, "estimated_seconds": 15}
    return {**known, "notes": [], "sample": [], **more}


@dataclass
class Known:
    """Knowledge from a script; `refused` has the names of parameters that the daemon does not take."""

    parameters: Sequence[parameters_pb2.Parameter] = field(
        default_factory=lambda: parameters("delta", "profit_target", "weekday", "entry_time", "gap")
    )
    saved: list[tests_pb2.SavedTest] = field(default_factory=lambda: [a_test(1, "abc", "Iron fly"), a_test(2, "def", "Condor")])
    refused: set[str] = field(default_factory=set)
    comes_to: dict = field(default_factory=plan)
    planned: list[Draft] = field(default_factory=list)
    started: list[Answers] = field(default_factory=list)
    refreshed: int = 0

    def tests(self):
        return self.saved

    def refresh(self):
        self.refreshed += 1
        self.saved = [*self.saved, a_test(3, "ghi", "New one")]

    def find(self, reference):
        exact = [test for test in self.saved if reference in (test.test.test_id, test.test.url)]
        if exact:
            return tests_pb2.FindTestsResponse(test=exact[0], is_exact=True)
        return tests_pb2.FindTestsResponse(candidates=[test for test in self.saved if reference in test.test.name])

    def plan(self, draft, *, sample=0):
        self.planned.append(draft)
        swept = (*draft.swept, *(one for stage in draft.stages for one in stage.swept), *draft.fixed)
        for one in swept:
            if one.parameter in self.refused:
                raise ClientError("the request is not valid", ExitStatus.USAGE, details=[f"{one.parameter}: not on this test"])
        return self.comes_to

    def start(self, answers):
        self.started.append(answers)
        return ""


@dataclass
class Person:
    """Answers by the label of a choice (or several, as a tuple) or by a text; keeps what was asked and what stays on the screen."""

    script: list[object]
    questions: list[Question] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    given: list[object] = field(default_factory=list)

    def ask(self, question, *, error, given):
        self.questions.append(question)
        self.errors.append(error)
        self.given.append(given)
        if not self.script:
            raise KeyboardInterrupt
        answer = self.script.pop(0)
        if answer is BACK:
            raise GoBack
        if not question.choices:
            assert not question.judge(answer).error, question.judge(answer)
            return answer
        labels = {choice.label: choice.value for choice in question.choices}
        if isinstance(answer, tuple):
            return tuple(labels[label] for label in answer)
        if answer not in labels and not question.is_free:
            found = Listing.begin(question, None).type(answer).answer()
            assert found[0], (answer, list(labels))
            return found[1]
        return labels.get(answer, answer)

    def say(self, label, text):
        self.lines.append(f"{label}: {text}")

    def unsay(self):
        self.lines.pop()

    def wait(self, text):
        pass


def play(known: Known, *script: object) -> tuple[Answers, Person]:
    """The whole conversation; every answer must be used."""
    person = Person(list(script))
    answers = converse(person, lambda so_far: following(so_far, known))
    assert person.script == []
    return answers, person
