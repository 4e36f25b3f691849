"""What most parameters are: a labelled control whose name may hang on an option, and the cell of some legs."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, cast

from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Choice, Field, Float, Int, Text
from oodaemon.parameters.form import Action, Expectation, LegFilter, LegValues, Needs, SetField, SetLegs
from oodaemon.parameters.legs import UNITS, Cell, Right, Side

GROUP = Text(default="", description="Leg group whose section is meant, where the test has several")
"""The option every parameter of Profit & Loss and of Exit Conditions has."""

BOUND = Choice(choices=("min", "max"), default="max", description="Which end of the allowed range is set")
MOVE_UNIT = Choice(choices=("%", "pts"), default="%", description="Percent or points")
TARGET_UNIT = Choice(
    choices=("%", "$", "CO"),
    default="%",
    description="% of premium, $ in premium points (5.00, not 500), or CO for the price of the closing order",
)
STOP_LOSS = Needs(
    section="Profit & Loss",
    label="Stop Loss",
    why="a stop-loss slippage needs a stop loss; the test has none, fix one with --with stop_loss=VALUE",
)


def positive(what: str, *, unit: str = "", step: float = 1, maximum: float = 1_000_000) -> Float:
    """A number from 0 up with at most two decimals."""
    return Float(minimum=0, maximum=maximum, step=step, unit=unit, description=what)


def signed(what: str, *, unit: str = "", step: float = 1) -> Float:
    """A number that may be negative."""
    return Float(minimum=-1_000_000, maximum=1_000_000, step=step, unit=unit, description=what)


def choice(default: str, *others: str, what: str) -> Choice:
    """One of a few words, the first one unless something else is said."""
    return Choice(choices=(default, *others), default=default, description=what)


class Control(Parameter):
    """One labelled input. `label` may hold the names of options in braces; `words` says what their values read like there."""

    label: ClassVar[str]
    words: ClassVar[Mapping[str, str]] = {"min": "Min", "max": "Max", "up": "Up", "down": "Down"}

    def label_of(self, setting: Setting) -> str:
        """The label on the panel for these options."""
        return self.label.format_map({name: self.words.get(str(v), str(v)) for name, v in setting.options.items()})

    def typed(self, setting: Setting) -> str:
        """The value as it is typed."""
        return setting.text

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """Set the input, and its unit when there is an option `unit`."""
        return (
            SetField(
                section=self.section,
                label=self.label_of(setting),
                text=self.typed(setting),
                unit=str(setting.options.get("unit", "")),
                group=str(setting.options.get("group", "")),
            ),
        )


class LegCell(Parameter):
    """A cell of leg rows. The legs are those `unit` names (empty: any), narrowed by the options."""

    section = "Strategy"
    cell: ClassVar[Cell] = "value"
    unit: ClassVar[str] = ""
    options: ClassVar[Mapping[str, Field]] = {
        "apply_to": choice("both", "put_only", "call_only", what="Legs of which right are set"),
        "side": choice("both", "short_only", "long_only", what="Legs of which side are set"),
        "leg": Int(minimum=0, maximum=8, default=0, description="Only the leg in this place, from 1; 0 is every one"),
    }

    def legs(self, setting: Setting) -> LegFilter:
        """Which rows are meant."""
        right = {"put_only": "put", "call_only": "call"}.get(setting.option("apply_to"))
        side = {"short_only": "sell", "long_only": "buy"}.get(setting.option("side"))
        unit = str(setting.options.get("unit", self.unit)).replace("any", "")
        position = int(setting.option("leg")) or None
        return LegFilter(unit=unit, right=cast("Right | None", right), side=cast("Side | None", side), position=position)

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """Type the value into every leg chosen."""
        return (SetLegs(legs=self.legs(setting), text=setting.text, cell=self.cell),)

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """There is no bullet for legs; the Legs card repeats them."""
        return (LegValues(legs=self.legs(setting), number=Decimal(setting.text), cell=self.cell),)


ANY_UNIT = {"unit": Choice(choices=("any", *UNITS), default="any", description="Only legs that are priced in this unit")}
"""The option by which quantity and days are narrowed to legs of a kind."""
