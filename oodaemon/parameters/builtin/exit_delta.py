"""Delta of the position at which trades are closed."""

from oodaemon.parameters.shapes import GROUP, Control, choice, signed


class ExitDelta(Control):
    """Exit Below or Above Position Delta."""

    name = "exit_delta"
    description = "Delta of the position below or above which trades are closed"
    section = "Exit Conditions"
    requires_toggle = "Use Delta"
    label = "Exit {exit} Position Delta"
    words = {"below": "Below", "above": "Above"}  # noqa: RUF012 - declared as a read-only mapping by the base
    value = signed("Delta of the position, which may be negative")
    options = {  # noqa: RUF012 - declared as a read-only mapping by the base
        "exit": choice("below", "above", what="Which side closes the trade"),
        "group": GROUP,
    }
    examples = ("-15", "20", "-5")
    example_options = ({}, {"exit": "above"}, {})
