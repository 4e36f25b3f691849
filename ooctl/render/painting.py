"""A table of runs that is painted anew in its place. Importing this module imports rich."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.text import Text

from ooctl.render.formats import aligned
from ooctl.render.tables import RUNS, Record

if TYPE_CHECKING:
    from ooctl.render.formats import Output


@contextmanager
def painted(output: Output) -> Generator[Callable[[Sequence[Record]], None], None, None]:
    """Paint the runs handed to it, cut to the size of the terminal; the last picture stays."""
    console = Console(file=output.out, no_color=not output.has_colour, highlight=False)
    with Live(console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False) as live:
        yield lambda runs: live.update(_picture(runs, console.height - 1, has_colour=output.has_colour), refresh=True)


def _picture(runs: Sequence[Record], height: int, *, has_colour: bool) -> Text:
    if not runs:
        return Text("there are no runs yet")
    columns = RUNS.columns(runs)
    header, *lines = aligned(
        [[column.header for column in columns], *([c.cell(run) for c in columns] for run in runs)], columns=columns
    )
    room = max(1, height - 1)
    if len(lines) > room:
        lines = [*lines[: room - 1], f"... and {len(lines) - room + 1} more"]
    picture = Text(no_wrap=True, overflow="ellipsis")
    picture.append(header, style="bold" if has_colour else "")
    for line in lines:
        picture.append(f"\n{line}")
    return picture
