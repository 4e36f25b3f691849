"""Time of day at which trades that are still open are closed."""

from oodaemon.parameters.base import Setting
from oodaemon.parameters.fields import Int, Time
from oodaemon.parameters.form import Action, Expectation, Hint, SetField
from oodaemon.parameters.shapes import GROUP, Control, choice


class ExitTime(Control):
    """Use Early Exit with its time, and its type and number unless they are left as they are."""

    name = "exit_time"
    description = "Time of day of the early exit"
    section = "Exit Conditions"
    requires_toggle = "Use Early Exit"
    label = "Early Exit Time"
    value = Time(earliest="09:30", latest="16:00", step=15, unit="HH:MM", description="Early exit, New York, 24 hours")
    options = {  # noqa: RUF012 - declared as a read-only mapping by the base
        "exit_type": choice(
            "keep",
            *("DTE", "DIT", "MIT"),
            what="What the number counts: days to expiration, days or minutes in trade; keep leaves type and number as they are",
        ),
        "number": Int(minimum=0, maximum=10_000, default=0, description="Days or minutes, unless exit_type is keep"),
        "group": GROUP,
    }
    examples = ("12:30", "14:45", "15:55")
    example_options = ({}, {"exit_type": "DTE", "number": "0"}, {"exit_type": "MIT", "number": "90"})

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """Type and number first, then the time."""
        kind, group = setting.option("exit_type"), setting.option("group")
        early = SetField(section=self.section, label="Early Exit Type", text=setting.option("number"), unit=kind, group=group)
        return (*(() if kind == "keep" else (early,)), *super().actions(setting))

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """How the page words an early exit is not known; a time it shows there must be this one."""
        return (Hint(prefixes=("Early", "Exit at"), clock=setting.text),)
