"""First day of the test."""

from oodaemon.parameters.days import Day
from oodaemon.parameters.fields import Date


class StartDate(Day):
    """Start Date."""

    name = "start_date"
    description = "First day of the test"
    label = "Start Date"
    line = "from:"
    value = Date(step=365, unit="YYYY-MM-DD", description="First day, from 2013-01-01")
    examples = ("2025-03-03", "2025-08-15", "2025-10-01")
