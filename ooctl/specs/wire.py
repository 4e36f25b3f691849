"""From a draft to the wire form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ooctl.sweep import Range
from oodaemon.api.v1 import runs_pb2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ooctl.specs.draft import Draft, Kind, Objective, Stage, Table, WalkForward
    from ooctl.sweep import Fixed, Sweep


def spec_of(draft: Draft) -> runs_pb2.RunSpec:
    """The specification on the wire."""
    spec = runs_pb2.RunSpec(fixed=_fixed(draft.fixed), trades=draft.has_trades, charts=draft.has_charts, fresh=draft.is_fresh)
    _KINDS[draft.kind](draft, spec)
    if draft.walk_forward is not None:
        spec.walk_forward.CopyFrom(_walk_forward(draft.walk_forward, draft.optimize_by))
    return spec


def _sweep(draft: Draft, spec: runs_pb2.RunSpec) -> None:
    (swept,) = draft.swept
    spec.sweep.CopyFrom(runs_pb2.SweepSpec(test=draft.test, parameter=_swept(swept)))


def _grid(draft: Draft, spec: runs_pb2.RunSpec) -> None:
    spec.grid.CopyFrom(runs_pb2.GridSpec(test=draft.test, parameters=map(_swept, draft.swept)))


def _staged(draft: Draft, spec: runs_pb2.RunSpec) -> None:
    stages, objectives = map(_stage, draft.stages), map(objective, draft.optimize_by)
    spec.staged.CopyFrom(runs_pb2.StagedSpec(test=draft.test, stages=stages, optimize_by=objectives))


def _list(draft: Draft, spec: runs_pb2.RunSpec) -> None:
    assert draft.table is not None
    spec.list.CopyFrom(_listed(draft.test, draft.table))


def _search(draft: Draft, spec: runs_pb2.RunSpec) -> None:
    spec.search.CopyFrom(
        runs_pb2.SearchSpec(
            test=draft.test,
            parameters=map(_swept, draft.swept),
            method=_METHODS[draft.method],
            optimize_by=map(objective, draft.optimize_by),
            constraints=draft.constraints,
            budget=draft.budget,
            seed=draft.seed,
        )
    )


_KINDS: Final[Mapping[Kind, Callable[[Draft, runs_pb2.RunSpec], None]]] = {
    "sweep": _sweep,
    "grid": _grid,
    "staged": _staged,
    "list": _list,
    "search": _search,
}
_METHODS: Final = {
    "": runs_pb2.SEARCH_METHOD_UNSPECIFIED,
    "tpe": runs_pb2.SEARCH_METHOD_TPE,
    "grid": runs_pb2.SEARCH_METHOD_PRUNED_GRID,
}
_DIRECTIONS: Final = {
    "": runs_pb2.DIRECTION_UNSPECIFIED,
    "max": runs_pb2.DIRECTION_MAXIMIZE,
    "min": runs_pb2.DIRECTION_MINIMIZE,
}


def _swept(sweep: Sweep) -> runs_pb2.SweptParameter:
    swept = runs_pb2.SweptParameter(name=sweep.parameter, options=sweep.options)
    if isinstance(sweep.values, Range):
        swept.range.CopyFrom(runs_pb2.ValueRange(start=sweep.values.start, end=sweep.values.end, step=sweep.values.step))
    else:
        swept.list.CopyFrom(runs_pb2.ValueList(values=sweep.values))
    return swept


def _fixed(fixed: Iterable[Fixed]) -> list[runs_pb2.FixedParameter]:
    return [runs_pb2.FixedParameter(name=one.parameter, value=one.value, options=one.options) for one in fixed]


def _stage(stage: Stage) -> runs_pb2.Stage:
    return runs_pb2.Stage(
        name=stage.name,
        parameters=map(_swept, stage.swept),
        fixed=_fixed(stage.fixed),
        use_best_from=stage.use_best_from,
        optimize_by=map(objective, stage.optimize_by),
    )


def objective(of: Objective) -> runs_pb2.Objective:
    """An objective on the wire."""
    return runs_pb2.Objective(metric=of.metric, direction=_DIRECTIONS[of.direction])


def _listed(test: str, table: Table) -> runs_pb2.ListSpec:
    columns = [runs_pb2.ListColumn(name=name, options=table.options.get(name, {})) for name in table.columns]
    return runs_pb2.ListSpec(test=test, columns=columns, rows=[runs_pb2.ListRow(values=row) for row in table.rows])


def _walk_forward(given: WalkForward, of_run: tuple[Objective, ...]) -> runs_pb2.WalkForward:
    wire = runs_pb2.WalkForward(optimize_by=map(objective, given.optimize_by or of_run))
    for fold in given.folds:
        wire.folds.folds.add(
            in_sample_start=fold.in_sample[0],
            in_sample_end=fold.in_sample[1],
            out_of_sample_start=fold.out_of_sample[0],
            out_of_sample_end=fold.out_of_sample[1],
        )
    if not given.folds:
        wire.rolling.CopyFrom(
            runs_pb2.RollingWindows(
                in_sample_months=given.in_sample_months,
                out_of_sample_months=given.out_of_sample_months,
                start_date=given.start_date,
                end_date=given.end_date,
            )
        )
    return wire
