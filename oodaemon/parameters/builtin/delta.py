"""Delta of the legs that are priced in Δ."""

from decimal import Decimal

from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Choice, Float
from oodaemon.parameters.form import Action, Expectation, LegFilter, LegValues, SetLegs

RIGHTS = {"put_only": "put", "call_only": "call"}
SIDES = {"short_only": "sell", "long_only": "buy"}


class Delta(Parameter):
    """Sets the value of leg rows whose unit is Δ, never the exit conditions by delta."""

    name = "delta"
    description = "Delta at which legs priced in Δ are chosen"
    section = "Strategy"
    value = Float(minimum=0.01, maximum=100, step=1, unit="Δ", description="Delta of the legs, 100 = at 1.00")
    options = {  # noqa: RUF012 - declared as a read-only mapping by the base
        "apply_to": Choice(choices=("both", "put_only", "call_only"), default="both", description="Legs of which right are set"),
        "side": Choice(choices=("both", "short_only", "long_only"), default="both", description="Legs of which side are set"),
    }

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """Type the value into every Δ leg chosen."""
        return (SetLegs(legs=_filter(setting), text=setting.text),)

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """There is no bullet for legs; the Legs card repeats them."""
        return (LegValues(legs=_filter(setting), number=Decimal(setting.text)),)


def _filter(setting: Setting) -> LegFilter:
    right, side = RIGHTS.get(setting.option("apply_to")), SIDES.get(setting.option("side"))
    return LegFilter(unit="Δ", right=right, side=side)  # type: ignore[arg-type]  # the tables hold nothing but the literals
