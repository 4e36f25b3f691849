"""What a set of values comes to in the panel and on the result page, as one digest: the same digest asks for the same backtest."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from oodaemon.parameters.fields import Date, FieldError, Float, Time, Value
from oodaemon.parameters.form import Action, SetAny, SetField
from oodaemon.parameters.registry import PluginError, Registry, is_parameter

_DATES = ("%m/%d/%Y", "%Y-%m-%d")
_USES_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """A digest of everything that is set and of everything the result must show; days that are set, in ISO 8601, else empty.

    Recipes of one `shape` set the same controls, to numbers, times or days that may differ: they lay open the same of a panel.
    """

    digest: str
    shape: str
    start_date: str = ""
    end_date: str = ""


class Recipes:
    """Makes recipes of stored values, with the parameters as they are installed now.

    Labels do not matter, nor does the order of the values: `delta@put` and `delta@2` with the same value and options are the same
    use. A parameter that sets, opens or expects something else than it did makes another recipe of the same values.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._uses: dict[str, Recipe] = {}

    def of(self, values: Mapping[str, Value]) -> Recipe | None:
        """The recipe of a full set of values; None for values that the installed parameters do not take any more, or days that
        nobody can read: nothing can be said of those.
        """
        try:
            uses = [self._use(text) for text in _uses(values)]
            return Recipe(
                _digest(sorted(use.digest for use in uses)),
                _digest(sorted(use.shape for use in uses)),
                _only(use.start_date for use in uses),
                _only(use.end_date for use in uses),
            )
        except (PluginError, FieldError, ValueError, ArithmeticError):
            return None

    def _use(self, text: str) -> Recipe:
        known = self._uses.get(text)
        if known is None:
            if len(self._uses) >= _USES_KEPT:
                self._uses.clear()
            known = self._uses[text] = self._make(text)
        return known

    def _make(self, text: str) -> Recipe:
        name, value, options = json.loads(text)
        ((parameter, setting),) = self._registry.settings({name: value, **{f"{name}.{key}": given for key, given in options}})
        actions = (*parameter.opens(setting), *parameter.actions(setting))
        is_plain = isinstance(parameter.value, Float | Time | Date)
        shape = json.dumps([name, options]) if is_plain else text
        digest = _digest([text, repr(actions), repr(parameter.expectations(setting))])
        return Recipe(digest, shape, _day(actions, "start date"), _day(actions, "end date"))


def _uses(values: Mapping[str, Value]) -> list[str]:
    """One text per use of a parameter: its plain name, its value and its options by name; `30` and `30.0` are the same."""
    options: dict[str, list[tuple[str, Value]]] = {}
    for key, value in values.items():
        if not is_parameter(key):
            owner, _, option = key.partition(".")
            options.setdefault(owner, []).append((option, _normal(value)))
    named = {key: value for key, value in values.items() if is_parameter(key)}
    if options.keys() - named.keys():
        raise ValueError("an option belongs to no parameter")
    return [
        json.dumps([key.partition("@")[0], _normal(value), sorted(options.get(key, []))], ensure_ascii=False, allow_nan=False)
        for key, value in named.items()
    ]


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _normal(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _day(actions: Iterable[Action], label: str) -> str:
    """The day that is typed into the field of this label; empty when none is. Raises ValueError for one that is no day."""
    for action in actions:
        if isinstance(action, SetField | SetAny) and action.label.strip().casefold() == label:
            return _iso(action.text)
    return ""


def _iso(text: str) -> str:
    for form in _DATES:
        try:
            return datetime.datetime.strptime(text.strip(), form).date().isoformat()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
    raise ValueError(f"{text!r} is no day")


def _only(days: Iterable[str]) -> str:
    found = {day for day in days if day}
    if len(found) > 1:
        raise ValueError("two days are set in one field")
    return next(iter(found), "")
