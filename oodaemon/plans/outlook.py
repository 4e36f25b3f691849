"""How long a run still takes, from measured times of backtests. Pure."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oodaemon.model.runs import Run, RunPhase


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Who works, and what may slow them down. `browsers` may work at the same time; `turn` is in how many seconds the next Run
    click may be made (0 or less: now), `distance` how many seconds lie between two of them; `silence` is for how many seconds the
    site still wants to be left alone. `is_blocked`: something is in the way of which nobody can tell when it ends.
    """

    now: datetime.datetime
    browsers: int
    turn: float = 0.0
    distance: float = 0.0
    silence: float = 0.0
    is_blocked: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """Seconds to the end and to the next result; None when nothing is known."""

    eta: float | None = None
    next_result: float | None = None


UNKNOWN = Outlook()


def typical(seconds: Sequence[float]) -> float | None:
    """The interquartile mean: the mean of what is left when the lowest and the highest quarter are cut off, both rounded up.

    One value in four on either side may be as wrong as it likes, and times of two kinds do not make it jump as they make a median.
    Of three to five values it is their median, of one or two their mean. None of none.
    Source: 25 % trimmed mean, see Tukey, "A survey of sampling from contaminated distributions" (1960).
    """
    if not seconds:
        return None
    cut = -(-len(seconds) // 4) if len(seconds) > 2 else 0
    middle = sorted(seconds)[cut : len(seconds) - cut]
    return sum(middle) / len(middle)


def outlook(run: Run, shop: Shop) -> Outlook:
    """What can be told of a run: nothing unless it runs, a browser is up, and a backtest was ever measured.

    Each browser takes the next task when it is done with one, every task takes its typical time, and runs that are at work take
    turns (list scheduling of equal jobs). Politeness sets a least distance between Run clicks; whichever takes longer decides.
    """
    typical_seconds, standing = run.typical_task_seconds, run.standing
    if run.phase is not RunPhase.RUNNING or standing is None or shop.is_blocked or shop.browsers < 1:
        return UNKNOWN
    if typical_seconds is None:
        return UNKNOWN
    started = sorted(((moment, is_own) for moment, is_own in standing.started), key=lambda each: each[0])[: shop.browsers]
    busy = [_left(typical_seconds, moment, shop.now) for moment, _ in started]
    of_run = [left for left, (_, is_own) in zip(busy, started, strict=True) if is_own]
    own = run.counts.pending + run.counts.running + yet_to_come(run) - len(of_run)
    if own <= 0 and not of_run:
        return UNKNOWN
    if own > 0:
        queue = own + sum(min(theirs, own) for theirs in standing.rivals)
        wait = max(shop.silence, _until_due(run, shop.now), 0.0)
        work = wait + _makespan(queue, [*busy, *[0.0] * (shop.browsers - len(busy))], typical_seconds)
        clicks = max(wait, shop.turn) + (queue - 1) * shop.distance + typical_seconds
        first = max(wait + min([*busy, *[0.0] * (shop.browsers > len(busy))]), shop.turn) + typical_seconds
        return Outlook(max(work, clicks), min([first, *of_run]))
    return Outlook(max(of_run), min(of_run))


def yet_to_come(run: Run) -> int:
    """How many tasks a growing run may still get, as far as is known."""
    return max(0, (run.planned_tasks or 0) - run.counts.total) if run.is_growing else 0


def _left(typical_seconds: float, started: datetime.datetime, now: datetime.datetime) -> float:
    """What is left of a backtest; one that takes longer than is typical is about to end, as far as anybody knows."""
    return min(typical_seconds, max(0.0, typical_seconds - (now - started).total_seconds()))


def _until_due(run: Run, now: datetime.datetime) -> float:
    """Seconds until there is a task at all."""
    standing = run.standing
    if standing is None or standing.ready or run.counts.running or standing.due_at is None:
        return 0.0
    return (standing.due_at - now).total_seconds()


def _makespan(tasks: int, free: Iterable[float], seconds: float) -> float:
    """When so many equal tasks are done, by browsers that are free in so many seconds, none of them later than one task takes."""
    moments = sorted(free)
    rounds, rest = divmod(tasks, len(moments))
    return max(moment + seconds * (rounds + (place < rest)) for place, moment in enumerate(moments))
