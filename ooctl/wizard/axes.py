"""The questions about parameters, made from what the daemon says of each: which one, with which options, over which values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from ooctl.exits import ClientError
from ooctl.render.text import one_line
from ooctl.sweep import Range, read_values
from ooctl.wizard import schema
from ooctl.wizard.answers import Answers, Extra, Part, Place, trial_of
from ooctl.wizard.knowledge import Knowledge, refusal
from ooctl.wizard.order import written
from ooctl.wizard.questions import Choice, Question, quiet
from ooctl.wizard.schema import PICKED, STEPPED, Verdict
from oodaemon.api.v1 import parameters_pb2

if TYPE_CHECKING:
    from ooctl.wizard.schema import Field

KEEP: Final = object()
"""Leave the options as they are."""
DONE, MORE, NEXT_STAGE = "done", "more", "next"


def question(answers: Answers, knowledge: Knowledge) -> Question | None:
    """The next question about what varies; None when all of it is described."""
    if answers.are_axes_complete:
        return None
    if answers.part is not None:
        return _describe(answers, answers.part, knowledge)
    if not answers.swept or answers.wants_part:
        return _which(answers, knowledge, "swept")
    return _go_on(answers)


def fixed(answers: Answers, knowledge: Knowledge) -> Question | None:
    """The next question about what has one value in every backtest."""
    if not answers.has(Extra.FIX) or answers.is_fixed_complete:
        return None
    if answers.part is not None:
        return _describe(answers, answers.part, knowledge)
    if not answers.fixed or answers.wants_part:
        return _which(answers, knowledge, "fixed")
    return Question(
        key="More",
        title="Set another parameter?",
        choices=(Choice(DONE, "No, that is all"), Choice(MORE, "Yes, another one")),
        take=lambda value: replace(answers, is_fixed_complete=value == DONE, wants_part=value == MORE),
        told=quiet,
    )


def _go_on(answers: Answers) -> Question:
    """What follows once a parameter is described, where there may be several."""
    done, more = Choice(DONE, "No, that is all"), Choice(MORE, "Yes, another parameter")
    choices: tuple[Choice, ...] = (more, done) if answers.kind == "grid" and len(answers.swept) == 1 else (done, more)
    title, number = "Another parameter?", len(answers.stages) + 1
    after = Choice(NEXT_STAGE, f"Step {number + 1}", "on the best of this one")
    if answers.kind == "staged":
        title = f"What comes after step {number}?"
        done, more = Choice(DONE, "That is all"), Choice(MORE, "Another parameter in this step", "every combination")
        choices = (after, more, done) if not answers.stages else (done, after, more)

    def take(value: str) -> Answers:
        if value == MORE:
            return replace(answers, wants_part=True)
        if answers.kind != "staged":
            return replace(answers, are_axes_complete=True)
        stages = (*answers.stages, answers.swept)
        return replace(answers, stages=stages, swept=(), are_axes_complete=value == DONE)

    return Question(
        key="Then", title=title, choices=choices, take=take, told=lambda value: after.label if value == NEXT_STAGE else ""
    )


def _which(answers: Answers, knowledge: Knowledge, place: Place) -> Question:
    titles = {"swept": "Which parameter?", "fixed": "Which parameter gets one value in every backtest?"}
    title = titles[place]
    if answers.kind == "staged" and place == "swept":
        title = f"Step {len(answers.stages) + 1}: which parameter?"

    def take(schema_: parameters_pb2.Parameter) -> Answers:
        used = answers.uses()
        label = next(n for n in range(1, len(used) + 2) if _labelled(schema_.name, n) not in used)
        return replace(answers, part=Part(place, _labelled(schema_.name, label), schema_, {}))

    return Question(
        key="Parameter",
        title=title,
        about=("Type to search.",),
        choices=tuple(_choice(each) for each in sorted(knowledge.parameters, key=_place_of)),
        take=take,
        told=lambda schema_: f"{schema_.name} - {one_line(schema_.description)}",
    )


def _place_of(parameter: parameters_pb2.Parameter) -> tuple[bool, str, str]:
    """By section; what stands for any section comes last."""
    return not parameter.section[:1].isalpha(), parameter.section, parameter.name


def _labelled(name: str, number: int) -> str:
    return name if number == 1 else f"{name}@{number}"


def _choice(parameter: parameters_pb2.Parameter) -> Choice:
    parts = [schema.limits(parameter.value)]
    parts += [f"options: {', '.join(option.name for option in parameter.options)}"] if parameter.options else []
    return Choice(
        parameter,
        one_line(parameter.name),
        one_line(parameter.description),
        detail=one_line("; ".join(parts)),
        group=one_line(parameter.section),
        terms=one_line(f"{parameter.section} {parameter.requires_toggle}"),
    )


def _describe(answers: Answers, part: Part, knowledge: Knowledge) -> Question:
    missing = [option for option in part.schema.options if _must_be_given(option) and option.name not in part.options]
    asked = next((option for option in part.schema.options if option.name == part.asked), missing[0] if missing else None)
    if asked is not None:
        return _option(answers, part, asked)
    if part.schema.options and not part.has_options:
        return _options(answers, part)
    return _values(answers, part, knowledge) if part.place == "swept" else _value(answers, part, knowledge)


def _must_be_given(option: Field) -> bool:
    """A text without a default may also be one that may stay empty: the daemon says so when it is needed."""
    return not option.default_value and option.kind != parameters_pb2.FIELD_KIND_TEXT


def _options(answers: Answers, part: Part) -> Question:
    """All options on one page, as they are: most people go on."""

    def now(option: Field) -> str:
        return part.options.get(option.name, option.default_value)

    each = [
        Choice(option.name, f"{option.name} = {now(option) or '(not set)'}", one_line(option.description), schema.limits(option))
        for option in part.schema.options
    ]
    as_they_are = ", ".join(f"{option.name} {now(option)}" for option in part.schema.options if now(option)) or "none"

    def take(value: Any) -> Answers:  # noqa: ANN401 - KEEP or a name
        changed = replace(part, has_options=True) if value is KEEP else replace(part, asked=value)
        return replace(answers, part=changed)

    return Question(
        key="Options",
        title=f"Options of {part.name}: keep them?",
        choices=(Choice(KEEP, "Keep them and go on"), *each),
        take=take,
        told=lambda value: as_they_are if value is KEEP else "",
    )


def _option(answers: Answers, part: Part, option: Field) -> Question:
    def take(value: str) -> Answers:
        changed = {**part.options, option.name: value}
        # What is the default need not be said; a text that is emptied is not given.
        kept = {name: text for name, text in changed.items() if text and (name != option.name or text != option.default_value)}
        return replace(answers, part=replace(part, options=kept, asked=""))

    question = _one_value(
        option,
        key=f".{option.name}",
        title=f"{part.name}: {option.name}",
        start=part.options.get(option.name, option.default_value),
        take=take,
    )
    return replace(question, told=quiet)


def _one_value(field: Field, *, key: str, title: str, start: str, take: Any) -> Question:  # noqa: ANN401 - a function
    about = tuple(filter(None, (one_line(field.description),)))
    if field.kind in PICKED:
        choices = tuple(Choice(value, value) for value in schema.choices(field))
        return Question(key=key, title=title, about=about, choices=choices, start=start, take=take)
    return Question(
        key=key,
        title=title,
        about=(*about, _capital(schema.limits(field))),
        start=start,
        judge=lambda text: schema.judge(field, text) if text.strip() or field.kind in STEPPED else Verdict(),
        take=lambda text: take(text.strip()),
        told=lambda text: text.strip() or "(not set)",
    )


def _value(answers: Answers, part: Part, knowledge: Knowledge) -> Question:
    plain = _one_value(
        part.schema.value,
        key=part.name,
        title=f"{part.name} in every backtest",
        start="",
        take=answers.with_value,
    )
    return replace(plain, check=lambda value: refusal(knowledge, trial_of(plain.take(value))))


def _values(answers: Answers, part: Part, knowledge: Knowledge) -> Question:
    field = part.schema.value

    def take(value: str | Sequence[str]) -> Answers:
        return answers.with_values(_read(value))

    def check(value: str | Sequence[str]) -> str:
        return refusal(knowledge, trial_of(take(value))) if value else "tick at least one value with Space"

    title = f"Which values of {part.name}?"
    about = tuple(filter(None, (one_line(field.description),)))
    if field.kind in PICKED:
        choices = tuple(Choice(value, value) for value in schema.choices(field))
        return Question(
            key=part.name,
            title=title,
            about=(*about, "Space ticks, Enter goes on."),
            choices=choices,
            is_many=True,
            start=tuple(choice.value for choice in choices),
            check=check,
            take=take,
            told=", ".join,
        )
    return Question(
        key=part.name,
        title=title,
        about=(*about, *_how(field)),
        judge=lambda text: _judge(field, text),
        check=check,
        take=take,
        told=lambda text: _told(field, text),
    )


def _how(field: Field) -> tuple[str, ...]:
    if field.kind not in STEPPED:
        return ("Values with commas between them, or START..END/STEP where they are numbers, times or days.",)
    step = schema.step_of(field)
    without = f" Without a step it is {step}." if step else ""
    return (
        _capital(schema.limits(field)),
        f"A range with its step, such as {schema.example(field)}, or a list with commas.{without}",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _read(value: str | Sequence[str]) -> Range | tuple[str, ...]:
    return read_values(value, name="values") if isinstance(value, str) else tuple(value)


def _judge(field: Field, text: str) -> Verdict:
    if not text.strip():
        return Verdict("no value is given")
    try:
        values = _read(text)
    except ClientError as error:
        return Verdict(error.sentence.removeprefix("values: "))
    return schema.judge_values(field, values)


def _told(field: Field, text: str) -> str:
    verdict = _judge(field, text)
    return f"{written(_read(text))}" + (f" ({verdict.told})" if verdict.told else "")
