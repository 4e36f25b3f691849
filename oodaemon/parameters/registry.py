"""Finds the parameters: modules of `parameters.builtin`, then the entry points of other distributions."""

import difflib
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from inspect import isabstract

from oodaemon.parameters import builtin
from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import FieldError, Value
from oodaemon.parameters.form import Action, Asked, Expectation, typed
from oodaemon.parameters.layout import in_order
from oodaemon.parameters.legs import SavedLeg

GROUP = "oodaemon.parameters"
_LABEL = re.compile(r"^[A-Za-z0-9_-]{1,40}$")
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")


def is_parameter(key: str) -> bool:
    """True for the key of a value, `name` or `name@label`, and not for that of an option."""
    return "." not in key


class PluginError(Exception):
    """A plug-in cannot be used: it does not import, is no Parameter, or takes a name that is taken. One sentence."""


class Registry:
    """The parameters by name. Immutable after it was made."""

    def __init__(self, parameters: Iterable[Parameter], problems: Iterable[str] = ()) -> None:
        self._by_name: dict[str, Parameter] = {}
        for parameter in parameters:
            if parameter.name in self._by_name:
                raise PluginError(f"two parameters are called {parameter.name!r}; rename one of them")
            self._by_name[parameter.name] = parameter
        self.problems = tuple(problems)

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._by_name[name] for name in sorted(self._by_name))

    def get(self, name: str) -> Parameter | None:
        """The parameter called NAME, or NAME@LABEL, by which a run uses one parameter several times; None when there is none."""
        plain, at, label = name.partition("@")
        return None if at and not _LABEL.match(label) else self._by_name.get(plain)

    def suggestion(self, name: str) -> str:
        """The nearest known name, or an empty text."""
        return next(iter(difflib.get_close_matches(name.partition("@")[0], self._by_name, n=1)), "")

    def actions(self, values: Mapping[str, Value]) -> tuple[Action, ...]:
        """What to set for stored values, in an order in which every control exists when it is its turn. Raises PluginError."""
        return in_order((*p.opens(setting), *p.actions(setting)) for p, setting in self.settings(values))

    def expectations(self, values: Mapping[str, Value]) -> tuple[Expectation, ...]:
        """What the result must show for stored values, and what may have changed there. Raises PluginError."""
        found: list[Expectation] = []
        for parameter, setting in self.settings(values):
            said = parameter.expectations(setting)
            found += said or (Asked(texts=typed(parameter.actions(setting))),)
        return tuple(found)

    def obstacle(self, values: Mapping[str, Value], legs: Sequence[SavedLeg]) -> str:
        """Why stored values cannot apply to a test with these legs, as a sentence; empty when they can. Raises PluginError."""
        for name in filter(is_parameter, values):
            if reason := self._known(name).obstacle(self._setting(name, values), legs):
                return f"{name} cannot be set: {reason}"
        return ""

    def settings(self, values: Mapping[str, Value]) -> list[tuple[Parameter, Setting]]:
        """The parameters and settings behind stored values (`name`, `name.option`). Raises PluginError for one that is gone."""
        return [(self._known(name), self._setting(name, values)) for name in filter(is_parameter, values)]

    def _known(self, name: str) -> Parameter:
        parameter = self.get(name)
        if parameter is None:
            raise PluginError(f"the parameter {name!r} of this run is not installed any more; install its plug-in again")
        return parameter

    def _setting(self, name: str, values: Mapping[str, Value]) -> Setting:
        parameter, prefix = self._known(name), f"{name}."
        given = {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}
        gone = next((option for option in given if option not in parameter.options), "")
        if gone:
            raise PluginError(
                f"the parameter {name!r} of this run has no option {gone!r} any more; install the version it was made with"
            )
        texts = {option: parameter.options[option].text(value) for option, value in given.items()}
        try:
            return parameter.setting(parameter.value.text(values[name]), texts)
        except FieldError as error:
            raise PluginError(f"{name} {values[name]} of this run is not taken any more: {error}") from error


def discover(points: Iterable[EntryPoint] | None = None) -> Registry:
    """Every parameter of this installation.

    A plug-in of another distribution that cannot be used is left out and named in `problems`; the daemon goes on without it.
    """
    found = [parameter for module in _builtin_modules() for parameter in _parameters_in(module)]
    names, problems = {parameter.name for parameter in found}, []
    for point in entry_points(group=GROUP) if points is None else points:
        try:
            parameter = _load(point)
            if parameter.name in names:
                raise PluginError(f"the name {parameter.name!r} is taken")
        except PluginError as error:
            problems.append(f"parameter plug-in {point.name!r} ({point.value}) is left out: {error}")
        else:
            names.add(parameter.name)
            found.append(parameter)
    return Registry(found, problems)


def _builtin_modules() -> Iterator[object]:
    for info in pkgutil.iter_modules(builtin.__path__):
        yield importlib.import_module(f"{builtin.__name__}.{info.name}")


def _parameters_in(module: object) -> Iterator[Parameter]:
    for thing in vars(module).values():
        if (
            isinstance(thing, type)
            and issubclass(thing, Parameter)
            and not isabstract(thing)
            and thing.__module__ == vars(module)["__name__"]
        ):
            yield thing()


def _load(point: EntryPoint) -> Parameter:
    try:
        thing = point.load()
        made = thing() if isinstance(thing, type) else thing
    except Exception as error:  # whatever a foreign module raises, the daemon goes on without it
        raise PluginError(f"it cannot be loaded: {error}") from error
    if not isinstance(made, Parameter):
        raise PluginError("it is no subclass of oodaemon.parameters.base.Parameter")
    missing = [name for name in ("name", "description", "section", "value") if not hasattr(made, name)]
    if missing:
        raise PluginError(f"it does not say its {', '.join(missing)}")
    if not _NAME.match(made.name):
        raise PluginError(f"{made.name!r} is no name; use lower-case letters, digits and underscores")
    return made
