"""What is left of a Sharpe ratio that was the best of many: probabilistic and deflated Sharpe ratio, minimum track record.

D. H. Bailey, M. Lopez de Prado, *The Sharpe Ratio Efficient Frontier* (Journal of Risk 15, 2012) and *The Deflated Sharpe Ratio:
Correcting for Selection Bias, Backtest Overfitting and Non-Normality* (Journal of Portfolio Management 40, 2014). All ratios here
are per observation, mean / standard deviation (n - 1), not annualised.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

EULER_MASCHERONI = 0.5772156649015329
CONFIDENCE = 0.95
LEAST_OBSERVATIONS = 10
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Moments:
    """A series of returns as the ratio sees it; `kurtosis` is 3 for a normal distribution."""

    count: int
    sharpe: float
    skewness: float
    kurtosis: float


@dataclass(frozen=True, slots=True)
class Deflated:
    """A Sharpe ratio per observation, the largest that luck is expected to find, and the probability that the true one is above
    that.

    `probability_of_one_trial` is the same against zero, `minimum_count` the observations for 95 % confidence in that.
    """

    moments: Moments
    trials: int
    expected_maximum: float
    probability: float
    probability_of_one_trial: float
    minimum_count: float | None


def moments(returns: Sequence[float]) -> Moments | None:
    """Moments of a series; None for fewer than ten observations or when all are the same."""
    count = len(returns)
    if count < LEAST_OBSERVATIONS:
        return None
    mean = math.fsum(returns) / count
    off = [each - mean for each in returns]
    second = math.fsum(each**2 for each in off) / count
    if math.sqrt(second) <= 1e-12 * max(abs(each) for each in returns):
        return None
    third = math.fsum(each**3 for each in off) / count
    fourth = math.fsum(each**4 for each in off) / count
    sharpe = mean / math.sqrt(second * count / (count - 1))
    return Moments(count, sharpe, third / second**1.5, fourth / second**2)


def probabilistic(of: Moments, benchmark: float = 0.0) -> float:
    """PSR: Z[(SR - SR*) sqrt(T - 1) / sqrt(1 - g3 SR + (g4 - 1) / 4 SR^2)], g3 the skewness and g4 the kurtosis."""
    return _NORMAL.cdf((of.sharpe - benchmark) * math.sqrt(of.count - 1) / math.sqrt(_width(of)))


def expected_maximum(trials: int, variance: float) -> float:
    """The largest ratio to be expected among so many independent trials whose true ratio is zero, by the variance of their ratios:
    sqrt(V) ((1 - g) Z^-1[1 - 1/N] + g Z^-1[1 - 1/(N e)]), g the Euler-Mascheroni constant. Zero for one trial."""
    if trials <= 1:
        return 0.0
    quantile = _NORMAL.inv_cdf
    largest = (1 - EULER_MASCHERONI) * quantile(1 - 1 / trials) + EULER_MASCHERONI * quantile(1 - 1 / (trials * math.e))
    return math.sqrt(variance) * largest


def minimum_track_record(of: Moments, benchmark: float = 0.0, confidence: float = CONFIDENCE) -> float | None:
    """MinTRL: 1 + (1 - g3 SR + (g4 - 1) / 4 SR^2) (Z^-1[confidence] / (SR - SR*))^2 observations; None for a ratio not above
    SR*."""
    if of.sharpe <= benchmark:
        return None
    return 1 + _width(of) * (_NORMAL.inv_cdf(confidence) / (of.sharpe - benchmark)) ** 2


def deflated(of: Moments, ratios: Sequence[float], trials: int) -> Deflated:
    """The deflated ratio of the best: `ratios` are those of the trials that are known, `trials` how many there were.

    DSR is PSR against the expected maximum. Trials that resemble each other are counted as if they were independent, which errs
    on the side of doubt.
    """
    mean = math.fsum(ratios) / len(ratios)
    variance = math.fsum((each - mean) ** 2 for each in ratios) / (len(ratios) - 1) if len(ratios) > 1 else 0.0
    luck = expected_maximum(trials, variance)
    return Deflated(of, trials, luck, probabilistic(of, luck), probabilistic(of), minimum_track_record(of))


def _width(of: Moments) -> float:
    """1 - g3 SR + (g4 - 1) / 4 SR^2 is never below zero, because g4 is at least g3^2 + 1."""
    return max(1e-12, 1 - of.skewness * of.sharpe + (of.kurtosis - 1) / 4 * of.sharpe**2)
