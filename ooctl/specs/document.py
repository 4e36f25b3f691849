"""A run described by a file: the shapes of sweep, grid, staged, list and search, and the names other tools use for the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from ooctl.exits import ClientError, ExitStatus
from ooctl.specs import parameters
from ooctl.specs.draft import (
    KINDS,
    METHODS,
    Draft,
    Fold,
    Kind,
    Objective,
    Stage,
    Table,
    WalkForward,
    read_months,
    read_objective,
    read_windows,
)
from ooctl.specs.fields import Fields, as_text, wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from ooctl.sweep import Fixed, Sweep

_WORDS: Final = {"bayes": "search", "tpe": "search"}
_DIRECTIONS: Final = {"max": "max", "maximize": "max", "min": "min", "minimize": "min", "": ""}


def draft_of(content: object, *, table: Callable[[str], Table], test: str = "") -> tuple[Draft, str, int | None]:
    """The run, its name, and its own `max_tasks`. `table` reads a file named by `from`; `test` stands in for one the file names.

    Raises ClientError (USAGE) that names the field by its path.
    """
    fields = Fields(content, "")
    name, most = fields.text("name"), fields.number("max_tasks")
    test = fields.text("test", "test_url", "test_name", "test_id") if not test else _other(fields, test)
    if not test:
        raise ClientError("the file names no test", ExitStatus.USAGE, hint="add a line test: NAME, or give --test")
    kind = _kind(fields)
    swept, fixed = _parameters(fields, kind)
    draft = Draft(
        kind=_exact(kind, swept),
        test=test,
        swept=swept,
        fixed=(*fixed, *_fixed(fields)),
        stages=_stages(fields) if kind == "staged" else (),
        table=_table(fields, table) if kind == "list" else None,
        method=_method(fields) if kind == "search" else "",
        optimize_by=_objectives(fields),
        constraints=_constraints(fields) if kind == "search" else (),
        budget=(fields.number("budget", "run_cap") or 0) if kind == "search" else 0,
        seed=(fields.number("seed") or 0) if kind == "search" else 0,
        walk_forward=_walk_forward(fields),
        has_trades=fields.flag("trades"),
        has_charts=fields.flag("charts"),
        is_fresh=fields.flag("fresh"),
    )
    fields.done()
    return _complete(draft), name, most


def _other(fields: Fields, test: str) -> str:
    fields.one_of("test", "test_url", "test_name", "test_id")
    return test


def _kind(fields: Fields) -> Kind:
    """What `mode` (or `method`) says; without it, what the fields make of it."""
    name = fields.one_of("mode") or fields.one_of("method")
    said = fields.text(name).strip().lower() if name else ""
    found = _WORDS.get(said, said)
    if said and found not in KINDS:
        hint = "a grid runs every combination, a search chooses by itself" if said == "random" else ""
        raise ClientError(f"{name}: {said!r} is none of {', '.join(KINDS)}", ExitStatus.USAGE, hint=hint)
    for kind in KINDS:
        if kind == found:
            return kind
    if "stages" in fields:
        return "staged"
    if "rows" in fields or "from" in fields:
        return "list"
    return "search" if "budget" in fields or "run_cap" in fields else "grid"


def _parameters(fields: Fields, kind: Kind) -> tuple[tuple[Sweep, ...], tuple[Fixed, ...]]:
    if "parameter" in fields and isinstance(fields.raw("parameter"), str):
        own = {
            key: fields.raw(key) for key in ("start", "end", "min", "max", "step", "values", "range", "options") if key in fields
        }
        return parameters.read([{"name": fields.raw("parameter"), **own}], "parameter")
    if "parameter" in fields:
        return parameters.read([fields.raw("parameter")], "parameter")
    if kind in ("staged", "list"):
        return (), ()
    if "parameters" not in fields:
        raise wrong("parameters", "are not given; name at least one, such as delta: 5..50/1")
    return parameters.read(fields.raw("parameters"), "parameters")


def _exact(kind: Kind, swept: tuple[Sweep, ...]) -> Kind:
    """One parameter is a sweep, several are a grid, whatever the word."""
    if kind in ("sweep", "grid"):
        if not swept:
            raise wrong("parameters", "have one value each; give at least one of them several")
        if kind == "sweep" and len(swept) > 1:
            raise wrong("mode", f"is sweep, but {' and '.join(one.parameter for one in swept)} have several values; make it grid")
        return "sweep" if len(swept) == 1 else "grid"
    return kind


def _fixed(fields: Fields) -> tuple[Fixed, ...]:
    name = fields.one_of("fixed", "with")
    return parameters.read_fixed(fields.raw(name), name) if name else ()


def _stages(fields: Fields) -> tuple[Stage, ...]:
    found = tuple(_stage(Fields(item, at)) for item, at in fields.items("stages"))
    if not found:
        raise wrong("stages", "are not given; a staged run has at least one")
    return found


def _stage(fields: Fields) -> Stage:
    name = fields.one_of("parameters", "parameter")
    if not name:
        raise wrong(fields.at("parameters"), "are not given; name at least one, such as delta: 5..50/1")
    content = fields.raw(name)
    swept, fixed = parameters.read([content] if name == "parameter" else content, fields.at(name))
    also = fields.one_of("fixed", "with")
    stage = Stage(
        swept=swept,
        fixed=(*fixed, *(parameters.read_fixed(fields.raw(also), fields.at(also)) if also else ())),
        name=fields.text("name", "stage"),
        use_best_from=fields.text("use_best_from"),
        optimize_by=_objectives(fields),
    )
    fields.done()
    return stage


def _table(fields: Fields, table: Callable[[str], Table]) -> Table:
    name = fields.one_of("from", "rows")
    if name == "from":
        return table(fields.text("from"))
    rows = [Fields(item, at) for item, at in fields.items("rows")]
    if not rows:
        raise wrong("rows", "are not given; a list has at least one")
    columns = tuple(dict.fromkeys(column for row in rows for column in row.names()))
    cells = tuple(tuple(as_text(row.raw(column) or "", row.at(column)) for column in columns) for row in rows)
    return Table(columns, cells)


def _method(fields: Fields) -> Literal["", "tpe", "grid"]:
    said = fields.text("method").strip().lower()
    if said in ("", "bayes", "search"):
        return ""
    if said not in METHODS:
        raise wrong("method", f"{said!r} is none of {', '.join(METHODS)}")
    return "grid" if said == "grid" else "tpe"


def _objectives(fields: Fields) -> tuple[Objective, ...]:
    found = [_objective(item, at) for item, at in fields.items("optimize_by", "metric")]
    return tuple(found)


def _objective(content: Any, path: str) -> Objective:  # noqa: ANN401 - whatever the file holds
    if isinstance(content, str):
        return read_objective(content, where=path)
    fields = Fields(content, path)
    metric = fields.text("metric", "name")
    said = fields.text("direction", "goal").strip().lower()
    fields.done()
    if said not in _DIRECTIONS:
        raise wrong(path, f"has the direction {said!r}; it is maximize or minimize")
    return read_objective(f"{metric}:{_DIRECTIONS[said]}" if said else metric, where=path)


def _constraints(fields: Fields) -> tuple[str, ...]:
    return tuple(as_text(item, at) for item, at in fields.items("constraints", "where"))


def _walk_forward(fields: Fields) -> WalkForward | None:
    content = fields.raw("walk_forward")
    if content is None:
        return None
    if isinstance(content, str):
        return WalkForward(*read_windows(content, where="walk_forward"))
    inner = Fields(content, "walk_forward")
    folds = tuple(_fold(Fields(item, at)) for item, at in inner.items("folds"))
    if folds:
        found = WalkForward(folds=folds, optimize_by=_objectives(inner))
    else:
        in_sample, out_of_sample = _months(inner, "in_sample"), _months(inner, "out_of_sample")
        start_date, end_date = inner.text("start_date"), inner.text("end_date")
        found = WalkForward(in_sample, out_of_sample, start_date, end_date, optimize_by=_objectives(inner))
    inner.done()
    return found


def _months(fields: Fields, name: str) -> int:
    if name not in fields:
        raise wrong(fields.at(name), "is not given; say how long it is, such as 12m")
    return read_months(fields.text(name), where=fields.at(name))


def _fold(fields: Fields) -> Fold:
    fold = Fold(_span(fields, "in_sample"), _span(fields, "out_of_sample"))
    fields.done()
    return fold


def _span(fields: Fields, name: str) -> tuple[str, str]:
    first, dots, last = fields.text(name).partition("..")
    if not dots or not first.strip() or not last.strip():
        raise wrong(fields.at(name), "is no span of days, such as 2022-01-01..2022-12-31")
    return first.strip(), last.strip()


def _complete(draft: Draft) -> Draft:
    """The draft, if nothing is missing that its kind needs."""
    if draft.kind == "search":
        if not draft.optimize_by:
            raise wrong("optimize_by", "is not given; say what is best, such as optimize_by: mar")
        if draft.budget < 1:
            raise wrong("budget", "is not given; say how many backtests may be spent, such as budget: 40")
        if not draft.swept:
            raise wrong("parameters", "have one value each; give at least one of them several")
    if draft.walk_forward is not None and not (draft.walk_forward.optimize_by or draft.optimize_by):
        raise wrong("optimize_by", "is not given; say what is best in a span, such as optimize_by: mar")
    return draft
