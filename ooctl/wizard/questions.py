"""A question to a person: what is asked, what may be answered, and what an answer makes of the answers before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ooctl.wizard.answers import Answers
from ooctl.wizard.schema import Verdict


class GoBack(Exception):
    """The person wants the question before this one."""


BACK: Final = object()
"""The value of a choice that means the same."""


@dataclass(frozen=True)
class Choice:
    """One line of a list: its label, what stands beside it, what is said below the list while it is pointed at."""

    value: Any
    label: str
    note: str = ""
    detail: str = ""
    group: str = ""
    terms: str = ""
    """What it is also found by."""


def quiet(_: Any) -> str:  # noqa: ANN401 - any answer
    """For `told`: nothing about it stays on the screen."""
    return ""


def _no_verdict(_: str) -> Verdict:
    return Verdict()


@dataclass(frozen=True, kw_only=True)
class Question:
    """A list to choose from when there are choices, else a line to type.

    `key` and what `told` makes of an answer stay on the screen, nothing where that is empty. `start` is the value that is pointed
    at, the values that are ticked, or the text to begin with. `judge` is asked while somebody types; `check` once, with the
    answer, and may ask the daemon.
    """

    key: str
    title: str
    take: Callable[[Any], Answers]
    about: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    start: Any = None
    is_many: bool = False
    is_free: bool = False
    """Whether a text that fits no choice is an answer."""
    judge: Callable[[str], Verdict] = _no_verdict
    check: Callable[[Any], str] = quiet
    told: Callable[[Any], str] = str
    complete: Callable[[str], Sequence[str]] | None = None
    waits: str = ""
    """Said while `check` is at work, where that may take long."""


class Asker(Protocol):
    """Who shows questions and reads answers."""

    def ask(self, question: Question, *, error: str, given: Any) -> Any:  # noqa: ANN401 - answers of any kind
        """The answer. `error` says what was wrong with the last, `given` is where to begin. Raises GoBack, KeyboardInterrupt."""

    def say(self, label: str, text: str) -> None:
        """Keep a line about an answer on the screen."""

    def unsay(self) -> None:
        """Take the last such line away."""

    def wait(self, text: str) -> None:
        """Say that something takes a moment; empty takes that away."""


def converse(asker: Asker, following: Callable[[Answers], Question | None]) -> Answers:
    """Ask what follows until nothing does; the answers. Raises GoBack before the first question, KeyboardInterrupt."""
    answers = Answers()
    history: list[tuple[Answers, Any, bool]] = []
    given: Any = None
    while (question := following(answers)) is not None:
        try:
            value = _answer(asker, question, given)
        except GoBack:
            if not history:
                continue
            answers, given, was_said = history.pop()
            if was_said:
                asker.unsay()
            continue
        taken, given, words = question.take(value), None, question.told(value)
        if taken != answers:
            history.append((answers, value, bool(words)))
            if words:
                asker.say(question.key, words)
        answers = taken
    return answers


def _answer(asker: Asker, question: Question, given: Any) -> Any:  # noqa: ANN401 - answers of any kind
    error = ""
    while True:
        value = asker.ask(question, error=error, given=given)
        if value is BACK:
            raise GoBack
        asker.wait(question.waits)
        try:
            error = question.check(value)
        finally:
            asker.wait("")
        if not error:
            return value
        given = value
