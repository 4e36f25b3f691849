"""From the draft of a run to its specification on the wire, and from what the daemon says of it back to the fields. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from oodaemon.api.v1 import runs_pb2
from oodaemon.console import run_tables
from oodaemon.console.run_draft import Draft, Goal, Row
from oodaemon.errors import InvalidArgument, NotFound, OODaemonError, Violation

_METHODS: Final = {"tpe": runs_pb2.SEARCH_METHOD_TPE, "pruned_grid": runs_pb2.SEARCH_METHOD_PRUNED_GRID}
_DIRECTIONS: Final = {"max": runs_pb2.DIRECTION_MAXIMIZE, "min": runs_pb2.DIRECTION_MINIMIZE}
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_SPAN: Final = re.compile(r"([0-9]{1,4})\s*([my]?)", re.IGNORECASE)


def spec_of(draft: Draft) -> runs_pb2.RunSpec:
    """The specification. Raises InvalidArgument with everything that is missing; what is there, the daemon checks."""
    problems: list[Violation] = []
    if not draft.reference:
        problems.append(Violation("test", "choose a saved test"))
    spec = runs_pb2.RunSpec(trades=draft.has_trades, charts=draft.has_charts, fresh=draft.is_fresh)
    swept = [_swept(row, problems) for row in draft.rows if row.use == "vary"]
    fixed = [_fixed(row, problems) for row in draft.rows if row.use == "fix"]
    if draft.mode != "staged":
        spec.fixed.extend(fixed)
    if draft.mode == "list":
        _listed(spec, draft, swept, problems)
    elif not swept:
        problems.append(Violation("parameters", "add a parameter and say which values it takes"))
    else:
        _of_parameters(spec, draft, swept, problems)
    _walk_forward(spec, draft, problems)
    if problems:
        raise InvalidArgument(problems)
    return spec


def _of_parameters(
    spec: runs_pb2.RunSpec, draft: Draft, swept: Sequence[runs_pb2.SweptParameter], problems: list[Violation]
) -> None:
    match draft.mode:
        case "sweep":
            if len(swept) > 1:
                names = " and ".join(each.name for each in swept)
                problems.append(
                    Violation("mode", f"a sweep varies one parameter, and here {names} vary; choose a grid, or fix the others")
                )
            spec.sweep.CopyFrom(runs_pb2.SweepSpec(test=draft.reference, parameter=swept[0]))
        case "grid":
            spec.grid.CopyFrom(runs_pb2.GridSpec(test=draft.reference, parameters=swept))
        case "search":
            spec.search.CopyFrom(_search(draft, swept, problems))
        case _:
            _staged(spec, draft, problems)


def _listed(spec: runs_pb2.RunSpec, draft: Draft, swept: Sequence[runs_pb2.SweptParameter], problems: list[Violation]) -> None:
    problems += [Violation(each.name, "the values come from the table; fix this one, or take it out") for each in swept]
    if not draft.table:
        problems.append(Violation("rows", "paste a table, or choose a file; its first line names the parameters"))
        return
    try:
        found = run_tables.read(draft.table)
    except InvalidArgument as error:
        problems += error.violations
        return
    spec.list.test = draft.reference
    spec.list.columns.extend(runs_pb2.ListColumn(name=name) for name in found.columns)
    spec.list.rows.extend(runs_pb2.ListRow(values=row) for row in found.rows)


def _search(draft: Draft, swept: Sequence[runs_pb2.SweptParameter], problems: list[Violation]) -> runs_pb2.SearchSpec:
    return runs_pb2.SearchSpec(
        test=draft.reference,
        parameters=swept,
        method=_METHODS.get(draft.method, runs_pb2.SEARCH_METHOD_TPE),
        optimize_by=_goals(draft, problems, "a search must know what is best"),
        constraints=[line.strip() for line in draft.constraints.splitlines() if line.strip()],
        budget=_whole(draft.budget, "budget", "say how many backtests may be spent, such as 40", problems),
        seed=_whole(draft.seed or "0", "seed", "give a whole number, or nothing", problems),
    )


def _staged(spec: runs_pb2.RunSpec, draft: Draft, problems: list[Violation]) -> None:
    spec.staged.test = draft.reference
    spec.staged.optimize_by.extend(_goals(draft, problems, "a stage goes on from the best of the one before; say what is best"))
    for number in sorted({row.stage for row in draft.rows if row.use == "vary"}):
        stage = spec.staged.stages.add()
        for row in draft.rows:
            if row.stage == number and row.use == "vary":
                stage.parameters.append(_swept(row, []))
    spec.fixed.extend(_fixed(row, []) for row in draft.rows if row.use == "fix")


def _walk_forward(spec: runs_pb2.RunSpec, draft: Draft, problems: list[Violation]) -> None:
    if not draft.in_sample and not draft.out_of_sample:
        return
    windows = runs_pb2.RollingWindows(
        in_sample_months=_months(draft.in_sample, problems), out_of_sample_months=_months(draft.out_of_sample, problems)
    )
    spec.walk_forward.rolling.CopyFrom(windows)
    spec.walk_forward.optimize_by.extend(_goals(draft, problems, "walk-forward takes the best of each span; say what is best"))


def _goals(draft: Draft, problems: list[Violation], why: str) -> list[runs_pb2.Objective]:
    if not draft.goals:
        problems.append(Violation("optimize_by", f"{why}, such as mar"))
    return [_goal(goal) for goal in draft.goals]


def _goal(goal: Goal) -> runs_pb2.Objective:
    return runs_pb2.Objective(metric=goal.metric, direction=_DIRECTIONS.get(goal.direction, runs_pb2.DIRECTION_UNSPECIFIED))


def _swept(row: Row, problems: list[Violation]) -> runs_pb2.SweptParameter:
    found = runs_pb2.SweptParameter(name=row.name, options=dict(row.options))
    if row.values and (row.start or row.end):
        problems.append(Violation(row.name, "has a range and a list; leave one of them empty"))
    if row.values:
        found.list.values.extend(row.values)
    elif row.start and row.end:
        found.range.CopyFrom(runs_pb2.ValueRange(start=row.start, end=row.end, step=row.step))
    else:
        problems.append(Violation(row.name, "say from where to where, or give a list of values"))
    return found


def _fixed(row: Row, problems: list[Violation]) -> runs_pb2.FixedParameter:
    if not row.value:
        problems.append(Violation(row.name, "has no value; give the one it is to have"))
    return runs_pb2.FixedParameter(name=row.name, value=row.value, options=dict(row.options))


def _whole(text: str, name: str, advice: str, problems: list[Violation]) -> int:
    if not _WHOLE.fullmatch(text):
        problems.append(Violation(name, advice))
        return 0
    return int(text)


def _months(text: str, problems: list[Violation]) -> int:
    found = _SPAN.fullmatch(text)
    if found is None:
        problems.append(Violation("walk_forward", "give both lengths in months, such as 12 and 3"))
        return 0
    return int(found[1]) * (12 if found[2].lower() == "y" else 1)


GENERAL: Final = ""
_PLACES: Final = {
    **{
        name: name
        for name in ("test", "mode", "parameters", "budget", "seed", "method", "constraints", "optimize_by", "walk_forward")
    },
    "rows": "table",
    "columns": "table",
    "stages": "parameters",
    "parameter": "parameters",
    "reference": "test",
}


def places_of(error: OODaemonError, draft: Draft) -> list[tuple[str, str]]:
    """Where in the form each thing that is wrong stands, and what it is: `p.0` for a parameter, empty for the form as a whole."""
    if isinstance(error, NotFound) and error.kind in ("test", "saved test"):
        return [("test", str(error))]
    if not isinstance(error, InvalidArgument):
        return [(GENERAL, str(error))]
    return [_place(violation, draft.rows) for violation in error.violations]


def _place(violation: Violation, rows: Iterable[Row]) -> tuple[str, str]:
    """Violations name a parameter as the user called it, some with `.option`, those of a table by its column."""
    name = violation.field
    for number, row in enumerate(rows):
        if name == row.name or name.startswith(f"{row.name}."):
            rest = name.removeprefix(row.name).removeprefix(".")
            return f"p.{number}", f"{rest}: {violation.description}" if rest else violation.description
    place = _PLACES.get(name.partition(".")[0], GENERAL)
    return place, violation.description if place else f"{name}: {violation.description}"
