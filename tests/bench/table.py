"""The figures of a benchmark as they come, as one table at the end, and as a line of the history."""

import datetime
import json
import os
import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

HISTORY = Path(__file__).parent / "history.jsonl"
WIDTH = 76


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; `goal` is the most it may be, or with `at_least` the least."""

    part: str
    what: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def is_missed(self) -> bool:
        """True when there is a goal and it was not reached."""
        return self.goal is not None and (self.value < self.goal if self.at_least else self.value > self.goal)

    @property
    def aim(self) -> str:
        """The goal as people write it."""
        return "" if self.goal is None else f"{'≥' if self.at_least else '≤'} {self.goal:,g}"


class Table:
    """Collects figures of one part after the other; called like a function by those who measure."""

    def __init__(self) -> None:
        self.part = ""
        self.figures: list[Figure] = []

    def __call__(self, what: str, value: float, unit: str, goal: float | None = None, *, at_least: bool = False) -> None:
        """Note a figure and print it."""
        figure = Figure(self.part, what, value, unit, goal, at_least)
        self.figures.append(figure)
        aim = f"   goal {figure.aim}{'  MISSED' if figure.is_missed else ''}" if goal is not None else ""
        print(f"{what:{WIDTH}}{shown(value):>10} {unit}{aim}", flush=True)

    def forget(self, part: str) -> None:
        """Leave out the figures of a part that did not come to its end."""
        self.figures = [each for each in self.figures if each.part != part]

    def markdown(self) -> str:
        """Every figure with its goal, missed ones marked."""
        lines = ["| | figure | goal |", "|---|---:|---|"]
        part = ""
        for figure in self.figures:
            if figure.part != part:
                part = figure.part
                lines.append(f"| **{part}** | | |")
            mark = " **missed**" if figure.is_missed else ""
            lines.append(f"| {figure.what} | {shown(figure.value)} {figure.unit} | {figure.aim}{mark} |")
        return "\n".join(lines)

    def record(self, path: Path = HISTORY) -> None:
        """Append everything, with the kind of machine, to the history."""
        entry = {
            "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "platform": sys.platform,
            "processor": _processor(),
            "figures": [asdict(figure) for figure in self.figures],
        }
        with path.open("a", encoding="utf-8") as history:
            history.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _processor() -> str:
    """The name of the processor, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())


def shown(value: float) -> str:
    """A figure with three significant digits, or none after the point when it is large."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}" if abs(value) < 100 else f"{value:.1f}"
