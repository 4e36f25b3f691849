"""The plug-in base: a parameter describes itself, says what to set and what the result must show."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from oodaemon.parameters.fields import Field, FieldError, Value
from oodaemon.parameters.form import Action, Expectation, NeedsLegs, SetLegs, SetToggle
from oodaemon.parameters.legs import SavedLeg


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of one parameter with all its options filled in; `text` is the value as the form wants it typed."""

    value: Value
    text: str
    options: Mapping[str, Value]

    def option(self, name: str) -> str:
        """An option as text."""
        return str(self.options[name])


class Parameter(ABC):
    """A field of the New Backtest form that can be swept.

    A plug-in sets the class attributes and says, as data, what to set (`actions`) and what proves it (`expectations`). The browser
    does the first, reads every field back, and stores a result only when the second holds on the result page. A parameter without
    expectations is proven by the form read back alone.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    section: ClassVar[str]
    requires_toggle: ClassVar[str] = ""
    value: ClassVar[Field]
    options: ClassVar[Mapping[str, Field]] = MappingProxyType({})
    examples: ClassVar[Sequence[str]] = ()
    """Three values that change something on most tests, for checks on the practice site; without them, steps of the value field."""
    example_options: ClassVar[Sequence[Mapping[str, str]]] = ()
    """Options that go with the examples, one after the other; the last ones again when there are fewer."""

    def opens(self, setting: Setting) -> tuple[Action, ...]:
        """What must be set before so that the controls exist; other settings of a run may ask for the same."""
        if not self.requires_toggle:
            return ()
        return (SetToggle(section=self.section, caption=self.requires_toggle, group=str(setting.options.get("group", ""))),)

    @abstractmethod
    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """What to set, in order; `opens` comes before."""

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """What the result page must show. None unless the plug-in says so."""
        del setting
        return ()

    def check(self, setting: Setting) -> None:
        """Raise FieldError when value and options do not go together. Nothing is wrong unless the plug-in says so."""
        del setting

    def obstacle(self, setting: Setting, legs: Sequence[SavedLeg]) -> str:
        """Why the setting cannot apply to a test with these legs, as a clause that names what is missing; empty when it can."""
        for action in (*self.opens(setting), *self.actions(setting)):
            if isinstance(action, SetLegs | NeedsLegs) and not any(_takes(action, n, leg) for n, leg in enumerate(legs, start=1)):
                return f"the test has no {action.legs}"
        return ""

    def setting(self, value: str, options: Mapping[str, str]) -> Setting:
        """Parse a value and options as a user wrote them. Raises FieldError for the value and for options, unknown ones too."""
        chosen = self.parse_options(options)
        parsed = self.value.parse(value)
        setting = Setting(parsed, self.value.text(parsed), chosen)
        self.check(setting)
        return setting

    def parse_options(self, options: Mapping[str, str]) -> dict[str, Value]:
        """Every option, given or default. Raises FieldError naming the option."""
        for name in options:
            if name not in self.options:
                known = ", ".join(self.options) or "none"
                raise FieldError(f"has no option {name!r} (options: {known})")
        return {name: self._option(name, field, options) for name, field in self.options.items()}

    def _option(self, name: str, field: Field, given: Mapping[str, str]) -> Value:
        if name in given:
            try:
                return field.parse(given[name])
            except FieldError as error:
                raise FieldError(f"option {name}: {error}") from None
        if field.default is None:
            raise FieldError(f"option {name} must be given")
        return field.default


def _takes(action: SetLegs | NeedsLegs, position: int, leg: SavedLeg) -> bool:
    return action.legs.takes(unit=leg.unit, right=leg.right, side=leg.side, position=position)
