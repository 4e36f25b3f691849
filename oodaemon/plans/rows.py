"""A list: sets of values one by one, as rows of texts under columns `name`, `name@label` or `name.option`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Protocol

from oodaemon.errors import InvalidArgument, Violation
from oodaemon.model.values import Value
from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import FieldError
from oodaemon.parameters.registry import Registry
from oodaemon.plans import axes
from oodaemon.plans.axes import MAX_TASKS, Axis, Fixed, Names, Use
from oodaemon.plans.points import Rows

ERRORS_TOLD = 10
"""So many wrong rows are named one by one."""


class Column(Protocol):
    """A parameter, or an option of one that differs by row; `options` are those that stay the same."""

    @property
    def name(self) -> str:
        """`name`, `name@label`, or either with `.option`."""

    @property
    def options(self) -> Mapping[str, str]:
        """By name, as the user wrote them."""


@dataclass(slots=True)
class _Reader:
    """Reads the cells of one parameter; `varied` are the options that have columns of their own, with their places."""

    name: str
    parameter: Parameter
    place: int
    varied: Mapping[str, int]
    options: Mapping[str, str]
    _known: dict[tuple[str, ...], Setting] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """What differs by row, by the key in a task."""
        return (self.name, *(f"{self.name}.{option}" for option in self.varied))

    def setting(self, row: Sequence[str]) -> Setting:
        """Value and options of a row; an empty cell leaves an option at its default. Raises FieldError."""
        texts = (row[self.place], *(row[place] for place in self.varied.values()))
        if texts not in self._known:
            given = {option: text for option, text in zip(self.varied, texts[1:], strict=True) if text.strip()}
            if not texts[0].strip() and self.parameter.value.default != "":
                raise FieldError("is empty; every row needs a value")
            self._known[texts] = self.parameter.setting(texts[0], {**self.options, **given})
        return self._known[texts]

    def values(self, setting: Setting) -> tuple[Value, ...]:
        """In the order of `keys`."""
        return (setting.value, *(setting.options[option] for option in self.varied))

    def reach(self, setting: Setting) -> tuple[Value, ...]:
        """Settings with the same reach reach the same controls."""
        return self.values(setting)[int(axes.is_plain(self.parameter)) :]


def read(columns: Sequence[Column], rows: Sequence[Sequence[str]], fixed: Sequence[Fixed], registry: Registry) -> Rows:
    """The rows as points. Raises InvalidArgument naming column and row of what is wrong; rows count from 1."""
    readers = _readers(columns, fixed, registry)
    others = axes.each(lambda one: axes.axis_of(one.name, (one.value,), one.options, registry), fixed)
    if not rows:
        raise InvalidArgument.of("rows", "no set of values is given; give at least one row")
    if len(rows) > MAX_TASKS:
        raise InvalidArgument.of("rows", f"{len(rows):,} rows are too many; a run has at most {MAX_TASKS:,} tasks")
    return _Table(readers, others, len(columns)).read(rows)


class _Table:
    """Reads all rows and compares them with each other."""

    def __init__(self, readers: Sequence[_Reader], fixed: Sequence[Axis], width: int) -> None:
        self._readers, self._fixed, self._width = readers, fixed, width
        self._fixed_uses = [Use(axis.name, axis.parameter, axis.setting(axis.values[0])) for axis in fixed]
        self._apart: set[tuple[tuple[Value, ...], ...]] = set()
        self._violations: list[Violation] = []
        self._wrong = 0

    def read(self, rows: Sequence[Sequence[str]]) -> Rows:
        found: dict[tuple[Value, ...], int] = {}
        shared: dict[str, Value] = {}
        for number, row in enumerate(rows, start=1):
            settings = self._settings(number, row)
            if not settings:
                continue
            values = tuple(value for reader, setting in settings for value in reader.values(setting))
            if values in found:
                self._refuse([Violation("rows", f"row {number} has the same values as row {found[values]}; leave one out")])
            found[values] = number
            shared = shared or _shared(settings, self._fixed)
        if self._wrong:
            more = self._wrong - ERRORS_TOLD
            told = [Violation("rows", f"{more:,} more rows are wrong")] if more > 0 else []
            raise InvalidArgument([*self._violations, *told])
        return Rows([key for reader in self._readers for key in reader.keys], list(found), shared)

    def _settings(self, number: int, row: Sequence[str]) -> list[tuple[_Reader, Setting]]:
        """What each parameter is to be in this row; nothing for a row that is wrong."""
        if len(row) != self._width:
            self._refuse([Violation("rows", f"row {number} has {len(row)} values for {self._width} columns")])
            return []
        settings: list[tuple[_Reader, Setting]] = []
        violations: list[Violation] = []
        for reader in self._readers:
            try:
                settings.append((reader, reader.setting(row)))
            except FieldError as error:
                violations.append(Violation(reader.name, f"row {number}: {error}"))
        try:
            if not violations:
                self._check_apart(settings)
        except InvalidArgument as error:
            violations = [Violation(v.field, f"row {number}: {v.description}") for v in error.violations]
        if violations:
            self._refuse(violations)
            return []
        return settings

    def _check_apart(self, settings: Sequence[tuple[_Reader, Setting]]) -> None:
        reach = tuple(reader.reach(setting) for reader, setting in settings)
        if reach in self._apart:
            return
        uses = [Use(reader.name, reader.parameter, setting) for reader, setting in settings]
        for first, second in combinations([*uses, *self._fixed_uses], 2):
            axes.check_pair(first, second)
        self._apart.add(reach)

    def _refuse(self, violations: Iterable[Violation]) -> None:
        self._wrong += 1
        if self._wrong <= ERRORS_TOLD:
            self._violations += violations


def _shared(settings: Sequence[tuple[_Reader, Setting]], fixed: Sequence[Axis]) -> dict[str, Value]:
    """All keys in their order; those that differ by row only keep their place."""
    shared: dict[str, Value] = {}
    for reader, setting in settings:
        shared[reader.name] = setting.value
        shared |= {f"{reader.name}.{option}": value for option, value in setting.options.items()}
    for axis in fixed:
        shared |= axis.point()
    return shared


def _readers(columns: Sequence[Column], fixed: Sequence[Fixed], registry: Registry) -> list[_Reader]:
    places: dict[str, int] = {}
    for place, column in enumerate(columns):
        if column.name in places:
            raise InvalidArgument.of(column.name, "has two columns; leave one out")
        places[column.name] = place
    names = [name for name in places if "." not in name]
    for name in places:
        owner, dot, _ = name.partition(".")
        if dot and owner not in places:
            raise InvalidArgument.of(name, f"is an option of {owner}, which has no column")
    if not names:
        raise InvalidArgument.of("columns", "no column is a parameter; name one, such as delta")
    taken = Names()
    for name in names:
        taken.take(name, is_swept=True)
    for one in fixed:
        taken.take(one.name, is_swept=False)
    return axes.each(lambda name: _reader(name, places, columns, registry), names)


def _reader(name: str, places: Mapping[str, int], columns: Sequence[Column], registry: Registry) -> _Reader:
    parameter = axes.known(name, registry)
    varied = {key.partition(".")[2]: place for key, place in places.items() if key.startswith(f"{name}.")}
    options = dict(columns[places[name]].options)
    for option in varied:
        if option not in parameter.options:
            known = ", ".join(parameter.options) or "none"
            raise InvalidArgument.of(f"{name}.{option}", f"{name} has no option {option!r} (options: {known})")
        if option in options:
            raise InvalidArgument.of(f"{name}.{option}", "has a column and is also given for all rows; leave one out")
    return _Reader(name, parameter, places[name], varied, options)
