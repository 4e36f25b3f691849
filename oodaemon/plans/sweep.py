"""A sweep: one parameter over a range or a list, in the order in which the user gave it, beside parameters that stay fixed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice

from oodaemon.errors import InvalidArgument, Violation
from oodaemon.model.values import Value
from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Date, FieldError, Float, Time
from oodaemon.parameters.form import Action, collide
from oodaemon.parameters.registry import Registry

MAX_TASKS = 100_000


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends included; an empty step means the parameter's own."""

    start: str
    end: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A parameter that has the same value in every task, `name` or `name@label`, as the user wrote it."""

    name: str
    value: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sweep:
    """One parameter, its values as the user wrote them, the options all tasks share, and the parameters that are fixed."""

    parameter: str
    values: Range | Sequence[str]
    options: Mapping[str, str] = field(default_factory=dict)
    fixed: Sequence[Fixed] = ()


@dataclass(frozen=True, slots=True)
class _Use:
    """One use of a parameter in a run, under its name or a label."""

    name: str
    parameter: Parameter
    setting: Setting

    def values(self) -> dict[str, Value]:
        """Value and options as a task stores them."""
        return {self.name: self.setting.value, **{f"{self.name}.{name}": value for name, value in self.setting.options.items()}}


def expand(sweep: Sweep, registry: Registry) -> tuple[dict[str, Value], ...]:
    """The values of every task; the position is the task's index for ever. Raises InvalidArgument naming each field at fault."""
    if not sweep.parameter:
        raise InvalidArgument.of("parameter", "no parameter is given; name one, such as delta")
    swept = _swept(sweep, registry)
    fixed = _fixed(sweep, registry)
    _check_apart(swept, fixed)
    shared: dict[str, Value] = {}
    for use in fixed:
        shared |= use.values()
    return tuple({**use.values(), **shared} for use in swept)


def _known(name: str, registry: Registry) -> Parameter:
    parameter = registry.get(name)
    if parameter is not None:
        return parameter
    near, known = registry.suggestion(name), ", ".join(p.name for p in registry)
    plain, _, label = name.partition("@")
    if registry.get(plain) is not None:
        raise InvalidArgument.of(name, f"{label!r} is no label; use letters, digits, - and _")
    raise InvalidArgument.of(name, f"there is no such parameter; {f'did you mean {near}?' if near else f'known: {known}'}")


def _swept(sweep: Sweep, registry: Registry) -> list[_Use]:
    parameter = _known(sweep.parameter, registry)
    try:
        options = parameter.parse_options(sweep.options)
        settings = [Setting(v, parameter.value.text(v), options) for v in _values(parameter, sweep.values)]
        for setting in settings:
            parameter.check(setting)
        return [_Use(sweep.parameter, parameter, setting) for setting in settings]
    except FieldError as error:
        raise InvalidArgument.of(sweep.parameter, str(error)) from None


def _fixed(sweep: Sweep, registry: Registry) -> list[_Use]:
    uses: list[_Use] = []
    violations: list[Violation] = []
    seen = {sweep.parameter}
    for one in sweep.fixed:
        try:
            if one.name in seen:
                what = "is swept and cannot also be fixed" if one.name == sweep.parameter else "is fixed twice"
                raise FieldError(f"{what}; use it under a label, such as {one.name.partition('@')[0]}@2, for another control")
            seen.add(one.name)
            parameter = _known(one.name, registry)
            uses.append(_Use(one.name, parameter, parameter.setting(one.value, one.options)))
        except FieldError as error:
            violations.append(Violation(one.name, str(error)))
        except InvalidArgument as error:
            violations += error.violations
    if violations:
        raise InvalidArgument(violations)
    return uses


def _check_apart(swept: Sequence[_Use], fixed: Sequence[_Use]) -> None:
    """Raise InvalidArgument when two uses reach the same control, or one needs it in another state than the other sets."""
    for one in _distinct(swept):
        for first, second in combinations([one, *fixed], 2):
            if reached := _collision(first, second):
                raise InvalidArgument.of(
                    second.name, f"sets {reached}, as {first.name} does; give them different options, or leave one out"
                )


def _distinct(swept: Sequence[_Use]) -> Iterator[_Use]:
    """Those whose actions may reach different controls: the values of a number, a time or a day all reach the same."""
    plain = isinstance(swept[0].parameter.value, Float | Time | Date)
    return islice(swept, 1 if plain else None)


def _collision(first: _Use, second: _Use) -> str:
    mine, theirs = (use.parameter.actions(use.setting) for use in (first, second))
    for one in mine:
        for other in theirs:
            if reached := collide(one, other):
                return reached
    needs = [*_pairs(_opened(first), theirs), *_pairs(_opened(second), mine), *_pairs(_opened(first), _opened(second))]
    return next((reached for one, other in needs if one != other and (reached := collide(one, other))), "")


def _opened(use: _Use) -> tuple[Action, ...]:
    return use.parameter.opens(use.setting)


def _pairs(first: Sequence[Action], second: Sequence[Action]) -> Iterator[tuple[Action, Action]]:
    return ((one, other) for one in first for other in second)


def _values(parameter: Parameter, asked: Range | Sequence[str]) -> list[Value]:
    if isinstance(asked, Range):
        found = list(islice(parameter.value.steps(asked.start, asked.end, asked.step), MAX_TASKS + 1))
    else:
        found = [parameter.value.parse(text) for text in asked]
    if not found:
        raise FieldError("no value is given")
    if len(found) > MAX_TASKS:
        raise FieldError(f"this makes more than {MAX_TASKS:,} tasks; take a larger step")
    seen: set[Value] = set()
    for value in found:
        if value in seen:
            raise FieldError(f"{parameter.value.text(value)} is given twice")
        seen.add(value)
    return found
