"""Distance in points of the legs that are priced by their offset from another one."""

from decimal import Decimal

from oodaemon.parameters.base import Setting
from oodaemon.parameters.fields import FieldError
from oodaemon.parameters.form import Action, Expectation, LegValues, SetLegs
from oodaemon.parameters.shapes import LegCell, choice, signed


class StrikeOffset(LegCell):
    """Sets the value of leg rows whose unit is ±: as written, or as a width on whichever side a leg is."""

    name = "strike_offset"
    description = "Distance of legs that follow another one, in points (with mode=width, the width of the spreads)"
    unit = "±"
    value = signed("Points from the leg that is followed; + is up the chain, - is down", unit="±", step=5)
    options = {  # noqa: RUF012 - declared as a read-only mapping by the base
        **LegCell.options,
        "mode": choice("offset", "width", what="offset: as written; width: every leg stays on its side of the one it follows"),
    }
    examples = ("25", "-75", "30")
    example_options = ({"mode": "width"}, {"apply_to": "put_only"}, {"leg": "2", "mode": "width"})

    def check(self, setting: Setting) -> None:
        """A width has no sign, and an offset of 0 is the leg itself."""
        if setting.option("mode") == "width" and Decimal(setting.text) <= 0:
            raise FieldError(f"{setting.text} is no width; give a number above 0, or mode=offset")

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """Type the number, with the sign that is there already when it is a width."""
        is_width = setting.option("mode") == "width"
        return (SetLegs(legs=self.legs(setting), text=setting.text, keeps_sign=is_width),)

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """The Legs card repeats it."""
        is_width = setting.option("mode") == "width"
        return (LegValues(legs=self.legs(setting), number=Decimal(setting.text), is_distance=is_width),)
