"""Which question follows from what was answered: the order of the wizard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ooctl.exits import ClientError
from ooctl.render.text import moment, one_line
from ooctl.specs import tables
from ooctl.wizard import axes, goals
from ooctl.wizard.answers import Answers, Extra, trial_of
from ooctl.wizard.knowledge import Knowledge, complaint, refusal
from ooctl.wizard.outcome import confirm
from ooctl.wizard.questions import Choice, Question
from ooctl.wizard.schema import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ooctl.specs.draft import Kind
    from oodaemon.api.v1 import tests_pb2

REFRESH: Final = object()

_MODES: Final[tuple[tuple[Kind, str, str, str], ...]] = (
    ("sweep", "One parameter", "several values of it, one backtest each", "such as delta 5, 10, 15 ... 50"),
    ("grid", "Several parameters", "every combination of their values", "10 deltas and 6 profit targets make 60 backtests"),
    (
        "search",
        "Search for the best",
        "in a large space, within a number of backtests",
        "chooses each point by the results before it",
    ),
    (
        "staged",
        "Step by step",
        "one grid after the other, each on the best of the one before",
        "such as delta first, then the exits",
    ),
    ("list", "A table", "sets of values from a file, one backtest per row", ".csv, .xlsx or .jsonl; the columns are parameters"),
)
_EXTRAS: Final[tuple[tuple[Extra, str, str], ...]] = (
    (Extra.FIX, "Set other parameters too", "to one value in every backtest"),
    (Extra.TRADES, "Keep the trade logs", "downloaded and checked; takes longer"),
    (Extra.CHARTS, "Keep the charts", "of every result page, as pictures"),
    (Extra.WALK, "Walk forward", "choose in one span of time, try in the next"),
    (Extra.FRESH, "Run all anew", "also what an earlier run has a result of"),
    (Extra.CONDITION, "Only what keeps a condition", "such as max_drawdown >= -15"),
    (Extra.SEED, "Choose the seed", "to repeat a search point by point"),
    (Extra.STAGES, "Name the stages", "for tables and reports"),
    (Extra.NAME, "Give the run a name", "for lists and reports"),
)
_ONLY_FOR: Final[dict[Extra, Kind]] = {Extra.CONDITION: "search", Extra.SEED: "search", Extra.STAGES: "staged"}


def following(answers: Answers, knowledge: Knowledge) -> Question | None:
    """The next question; None when nothing is left to ask. Raises ClientError when the daemon gives no answer."""
    steps = (
        _test,
        _kind,
        _table,
        axes.question,
        goals.goal,
        goals.method,
        goals.budget,
        _extras,
        axes.fixed,
        goals.stage_names,
        goals.seed,
        goals.condition,
        goals.windows,
        goals.goal,
        _name,
        confirm,
    )
    for step in steps:
        question = step(answers, knowledge)
        if question is not None:
            return question
    return None


def _test(answers: Answers, knowledge: Knowledge) -> Question | None:
    if answers.test is not None:
        return None
    if answers.candidates:
        return Question(
            key="Test",
            title="Which one do you mean?",
            choices=tuple(_choice(test) for test in answers.candidates),
            take=lambda test: replace(answers, test=test, candidates=()),
            told=lambda test: one_line(test.test.name),
        )
    again = Choice(REFRESH, "Read the list from the site anew", "takes a moment")
    return Question(
        key="Test",
        title="Which saved test?",
        about=("Type to search, or paste the address or the id of a test.",),
        choices=(*(_choice(test) for test in knowledge.tests()), again),
        is_free=True,
        check=lambda value: _check_test(value, knowledge),
        take=lambda value: _take_test(value, answers, knowledge),
        told=lambda value: _called(value, knowledge),
        waits="asking the daemon, which may have to ask the site ...",
    )


def _choice(test: tests_pb2.SavedTest) -> Choice:
    used = f"last used {_day(moment(test.last_used_at.ToJsonString()))}" if test.HasField("last_used_at") else "never run here"
    terms = f"{test.test.test_id} {test.test.url}"
    return Choice(test, one_line(test.test.name), used, detail=one_line(test.test.url), terms=terms)


def _day(text: str) -> str:
    return text.replace("T", " ")[:16]


def _check_test(value: Any, knowledge: Knowledge) -> str:  # noqa: ANN401 - a test, a text, or REFRESH
    try:
        if value is REFRESH:
            knowledge.refresh()
        elif isinstance(value, str):
            found = knowledge.find(value)
            if not found.HasField("test") and not found.candidates:
                return f"there is no saved test {value!r}; give a name, an id or an address"
    except ClientError as error:
        return complaint(error)
    return ""


def _take_test(value: Any, answers: Answers, knowledge: Knowledge) -> Answers:  # noqa: ANN401 - a test, a text, or REFRESH
    if value is REFRESH:
        return answers
    if isinstance(value, str):
        found = knowledge.find(value)
        if not found.HasField("test"):
            return replace(answers, candidates=tuple(found.candidates))
        return replace(answers, test=found.test)
    return replace(answers, test=value)


def _called(value: Any, knowledge: Knowledge) -> str:  # noqa: ANN401 - a test, a text, or REFRESH
    if value is REFRESH:
        return ""
    if isinstance(value, str):
        found = knowledge.find(value)
        return one_line(found.test.test.name) if found.HasField("test") else ""
    return one_line(value.test.name)


def _kind(answers: Answers, _: Knowledge) -> Question | None:
    if answers.kind is not None:
        return None
    names = {kind: label for kind, label, *_ in _MODES}
    return Question(
        key="Try",
        title="What should be tried on it?",
        choices=tuple(Choice(kind, label, note, detail, terms=kind) for kind, label, note, detail in _MODES),
        take=lambda kind: replace(answers, kind=kind),
        told=lambda kind: names[kind],
    )


def _table(answers: Answers, knowledge: Knowledge) -> Question | None:
    if answers.kind != "list" or answers.table is not None:
        return None

    def take(text: str) -> Answers:
        file = str(Path(text.strip()).expanduser().absolute())
        return replace(answers, table=tables.read(file), table_file=file, are_axes_complete=True)

    def check(text: str) -> str:
        try:
            return refusal(knowledge, trial_of(take(text)))
        except ClientError as error:
            return complaint(error)

    return Question(
        key="Table",
        title="Which file holds the table?",
        about=("Its first row names the parameters, such as delta or profit_target; NAME.OPTION is an option. Tab completes.",),
        take=take,
        check=check,
        complete=paths,
    )


def paths(text: str) -> Sequence[str]:
    """The tables and folders that begin so."""
    folder, _, start = text.rpartition("/")
    place = Path(folder + "/" if folder or text.startswith("/") else ".").expanduser()
    try:
        found = sorted(each for each in place.iterdir() if each.name.startswith(start) and (start or not each.name.startswith(".")))
    except OSError:
        return ()
    readable = [
        each for each in found if each.is_dir() or each.suffix.lower() in (".csv", ".tsv", ".xlsx", ".xlsm", ".jsonl", ".json")
    ]
    head = text[: len(text) - len(start)]
    return [f"{head}{each.name}{'/' if each.is_dir() else ''}" for each in readable]


def _extras(answers: Answers, _: Knowledge) -> Question | None:
    if answers.extras is not None:
        return None
    offered = [each for each in _EXTRAS if _ONLY_FOR.get(each[0], answers.kind) == answers.kind]
    if answers.method == "grid":  # nothing is drawn
        offered = [each for each in offered if each[0] is not Extra.SEED]
    names = {extra: label for extra, label, _ in offered}
    return Question(
        key="Also",
        title="Anything else?",
        about=("Space ticks what you want; Enter goes on.",),
        choices=tuple(Choice(extra, label, note) for extra, label, note in offered),
        is_many=True,
        start=(),
        take=lambda chosen: replace(answers, extras=frozenset(chosen)),
        told=lambda chosen: ", ".join(names[extra] for extra in chosen) or "nothing",
    )


def _name(answers: Answers, _: Knowledge) -> Question | None:
    if not answers.has(Extra.NAME) or answers.name:
        return None
    return Question(
        key="Name",
        title="What is the run called?",
        judge=lambda text: Verdict() if one_line(text) else Verdict("is empty; give a text"),
        take=lambda text: replace(answers, name=one_line(text)),
        told=one_line,
    )
