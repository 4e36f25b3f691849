"""What a question about results is about: the run, its part, its condition; read once, checked, and counted."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from oodaemon.analysis import walk_forward, where
from oodaemon.analysis.candidates import Candidate, figures_of
from oodaemon.analysis.ranking import Objective, natural
from oodaemon.api.v1 import analysis_pb2, runs_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.model.directions import BETTER
from oodaemon.model.runs import AT_REST, Run
from oodaemon.model.tasks import METRICS
from oodaemon.store import candidates, runs
from oodaemon.store.transaction import Snapshot

MOST, FIGURES_SHOWN = 1000, 40


@dataclass(frozen=True, slots=True)
class Question:
    """Which results: those of a run (`ref` as the user wrote it), of one part of it, for which a condition holds.

    `metrics` are the figures that are needed. With `is_one_span`, a walk-forward run without a part means its last in-sample part,
    for results of different spans of time cannot be held against each other.
    """

    ref: str
    metrics: tuple[str, ...] = ()
    where: str = ""
    part: str = ""
    is_one_span: bool = False


@dataclass(slots=True)
class Scope:
    """The results that a question is about, by index, and what was left out on the way."""

    run: Run
    candidates: list[Candidate]
    tasks: int
    results: int
    parts: tuple[str, ...] = ()
    part_sizes: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def coverage(self, used: Sequence[Candidate] | None = None) -> analysis_pb2.Coverage:
        """What an answer is made of, if it used these of the candidates, or all."""
        taken = self.candidates if used is None else used
        unproven = sum(not each.is_proven for each in taken)
        return analysis_pb2.Coverage(tasks=self.tasks, results=self.results, used=len(taken), unproven=unproven)


def read(db: Snapshot, question: Question) -> Scope:
    """Read what a question is about. Raises NotFound, and InvalidArgument for a condition, part or figure that there is not."""
    run = runs.get(db, question.ref)
    condition = _condition(question.where)
    found = candidates.of_run(db, run.run_id, with_derived=False)
    known = {name for each in found for name in each.values}
    if {*question.metrics, *condition.names}.difference(METRICS, known):
        found = candidates.of_run(db, run.run_id, with_derived=True)
    known.update(figures_of(found), BETTER)
    if found and (sentence := condition.unknown(known)):
        raise InvalidArgument.of("where", sentence)
    _check_metrics(question.metrics, found)
    sizes = candidates.sizes(candidates.parts(db, run.run_id), run.counts.total)
    scope = Scope(run, found, run.counts.total, len(found), tuple(sizes), sizes)
    _take_part(scope, question)
    _note_state(scope)
    kept = [each for each in scope.candidates if condition.keeps(each)]
    if len(kept) < len(scope.candidates):
        scope.notes.append(f"The condition leaves {len(kept):,} of {len(scope.candidates):,} results.")
    scope.candidates = kept
    return scope


def objectives(wires: Iterable[runs_pb2.Objective], default: Sequence[str]) -> list[Objective]:
    """The objectives of a request, or those with the natural direction of some figures.

    Raises InvalidArgument for one without a figure, and for a figure without a natural direction where none is given.
    """
    found = []
    for wire in [*wires] or [runs_pb2.Objective(metric=name) for name in default]:
        if not wire.metric:
            raise InvalidArgument.of("by", "names no figure")
        if wire.direction == runs_pb2.DIRECTION_UNSPECIFIED:
            objective = natural(wire.metric)
            if objective is None:
                near = difflib.get_close_matches(wire.metric, BETTER, n=1)
                hint = f"did you mean {near[0]}? Otherwise say" if near else "say"
                clause = (
                    f"nobody knows whether more or less of {wire.metric!r} is better; {hint} {wire.metric}:max or {wire.metric}:min"
                )
                raise InvalidArgument.of("by", clause)
            found.append(objective)
        else:
            found.append(Objective(wire.metric, "less" if wire.direction == runs_pb2.DIRECTION_MINIMIZE else "more"))
    return found


def limit(asked: int, default: int) -> int:
    """How many to return, at most 1000. Raises InvalidArgument for a negative number."""
    if asked < 0:
        raise InvalidArgument.of("limit", f"{asked} is negative")
    return min(asked or default, MOST)


def _condition(text: str) -> where.Condition:
    try:
        return where.read(text)
    except where.MalformedCondition as error:
        raise InvalidArgument.of("where", f"{text[:80]!r} cannot be read: {error}") from error


def _check_metrics(names: Iterable[str], found: Sequence[Candidate]) -> None:
    """A name that nobody uses is a mistake of the user; one that merely has no figures is not."""
    known = {*figures_of(found), *METRICS, *BETTER}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1)
            there_are = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known)[:FIGURES_SHOWN])}"
            raise InvalidArgument.of("by", f"there is no figure {name!r}; {there_are}")


def _take_part(scope: Scope, question: Question) -> None:
    name = question.part
    if not name and question.is_one_span and walk_forward.is_walk_forward(scope.parts):
        have = {each.part for each in scope.candidates}
        name = walk_forward.last_inside([part for part in scope.parts if part in have]) or ""
        if name:
            scope.notes.append(
                f'This is a walk-forward run; only its part "{name}" is looked at. "ooctl walkforward" shows the folds.'
            )
    elif not name and walk_forward.is_walk_forward(scope.parts):
        scope.notes.append("This is a walk-forward run: its results are of different spans of time.")
    if not name:
        return
    if name not in scope.parts:
        there_are = ", ".join(scope.parts[:FIGURES_SHOWN]) or "only one part"
        raise InvalidArgument.of("part", f"the run has no part {name!r}; it has {there_are}")
    scope.candidates = [each for each in scope.candidates if each.part == name]
    scope.tasks, scope.results = scope.part_sizes[name], len(scope.candidates)


def _note_state(scope: Scope) -> None:
    missing = scope.tasks - scope.results
    if scope.run.phase not in AT_REST:
        scope.notes.append(f"The run is {scope.run.phase.value}; {scope.results:,} of {scope.tasks:,} tasks have figures so far.")
    elif missing:
        scope.notes.append(
            f"{missing:,} of {scope.tasks:,} tasks {'has' if missing == 1 else 'have'} no figures and cannot be chosen."
        )
