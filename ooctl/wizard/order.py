"""What the wizard ends with: a run that may be submitted, written down as one command or as a file."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ooctl.exits import ClientError
from ooctl.specs import flags
from ooctl.sweep import Range, read_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ooctl.specs.draft import Draft, Objective, Stage, Table, WalkForward
    from ooctl.sweep import Fixed, Sweep

PROGRAM: Final = ("ooctl", "submit")


@dataclass(frozen=True)
class Order:
    """A run, what it is called, and what its author allowed: more tasks than usual (0: not), and where a table came from."""

    draft: Draft
    name: str = ""
    max_tasks: int = 0
    table_file: str = ""
    daemon: tuple[str, ...] = ()
    """The words that name the daemon, such as --context NAME."""


def command_line(order: Order) -> str:
    """One line for a shell that submits exactly this run: flags, or where they cannot say it, a description fed to the command."""
    words = flag_words(order)
    if words is not None:
        return shlex.join([*PROGRAM, *words])
    text = json.dumps(document(order), ensure_ascii=False)
    return f"printf %s {shlex.quote(text)} | {shlex.join([*PROGRAM, '-', *order.daemon])}"


def flag_words(order: Order) -> list[str] | None:
    """The words after `ooctl submit`; None when the grammar of the flags cannot say it, such as a value with a comma in a list."""
    asked = _flags_of(order)
    if asked is None:
        return None
    try:
        if flags.draft_of(asked, order.draft.table) != order.draft:
            return None
    except ClientError:
        return None
    return _words(asked, order)


def document(order: Order) -> dict[str, Any]:
    """The run as a file describes it: `ooctl.specs.document` reads the same run from it."""
    draft = order.draft
    content: dict[str, Any] = {"test": draft.test, "name": order.name, "mode": draft.kind}
    match draft.kind:
        case "staged":
            content["stages"] = [_stage(stage) for stage in draft.stages]
        case "list":
            assert draft.table is not None
            content["rows"] = _rows(draft.table)
        case "sweep" | "grid" | "search":
            content["parameters"] = _parameters(draft.swept)
    content["with"] = _fixed(draft.fixed)
    content["method"] = draft.method
    content["optimize_by"] = _objectives(draft.optimize_by)
    content["where"] = list(draft.constraints)
    content |= {"budget": draft.budget, "seed": draft.seed, "walk_forward": _walk_forward(draft.walk_forward)}
    content |= {"trades": draft.has_trades, "charts": draft.has_charts, "fresh": draft.is_fresh, "max_tasks": order.max_tasks}
    return {name: value for name, value in content.items() if value}


def run_file(order: Order, *, test_name: str = "") -> str:
    """The run as YAML."""
    import yaml  # noqa: PLC0415 - only a file that is written needs it

    about = f"# {test_name}\n" if test_name else ""
    return about + yaml.safe_dump(document(order), sort_keys=False, allow_unicode=True, width=120)


def written(values: Range | tuple[str, ...]) -> str:
    """Values as they stand after NAME=."""
    if isinstance(values, Range):
        return f"{values.start}..{values.end}" + (f"/{values.step}" if values.step else "")
    return ",".join(values)


def objective(of: Objective) -> str:
    """As METRIC or METRIC:max."""
    return f"{of.metric}:{of.direction}" if of.direction else of.metric


def _flags_of(order: Order) -> flags.Flags | None:
    draft = order.draft
    windows = _windows(draft.walk_forward)
    if windows is None or any(_is_elaborate(stage) for stage in draft.stages) or (draft.table and not order.table_file):
        return None
    options = tuple(
        f"{name}.{option}={value}"
        for name, given in (draft.table.options if draft.table else {}).items()
        for option, value in given.items()
    )
    return flags.Flags(
        test=draft.test,
        assignments=(*_assignments(draft.swept), *options),
        stages=tuple(shlex.join(_assignments(stage.swept)) for stage in draft.stages),
        fixed=tuple(_fixings(draft.fixed)),
        rows=order.table_file if draft.table else "",
        search=(draft.method or "tpe") if draft.kind == "search" else "",
        optimize_by=tuple(map(objective, draft.optimize_by)),
        where=draft.constraints,
        budget=draft.budget or None,
        seed=draft.seed or None,
        walk_forward=windows,
        has_trades=draft.has_trades,
        has_charts=draft.has_charts,
        is_fresh=draft.is_fresh,
    )


def _words(asked: flags.Flags, order: Order) -> list[str]:
    words = [*order.daemon, "--test", asked.test]
    several = (
        ("-p", asked.assignments),
        ("--stage", asked.stages),
        ("--from", (asked.rows,) if asked.rows else ()),
        ("--with", asked.fixed),
    )
    for flag, values in several:
        words += [word for value in values for word in (flag, value)]
    words += ["--search", asked.search] if asked.search else []
    words += ["--budget", str(asked.budget)] if asked.budget is not None else []
    words += ["--seed", str(asked.seed)] if asked.seed is not None else []
    words += [word for value in asked.optimize_by for word in ("--optimize-by", value)]
    words += [word for value in asked.where for word in ("--where", value)]
    words += ["--walk-forward", asked.walk_forward] if asked.walk_forward else []
    switches = (("--trades", asked.has_trades), ("--charts", asked.has_charts), ("--fresh", asked.is_fresh))
    words += [flag for flag, is_on in switches if is_on]
    words += ["--max-tasks", str(order.max_tasks)] if order.max_tasks else []
    return [*words, "--name", order.name] if order.name else words


def _assignments(swept: Iterable[Sweep]) -> list[str]:
    words = []
    for one in swept:
        words.append(f"{one.parameter}={written(one.values)}")
        words += [f"{one.parameter}.{option}={value}" for option, value in one.options.items()]
    return words


def _fixings(fixed: Iterable[Fixed]) -> list[str]:
    words = []
    for one in fixed:
        words.append(f"{one.parameter}={one.value}")
        words += [f"{one.parameter}.{option}={value}" for option, value in one.options.items()]
    return words


def _is_elaborate(stage: Stage) -> bool:
    return bool(stage.fixed or stage.name or stage.use_best_from or stage.optimize_by)


def _windows(walk: WalkForward | None) -> str | None:
    """As after --walk-forward; None for one that says more than that."""
    if walk is None:
        return ""
    if walk.folds or walk.start_date or walk.end_date or walk.optimize_by:
        return None
    return f"{walk.in_sample_months}m/{walk.out_of_sample_months}m"


def _parameters(swept: Iterable[Sweep]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for one in swept:
        content[one.parameter] = _values(one.values)
        content |= {f"{one.parameter}.{option}": value for option, value in one.options.items()}
    return content


def _values(values: Range | tuple[str, ...]) -> Any:  # noqa: ANN401 - a text, a list or fields
    if not isinstance(values, Range):
        return list(values)
    try:
        if read_values(written(values), name="") == values:
            return written(values)
    except ClientError:
        pass
    return {"min": values.start, "max": values.end, **({"step": values.step} if values.step else {})}


def _fixed(fixed: Iterable[Fixed]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for one in fixed:
        is_plain = one.value and one.value == one.value.strip() and "," not in one.value and ".." not in one.value
        content[one.parameter] = one.value if is_plain else {"value": one.value}
        content |= {f"{one.parameter}.{option}": value for option, value in one.options.items()}
    return content


def _stage(stage: Stage) -> dict[str, Any]:
    content = {
        "name": stage.name,
        "parameters": _parameters(stage.swept),
        "with": _fixed(stage.fixed),
        "use_best_from": stage.use_best_from,
        "optimize_by": _objectives(stage.optimize_by),
    }
    return {name: value for name, value in content.items() if value}


def _objectives(of: Sequence[Objective]) -> Any:  # noqa: ANN401 - a text or a list
    return objective(of[0]) if len(of) == 1 else [objective(one) for one in of]


def _rows(table: Table) -> list[Mapping[str, str]]:
    assert not any(table.options.values()), "a file has the options in columns of their own"
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _walk_forward(walk: WalkForward | None) -> Any:  # noqa: ANN401 - a text or fields
    if walk is None:
        return None
    if windows := _windows(walk):
        return windows
    rolling = {
        "in_sample": f"{walk.in_sample_months}m",
        "out_of_sample": f"{walk.out_of_sample_months}m",
        "start_date": walk.start_date,
        "end_date": walk.end_date,
    }
    folds = [{"in_sample": "..".join(fold.in_sample), "out_of_sample": "..".join(fold.out_of_sample)} for fold in walk.folds]
    content = {**({"folds": folds} if folds else rolling), "optimize_by": _objectives(walk.optimize_by)}
    return {name: value for name, value in content.items() if value}
