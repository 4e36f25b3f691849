"""Which result of a run to take, what else to look at, and what to keep away from. The same results always give the same answer."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oodaemon.analysis import caution, scoring
from oodaemon.analysis.candidates import Candidate, named, shown, told, varying
from oodaemon.analysis.neighbourhood import Shape
from oodaemon.analysis.ranking import Objective, front
from oodaemon.analysis.scoring import Part, Scored, Scoring

TEMPTING = 20
"""So many of the best by score, or by any weighted figure, are looked at for what they hide."""


@dataclass(frozen=True, slots=True)
class Advice:
    """A result with its score, what that is made of, and a sentence."""

    candidate: Candidate
    score: float
    parts: tuple[Part, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The answer. `recommended` is None when nothing could be scored; `front` is the Pareto front of growth and drawdown by
    growth."""

    weights: Mapping[str, float]
    recommended: Advice | None
    alternatives: tuple[Advice, ...]
    avoid: tuple[Advice, ...]
    front: tuple[Candidate, ...]
    notes: tuple[str, ...]


def recommend(candidates: Sequence[Candidate], weights: Mapping[str, float], *, limit: int = 5) -> Recommendation:
    """Recommend one of the candidates by weights as in `scoring.GOALS`; at most `limit` alternatives and as many to avoid."""
    found = scoring.score(candidates, weights)
    if not found.scored:
        return Recommendation(found.weights, None, (), (), (), _notes(found, candidates))
    risk = _growth_and_risk(candidates)
    efficient = front(candidates, risk) if risk else []
    names = varying(candidates)
    sound = [each for each in found.scored if not _flags(each)]
    best = (sound or list(found.scored))[0]
    chosen = Advice(best.candidate, best.score, found.parts(best), _praise(best, found, names, is_sound=bool(sound)))
    others = tuple(
        Advice(each.candidate, each.score, found.parts(each), _difference(each, best.candidate, risk, names))
        for each in _alternatives(best, sound, efficient)[:limit]
    )
    return Recommendation(
        found.weights, chosen, others, _avoid(found, best, names, limit), tuple(efficient), _notes(found, candidates)
    )


def _flags(scored: Scored) -> list[str]:
    """What makes a result one to keep away from, as clauses; the gravest first."""
    flags = []
    if caution.loses(scored.candidate):
        flags.append("it loses money or earns none")
    count = caution.trades_of(scored.candidate)
    if count is not None and caution.has_few_trades(scored.candidate):
        flags.append(f"it has only {count:.0f} trades, too few to tell skill from luck")
    around = scored.around
    if around.shape is Shape.SPIKE and around.mean is not None:
        flags.append(
            f"it is a spike: its {around.count} neighbours score {100 * around.mean:.0f} on average where it scores"
            f" {100 * around.own:.0f}"
        )
    return flags


def _praise(best: Scored, found: Scoring, names: Sequence[str], *, is_sound: bool) -> str:
    figures = []
    for part in found.parts(best):
        if part.metric != scoring.STABILITY and part.value is not None:
            scale = next(each for each in found.scales if each.objective.metric == part.metric)
            top = scale.objective.gain(scale.best)
            figures.append(told(part.metric, part.value) + (" (the best)" if part.value == top else ""))
    text = f"{_opening(best, names)} scores {best.score:.1f} of 100: {', '.join(figures)}"
    around = best.around
    if around.mean is not None and around.stability is not None:
        text += f"; its {around.count} neighbours score {100 * around.mean:.0f} on average where it scores {100 * around.own:.0f}"
    if not is_sound:
        text += f"; but {' and '.join(_flags(best))}, like everything else that was tried"
    if not best.candidate.is_proven:
        text += "; its figures were accepted by a user and never proven"
    return text + "."


def _opening(scored: Scored, names: Sequence[str]) -> str:
    text = named(scored.candidate, names)
    return text[0].upper() + text[1:]


def _growth_and_risk(candidates: Sequence[Candidate]) -> tuple[Objective, ...]:
    """Growth against drawdown; dollars where nobody knows the growth. Empty where the figures are not there."""
    if not any(each.figure("max_drawdown") is not None for each in candidates):
        return ()
    for growth in ("cagr", "pl"):
        if any(each.figure(growth) is not None for each in candidates):
            return Objective(growth, "more"), Objective("max_drawdown", "more")
    return ()


def _alternatives(best: Scored, sound: Sequence[Scored], efficient: Sequence[Candidate]) -> list[Scored]:
    """Sound results on the front first, by score, then the next best by score."""
    on_front = {(each.run_id, each.index) for each in efficient}
    others = [each for each in sound if each is not best]
    return sorted(others, key=lambda each: (each.candidate.run_id, each.candidate.index) not in on_front)


def _difference(scored: Scored, best: Candidate, risk: Sequence[Objective], names: Sequence[str]) -> str:
    words = {"cagr": ("grows faster", "grows slower"), "pl": ("earns more", "earns less")}
    clauses = []
    for objective in risk:
        own, other = objective.of(scored.candidate), objective.of(best)
        if own is None or other is None or own == other:
            continue
        better, worse = words.get(objective.metric, ("falls less", "falls deeper"))
        clauses.append(
            f"{better if own > other else worse} ({told(objective.metric, own)} against {shown(objective.metric, other)})"
        )
    text = f"{_opening(scored, names)} scores {scored.score:.1f}"
    text += f": it {' and '.join(clauses)}" if clauses else ": it does about the same"
    if not scored.candidate.is_proven:
        text += "; its figures were accepted by a user and never proven"
    return text + "."


def _avoid(found: Scoring, best: Scored, names: Sequence[str], limit: int) -> tuple[Advice, ...]:
    """What looks good and is not, by score; then what scores worst and loses."""
    tempting: dict[int, str] = {id(each): "its score" for each in found.scored[:TEMPTING]}
    for scale in found.scales:
        order = heapq.nsmallest(TEMPTING, found.scored, key=lambda each, by=scale.objective: -(by.of(each.candidate) or 0.0))  # type: ignore[misc]
        for each in order:
            if scale.place(each.candidate) > 0.5:
                tempting.setdefault(id(each), told(scale.objective.metric, each.candidate.figure(scale.objective.metric) or 0.0))
    flagged = [each for each in found.scored if each is not best and id(each) in tempting and _flags(each)]
    chosen = [(each, tempting[id(each)]) for each in flagged[:limit]]
    taken = {id(each) for each, _ in chosen}
    losing = [
        each for each in reversed(found.scored) if caution.loses(each.candidate) and id(each) not in taken and each is not best
    ]
    chosen += [(each, "") for each in losing[: limit - len(chosen)]]
    return tuple(Advice(each.candidate, each.score, found.parts(each), _warning(each, lure, names)) for each, lure in chosen)


def _warning(scored: Scored, lure: str, names: Sequence[str]) -> str:
    reasons = " and ".join(_flags(scored))
    seems = f"looks good by {lure}, but " if lure and lure != "its score" else ""
    return f"{_opening(scored, names)} scores {scored.score:.1f}: {seems}{reasons}."


def _notes(found: Scoring, candidates: Sequence[Candidate]) -> tuple[str, ...]:
    if not candidates:
        return ()
    notes = []
    figures = [name for name in found.missing if name != scoring.STABILITY]
    if figures:
        notes.append(f"No result has {', '.join(figures)}, so the other weights count for more.")
    if scoring.STABILITY in found.missing:
        notes.append("Too few results have neighbours on the grid of the parameters, so stability is not in the score.")
    if found.incomplete and found.scored:
        noun = "result lacks" if found.incomplete == 1 else "results lack"
        notes.append(f"{found.incomplete} {noun} one of the weighted figures and could not be scored.")
    unproven = sum(not each.is_proven for each in candidates)
    if unproven:
        notes.append(f"{unproven} of the results were accepted by a user without proof; they are marked.")
    if not found.scored:
        notes.append("No result has all figures that the goal needs.")
    return tuple(notes)
