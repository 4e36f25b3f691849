"""Which parameters a run uses and over which values: read from what users write, checked as a whole, made into points."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import TypeVar

from oodaemon.errors import InvalidArgument, Violation
from oodaemon.model.values import Value
from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Date, FieldError, Float, Time
from oodaemon.parameters.form import Action, collide
from oodaemon.parameters.registry import Registry
from oodaemon.plans.points import Product

MAX_TASKS = 100_000
"""So many tasks a run may have, and so many values a parameter."""

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends included; an empty step means the parameter's own."""

    start: str
    end: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class Swept:
    """A parameter that takes several values, `name` or `name@label`, as the user wrote it, and the options they all share.

    Without values it is wrong; that is told together with everything else that is.
    """

    name: str
    values: Range | Sequence[str] | None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A parameter that has the same value in every task, `name` or `name@label`, as the user wrote it."""

    name: str
    value: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Axis:
    """One use of a parameter in a run, under its name or a label: its values, at least one, and all options filled in."""

    name: str
    parameter: Parameter
    values: tuple[Value, ...]
    options: Mapping[str, Value]

    def setting(self, value: Value) -> Setting:
        """One of its values with the options."""
        return Setting(value, self.parameter.value.text(value), self.options)

    def point(self) -> dict[str, Value]:
        """The first value and the options, by key, as a task stores them."""
        return {self.name: self.values[0], **{f"{self.name}.{name}": value for name, value in self.options.items()}}


def product(swept: Sequence[Swept], fixed: Sequence[Fixed], registry: Registry) -> Product:
    """Every combination of some parameters, at least one, beside fixed ones; the last one changes fastest.

    Raises InvalidArgument naming each field at fault: unknown parameters, values, options, uses of one name, and uses that reach
    the same control. How many points there are is not limited here.
    """
    axes = read(swept, fixed, registry)
    check_apart(axes)
    shared: dict[str, Value] = {}
    for axis in axes:
        shared |= axis.point()
    return Product([(axis.name, axis.values) for axis in axes[: len(swept)]], shared)


def read(swept: Sequence[Swept], fixed: Sequence[Fixed], registry: Registry) -> tuple[Axis, ...]:
    """An axis for each parameter, the swept ones first; a fixed one has one value. Raises InvalidArgument as `product`."""
    names = Names()
    if not swept:
        raise InvalidArgument.of("parameter", "no parameter is given; name one, such as delta")

    def axis(asked: Swept | Fixed) -> Axis:
        names.take(asked.name, is_swept=isinstance(asked, Swept))
        values = asked.values if isinstance(asked, Swept) else (asked.value,)
        return axis_of(asked.name, values, asked.options, registry)

    asked: list[Swept | Fixed] = [*swept, *fixed]
    return tuple(each(axis, asked))


class Names:
    """The names a run used so far; each may be used once."""

    def __init__(self) -> None:
        self._taken: dict[str, bool] = {}

    def take(self, name: str, *, is_swept: bool) -> None:
        """Raise InvalidArgument for a name that was taken."""
        if name in self._taken:
            what = "is swept and cannot also be fixed" if self._taken[name] else "is fixed twice"
            what = "is swept twice" if is_swept else what
            advice = f"use it under a label, such as {name.partition('@')[0]}@2, for another control"
            raise InvalidArgument.of(name, f"{what}; {advice}")
        self._taken[name] = is_swept


def axis_of(name: str, values: Range | Sequence[str] | None, options: Mapping[str, str], registry: Registry) -> Axis:
    """One parameter with its values and options. Raises InvalidArgument naming it."""
    parameter = known(name, registry)
    try:
        axis = Axis(name, parameter, tuple(_values(parameter, values)), parameter.parse_options(options))
        for value in axis.values:
            parameter.check(axis.setting(value))
    except FieldError as error:
        raise InvalidArgument.of(name, str(error)) from None
    return axis


def known(name: str, registry: Registry) -> Parameter:
    """The parameter called NAME or NAME@LABEL. Raises InvalidArgument that says what was probably meant."""
    if not name:
        raise InvalidArgument.of("parameter", "no parameter is given; name one, such as delta")
    parameter = registry.get(name)
    if parameter is not None:
        return parameter
    near, names = registry.suggestion(name), ", ".join(p.name for p in registry)
    plain, _, label = name.partition("@")
    if registry.get(plain) is not None:
        raise InvalidArgument.of(name, f"{label!r} is no label; use letters, digits, - and _")
    raise InvalidArgument.of(name, f"there is no such parameter; {f'did you mean {near}?' if near else f'known: {names}'}")


def each(make: Callable[[S], T], asked: Iterable[S]) -> list[T]:
    """What `make` makes of each. Raises InvalidArgument with the violations of all of them together."""
    made: list[T] = []
    violations: list[Violation] = []
    for one in asked:
        try:
            made.append(make(one))
        except InvalidArgument as error:
            violations += error.violations
    if violations:
        raise InvalidArgument(violations)
    return made


def check_apart(axes: Sequence[Axis]) -> None:
    """Raise InvalidArgument when two axes reach the same control, or one needs it in another state than the other sets."""
    for one, other in combinations(axes, 2):
        for first in _distinct(one):
            for second in _distinct(other):
                check_pair(first, second)


def is_plain(parameter: Parameter) -> bool:
    """Whether all values reach the same controls: those of a number, a time or a day do."""
    return isinstance(parameter.value, Float | Time | Date)


def _distinct(axis: Axis) -> Iterator["Use"]:
    """Those whose actions may reach different controls."""
    values = axis.values[:1] if is_plain(axis.parameter) else axis.values
    return (Use(axis.name, axis.parameter, axis.setting(value)) for value in values)


@dataclass(frozen=True, slots=True)
class Use:
    """One value of one use of a parameter."""

    name: str
    parameter: Parameter
    setting: Setting


def check_pair(first: Use, second: Use) -> None:
    """Raise InvalidArgument, naming the second, when both reach one control or need it otherwise than the other sets it."""
    if reached := _collision(first, second):
        advice = "give them different options, or leave one out"
        raise InvalidArgument.of(second.name, f"sets {reached}, as {first.name} does; {advice}")


def _collision(first: Use, second: Use) -> str:
    mine, theirs = (use.parameter.actions(use.setting) for use in (first, second))
    for one in mine:
        for other in theirs:
            if reached := collide(one, other):
                return reached
    needs = [*_pairs(_opened(first), theirs), *_pairs(_opened(second), mine), *_pairs(_opened(first), _opened(second))]
    return next((reached for one, other in needs if one != other and (reached := collide(one, other))), "")


def _opened(use: Use) -> tuple[Action, ...]:
    return use.parameter.opens(use.setting)


def _pairs(first: Sequence[Action], second: Sequence[Action]) -> Iterator[tuple[Action, Action]]:
    return ((one, other) for one in first for other in second)


def _values(parameter: Parameter, asked: Range | Sequence[str] | None) -> list[Value]:
    if asked is None:
        raise FieldError("no values are given; give a range or a list")
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
