"""Which trials of parameters share a backtest: those that touch different controls of one saved test, which still trades then.

A backtest costs seconds however many fields it fills. What is tried together and holds, holds; what does not is tried again alone,
so sharing never decides against a parameter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from oodaemon.app.expected import Unreachable, expected_state, legs_of
from oodaemon.errors import OODaemonError
from oodaemon.model.values import Value
from oodaemon.parameters.base import Parameter
from oodaemon.parameters.registry import Registry
from oodaemon.plans.axes import Fixed, Swept, product
from oodaemon.practice.catalog import SavedTest
from oodaemon.practice.form import Form, InvalidForm
from oodaemon.practice.truth import figures

MOST, LOOK_BACK = 8, 3
SHORT = Fixed("start_date", "2025-05-12")
"""Fixed beside every parameter but the dates themselves, so that a backtest takes tens of milliseconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One value of a parameter, with its options, to be set and run."""

    parameter: Parameter
    value: str
    options: Mapping[str, str]

    def __str__(self) -> str:
        return " ".join([self.value, *(f"{name}={text}" for name, text in self.options.items())])

    @property
    def is_of_dates(self) -> bool:
        """True for a parameter that sets the dates of the test itself."""
        return self.parameter.section == "Dates"


@dataclass(frozen=True, slots=True)
class Batch:
    """Trials that share a backtest of a saved test; `values` as they are stored."""

    trials: tuple[Trial, ...]
    test: SavedTest
    values: Mapping[str, Value]

    @property
    def fixed(self) -> Fixed | None:
        """What is set beside them."""
        return _fixed(self.trials)


def _fixed(trials: Sequence[Trial]) -> Fixed | None:
    return None if any(trial.is_of_dates for trial in trials) else SHORT


def values_of(trials: Sequence[Trial], registry: Registry) -> Mapping[str, Value]:
    """The stored values of trials in one backtest. Raises InvalidArgument for those that reach the same control."""
    swept = [Swept(trial.parameter.name, (trial.value,), trial.options) for trial in trials]
    fixed = _fixed(trials)
    (values,) = product(swept, (fixed,) if fixed else (), registry)
    return values


def shares(rounds: Iterable[Sequence[Trial]], tests: Sequence[SavedTest], registry: Registry) -> list[tuple[Trial, ...]]:
    """Every trial once, together with others of its round where that goes."""
    found: list[tuple[Trial, ...]] = []
    for trials in rounds:
        open_ones: list[tuple[Trial, ...]] = []
        for trial in trials:
            for place in range(max(0, len(open_ones) - LOOK_BACK), len(open_ones)):
                joined = (*open_ones[place], trial)
                if len(joined) <= MOST and _can_share(joined, tests, registry):
                    open_ones[place] = joined
                    break
            else:
                open_ones.append((trial,))
        found += open_ones
    return found


def batch_of(trials: tuple[Trial, ...], tests: Sequence[SavedTest], registry: Registry) -> Batch:
    """Trials with the first of the tests that suits all of them. Raises Unreachable without one, InvalidArgument as `values_of`."""
    values, reasons = values_of(trials, registry), []
    for test in tests:
        reason = registry.obstacle(values, legs_of(test.form)) or _in_the_way(trials, values, test, registry)
        if not reason:
            return Batch(trials, test, values)
        reasons.append(reason)
    raise Unreachable(f"no test of the practice site suits it: {reasons[-1] if reasons else 'there is none'}")


def _can_share(trials: tuple[Trial, ...], tests: Sequence[SavedTest], registry: Registry) -> bool:
    if len({trial.is_of_dates for trial in trials}) > 1:
        return False
    try:
        batch_of(trials, tests, registry)
    except (Unreachable, OODaemonError):
        return False
    return True


def _in_the_way(trials: Sequence[Trial], values: Mapping[str, Value], test: SavedTest, registry: Registry) -> str:
    """Why several trials cannot share this test: what one alone changes must stand in the form of all, and that one must trade."""
    if len(trials) == 1:
        return ""
    saved = test.form.to_state()
    together = expected_state(saved, registry.actions(values))
    for trial in trials:
        alone = expected_state(saved, registry.actions(values_of((trial,), registry)))
        if any(together.get(key) != text for key, text in alone.items() if saved.get(key) != text):
            return f"{trial.parameter.name} is changed by another"
    try:
        return "" if figures(Form.from_state(together)).trades else "there are no trades"
    except InvalidForm as error:
        return str(error)
