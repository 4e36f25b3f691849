"""How far the best of a run can be trusted: neighbours, number of trades, deflated Sharpe ratio, probability of overfitting."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from oodaemon.analysis import caution
from oodaemon.analysis.candidates import Candidate, shown, words
from oodaemon.analysis.metrics import TRADING_DAYS
from oodaemon.analysis.neighbourhood import Grid, Neighbourhood, spread
from oodaemon.analysis.overfitting import DAYS_OF_BLOCK, LEAST_BLOCKS, Overfitting, cross_validate
from oodaemon.analysis.ranking import Objective
from oodaemon.analysis.recomputed import Recomputed
from oodaemon.analysis.selection import CONFIDENCE, Deflated, deflated, moments
from oodaemon.analysis.trials import Trials

ANNUAL = math.sqrt(TRADING_DAYS)
"""Turns a daily ratio into an annual one."""

COIN = 0.5


@dataclass(frozen=True, slots=True)
class Robustness:
    """What is known of a result. Ratios are per day; `cautions` speak against it, `notes` say what the figures rest on."""

    candidate: Candidate
    around: Neighbourhood
    deflated: Deflated | None
    overfitting: Overfitting | None
    cautions: tuple[str, ...]
    notes: tuple[str, ...]


def examine(chosen: Candidate, candidates: Sequence[Candidate], by: Objective, trials: Trials) -> Robustness:
    """Examine one of the candidates, which must have the figure `by`; `trials` are the trade logs that were read.

    Every candidate counts as a trial of the deflated ratio, whether its log was read or not.
    """
    around = Grid(candidates).around(chosen, by.of, spread(candidates, by.of))
    series = trials.of(chosen.index)
    own = moments(series) if series is not None else None
    ratios = [found.sharpe for each in trials.series if (found := moments(each)) is not None]
    luck = deflated(own, ratios, len(candidates)) if own is not None and len(ratios) > 1 else None
    crossed = cross_validate(list(zip(*trials.series, strict=True))) if len(trials.series) > 1 else None
    cautions = [*caution.against(chosen, around, by), *_of_luck(luck), *_of_overfitting(crossed)]
    notes = [*_about_neighbours(around, by), *_about_trials(trials, luck, crossed, has_log=series is not None)]
    return Robustness(chosen, around, luck, crossed, tuple(cautions), tuple(notes))


def disagreement(found: Recomputed) -> str:
    """A sentence about a figure of the page that its own trade log contradicts."""
    page, log = shown(found.metric, found.page), shown(found.metric, found.log)
    return f"The page shows {words(found.metric)} {page}, but by the rules of the page its trade log gives {log}."


def _of_luck(found: Deflated | None) -> Iterator[str]:
    if found is not None and found.probability < CONFIDENCE:
        yield (
            f"Among {found.trials:,} trials luck alone is expected to find a Sharpe ratio of {found.expected_maximum * ANNUAL:.2f};"
            f" that the true one is above that has a probability of {100 * found.probability:.0f}%."
        )


def _of_overfitting(found: Overfitting | None) -> Iterator[str]:
    if found is not None and found.probability >= COIN:
        yield (
            f"In {100 * found.probability:.0f}% of {found.splits:,} splits of the days the best of one half was in the worse half"
            " of the other: choosing the best of this run is no better than a coin."
        )


def _about_neighbours(around: Neighbourhood, by: Objective) -> Iterator[str]:
    sentence = caution.about_neighbours(around, by)
    if sentence and around.shape is not None and around.shape != "spike":
        yield sentence
    elif not sentence:
        noun = "one neighbour" if around.count == 1 else f"{around.count or 'no'} neighbours"
        yield f"It has {noun} one step away with {words(by.metric)}, too few to tell a plateau from a spike."


def _about_trials(trials: Trials, luck: Deflated | None, crossed: Overfitting | None, *, has_log: bool) -> Iterator[str]:
    if not trials.series:
        yield "There are no trade logs, so the deflated Sharpe ratio and overfitting cannot be told; submit with --trades."
        return
    unit = "returns of the account" if trials.are_returns else "dollars"
    noun = "log" if len(trials.series) == 1 else "logs"
    yield (
        f"Sharpe ratios are those of daily {unit} over the {len(trials.days):,} days on which any of the {len(trials.series):,}"
        f" {noun} that were read closed a trade, times the root of {TRADING_DAYS}."
    )
    if not has_log:
        yield "This result has no trade log, so it has no deflated Sharpe ratio."
    elif luck is None:
        yield "There are too few days, or too few trade logs, for a deflated Sharpe ratio."
    if crossed is None:
        yield f"Overfitting can be told from {LEAST_BLOCKS * DAYS_OF_BLOCK} days and two trade logs on."
