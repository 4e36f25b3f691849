"""What speaks against a result, in sentences."""

from collections.abc import Iterator

from oodaemon.analysis.candidates import Candidate, shown, words
from oodaemon.analysis.neighbourhood import LEAST_NEIGHBOURS, Neighbourhood, Shape
from oodaemon.analysis.ranking import Objective

FEW, THIN = 30, 100
"""Below 30 trades means and rates say next to nothing (the usual bound of the central limit theorem), below 100 little."""


def trades_of(candidate: Candidate) -> float | None:
    """The number of trades as the page shows it, else as the log has it; None where neither tells."""
    count = candidate.figure("total_trades")
    return candidate.figure("trades") if count is None else count


def has_few_trades(candidate: Candidate) -> bool:
    """Whether it is known to have fewer than 30 trades."""
    count = trades_of(candidate)
    return count is not None and count < FEW


def loses(candidate: Candidate) -> bool:
    """Whether it is known to lose money, or to earn none."""
    result = candidate.figure("pl")
    result = candidate.figure("cagr") if result is None else result
    return result is not None and result <= 0


def about_trades(candidate: Candidate) -> str:
    """A sentence about too few trades; empty when there are enough or nobody knows."""
    count = trades_of(candidate)
    if count is None or count >= THIN:
        return ""
    noun = "trade" if count == 1 else "trades"
    if count < FEW:
        return f"It has only {count:.0f} {noun}; below {FEW} its figures are mostly luck."
    return f"It has {count:.0f} {noun}; with fewer than {THIN} its figures are uncertain."


def about_neighbours(around: Neighbourhood, by: Objective) -> str:
    """A sentence about what the neighbours do; empty where there are too few to tell."""
    if around.mean is None or around.count < LEAST_NEIGHBOURS or around.shape is None:
        return ""
    own, mean = by.gain(around.own), by.gain(around.mean)
    reached = f"its {around.count} neighbours have {shown(by.metric, mean)} on average where it has {shown(by.metric, own)}"
    match around.shape:
        case Shape.PLATEAU:
            return f"It stands on a plateau in {words(by.metric)}: {reached}."
        case Shape.SLOPE:
            return f"It stands on a slope in {words(by.metric)}: {reached}."
        case Shape.SPIKE:
            return f"It is a spike in {words(by.metric)}: {reached}."


def about_edges(around: Neighbourhood) -> str:
    """A sentence about a result at the end of what was tried; empty for others."""
    if not around.edges:
        return ""
    noun = "its first or last value" if len(around.edges) == 1 else "their first or last value"
    return f"{' and '.join(around.edges)} {'has' if len(around.edges) == 1 else 'have'} {noun} there, so the best may lie beyond."


def against(candidate: Candidate, around: Neighbourhood | None, by: Objective) -> Iterator[str]:
    """All that speaks against a result, the gravest first."""
    if not candidate.is_proven:
        yield "Its figures were accepted by a user and never proven."
    if loses(candidate):
        yield "It loses money, or earns none."
    if sentence := about_trades(candidate):
        yield sentence
    if around is not None and around.shape is Shape.SPIKE:
        yield about_neighbours(around, by)
    if around is not None and (sentence := about_edges(around)):
        yield sentence
