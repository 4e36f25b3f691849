"""How long the steps of backtests take on the page, those that went well; shared by every tab of a process, as `ledger` is."""

import enum
from collections.abc import Mapping

from oodaemon.histogram import Histogram, HistogramStatistics

BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0)
"""Upper bounds in seconds: what we read takes milliseconds, what the site calculates up to many minutes."""


class Step(enum.StrEnum):
    """What a backtest consists of, in its order."""

    OPEN_TEST = "open_test"
    OPEN_PANEL = "open_panel"
    FILL = "fill"
    RUN = "run"
    READ = "read"
    DOWNLOAD = "download"


TIMES: Mapping[Step, Histogram] = {step: Histogram(*BUCKETS) for step in Step}
"""Of this process."""


def statistics() -> Mapping[Step, HistogramStatistics]:
    """What was measured so far, by step."""
    return {step: times.statistics() for step, times in TIMES.items()}
