"""The recorded figures as a table between two markers of a page: of each part the newest, with those of the runs before."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.table import HISTORY, Figure, shown

BEGIN = "<!-- bench: made by `python -m tests.bench --table`; do not edit -->"
END = "<!-- end of bench -->"
RUNS = 3
"""Runs whose figures are shown side by side."""


class Unpublished(Exception):
    """There is nothing to publish, or no place for it; says what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history."""

    at: str
    machine: str
    figures: Sequence[Figure]

    def find(self, figure: Figure) -> Figure | None:
        """The same figure in this run."""
        return next(
            (each for each in self.figures if (each.part, each.what, each.unit) == (figure.part, figure.what, figure.unit)), None
        )


def write(page: Path, history: Path = HISTORY) -> None:
    """Make the table of a page anew. Raises Unpublished."""
    try:
        text = page.read_text("utf-8")
    except OSError as error:
        raise Unpublished(f"{page} cannot be read: {error.strerror}") from error
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise Unpublished(f"{page} has no place for the table: put the lines {BEGIN!r} and {END!r} into it")
    page.write_text(f"{before}{BEGIN}\n{table(entries(history))}\n{END}{after}", "utf-8")


def entries(history: Path) -> list[Entry]:
    """Every run that was recorded, the newest first. Raises Unpublished when there is none."""
    if not history.is_file():
        raise Unpublished(f"nothing was recorded yet: run `python -m tests.bench --record` first, which appends to {history}")
    lines = [json.loads(line) for line in history.read_text("utf-8").splitlines() if line.strip()]
    return [Entry(line["at"], _machine(line), [Figure(**figure) for figure in line["figures"]]) for line in reversed(lines)]


def _machine(line: Mapping[str, Any]) -> str:
    kind = f"{line['cores']} cores, {line['platform']}, Python {line['python']}"
    return f"{line['processor']}, {kind}" if line.get("processor") else kind


def table(found: Sequence[Entry]) -> str:
    """What has a goal first; the rest folded away. A part that was not in the newest run is taken from the newest that had it."""
    newest: dict[str, list[Entry]] = {}
    for entry in found:
        for part in dict.fromkeys(figure.part for figure in entry.figures):
            newest.setdefault(part, []).append(entry)
    missed = sum(figure.is_missed for part, runs in newest.items() for figure in _of(runs[0], part))
    goals = sum(figure.goal is not None for part, runs in newest.items() for figure in _of(runs[0], part))
    lines = [f"{goals} goals, {missed or 'none'} missed. {_source(found, newest)}", "", *_rows(newest, has_goal=True), ""]
    lines += ["<details><summary>All other figures</summary>", "", *_rows(newest, has_goal=False), "", "</details>"]
    return "\n".join(lines)


def _of(entry: Entry, part: str) -> list[Figure]:
    return [figure for figure in entry.figures if figure.part == part]


def _source(found: Sequence[Entry], newest: Mapping[str, Sequence[Entry]]) -> str:
    days = sorted({runs[0].at[:10] for runs in newest.values()})
    machines = list(dict.fromkeys(entry.machine for entry in found if any(runs[0] is entry for runs in newest.values())))
    return f"Measured {' to '.join(dict.fromkeys([days[0], days[-1]]))} on {'; '.join(machines)}."


def _rows(newest: Mapping[str, Sequence[Entry]], *, has_goal: bool) -> list[str]:
    lines = ["| | figure | goal | runs before |", "|---|---:|---|---|"] if has_goal else ["| | figure |", "|---|---:|"]
    for part, runs in newest.items():
        figures = [figure for figure in _of(runs[0], part) if (figure.goal is not None) is has_goal]
        if figures:
            lines.append(f"| **{part}** | | | |" if has_goal else f"| **{part}** | |")
        for figure in figures:
            what = f"| {figure.what} | {shown(figure.value)} {figure.unit} |"
            mark = " **missed**" if figure.is_missed else ""
            older = [earlier for run in runs[1:RUNS] if (earlier := run.find(figure)) is not None]
            before = ", ".join(f"{shown(each.value)}{' (missed)' if each.is_missed else ''}" for each in older)
            lines.append(f"{what} {figure.aim}{mark} | {before} |" if has_goal else what)
    return lines
