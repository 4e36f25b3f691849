"""What was answered so far, and the run that makes. Nothing here changes: every answer makes new answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from ooctl.specs.draft import Draft, Kind, Objective, Stage, Table, read_walk
from ooctl.sweep import Fixed, Range, Sweep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oodaemon.api.v1 import parameters_pb2, tests_pb2

Place = Literal["swept", "fixed"]
Values = Range | tuple[str, ...]


class Extra(StrEnum):
    """What a run may be given beside its values."""

    FIX = "fix"
    TRADES = "trades"
    CHARTS = "charts"
    FRESH = "fresh"
    WALK = "walk"
    CONDITION = "condition"
    SEED = "seed"
    STAGES = "stages"
    NAME = "name"


class Decision(StrEnum):
    """What is done with the run in the end."""

    START = "start"
    ONLY_SHOW = "show"
    LEAVE = "leave"


@dataclass(frozen=True)
class Part:
    """A parameter that is being described: which options differ from their defaults, and how far one has come."""

    place: Place
    name: str
    schema: parameters_pb2.Parameter
    options: Mapping[str, str]
    asked: str = ""
    """The option that is asked for now."""
    has_options: bool = False
    """Whether the options were looked at."""


@dataclass(frozen=True)
class Answers:
    """Empty or None where nothing was answered yet."""

    test: tests_pb2.SavedTest | None = None
    candidates: tuple[tests_pb2.SavedTest, ...] = ()
    kind: Kind | None = None
    part: Part | None = None
    swept: tuple[Sweep, ...] = ()
    stages: tuple[tuple[Sweep, ...], ...] = ()
    are_axes_complete: bool = False
    wants_part: bool = False
    table: Table | None = None
    table_file: str = ""
    objectives: tuple[Objective, ...] = ()
    method: Literal["", "tpe", "grid"] = ""
    budget: int = 0
    extras: frozenset[Extra] | None = None
    fixed: tuple[Fixed, ...] = ()
    is_fixed_complete: bool = False
    constraints: tuple[str, ...] = ()
    windows: str = ""
    seed: int = 0
    stage_names: tuple[str, ...] = ()
    name: str = ""
    has_sample: bool = False
    decision: Decision | None = None

    def has(self, extra: Extra) -> bool:
        """Whether it was chosen."""
        return self.extras is not None and extra in self.extras

    def with_values(self, values: Values) -> Answers:
        """The part that is being described has these values."""
        assert self.part is not None
        swept = Sweep(self.part.name, values, dict(self.part.options))
        return replace(self, part=None, wants_part=False, swept=(*self.swept, swept), are_axes_complete=self.kind == "sweep")

    def with_value(self, value: str) -> Answers:
        """The part that is being described has this one value in every backtest."""
        assert self.part is not None
        fixed = Fixed(self.part.name, value, dict(self.part.options))
        return replace(self, part=None, wants_part=False, fixed=(*self.fixed, fixed))

    def uses(self) -> tuple[str, ...]:
        """The names that this run, or this stage of it, uses already."""
        return (*(one.parameter for one in self.swept), *(one.parameter for one in self.fixed))


def draft_of(answers: Answers) -> Draft:
    """The run as far as it is described; `kind` is what it comes to, so a grid of one parameter is a sweep."""
    assert answers.test is not None
    assert answers.kind is not None
    kind: Kind = answers.kind
    swept = answers.swept
    if kind in ("sweep", "grid"):
        kind = "sweep" if len(swept) == 1 else "grid"
    open_stage = (answers.swept,) if answers.swept else ()
    walk = read_walk(answers.windows, where="") if answers.windows else None
    stages = (*answers.stages, *open_stage) if kind == "staged" else ()
    names = answers.stage_names or ("",) * len(stages)
    return Draft(
        kind=kind,
        test=answers.test.test.test_id,
        swept=() if kind in ("staged", "list") else swept,
        fixed=answers.fixed,
        stages=tuple(Stage(swept=each, name=name) for each, name in zip(stages, names, strict=True)),
        table=answers.table,
        method=(answers.method or "tpe") if kind == "search" else "",
        optimize_by=answers.objectives,
        constraints=answers.constraints,
        budget=answers.budget,
        seed=answers.seed,
        walk_forward=walk,
        has_trades=answers.has(Extra.TRADES),
        has_charts=answers.has(Extra.CHARTS),
        is_fresh=answers.has(Extra.FRESH),
    )


def trial_of(answers: Answers) -> Draft:
    """A run with what is described, of the simplest kind that has all of it: whether the daemon takes the values so far.

    What the run is to be chosen by is not known yet, so no search and no stage: their parameters are tried as those of a grid,
    the space of a search as one of its own.
    """
    draft = draft_of(replace(answers, windows="", extras=None))
    match draft.kind:
        case "search":
            return replace(draft, optimize_by=draft.optimize_by or (Objective("pl"),), budget=draft.budget or 1)
        case "staged":
            swept = draft.stages[-1].swept if draft.stages else ()
            return replace(draft, kind="sweep" if len(swept) == 1 else "grid", swept=swept, stages=(), optimize_by=())
        case "sweep" | "grid" | "list":
            return replace(draft, optimize_by=())
