"""A sweep: one parameter over a range or a list, in the order in which the user gave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from oodaemon.errors import InvalidArgument
from oodaemon.model.values import Value
from oodaemon.parameters.base import Parameter
from oodaemon.parameters.fields import FieldError
from oodaemon.parameters.registry import Registry

MAX_TASKS = 100_000


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends included; an empty step means the parameter's own."""

    start: str
    end: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class Sweep:
    """One parameter, its values as the user wrote them, and the options all tasks share."""

    parameter: str
    values: Range | Sequence[str]
    options: Mapping[str, str] = field(default_factory=dict)


def expand(sweep: Sweep, registry: Registry) -> tuple[dict[str, Value], ...]:
    """The values of every task; the position is the task's index for ever. Raises InvalidArgument naming each field at fault."""
    if not sweep.parameter:
        raise InvalidArgument.of("parameter", "no parameter is given; name one, such as delta")
    parameter = registry.get(sweep.parameter)
    if parameter is None:
        near = registry.suggestion(sweep.parameter)
        known = ", ".join(p.name for p in registry)
        raise InvalidArgument.of(
            sweep.parameter, f"there is no such parameter; {f'did you mean {near}?' if near else f'known: {known}'}"
        )
    try:
        options = {f"{parameter.name}.{name}": value for name, value in parameter.parse_options(sweep.options).items()}
        values = _values(parameter, sweep.values)
    except FieldError as error:
        raise InvalidArgument.of(parameter.name, str(error)) from None
    return tuple({parameter.name: value, **options} for value in values)


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
