"""Probability of backtest overfitting by combinatorially symmetric cross-validation (CSCV).

D. H. Bailey, J. M. Borwein, M. Lopez de Prado, Q. J. Zhu, *The Probability of Backtest Overfitting* (Journal of Computational
Finance 20, 2017; SSRN 2326253, 2015). The returns of all trials over the same days are cut into S blocks. For every choice of S/2
of them the trial with the best Sharpe ratio there is looked up in the other half: its relative rank is w = rank / (N + 1), its
logit ln(w / (1 - w)). The probability is the share of choices with a logit of zero or less: the best of one half was no better
than the median of the other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_BLOCKS, LEAST_BLOCKS = 16, 4
DAYS_OF_BLOCK = 5
LEAST_TRIALS = 2
_CELLS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class Overfitting:
    """What cross-validation found. Ratios are per observation; `slope` is that of the regression of out-of-sample on in-sample
    ratios of the chosen, None when all are the same."""

    probability: float
    blocks: int
    splits: int
    trials: int
    count: int
    probability_of_loss: float
    slope: float | None
    chosen: float
    other: float
    logits: tuple[float, ...] = ()


def blocks_for(count: int) -> int | None:
    """How many blocks so many observations are cut into: an even number up to 16 of at least five each; None for fewer than 20."""
    blocks = min(MOST_BLOCKS, count // DAYS_OF_BLOCK // 2 * 2)
    return blocks if blocks >= LEAST_BLOCKS else None


def cross_validate(returns: "Sequence[Sequence[float]] | NDArray[Any]", blocks: int | None = None) -> Overfitting | None:
    """CSCV of returns: a row per observation, in the order of time, a column per trial. None for too few of either.

    Blocks have the same length, give or take one observation. A trial without any variation has the ratio zero. Takes seconds for a
    thousand trials.
    """
    import numpy as np  # noqa: PLC0415 - a daemon that is asked nothing does without

    matrix = np.asarray(returns, dtype=float)
    if matrix.ndim != 2 or matrix.shape[1] < LEAST_TRIALS:
        return None
    count, trials = matrix.shape
    blocks = blocks or blocks_for(count)
    if blocks is None:
        return None
    cuts = np.array_split(matrix, blocks)
    sums = np.array([cut.sum(axis=0) for cut in cuts])
    squares = np.array([(cut**2).sum(axis=0) for cut in cuts])
    lengths = np.array([float(len(cut)) for cut in cuts])
    picks = np.zeros((math.comb(blocks, blocks // 2), blocks))
    for row, pick in enumerate(combinations(range(blocks), blocks // 2)):
        picks[row, list(pick)] = 1
    halves = []
    step = max(1, _CELLS_AT_ONCE // trials)
    for start in range(0, len(picks), step):
        part = picks[start : start + step]
        inside, outside = _ratios(part, sums, squares, lengths), _ratios(1 - part, sums, squares, lengths)
        best = inside.argmax(axis=1)
        rows = np.arange(len(part))
        own = outside[rows, best][:, None]
        rank = (outside < own).sum(axis=1) + ((outside == own).sum(axis=1) + 1) / 2
        halves.append(np.column_stack((inside[rows, best], outside[rows, best], rank / (trials + 1))))
    return _summary(np.concatenate(halves), blocks, trials, count)


def _ratios(picks: "NDArray[Any]", sums: "NDArray[Any]", squares: "NDArray[Any]", lengths: "NDArray[Any]") -> "NDArray[Any]":
    """The Sharpe ratio of each trial over the blocks of each choice."""
    import numpy as np  # noqa: PLC0415

    n = (picks @ lengths)[:, None]
    mean = picks @ sums / n
    power = picks @ squares / n
    variance = np.maximum(power - mean**2, 0)
    is_flat = variance <= 1e-20 * np.maximum(power, 1e-300)
    deviation = np.sqrt(variance * n / (n - 1))
    return np.where(is_flat, 0.0, mean / np.where(is_flat, 1.0, deviation))


def _summary(halves: "NDArray[Any]", blocks: int, trials: int, count: int) -> Overfitting:
    import numpy as np  # noqa: PLC0415

    chosen, other, rank = halves.T
    logits = np.log(rank / (1 - rank))
    off = chosen - chosen.mean()
    power = float((off**2).sum())
    slope = float((off * (other - other.mean())).sum() / power) if power > 1e-18 * len(halves) else None
    return Overfitting(
        probability=float((logits <= 1e-12).mean()),
        blocks=blocks,
        splits=len(halves),
        trials=trials,
        count=count,
        probability_of_loss=float((other < 0).mean()),
        slope=slope,
        chosen=float(np.median(chosen)),
        other=float(np.median(other)),
        logits=tuple(float(each) for each in logits),
    )
