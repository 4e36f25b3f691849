"""The last question: what the run comes to, and whether it is started."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ooctl.exits import ClientError
from ooctl.render.plans import sample_lines, takes
from ooctl.render.text import one_line
from ooctl.specs.asked import MAX_TASKS
from ooctl.wizard.answers import Answers, Decision, draft_of
from ooctl.wizard.knowledge import Knowledge, complaint
from ooctl.wizard.order import Order, objective, written
from ooctl.wizard.questions import BACK, Choice, Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ooctl.records import Record
    from ooctl.specs.draft import Draft
    from ooctl.sweep import Fixed, Sweep

SAMPLE: Final = object()
_SHOWN: Final = 5
_WIDTH: Final = 12


def confirm(answers: Answers, knowledge: Knowledge) -> Question | None:
    """The summary and what to do with it. Raises ClientError when the daemon gives no answer."""
    if answers.decision is not None:
        return None
    draft = draft_of(answers)
    try:
        plan = knowledge.plan(draft, sample=_SHOWN if answers.has_sample else 0)
    except ClientError as error:
        return _refused(answers, draft, complaint(error))
    tasks = most_tasks(plan)
    all_of_them = f"all {tasks:,} backtests" if tasks > MAX_TASKS else "it"
    choices = [
        Choice(Decision.START, f"Yes, run {all_of_them}", "and watch how it goes"),
        *([] if answers.has_sample else [Choice(SAMPLE, "Show the first backtests")]),
        Choice(BACK, "Go back", "and change something"),
        Choice(Decision.ONLY_SHOW, "Not now", "but show me the command for later"),
        Choice(Decision.LEAVE, "No, leave"),
    ]
    told = {choice.value: choice.label for choice in choices if choice.value is not SAMPLE}
    return Question(
        key="Run",
        title="Run it?",
        about=tuple(summary(answers, draft, plan)),
        choices=tuple(choices),
        take=lambda value: replace(answers, has_sample=True) if value is SAMPLE else replace(answers, decision=value),
        check=lambda value: knowledge.start(answers) if value is Decision.START else "",
        told=lambda value: told.get(value, ""),
        waits="asking the daemon ...",
    )


def order_of(answers: Answers, knowledge: Knowledge, *, daemon: tuple[str, ...] = ()) -> Order:
    """What was decided on, with leave for as many tasks as the person saw. Raises ClientError."""
    draft = draft_of(answers)
    tasks = most_tasks(knowledge.plan(draft, sample=_SHOWN if answers.has_sample else 0))
    return Order(draft, answers.name, tasks if tasks > MAX_TASKS else 0, answers.table_file, daemon)


def most_tasks(plan: Record) -> int:
    """How many backtests a plan comes to at most, as far as it is known."""
    return max(int(plan["tasks"]), int(plan["planned_tasks"] or 0))


def summary(answers: Answers, draft: Draft, plan: Record) -> Iterator[str]:
    """The run line by line."""
    yield from _described(answers, draft)
    planned = plan["planned_tasks"]
    count = f"{plan['tasks']:,}" if planned in (None, plan["tasks"]) else f"{plan['tasks']:,} first, {planned:,} at most"
    follow = ", and what follows from their results" if planned is None else ""
    known = f"; {plan['cached']:,} of them have a result of an earlier run" if plan["cached"] else "; none was run before"
    yield _line("Backtests", f"{count}{follow}{known}")
    yield _line("Takes about", takes(plan))
    for note in plan["notes"]:
        yield _line("Note", note)
    if answers.has_sample:
        yield from ("", *sample_lines(plan))


def _refused(answers: Answers, draft: Draft, why: str) -> Question:
    choices = (Choice(BACK, "Go back", "and change something"), Choice(Decision.LEAVE, "Leave"))
    return Question(
        key="Run",
        title="The daemon does not take this run.",
        about=(*_described(answers, draft), _line("Because", why)),
        choices=choices,
        take=lambda value: replace(answers, decision=value),
        told=lambda _: "Leave",
    )


def _described(answers: Answers, draft: Draft) -> Iterator[str]:
    assert answers.test is not None
    yield _line("Test", answers.test.test.name)
    for number, stage in enumerate(draft.stages, start=1):
        yield from _swept(f"Step {number}", stage.swept)
    yield from _swept("Values", draft.swept)
    if draft.table is not None:
        yield _line("Table", f"{len(draft.table.rows):,} rows of {', '.join(draft.table.columns)}")
    yield from _swept("Always", draft.fixed)
    if draft.optimize_by:
        yield _line(
            "Best", ", ".join(map(objective, draft.optimize_by)) + (f" within {draft.budget:,} backtests" if draft.budget else "")
        )
    if draft.constraints:
        yield _line("Only", " and ".join(draft.constraints))
    if answers.windows:
        yield _line("Spans", f"{answers.windows}, chosen in the first and tried in the second")
    kept = (("trade logs", draft.has_trades), ("charts", draft.has_charts))
    if any(is_kept for _, is_kept in kept):
        yield _line("Keeps", ", ".join(what for what, is_kept in kept if is_kept))
    if draft.is_fresh:
        yield _line("Anew", "also what an earlier run has a result of")
    if answers.name:
        yield _line("Name", answers.name)


def _swept(label: str, parts: Iterable[Sweep | Fixed]) -> Iterator[str]:
    for part in parts:
        values = part.value if hasattr(part, "value") else written(part.values)
        options = "".join(f", {name} {value}" for name, value in part.options.items())
        yield _line(label, f"{part.parameter} = {values}{options}")
        label = ""


def _line(label: str, text: str) -> str:
    return f"{label:<{_WIDTH}}{one_line(text)}"
