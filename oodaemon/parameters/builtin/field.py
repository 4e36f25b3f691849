"""Any control of the panel, by the names that stand there."""

from collections.abc import Iterator

from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Date, FieldError, Float, Text, Time, Value
from oodaemon.parameters.form import Action, SetAny, SetToggle
from oodaemon.parameters.shapes import GROUP


class Anything(Text):
    """A text; ranges are those of numbers, times of day or days, whichever the ends are."""

    def steps(self, start: str, end: str, step: str) -> Iterator[Value]:
        """start, start + step, ... as texts."""
        for field in (Float(), Time(), Date()):
            try:
                field.parse(start)
            except FieldError:
                continue
            return (field.text(value) for value in field.steps(start, end, step))
        return super().steps(start, end, step)


class AnyField(Parameter):
    """Reaches whatever has a label or a caption, so that a field of tomorrow can be swept tomorrow."""

    name = "field"
    description = "Any input, list or toggle of the panel, by its section and label"
    section = "(any)"
    value = Anything(description="What is typed or chosen; on or off for a toggle; ranges A..B/STEP of numbers, times and days")
    options = {  # noqa: RUF012 - declared as a read-only mapping by the base
        "at": Text(description="Section and label, such as Entry Conditions/Max VIX"),
        "unit": Text(default="", description="Unit beside the input; empty leaves it as it is"),
        "toggle": Text(default="", description="Caption of a toggle of the section that is switched on before"),
        "group": GROUP,
    }
    examples = ("17.5", "Low-Only", "on")
    example_options = (
        {"at": "Entry Conditions/Max VIX", "toggle": "Use VIX"},
        {"at": "Entry Conditions/Breakout Condition", "toggle": "Use Opening Range Breakout"},
        {"at": "Misc./Close Open Trades on Test Completion"},
    )

    def check(self, setting: Setting) -> None:
        """`at` has both parts."""
        section, slash, label = _at(setting)
        if not (section and slash and label):
            raise FieldError(
                f"option at: {setting.option('at')!r} is no place; write SECTION/LABEL, such as Entry Conditions/Max VIX"
            )

    def opens(self, setting: Setting) -> tuple[Action, ...]:
        """The toggle that is named."""
        toggle = setting.option("toggle")
        return (SetToggle(section=_at(setting)[0], caption=toggle, group=setting.option("group")),) if toggle else ()

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """The browser finds out what it is."""
        section, _, label = _at(setting)
        unit, group = setting.option("unit"), setting.option("group")
        return (SetAny(section=section, label=label, text=setting.text, unit=unit, group=group),)


def _at(setting: Setting) -> tuple[str, str, str]:
    section, slash, label = setting.option("at").partition("/")
    return section.strip(), slash, label.strip()
