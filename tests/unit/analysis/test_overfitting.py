"""CSCV against hand-made cases, and against a slow implementation by the letter of the paper."""

import math
import statistics
from itertools import combinations

import numpy as np
import pytest

from oodaemon.analysis.overfitting import blocks_for, cross_validate


def ratio(values) -> float:
    deviation = statistics.stdev(values)
    return statistics.mean(values) / deviation if deviation else 0.0


def by_the_letter(matrix, blocks: int) -> list[float]:
    """The logits, split by split."""
    cuts = np.array_split(np.asarray(matrix), blocks)
    logits = []
    for pick in combinations(range(blocks), blocks // 2):
        inside = np.concatenate([cuts[n] for n in pick])
        outside = np.concatenate([cuts[n] for n in range(blocks) if n not in pick])
        chosen = max(range(inside.shape[1]), key=lambda n: ratio(inside[:, n].tolist()))
        others = [ratio(outside[:, n].tolist()) for n in range(outside.shape[1])]
        rank = sum(other <= others[chosen] for other in others)
        share = rank / (len(others) + 1)
        logits.append(math.log(share / (1 - share)))
    return logits


def test_the_best_of_one_half_is_the_worst_of_the_other() -> None:
    # Two trials, two blocks: each wins one half and loses the other. Rank 1 of 2, w = 1/3, logit ln(1/2).
    found = cross_validate([[1, -1], [2, -2], [-1, 1], [-2, 2]], blocks=2)
    assert found is not None
    assert (found.probability, found.probability_of_loss, found.splits) == (1, 1, 2)
    assert found.logits == pytest.approx([math.log(0.5)] * 2)
    # Mean 1.5 over the deviation of 1 and 2, which is the root of a half.
    assert (found.chosen, found.other) == pytest.approx((1.5 / math.sqrt(0.5), -1.5 / math.sqrt(0.5)))


def test_one_that_is_better_everywhere_is_no_overfitting() -> None:
    rng = np.random.default_rng(1)
    matrix = rng.normal(0, 1, (200, 8))
    matrix[:, 3] += 2
    found = cross_validate(matrix)
    assert found is not None
    assert (found.probability, found.blocks, found.splits, found.trials, found.count) == (0, 16, 12_870, 8, 200)
    assert found.probability_of_loss == 0


def test_noise_is_overfitting_about_half_of_the_time() -> None:
    found = [cross_validate(np.random.default_rng(seed).normal(0, 1, (160, 20)), blocks=8) for seed in range(40)]
    mean = statistics.mean(each.probability for each in found if each is not None)
    assert 0.4 < mean < 0.65


@pytest.mark.parametrize(("rows", "trials", "blocks"), [(24, 3, 4), (31, 5, 6), (40, 7, 8)])
def test_the_same_as_the_paper_by_the_letter(rows: int, trials: int, blocks: int) -> None:
    matrix = np.random.default_rng(rows).normal(0.1, 1, (rows, trials))
    matrix[:, 0] = 0.0  # never trades
    found = cross_validate(matrix, blocks)
    assert found is not None
    expected = by_the_letter(matrix, blocks)
    assert found.logits == pytest.approx(expected)
    assert found.probability == pytest.approx(statistics.mean(logit <= 0 for logit in expected))


def test_slope_of_what_was_chosen_over_what_came() -> None:
    matrix = np.random.default_rng(9).normal(0.1, 1, (60, 4))
    found = cross_validate(matrix, 6)
    assert found is not None
    cuts = np.array_split(matrix, 6)
    pairs = []
    for pick in combinations(range(6), 3):
        inside = np.concatenate([cuts[n] for n in pick])
        outside = np.concatenate([cuts[n] for n in range(6) if n not in pick])
        best = max(range(4), key=lambda n: ratio(inside[:, n].tolist()))
        pairs.append((ratio(inside[:, best].tolist()), ratio(outside[:, best].tolist())))
    assert found.slope == pytest.approx(statistics.linear_regression(*zip(*pairs, strict=True)).slope)


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = np.random.default_rng(2).normal(0, 1, (50, 6))
    whole = cross_validate(matrix, 8)
    monkeypatch.setattr("oodaemon.analysis.overfitting._CELLS_AT_ONCE", 20)
    assert cross_validate(matrix, 8) == whole


def test_too_little_to_say_anything() -> None:
    assert [blocks_for(count) for count in (19, 20, 29, 30, 79, 80, 5000)] == [None, 4, 4, 6, 14, 16, 16]
    assert cross_validate(np.zeros((19, 3))) is None
    assert cross_validate(np.zeros((100, 1))) is None
    assert cross_validate([]) is None
