"""The questions about what is best: by which figure, within how many backtests, under which conditions, in which spans of time."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final, cast

from ooctl.exits import ClientError
from ooctl.render.text import plain
from ooctl.specs.draft import Objective, read_objective, read_walk
from ooctl.wizard.answers import Answers, Extra, draft_of
from ooctl.wizard.knowledge import Knowledge, complaint, refusal
from ooctl.wizard.questions import Choice, Question
from ooctl.wizard.schema import Verdict

_METRICS: Final = (
    ("mar", "CAGR divided by the drawdown"),
    ("pl", "profit and loss"),
    ("cagr", "growth per year"),
    ("max_drawdown", "the smallest drawdown"),
    ("win_percentage", "winners per trade"),
    ("capture_rate", "profit per premium"),
    ("avg_per_trade", "profit per trade"),
)
_LARGEST_BUDGET: Final = 100_000
_LARGEST_SEED: Final = 2**63 - 1


def _needs_goal(answers: Answers) -> bool:
    return answers.kind == "search" or len(answers.stages) > 1 or bool(answers.windows)


def goal(answers: Answers, knowledge: Knowledge) -> Question | None:
    """Which result is the best, where that decides anything."""
    if answers.objectives or not _needs_goal(answers):
        return None

    def objectives(value: str) -> tuple[Objective, ...]:
        return tuple(read_objective(text, where="the best") for text in value.split(","))

    def check(value: str) -> str:
        try:
            trial = replace(answers, objectives=objectives(value), budget=answers.budget or 1)
        except ClientError as error:
            return complaint(error)
        return refusal(knowledge, draft_of(trial))

    return Question(
        key="Best",
        title="Which result is the best?",
        about=("Or type figures of the result page, METRIC or METRIC:max or METRIC:min; the second decides ties: mar, pl.",),
        choices=tuple(Choice(metric, metric, about) for metric, about in _METRICS),
        is_free=True,
        check=check,
        take=lambda value: replace(answers, objectives=objectives(value)),
        told=plain,
    )


def method(answers: Answers, _: Knowledge) -> Question | None:
    """How a search chooses."""
    if answers.kind != "search" or answers.method:
        return None
    choices = (
        Choice("tpe", "Learn from the results", "goes where the good ones are; the usual choice"),
        Choice("grid", "Coarse to fine", "leaves out regions that cannot be better"),
    )
    return Question(
        key="How",
        title="How should the next point be chosen?",
        choices=choices,
        take=lambda method: replace(answers, method=cast("Any", method)),
        told=lambda method: next(choice.label for choice in choices if choice.value == method),
    )


def budget(answers: Answers, knowledge: Knowledge) -> Question | None:
    """How much a search may spend."""
    if answers.kind != "search" or answers.budget:
        return None

    def judge(text: str) -> Verdict:
        is_number = text.strip().isascii() and text.strip().isdigit() and 1 <= int(text) <= _LARGEST_BUDGET
        return Verdict() if is_number else Verdict(f"{text.strip()!r} is no number from 1 to {_LARGEST_BUDGET:,}")

    def take(text: str) -> Answers:
        return replace(answers, budget=int(text))

    return Question(
        key="Budget",
        title="How many backtests may it spend?",
        start="40",
        judge=judge,
        check=lambda text: refusal(knowledge, draft_of(take(text))),
        take=take,
        told=lambda text: f"{int(text):,} backtests",
    )


def seed(answers: Answers, knowledge: Knowledge) -> Question | None:
    """Which seed a search uses, where somebody wants to say so."""
    if not answers.has(Extra.SEED) or answers.seed:
        return None

    def judge(text: str) -> Verdict:
        is_number = text.strip().isascii() and text.strip().isdigit() and 1 <= int(text) <= _LARGEST_SEED
        return Verdict() if is_number else Verdict(f"{text.strip()!r} is no whole number from 1")

    return Question(
        key="Seed",
        title="Which seed?",
        about=("The same seed chooses the same points from the same results.",),
        start="1",
        judge=judge,
        check=lambda text: refusal(knowledge, draft_of(replace(answers, seed=int(text)))),
        take=lambda text: replace(answers, seed=int(text)),
        told=lambda text: str(int(text)),
    )


def stage_names(answers: Answers, knowledge: Knowledge) -> Question | None:
    """What the stages are called."""
    if not answers.has(Extra.STAGES) or answers.stage_names:
        return None
    count = len(draft_of(answers).stages)

    def names(text: str) -> tuple[str, ...]:
        return tuple(plain(part.strip()) for part in text.split(",") if part.strip())

    def judge(text: str) -> Verdict:
        found = names(text)
        if len(found) != count:
            return Verdict(f"there are {count} stages, and {len(found)} of them {'has' if len(found) == 1 else 'have'} a name")
        return Verdict() if len(set(found)) == count else Verdict("two stages have the same name")

    return Question(
        key="Stages",
        title=f"What are the {count} stages called, in their order?" if count > 1 else "What is the stage called?",
        about=("Names with commas between them, such as entry, exit; reports show them.",),
        judge=judge,
        check=lambda text: refusal(knowledge, draft_of(replace(answers, stage_names=names(text)))),
        take=lambda text: replace(answers, stage_names=names(text)),
        told=lambda text: ", ".join(names(text)),
    )


def condition(answers: Answers, knowledge: Knowledge) -> Question | None:
    """What a result must keep."""
    if not answers.has(Extra.CONDITION) or answers.constraints:
        return None

    def take(text: str) -> Answers:
        return replace(answers, constraints=tuple(part.strip() for part in re.split(r"\band\b|,", text) if part.strip()))

    def check(text: str) -> str:
        taken = take(text)
        return refusal(knowledge, draft_of(taken)) if taken.constraints else "give a condition, such as max_drawdown >= -15"

    return Question(
        key="Only",
        title="What must a result keep to be of use?",
        about=("METRIC >= NUMBER, METRIC <= NUMBER; several with commas: max_drawdown >= -15, total_trades >= 100",),
        check=check,
        take=take,
    )


def windows(answers: Answers, knowledge: Knowledge) -> Question | None:
    """How long the spans of a walk-forward run are."""
    if not answers.has(Extra.WALK) or answers.windows:
        return None

    def judge(text: str) -> Verdict:
        try:
            read_walk(text, where="spans")
        except ClientError as error:
            return Verdict(error.sentence.removeprefix("spans: "))
        return Verdict()

    def check(text: str) -> str:
        trial = replace(answers, windows=text.strip(), objectives=answers.objectives or (Objective("mar"),))
        return refusal(knowledge, draft_of(trial))

    return Question(
        key="Spans",
        title="How long are the spans?",
        about=(
            "IN/OUT: the best is chosen in IN months and tried in the OUT months that follow.",
            "Or the days of each, with ; between them: 2021-01-01..2022-12-31/2023-01-01..2023-06-30; ...",
        ),
        start="12m/3m",
        judge=judge,
        check=check,
        take=lambda text: replace(answers, windows=text.strip()),
        waits="looking at the days that the test covers ...",
    )
