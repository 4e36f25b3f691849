"""Profit and time actions: parts of a position that are closed on the way, and limits that change then."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oodaemon.practice.exits import Flags, Path, due
from oodaemon.practice.market import Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One action: at which step of each trade it happens (past the last one if never), and what it does then."""

    at: Ints
    close: float  # part of the position, 0 to 1
    stop: float | None  # percent of the premium from here on
    target: float | None
    is_timed: bool


def stages(path: Path, profit: Floats, valid: Flags) -> list[Stage]:
    """The actions the form sets, in its order. `profit` is per share, at each step."""
    return [_stage(found & valid, row) for found, row in _triggers(path, profit)]


def _triggers(path: Path, profit: Floats) -> Iterator[tuple[Flags, dict[str, str]]]:
    form = path.form
    paid = np.abs(path.entries.premium)[:, None]
    if form.is_on("use_profit_actions"):
        for row in form.rows("profit_actions"):
            yield profit >= float(row["at"]) / 100 * paid - 1e-9, row
    if form.is_on("use_time_actions"):
        for row in form.rows("time_actions"):
            minute = int(row["time"][:2]) * 60 + int(row["time"][3:]) - 570
            yield due(path, int(row["days"]), row["days_unit"], minute), row


def _stage(found: Flags, row: dict[str, str]) -> Stage:
    found = found.copy()
    found[:, :1] = False
    at = np.where(found.any(axis=1), found.argmax(axis=1), found.shape[1]).astype(np.int64)
    close, stop, target = (float(row[key]) if row.get(key) else None for key in ("close", "stop", "target"))
    return Stage(at, min((close or 0.0) / 100, 1.0), stop, target, "time" in row)


def adjusted(flags: Flags, planned: list[Stage], gain: Floats, paid: Floats, limit: str) -> Flags:
    """Where a limit ("stop" or "target") is reached, once actions have moved it: `gain` is the loss, or the profit."""
    steps = np.arange(flags.shape[1])
    for stage in planned:
        percent = stage.stop if limit == "stop" else stage.target
        if percent is not None:
            reached = gain >= percent / 100 * paid[:, None] - 1e-9
            flags = np.where(steps > stage.at[:, None], reached, flags)
    return flags


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What was closed before the end of each trade: which part, and the sum of part times cost."""

    part: Floats
    cost: Floats
    end: Ints  # the step of the end, earlier than planned where nothing was left
    is_timed: Flags  # whether the action that closed the rest was a timed one


def parts(planned: list[Stage], cost: Floats, at: Ints) -> Parts:
    """The parts that actions close before step `at`, at the costs of their steps."""
    row = np.arange(len(at))
    left = np.ones(len(at))
    end, paid, is_timed = at.copy(), np.zeros(len(at)), np.zeros(len(at), dtype=np.bool_)
    for stage in planned:
        happens = (stage.at < end) & (stage.close > 0)
        step = np.minimum(stage.at, cost.shape[1] - 1)
        is_rest = happens & (stage.close >= left - 1e-9)
        end = np.where(is_rest, step, end)
        is_timed = np.where(is_rest, stage.is_timed, is_timed)
        part = np.where(happens & ~is_rest, stage.close, 0.0)
        paid += part * cost[row, step]
        left -= part
    return Parts(1 - left, paid, end, is_timed)


def blended(planned: list[Stage], profit: Floats) -> Floats:
    """The profit per share at each step with what was closed before at its own profit."""
    row, steps = np.arange(len(profit)), np.arange(profit.shape[1])
    left, kept = np.ones(profit.shape), np.zeros(profit.shape)
    for stage in planned:
        part = np.where(steps >= stage.at[:, None], np.minimum(stage.close, left), 0.0)
        kept += part * profit[row, np.minimum(stage.at, profit.shape[1] - 1)][:, None]
        left -= part
    return np.asarray(kept + left * profit)
