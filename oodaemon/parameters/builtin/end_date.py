"""Last day of the test."""

from oodaemon.parameters.days import Day
from oodaemon.parameters.fields import Date


class EndDate(Day):
    """End Date."""

    name = "end_date"
    description = "Last day of the test"
    label = "End Date"
    line = "to:"
    value = Date(step=365, unit="YYYY-MM-DD", description="Last day, until yesterday")
    examples = ("2025-11-03", "2025-10-15", "2025-09-30")
