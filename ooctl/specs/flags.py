"""A run described by flags alone."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ooctl.exits import ClientError, ExitStatus
from ooctl.specs.draft import Draft, Kind, Stage, Table, WalkForward, read_objective, read_windows
from ooctl.sweep import NO_LONG_FORM, LongForm, read_fixed, read_options, read_sweeps

if TYPE_CHECKING:
    from typing import Literal

    from ooctl.sweep import Sweep


@dataclass(frozen=True, kw_only=True)
class Flags:
    """What was given on the command line; empty where nothing was."""

    test: str = ""
    assignments: tuple[str, ...] = ()
    long: LongForm = NO_LONG_FORM
    fixed: tuple[str, ...] = ()
    rows: str = ""
    stages: tuple[str, ...] = ()
    search: Literal["", "tpe", "grid"] = ""
    optimize_by: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    budget: int | None = None
    seed: int | None = None
    walk_forward: str = ""
    has_trades: bool = False
    has_charts: bool = False
    is_fresh: bool = False

    def of_the_kind(self) -> list[str]:
        """The flags that say what kind of run it is, as far as they were given: what a file says instead."""
        given = {
            "-p": bool(self.assignments),
            "--param": self.long != NO_LONG_FORM,
            "--from": bool(self.rows),
            "--stage": bool(self.stages),
            "--search": bool(self.search),
            "--optimize-by": bool(self.optimize_by),
            "--where": bool(self.where),
            "--budget": self.budget is not None,
            "--seed": self.seed is not None,
            "--walk-forward": bool(self.walk_forward),
        }
        return [flag for flag, is_given in given.items() if is_given]


def draft_of(flags: Flags, table: Table | None = None) -> Draft:
    """The run that some flags describe; `table` holds the rows of --from. Raises ClientError (USAGE)."""
    if not flags.test:
        raise _usage(
            "no test was given", 'name a saved test with --test, as "ooctl tests" shows them, or a file that describes the run'
        )
    _check_company(flags)
    objectives = tuple(read_objective(text, where="--optimize-by") for text in flags.optimize_by)
    stages = tuple(_stage(text) for text in flags.stages)
    swept = () if table is not None or stages else read_sweeps(flags.assignments, flags.long)
    return Draft(
        kind=_kind(flags, swept, table),
        test=flags.test,
        swept=swept,
        stages=stages,
        fixed=read_fixed(flags.fixed),
        table=None if table is None else _with_options(table, flags),
        method=flags.search,
        optimize_by=objectives,
        constraints=flags.where,
        budget=flags.budget or 0,
        seed=flags.seed or 0,
        walk_forward=WalkForward(*read_windows(flags.walk_forward, where="--walk-forward")) if flags.walk_forward else None,
        has_trades=flags.has_trades,
        has_charts=flags.has_charts,
        is_fresh=flags.is_fresh,
    )


def _kind(flags: Flags, swept: tuple[Sweep, ...], table: Table | None) -> Kind:
    if flags.stages:
        return "staged"
    return "list" if table is not None else "search" if flags.search else "grid" if len(swept) > 1 else "sweep"


def _stage(text: str) -> Stage:
    """What stands after --stage: the same as after -p, separated by spaces."""
    try:
        return Stage(swept=read_sweeps(shlex.split(text)))
    except ValueError as error:
        raise _usage(f'--stage "{text}" cannot be read: {error}', "write --stage 'delta=5..30/5 stop_loss=100,200'") from None


def _check_company(flags: Flags) -> None:
    """Refuse flags that mean nothing without others."""
    if flags.stages and (others := [flag for flag in ("-p", "--param", "--from", "--search") if flag in flags.of_the_kind()]):
        raise _usage(f"--stage and {others[0]} cannot go together", "each --stage holds all that its stage sweeps")
    if flags.rows and flags.search:
        raise _usage("--from and --search cannot go together", "a list runs its rows, a search chooses its points from -p")
    if flags.rows and flags.long != NO_LONG_FORM:
        raise _usage("--from and --param cannot go together", "the parameters are the columns of the file")
    if not flags.search:
        lonely = {"--budget": flags.budget is not None, "--seed": flags.seed is not None, "--where": bool(flags.where)}
        for flag in (flag for flag, is_given in lonely.items() if is_given):
            raise _usage(f"{flag} needs --search", "add --search tpe or --search grid")
        if flags.optimize_by and not (flags.walk_forward or flags.stages):
            raise _usage(
                "--optimize-by needs --search or --walk-forward, or --stage",
                "the results of a grid can be ordered by any metric afterwards",
            )
    if flags.search and not flags.optimize_by:
        raise _usage("--search needs --optimize-by", "say what is best, such as --optimize-by mar")
    if flags.search and flags.budget is None:
        raise _usage("--search needs --budget", "say how many backtests may be spent, such as --budget 40")
    if flags.walk_forward and not flags.optimize_by:
        raise _usage("--walk-forward needs --optimize-by", "say what is best in a span, such as --optimize-by mar")


def _with_options(table: Table, flags: Flags) -> Table:
    options = read_options(flags.assignments)
    for name in options:
        if name not in table.columns:
            raise _usage(
                f"-p {name}.… was given, but {flags.rows} has no column {name}", f"its columns are {', '.join(table.columns)}"
            )
    return Table(table.columns, table.rows, options)


def _usage(sentence: str, hint: str) -> ClientError:
    return ClientError(sentence, ExitStatus.USAGE, hint=hint)
